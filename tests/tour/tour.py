#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks through the whole of Longshore as a person would, against real registries
on this computer, and keeps screenshots, logs and the home folder."""

import argparse
import pathlib
import shutil
import sys
import tempfile
import time

import image
import processes
import steps
from processes import Failure
from program import Program
from robot import Robot
from services import Harbour
from session import Session

MARK = ".longshore-tour"

# user name and password; testuser's namespace is its own, "publisher" is nobody's.
HUB_USERS = {"testuser": "dckr_pat_N0tARealToken-7f3a"}
PRIVATE_USERS = {"alice": "wonderland & <tea>"}


class Tour:
    """What the steps work with."""

    def __init__(self, folder, servers_folder, program, modules):
        self.folder = folder
        self.session = Session(folder)
        self.harbour = Harbour(self.session, servers_folder, HUB_USERS, PRIVATE_USERS)
        self.program = Program(self.session, program, modules)
        self.robot = Robot(self.session, self.program.probe_socket, folder / "screenshots")
        self.hub_user, self.hub_password = next(iter(HUB_USERS.items()))
        self.private_user, self.private_password = next(iter(PRIVATE_USERS.items()))
        self.pictures = 0
        # What steps tell later ones.
        self.digests = {}

    def open(self, servers_folder):
        self.session.open()
        layout = image.make_ubuntu(servers_folder / "layout")
        self.harbour.open(layout.folder, [(tag, f"library/ubuntu:{tag}")
                                          for tag in ("24.04", "latest", "18.04", "26.04")])
        settings = self.session.config / "longshore" / "registries.conf"
        settings.parent.mkdir(parents=True)
        settings.write_text(self.harbour.settings())

    @property
    def store(self):
        return self.session.data / "longshore" / "store"

    def picture(self, name, rest=True, whole=False):
        """Keeps a screenshot; the pointer is put to rest first, so that no tooltip shows."""
        self.pictures += 1
        if rest:
            self.robot.rest()
        return self.robot.screenshot(f"{self.pictures:02}-{name}", whole)

    def check(self, condition, sentence):
        if not condition:
            raise Failure(sentence)


def empty_folder(path):
    """Makes the folder to keep things in, or empties one that a tour made before."""
    path = pathlib.Path(path).resolve()
    if path.exists() and any(path.iterdir()):
        if not (path / MARK).exists():
            raise Failure(f"{path} holds something that is not a tour: name an empty folder")
        for name in ("home", "logs", "screenshots"):
            shutil.rmtree(path / name, ignore_errors=True)
    path.mkdir(parents=True, exist_ok=True)
    (path / MARK).touch()
    return path


def walk(tour):
    """Runs every step; returns the sentence of the one that failed, or None."""
    for step in steps.STEPS:
        title = step.__doc__.splitlines()[0]
        began = time.monotonic()
        print(f"  {title} ... ", end="", flush=True)
        try:
            step(tour)
        except Failure as failure:
            print("FAILED", flush=True)
            keep_evidence(tour)
            return f"{title}: {failure}"
        print(f"{time.monotonic() - began:.1f} s", flush=True)
    return None


def keep_evidence(tour):
    try:
        tour.robot.screenshot("failure", whole=True)
        lines = ["  " * widget.depth + f"{widget!r} {widget.box()}"
                 for widget in tour.robot.widgets()]
        (tour.session.logs / "widgets.txt").write_text("\n".join(lines))
    except (Failure, OSError) as error:
        print(f"  (no screenshot of the failure: {error})")


def report(tour):
    frames = tour.program.first_frames
    print(f"first frame: {frames[0]:.0f} ms after main() at the first start, "
          f"{min(frames[1:], default=frames[0]):.0f} ms with warm caches")
    print(f"longest main-loop stall: {tour.program.longest_stall():.0f} ms")
    print(f"peak memory: {tour.program.peak_memory / 1024:.0f} MiB")
    print(f"screenshots: {tour.folder / 'screenshots'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--modules", required=True, type=pathlib.Path)
    parser.add_argument("--keep", required=True, metavar="DIR")
    options = parser.parse_args()
    processes.adopt_orphans()
    processes.raise_on_signals()
    tour = None
    with tempfile.TemporaryDirectory(prefix="longshore-tour-") as servers_folder:
        servers = pathlib.Path(servers_folder)
        try:
            folder = empty_folder(options.keep)
            tour = Tour(folder, servers / "servers", options.program.resolve(),
                        options.modules.resolve())
            print("Starting a desktop session and two registries", flush=True)
            tour.open(servers)
            failed = walk(tour)
            if failed:
                print(f"The tour failed: {failed}\nsee {folder}", file=sys.stderr)
                return 1
            report(tour)
            return 0
        except Failure as failure:
            print(f"The tour failed: {failure}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            processes.end_everything()
            if tour:
                tour.session.close()


if __name__ == "__main__":
    sys.exit(main())
