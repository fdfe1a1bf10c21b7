#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the Flatpak manifest: the identifier is the program's, and the
permissions are exactly those that are argued for in CONTRIBUTING.md."""

import json
import pathlib
import sys

PERMISSIONS = [
    "--share=ipc",
    "--share=network",
    "--socket=fallback-x11",
    "--socket=wayland",
    "--device=dri",
]


def main():
    root, identifier = pathlib.Path(sys.argv[1]), sys.argv[2]
    manifest = json.loads((root / "flatpak" / f"{identifier}.json").read_text())
    problems = []
    if manifest["id"] != identifier:
        problems.append(f"the manifest is for {manifest['id']}")
    if manifest["finish-args"] != PERMISSIONS:
        problems.append(f"permissions are {manifest['finish-args']}, not {PERMISSIONS}")
    if any("build-options" in module for module in manifest["modules"]):
        problems.append("a module has build options: nothing may need the network to build")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
