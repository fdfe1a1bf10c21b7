#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that every source file with strings is in POTFILES.in, and that every
language of LINGUAS has a current, whole and well-formed translation."""

import pathlib
import re
import subprocess
import sys
import tempfile

# The keywords of meson's preset "glib", so that the template here is the one it makes.
XGETTEXT = [
    "xgettext", "--from-code=UTF-8",
    "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
    "--keyword=g_dcgettext:2", "--keyword=g_dngettext:2,3", "--keyword=g_dpgettext2:2c,3",
]

STRINGS_IN_C = re.compile(r'\b(_|N_|C_|NC_|ngettext|g_dngettext) ?\("')
STRINGS_IN_UI = 'translatable="yes"'


def lines_of(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def has_strings(path):
    text = path.read_text()
    return STRINGS_IN_UI in text if path.suffix == ".ui" else bool(STRINGS_IN_C.search(text))


def check_listing(root, listed):
    sources = sorted([*root.glob("src/**/*.c"), *root.glob("src/**/*.ui")])
    problems = []
    for path in sources:
        name = str(path.relative_to(root))
        if has_strings(path) and name not in listed:
            problems.append(f"po/POTFILES.in lacks {name}")
    for path in sorted([*root.glob("data/*.in"), *root.glob("data/*.gschema.xml")]):
        name = str(path.relative_to(root))
        if not name.endswith(".service.in") and name not in listed:
            problems.append(f"po/POTFILES.in lacks {name}")
    for name in listed:
        if not (root / name).exists():
            problems.append(f"po/POTFILES.in names {name}, which is not there")
        elif name.startswith("src/") and not has_strings(root / name):
            problems.append(f"po/POTFILES.in names {name}, which has no strings")
    if listed != sorted(listed):
        problems.append("po/POTFILES.in is not sorted")
    return problems


def run(*command):
    done = subprocess.run(command, text=True, capture_output=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def check_language(po, template):
    problems = []
    status, text = run("msgfmt", "--check", "--statistics", "--output-file=/dev/null", str(po))
    if status != 0 or "fuzzy" in text or "untranslated" in text:
        problems.append(f"{po.name}: {text}")
    status, text = run("msgcmp", "--use-untranslated", str(po), str(template))
    if status != 0:
        problems.append(f"{po.name} is behind the sources, see msgcmp: {text.splitlines()[-1]}")
    status, text = run("msgattrib", "--only-obsolete", str(po))
    if text:
        problems.append(f"{po.name} keeps strings that are gone")
    return problems


def main():
    root = pathlib.Path(sys.argv[1])
    listed = lines_of(root / "po" / "POTFILES.in")
    problems = check_listing(root, listed)
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder) / "longshore.pot"
        existing = [name for name in listed if (root / name).exists()]
        status, text = run(*XGETTEXT, f"--directory={root}", f"--output={template}", *existing)
        if status != 0:
            problems.append(f"xgettext: {text}")
        else:
            for language in lines_of(root / "po" / "LINGUAS"):
                problems += check_language(root / "po" / f"{language}.po", template)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
