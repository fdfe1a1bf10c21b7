# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one program once, and says what it took."""

import dataclasses
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tour"))

from processes import Failure  # noqa: E402

# What the programs might find in the environment and go another way for.
FOREIGN = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
           "no_proxy", "NO_PROXY", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "LS_TRANSFER_LOGIN")


@dataclasses.dataclass
class Cost:
    seconds: float
    cpu: float  # seconds
    memory: float  # MiB at the peak
    requests: float = 0


def median(costs):
    """One cost out of several, each part by itself."""
    return Cost(*(statistics.median(part) for part in zip(*map(dataclasses.astuple, costs))))


class Bench:
    """Where everything is: programs that are built, folders, environment."""

    def __init__(self, tools, folder):
        self.folder = pathlib.Path(folder)
        self.tools = pathlib.Path(tools).resolve()
        self.transfer = self.tools / "ls-transfer"
        self.home = self.folder / "home"
        self.home.mkdir()
        self.environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        self.environment.update(
            HOME=str(self.home),
            XDG_CONFIG_HOME=str(self.home / "config"),
            XDG_DATA_HOME=str(self.home / "data"),
            XDG_CACHE_HOME=str(self.home / "cache"),
        )

    def speak_http_with(self, places):
        """Tells Longshore that these registries have no TLS, as the others' options do."""
        settings = self.home / "config" / "longshore" / "registries.conf"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("".join(f"[{place}]\nlocation=http://{place}\n"
                                    "insecure=true\n" for place in places))

    def forget(self):
        """Lets no program remember what it did before, nor pay for what others wrote."""
        shutil.rmtree(self.home / "data", ignore_errors=True)
        os.sync()

    def measure(self, command, contestant, inside=()):
        """Runs a contestant's command (inside of another, such as nsenter); returns its cost."""
        inside = (*inside, *contestant.inside)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="cost-") as report:
            done = subprocess.run(
                [str(part) for part in (*inside, self.tools / "measure", report.name, *command)],
                env={**self.environment, **contestant.environment},
                stdin=subprocess.DEVNULL, capture_output=True)
            if done.returncode != 0:
                complaint = (done.stderr or done.stdout).decode(errors="replace").strip()
                raise Failure(f"{' '.join(map(str, command))}: {complaint[-600:]}")
            seconds, cpu, kibibytes = report.read().split()
        return Cost(float(seconds), float(cpu), int(kibibytes) / 1024)
