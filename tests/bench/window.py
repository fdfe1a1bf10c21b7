# SPDX-License-Identifier: GPL-3.0-or-later
"""The window beside the driver: the same pull by clicking, how long it takes, and how
long the main loop is away meanwhile.

On a display of its own that nobody sees. The window's time is that from the key that
starts the pull to the image's name in the store; a driver's is the whole process.
"""

import os
import pathlib
import re
import shutil
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tour"))

from contestants import Longshore  # noqa: E402
from processes import Failure  # noqa: E402
from program import Program  # noqa: E402
from robot import Look, Robot  # noqa: E402
from session import Session  # noqa: E402

# Milliseconds; what is shorter is not written down.
LIMIT = 2
PATIENCE = 120  # seconds
PULL = Look(type="LsPullDialog")
STALL = re.compile(r"^stall ([\d.]+) ms at ([\d.]+) s, ([\d.]+) ms of it computing$",
                   re.MULTILINE)


class Window:
    def __init__(self, arena, prefix):
        self.arena = arena
        self.session = Session(arena.bench.folder / "session")
        self.program = Program(self.session, prefix / "bin" / "longshore",
                               prefix.parent / "tests" / "tour")
        self.robot = Robot(self.session, self.program.probe_socket,
                           arena.bench.folder / "screenshots")
        self.store = self.session.data / "longshore" / "store"

    def open(self):
        self.session.open()
        settings = self.session.config / "longshore" / "registries.conf"
        settings.parent.mkdir(parents=True)
        place = self.arena.source.place
        settings.write_text(f"[{place}]\nlocation=http://{place}\n")

    def close(self):
        self.program.stop()
        self.session.close()

    def pull(self, name):
        """Returns seconds, the longest stall, and the longest time in one that the main thread
        computed; in milliseconds."""
        shutil.rmtree(self.store, ignore_errors=True)
        self.program.start({"TOUR_STALL_LIMIT": str(LIMIT), "TOUR_STALL_STACKS": "",
                            "G_MESSAGES_DEBUG": ""})
        try:
            self.robot.click(Look(type="GtkButton", says="Pull", within=Look(type="LsImagesPage")))
            self.robot.fill(Look(type="GtkText", within=Look(id="name_row", within=PULL)), name)
            # What the dialog finds out about the name is no part of the pull.
            time.sleep(1.5)
            os.sync()
            # From here on nobody asks the window how it looks: that would be a stall, too.
            began = time.monotonic()
            self.robot.key("Return")
            ended = self._wait_for(name, began)
            time.sleep(0.5)
        finally:
            self.program.stop()
        stalls = [(float(length), float(computing)) for length, start, computing
                  in STALL.findall(self.program.stall_log.read_text())
                  if began <= float(start) <= ended]
        longest, computing = map(max, zip(*stalls)) if stalls else (0, 0)
        return ended - began, longest, computing

    def _wait_for(self, name, began):
        index = self.store / "index.json"
        tag = name.encode()
        while time.monotonic() < began + PATIENCE:
            try:
                if tag in index.read_bytes():
                    return time.monotonic()
            except FileNotFoundError:
                pass
            time.sleep(0.005)
        raise Failure("the window did not pull the image")


def measure_window(arena, image, rounds, prefix):
    """Prints what the window needs for a pull beside what the driver does."""
    name = f"{arena.source.place}/{image.repository}:1"
    driver = Longshore(arena.bench.transfer)
    window = Window(arena, prefix)
    clicked, stalls, computing, driven = [], [], [], []
    try:
        window.open()
        for number in range(rounds + 1):
            seconds, stall, computed = window.pull(name)
            target = arena.bench.folder / "target-driver"
            arena.bench.forget()
            cost = arena.bench.measure(driver.pull(name, target), driver)
            driver.remove(target)
            # The first round does not count, but for what is slow only once.
            stalls.append(stall)
            computing.append(computed)
            if number > 0:
                clicked.append(seconds)
                driven.append(cost.seconds)
    finally:
        window.close()
        shutil.rmtree(window.store, ignore_errors=True)
    by_click, by_driver = statistics.median(clicked), statistics.median(driven)
    print(f"\npull {image.title} in the window")
    print(f"  {by_click:.3f} s from the key to the image's name; the driver: {by_driver:.3f} s; "
          f"ratio {by_click / by_driver:.2f}")
    print(f"  longest main-loop stall: {_milliseconds(stalls)}")
    print(f"  most that the main loop computed at a time, without the wait for a processor: "
          f"{_milliseconds(computing)}", flush=True)


def _milliseconds(measured):
    longest = max(measured)
    return (f"{longest:.1f} ms" if longest else f"less than {LIMIT} ms") + \
        f" (in the median round {statistics.median(measured):.1f} ms)"
