#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each function that a header of src/ declares has a gi-docgen comment
above its definition, which names every parameter and says what comes back."""

import pathlib
import re
import sys

DECLARATION = re.compile(r"^(?!typedef|#|G_)[\w \t*]*?\b(ls_\w+)\s*\(", re.MULTILINE)
DEFINITION = re.compile(
    r"(/\*\*(?:(?!\*/).)*\*/\n)?^(?!static)([A-Za-z][\w \t*]*)\n(ls_\w+) \(([^{;]*)\)\n\{",
    re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def names_of(parameters):
    """The names in a parameter list; a function pointer's is in parentheses."""
    parameters = re.sub(r"\(\*(\w+)\)\s*\([^)]*\)", r"\1", parameters)
    names = [re.search(r"(\w+)(?:\[\])?\s*$", part) for part in parameters.split(",")]
    return [name.group(1) for name in names if name and name.group(1) != "void"]


def check_definition(comment, returned, name, parameters):
    if f"\n * {name}:\n" not in comment:
        yield f"{name} has no comment"
        return
    for parameter in names_of(parameters):
        if f"\n * @{parameter}:" not in comment:
            yield f"the comment of {name} does not name @{parameter}"
    if returned.strip() != "void" and "\n * Returns:" not in comment:
        yield f"the comment of {name} does not say what it returns"


def main():
    source = pathlib.Path(sys.argv[1]) / "src"
    public = set()
    for path in source.rglob("*.h"):
        public.update(DECLARATION.findall(COMMENT.sub("", path.read_text())))
    problems = []
    definitions = {}
    for path in sorted(source.rglob("*.c")):
        for comment, *rest in DEFINITION.findall(path.read_text()):
            # One that is defined twice, for different systems, has one comment.
            definitions.setdefault((path, rest[1]), (comment, *rest))
    for (path, name), definition in definitions.items():
        if name in public and not name.endswith("_get_type"):
            problems += [f"{path}: {problem}" for problem in check_definition(*definition)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
