#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the rooms of src/ include each other in one direction only, and
that no room of the core knows GTK."""

import pathlib
import re
import sys

# What each room may include, besides itself.
ROOMS = {
    "base": [],
    "oci": ["base"],
    "http": ["base", "oci"],
    "registry": ["base", "oci", "http"],
    "store": ["base", "oci"],
    "keyring": ["base", "oci"],
    "transfer": ["base", "oci", "http", "registry", "store", "keyring"],
    "model": ["base", "oci", "http", "registry", "store", "keyring", "transfer"],
    "ui": ["base", "oci", "http", "registry", "store", "keyring", "transfer", "model"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
TOOLKIT = re.compile(r"^(gtk|gdk|gsk|adwaita|pango)\b")


def room_of(path, source):
    parts = path.relative_to(source).parts
    if parts[0] == "core":
        return parts[1] if len(parts) > 2 else None
    return parts[0] if len(parts) > 1 else None


def main():
    source = pathlib.Path(sys.argv[1]) / "src"
    files = [path for path in source.rglob("*") if path.suffix in (".c", ".h")]
    owner = {path.name: room_of(path, source) for path in files if path.suffix == ".h"}
    problems = []
    for path in sorted(files):
        room = room_of(path, source)
        if room is None:
            continue
        if room not in ROOMS:
            problems.append(f"{path}: the room {room} is not in this check's list")
            continue
        for header in INCLUDE.findall(path.read_text()):
            other = owner.get(pathlib.PurePath(header).name)
            if other not in (None, room) and other not in ROOMS[room]:
                problems.append(f"{path}: {room} must not include {header} of {other}")
            if room != "ui" and TOOLKIT.match(header):
                problems.append(f"{path}: the core must not include {header}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
