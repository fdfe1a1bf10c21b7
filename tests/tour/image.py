# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes real images out of files of this computer, as OCI layouts.

The first layer holds a shell and what it needs to run, the next ones data; each
image has a configuration with a history, and one has an index of two platforms.
"""

import datetime
import gzip
import hashlib
import io
import json
import pathlib
import platform
import random
import shutil
import subprocess
import tarfile

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "riscv64": "riscv64",
                 "ppc64le": "ppc64le", "s390x": "s390x", "i686": "386"}
ARCHITECTURE = ARCHITECTURES.get(platform.machine(), platform.machine())
OTHER_ARCHITECTURE = "arm64" if ARCHITECTURE != "arm64" else "amd64"

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Layer:
    def __init__(self, made_by, tar, level=1):
        self.made_by = made_by
        self.diff_id = "sha256:" + hashlib.sha256(tar).hexdigest()
        self.bytes = gzip.compress(tar, compresslevel=level, mtime=0)


def _tar(add):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        add(archive)
    return buffer.getvalue()


def _anonymous(member):
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = "root"
    return member


def programs_layer(*names):
    """A layer with programs of this computer and the libraries that they load."""
    files = set()
    for name in names:
        program = shutil.which(name)
        files.add(program)
        listing = subprocess.run(["ldd", program], text=True, capture_output=True).stdout
        files.update(word for word in listing.split() if word.startswith("/"))

    def add(archive):
        for path in sorted(files):
            member = archive.gettarinfo(str(pathlib.Path(path).resolve()), arcname=path.lstrip("/"))
            with open(path, "rb") as content:
                archive.addfile(_anonymous(member), content)

    return Layer("COPY " + " ".join(names) + " /", _tar(add))


def folder_layer(path, target):
    return Layer(f"COPY {path} /{target}",
                 _tar(lambda archive: archive.add(path, arcname=target, filter=_anonymous)))


def data_layer(name, size, seed):
    """A layer of bytes that do not compress."""

    def add(archive):
        member = tarfile.TarInfo(f"srv/{name}")
        member.size = size
        archive.addfile(member, io.BytesIO(random.Random(seed).randbytes(size)))

    return Layer(f"ADD {name} /srv/{name}", _tar(add), level=0)


def text_layer(path, text):
    def add(archive):
        member = tarfile.TarInfo(path)
        member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))

    return Layer(f"COPY {path} /{path}", _tar(add))


class Layout:
    """An OCI image layout in a folder, to be read by skopeo."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.entries = []
        (self.folder / "blobs" / "sha256").mkdir(parents=True)
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    def _put(self, content, media_type):
        digest = hashlib.sha256(content).hexdigest()
        (self.folder / "blobs" / "sha256" / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    def put_json(self, value, media_type):
        return self._put(json.dumps(value, indent=1).encode(), media_type)

    def _image(self, layers, days_old, architecture):
        created = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days_old)
        stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
        config = {
            "created": stamp,
            "architecture": architecture,
            "os": "linux",
            "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/usr/bin:/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            "history": [{"created": stamp, "created_by": layer.made_by} for layer in layers],
        }
        return self.put_json({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.put_json(config, CONFIG),
            "layers": [self._put(layer.bytes, LAYER) for layer in layers],
        }, MANIFEST)

    def add_image(self, tags, layers, days_old):
        self.name(self._image(layers, days_old, ARCHITECTURE), tags)

    def add_index(self, tags, layers, days_old):
        """An index of this computer's platform and another."""
        manifests = []
        for architecture in (OTHER_ARCHITECTURE, ARCHITECTURE):
            manifest = self._image(layers, days_old, architecture)
            manifest["platform"] = {"os": "linux", "architecture": architecture}
            manifests.append(manifest)
        self.name(self.put_json({"schemaVersion": 2, "mediaType": INDEX,
                                   "manifests": manifests}, INDEX), tags)

    def name(self, descriptor, tags):
        self.entries += [
            {**descriptor, "annotations": {"org.opencontainers.image.ref.name": tag}}
            for tag in tags]
        (self.folder / "index.json").write_text(json.dumps(
            {"schemaVersion": 2, "mediaType": INDEX, "manifests": self.entries}))


def make_ubuntu(folder):
    """ubuntu:24.04 and latest (one index of two platforms), 18.04 and 26.04 (one image each)."""
    layout = Layout(folder)
    base = programs_layer("sh", "ls", "cat", "uname")
    zones = folder_layer("/usr/share/zoneinfo", "usr/share/zoneinfo")
    layout.add_index(("24.04", "latest"), [
        base, zones,
        data_layer("archive-a.bin", 14 << 20, 24), data_layer("archive-b.bin", 9 << 20, 2404),
        text_layer("etc/os-release", 'PRETTY_NAME="An image of the tour, 24.04"\n'),
    ], days_old=10)
    layout.add_image(("18.04",), [
        base, data_layer("archive-c.bin", 18 << 20, 18),
        text_layer("etc/os-release", 'PRETTY_NAME="An image of the tour, 18.04"\n'),
    ], days_old=56)
    layout.add_image(("26.04",), [base, data_layer("archive-d.bin", 20 << 20, 26)], days_old=2)
    return layout
