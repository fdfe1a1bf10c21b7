# SPDX-License-Identifier: GPL-3.0-or-later
"""Pulls over a long line: 100 ms there and back, 1 % of the packets lost, 100 Mbit/s a
connection.

Each contestant has a line of its own, in a network namespace with a registry at its
other end, and all of them pull at the same time: they wait for the line, not for this
computer, and one after the other it would take all day.
"""

import itertools
import os
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tour"))

import processes  # noqa: E402
from processes import Failure, wait_until  # noqa: E402
from servers import Server  # noqa: E402
from works import Work  # noqa: E402

DELAY_MS = 100
LOSS_PERCENT = 1
RATE_MBIT = 100
FAR_END = "10.77.0.2"

_numbers = itertools.count()


class Link:
    """A network namespace with one long line in it."""

    def __init__(self, bench):
        root = os.geteuid() == 0
        namespace = ["unshare", "--net"] if root else ["unshare", "--user", "--map-root-user",
                                                       "--net"]
        self.log = bench.folder / f"link-{next(_numbers)}.log"
        self.process = processes.start([*namespace, bench.tools / "far-link", DELAY_MS,
                                        LOSS_PERCENT, RATE_MBIT], self.log)
        wait_until(lambda: "ready" in self.log.read_text() or self.process.poll() is not None,
                   "a long line")
        if self.process.poll() is not None:
            raise Failure(self.log.read_text().strip() or "no network namespace")
        self.inside = ["nsenter", f"--target={self.process.pid}", "--net",
                       *([] if root else ["--user", "--preserve-credentials"])]

    def close(self):
        processes.end(self.process)


class FarServer(Server):
    """A registry at the far end of a line; what it has is another one's."""

    def __init__(self, bench, link, storage):
        super().__init__(bench, "far")
        self.registry.session.inside = link.inside
        self.registry.address = "0.0.0.0"
        self.registry.storage = storage

    @property
    def place(self):
        return f"{FAR_END}:{self.registry.port}"


class LinkPull(Work):
    warms_up = False
    most_rounds = 3

    @property
    def title(self):
        return f"pull {self.image.title} over a long line"

    def prepare(self, arena):
        self.links = []
        self.ends = {}
        for contestant in arena.contestants:
            if not contestant.pulls_over_links:
                continue
            try:
                link = Link(arena.bench)
            except Failure as failure:
                raise NotImplementedError(
                    f"Left out, no network namespace with a tun device: {failure}") from failure
            self.links.append(link)
            server = FarServer(arena.bench, link, arena.source.registry.storage)
            self.ends[contestant.label] = (link, server.start())

    def clear(self, arena):
        for _, server in self.ends.values():
            server.remove()
        for link in self.links:
            link.close()

    def round(self, arena, entrants):
        arena.bench.forget()
        costs = {}
        problems = []

        def pull(contestant):
            try:
                costs[contestant.label] = self.run(arena, contestant)
            except (Failure, OSError, subprocess.SubprocessError) as problem:
                problems.append(problem)

        threads = [threading.Thread(target=pull, args=(entrant,)) for entrant in entrants
                   if entrant.label in self.ends]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if problems:
            raise problems[0]
        return costs

    def run(self, arena, contestant):
        link, server = self.ends[contestant.label]
        target = self._target(arena, contestant)
        before = server.count_requests()
        try:
            cost = arena.bench.measure(
                contestant.pull(f"{server.place}/{self.image.repository}:1", target),
                contestant, link.inside)
            cost.requests = server.count_requests() - before
            self._check(contestant, target)
            return cost
        finally:
            contestant.remove(target)
