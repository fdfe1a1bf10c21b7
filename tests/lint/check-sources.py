#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what a compiler does not: licence lines, sizes, white space, leftovers,
and the rules of CONTRIBUTING.md that a machine can see."""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
MAX_LINES = 600
MAX_COLUMNS = 100
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|Users|home/(?!me/)\w+)/")
TEXTS = (".c", ".h", ".ui", ".py", ".build", ".css", ".in", ".xml", ".json")
SILENCED = re.compile(r"Wno-deprecated|IGNORE_DEPRECATIONS")
SPACE_BEFORE_PARENTHESIS = re.compile(r"\b(?:ls|g|gtk|adw|gdk|soup|json|secret)_[a-z0-9_]+\(")


def without_comments_and_strings(text):
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', '""', text, flags=re.DOTALL)


def check_text(name, text):
    if not text.endswith("\n"):
        yield f"{name}: no newline at the end"
    for number, line in enumerate(text.splitlines(), start=1):
        if line != line.rstrip():
            yield f"{name}:{number}: white space at the end of the line"
        if LEFTOVER.search(line):
            yield f"{name}:{number}: something is left to do"
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: a path of one machine"


def check_c(name, text):
    lines = text.splitlines()
    if not lines or LICENCE not in lines[0]:
        yield f"{name}:1: the licence line is missing"
    if len(lines) > MAX_LINES:
        yield f"{name}: {len(lines)} lines, more than {MAX_LINES}: two classes?"
    for number, line in enumerate(lines, start=1):
        if "\t" in line:
            yield f"{name}:{number}: a tab"
        if len(line) > MAX_COLUMNS:
            yield f"{name}:{number}: {len(line)} columns, more than {MAX_COLUMNS}"
        if SILENCED.search(line):
            yield f"{name}:{number}: a deprecation is silenced"
    code = without_comments_and_strings(text)
    for call in SPACE_BEFORE_PARENTHESIS.findall(code):
        yield f"{name}: {call} lacks a space before the parenthesis"
    if code.count("g_task_new (") > code.count("g_task_set_source_tag ("):
        yield f"{name}: a GTask without a source tag"


def check_ui(name, text):
    try:
        ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        yield f"{name}: {error}"


def main():
    root = pathlib.Path(sys.argv[1])
    problems = []
    for folder in ("src", "tests", "data", "flatpak"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root)
            if path.suffix in TEXTS:
                text = path.read_text()
                problems += check_text(name, text)
                if path.suffix in (".c", ".h"):
                    problems += check_c(name, text)
                if path.suffix == ".ui":
                    problems += check_ui(name, text)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
