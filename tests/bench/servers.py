# SPDX-License-Identifier: GPL-3.0-or-later
"""The registries of the benchmark, and the count of what they were asked for."""

import itertools
import pathlib
import re
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tour"))

import processes  # noqa: E402
from services import Registry  # noqa: E402

REQUEST = re.compile(rb'"(?:GET|HEAD|PUT|POST|PATCH|DELETE) /v2/')
# The access log gets its line after the reply has gone.
LOG_DELAY = 0.05

_numbers = itertools.count()
_running = []


class Place:
    """What a registry needs to know of where it runs."""

    def __init__(self, bench):
        self.folder = bench.folder
        self.environment = bench.environment
        self.inside = []  # what is to run the registry

    def start(self, command, name):
        return processes.start([*self.inside, *command], self.folder / f"{name}.log",
                               env=self.environment)

    def log_of(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""


class Server:
    """A docker-registry on the loopback interface, with storage of its own."""

    def __init__(self, bench, kind="fresh"):
        self.bench = bench
        self.registry = Registry(Place(bench), bench.folder, f"{kind}-{next(_numbers)}")
        self.log = bench.folder / f"{self.registry.name}.log"

    def fill(self, layout, name):
        self.registry.fill(layout, [("1", name)])

    def start(self):
        self.registry.start()
        _running.append(self.place)
        self.bench.speak_http_with(_running)
        return self

    @property
    def place(self):
        return f"127.0.0.1:{self.registry.port}"

    def count_requests(self):
        """How many requests there have been."""
        time.sleep(LOG_DELAY)
        return len(REQUEST.findall(self.log.read_bytes()))

    def remove(self):
        """Ends it and deletes all that it has."""
        if self.place in _running:
            self.registry.stop()
            _running.remove(self.place)
        shutil.rmtree(self.registry.folder)
        self.log.unlink(missing_ok=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.remove()
