# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that are compared: how each is told to pull, push and copy.

A place is "host:port"; names in registries are host:port/repository:1, the name in
a layout is 1. Whatever is not possible raises NotImplementedError and is left out.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile


class Contestant:
    """One program. Targets and layouts are paths of OCI layouts."""

    environment = {}
    inside = ()  # what is to run it
    pulls_over_links = True

    def __init__(self, program, label=None):
        self.program = program
        self.label = label or self.kind

    def version_of(self, *arguments):
        try:
            done = subprocess.run([self.program, *arguments], text=True, capture_output=True,
                                  timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
        return found[0] if found else ""

    def version(self):
        return self.version_of("--version")

    def pull(self, name, target):
        raise NotImplementedError

    def push(self, layout, name):
        raise NotImplementedError

    def copy(self, source, destination):
        raise NotImplementedError

    def holds(self, target):
        """How many bytes of blobs are in a target now."""
        return sum(path.stat().st_size for path in (pathlib.Path(target) / "blobs").rglob("*")
                   if path.is_file())

    def remove(self, target):
        shutil.rmtree(target, ignore_errors=True)


class Longshore(Contestant):
    kind = "Longshore"

    def version(self):
        return ""

    def pull(self, name, target):
        return [self.program, "pull", name, f"oci:{target}"]

    def push(self, layout, name):
        return [self.program, "push", f"oci:{layout}:1", name]

    def copy(self, source, destination):
        return [self.program, "copy", source, destination]


class Skopeo(Contestant):
    kind = "skopeo"
    # Also root's remembers in the home where blobs are, which is emptied, and not in /var.
    environment = {"_CONTAINERS_ROOTLESS_UID": "1000"}

    def _copy(self, *arguments):
        return [self.program, "--insecure-policy", "copy", "--quiet", *arguments]

    def pull(self, name, target):
        return self._copy("--src-tls-verify=false", f"docker://{name}", f"oci:{target}:1")

    def push(self, layout, name):
        return self._copy("--dest-tls-verify=false", f"oci:{layout}:1", f"docker://{name}")

    def copy(self, source, destination):
        return self._copy("--src-tls-verify=false", "--dest-tls-verify=false",
                          f"docker://{source}", f"docker://{destination}")


class Podman(Contestant):
    """Unpacks what it pulls; what it would push it packs again, which is another work."""

    kind = "podman"
    pulls_over_links = False

    def __init__(self, program, label=None):
        super().__init__(program, label)
        # It refuses one with a long name.
        self.run = tempfile.TemporaryDirectory(prefix="bench-")
        if os.geteuid() == 0:
            # What it mounts in its storage is gone with it.
            self.inside = ("unshare", "--mount")

    def pull(self, name, target):
        return [self.program, "--root", f"{target}/storage", "--runroot", self.run.name,
                "--storage-driver", "overlay", "pull", "--quiet", "--tls-verify=false", name]

    def holds(self, target):
        return None

    def remove(self, target):
        if os.geteuid() != 0:
            # Files of users that only it may be.
            subprocess.run([self.program, "unshare", "rm", "-rf", target], capture_output=True)
        super().remove(target)


class Oras(Contestant):
    kind = "oras"

    def version(self):
        return self.version_of("version")

    def pull(self, name, target):
        return [self.program, "cp", "--no-tty", "--from-plain-http", name,
                "--to-oci-layout", f"{target}:1"]

    def push(self, layout, name):
        return [self.program, "cp", "--no-tty", "--from-oci-layout", f"{layout}:1",
                "--to-plain-http", name]

    def copy(self, source, destination):
        return [self.program, "cp", "--no-tty", "--from-plain-http", source,
                "--to-plain-http", destination]


class Crane(Contestant):
    kind = "crane"

    def version(self):
        return self.version_of("version")

    def pull(self, name, target):
        return [self.program, "pull", "--insecure", "--format=oci", name, target]

    def push(self, layout, name):
        return [self.program, "push", "--insecure", layout, name]

    def copy(self, source, destination):
        return [self.program, "copy", "--insecure", source, destination]


class Regctl(Contestant):
    kind = "regctl"

    def version(self):
        return self.version_of("version")

    def _copy(self, source, destination):
        hosts = {name.split("/")[0] for name in (source, destination)
                 if not name.startswith("ocidir:")}
        return [self.program, *(f"--host=reg={host},tls=disabled" for host in sorted(hosts)),
                "image", "copy", source, destination]

    def pull(self, name, target):
        return self._copy(name, f"ocidir://{target}:1")

    def push(self, layout, name):
        return self._copy(f"ocidir://{layout}:1", name)

    def copy(self, source, destination):
        return self._copy(source, destination)


KINDS = {kind.kind: kind for kind in (Skopeo, Podman, Oras, Crane, Regctl)}


def find(transfer, more):
    """Longshore first, then every peer that is on the PATH, then those of --peer KIND=PROGRAM."""
    found = [Longshore(str(transfer))]
    found += [kind(name) for name, kind in KINDS.items() if shutil.which(name)]
    for kind, program in more:
        found.append(KINDS[kind](program, pathlib.Path(program).name))
    for contestant in found:
        version = contestant.version()
        if version and version not in contestant.label:
            contestant.label += f" {version}"
    return found
