# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: one class for each kind of work, and the list of all.

A work is prepared once, then done by each contestant in turn, and cleared away.
Nothing of what one run leaves is there in the next.
"""

import itertools
import json

from floor import Floor
from images import make_image
from processes import Failure
from servers import Server

MIB = 1 << 20


class Image:
    """An image of the benchmark: as a layout, and in a registry."""

    def __init__(self, key, layers, size):
        self.key = key
        self.layers = layers
        self.size = size

    @property
    def title(self):
        size = f"{self.size // MIB} MiB" if self.size >= MIB else f"{self.size >> 10} KiB"
        return f"{self.layers} x {size}"

    @property
    def repository(self):
        return f"bench/{self.key}"

    def make(self, folder):
        self.layout = make_image(folder / f"layout-{self.key}", self.layers, self.size)
        index = json.loads((self.layout / "index.json").read_text())
        digest = index["manifests"][0]["digest"].removeprefix("sha256:")
        blobs = self.layout / "blobs" / "sha256"
        manifest = json.loads((blobs / digest).read_text())
        self.blobs = [manifest["config"], *manifest["layers"]]
        self.bytes = sum(path.stat().st_size for path in blobs.iterdir())


class Work:
    has_floor = False
    warms_up = True
    most_rounds = None

    def __init__(self, key, image, seconds):
        """`seconds`: about how long a round takes."""
        self.key = key
        self.image = image
        self.seconds = seconds

    def prepare(self, arena):
        pass

    def clear(self, arena):
        pass

    def run(self, arena, contestant):
        raise NotImplementedError

    def round(self, arena, entrants):
        """Lets everybody do it once; returns the costs by label."""
        costs = {}
        for entrant in entrants:
            try:
                costs[entrant.label] = self.run(arena, entrant)
            except NotImplementedError:
                continue
        return costs

    def _target(self, arena, contestant):
        path = arena.bench.folder / f"target-{self.key}-{contestant.label.replace(' ', '-')}"
        return path

    def _measure(self, arena, contestant, command, *servers):
        arena.bench.forget()
        before = sum(server.count_requests() for server in servers)
        cost = arena.bench.measure(command, contestant)
        cost.requests = sum(server.count_requests() for server in servers) - before
        return cost

    def _check(self, contestant, target):
        """Whoever is fast has to be right."""
        held = contestant.holds(target)
        if held is not None and held < self.image.bytes:
            raise Failure(f"{contestant.label} left only {held} of {self.image.bytes} bytes")


class Pull(Work):
    has_floor = True

    @property
    def title(self):
        return f"pull {self.image.title}"

    def _complete(self, command, target):
        return command

    def run(self, arena, contestant):
        target = self._target(arena, contestant)
        contestant.remove(target)
        if isinstance(contestant, Floor):
            target.mkdir()
            command = contestant.pull_blobs(arena.source.place, self.image, target)
        else:
            command = contestant.pull(f"{arena.source.place}/{self.image.repository}:1", target)
        try:
            cost = self._measure(arena, contestant, self._complete(command, target), arena.source)
            self._check(contestant, target)
            return cost
        finally:
            contestant.remove(target)


class PullToDisk(Pull):
    """Everybody waits until what was pulled would survive a power cut."""

    @property
    def title(self):
        return f"pull {self.image.title}, to the disk"

    def _complete(self, command, target):
        return ["sh", "-c", 'sync=$1; shift; "$@" && exec sync -f "$sync"', "sh", target, *command]


class Push(Work):
    """To a registry that has nothing, so that every byte has to go."""

    @property
    def title(self):
        return f"push {self.image.title}"

    def run(self, arena, contestant):
        with Server(arena.bench) as server:
            name = f"{server.place}/{self.image.repository}:1"
            return self._measure(arena, contestant,
                                 contestant.push(self.image.layout, name), server)


class PushAgain(Work):
    @property
    def title(self):
        return f"push {self.image.title} again, all there"

    def run(self, arena, contestant):
        name = f"{arena.source.place}/{self.image.repository}:1"
        return self._measure(arena, contestant, contestant.push(self.image.layout, name),
                             arena.source)


class PullAgain(Work):
    """Each into what it pulled before."""

    @property
    def title(self):
        return f"pull {self.image.title} again, up to date"

    def run(self, arena, contestant):
        target = self._target(arena, contestant)
        command = contestant.pull(f"{arena.source.place}/{self.image.repository}:1", target)
        if not target.exists():
            arena.bench.measure(command, contestant)
        return self._measure(arena, contestant, command, arena.source)

    def clear(self, arena):
        for contestant in arena.contestants:
            contestant.remove(self._target(arena, contestant))


class Mount(Work):
    """To another repository of the same registry, which has the blobs already."""

    numbers = itertools.count()

    @property
    def title(self):
        return f"copy {self.image.title} to another repository"

    def run(self, arena, contestant):
        source = f"{arena.source.place}/{self.image.repository}:1"
        destination = f"{arena.source.place}/bench/copy-{next(self.numbers)}:1"
        return self._measure(arena, contestant, contestant.copy(source, destination),
                             arena.source)


class Copy(Work):
    """To another registry, which has nothing."""

    @property
    def title(self):
        return f"copy {self.image.title} between registries"

    def run(self, arena, contestant):
        with Server(arena.bench) as server:
            source = f"{arena.source.place}/{self.image.repository}:1"
            destination = f"{server.place}/{self.image.repository}:1"
            return self._measure(arena, contestant, contestant.copy(source, destination),
                                 arena.source, server)


class Arena:
    """What the works have in common: the contestants, and a registry that holds the images."""

    def __init__(self, bench, contestants):
        self.bench = bench
        self.contestants = contestants
        self.source = Server(bench, "source")

    def open(self, images):
        for image in images:
            image.make(self.bench.folder)
            self.source.fill(image.layout, f"{image.repository}:1")
        self.source.start()
