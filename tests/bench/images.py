# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes images of a given number of layers of a given size, as OCI layouts.

The layers are tar archives of one file that does not compress, so what is measured
is moving and hashing. They are written in pieces: the size does not matter.
"""

import datetime
import gzip
import hashlib
import io
import os
import pathlib
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tour"))

import image  # noqa: E402

PIECE = 1 << 20


class HashingFile:
    """Passes on what is written, and hashes it."""

    def __init__(self, sink):
        self.sink = sink
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data):
        self.hash.update(data)
        self.size += len(data)
        return self.sink.write(data)

    def flush(self):
        self.sink.flush()

    @property
    def digest(self):
        return f"sha256:{self.hash.hexdigest()}"


class Noise(io.RawIOBase):
    """So many bytes without a pattern."""

    def __init__(self, size):
        self.left = size

    def read(self, size=-1):
        size = min(self.left, PIECE if size < 0 else size)
        self.left -= size
        return os.urandom(size)


def _write_layer(blobs, number, size):
    """Writes one layer; returns its descriptor and the digest of what is inside."""
    path = blobs / "incomplete"
    with open(path, "wb") as file:
        outer = HashingFile(file)
        with gzip.GzipFile(fileobj=outer, mode="wb", compresslevel=0, mtime=0) as packed:
            inner = HashingFile(packed)
            with tarfile.open(fileobj=inner, mode="w|", bufsize=PIECE) as archive:
                member = tarfile.TarInfo(f"srv/{number}.bin")
                member.size = size
                archive.addfile(member, Noise(size))
    path.rename(blobs / outer.hash.hexdigest())
    return {"mediaType": image.LAYER, "digest": outer.digest, "size": outer.size}, inner.digest


def make_image(folder, layers, size):
    """Makes a layout with one image, whose name in there is 1."""
    layout = image.Layout(folder)
    blobs = layout.folder / "blobs" / "sha256"
    written = [_write_layer(blobs, number, size) for number in range(layers)]
    created = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    config = {
        "created": created,
        "architecture": image.ARCHITECTURE,
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in written]},
        "history": [{"created": created, "created_by": "ADD"} for _ in written],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": image.MANIFEST,
        "config": layout.put_json(config, image.CONFIG),
        "layers": [descriptor for descriptor, _ in written],
    }
    layout.name(layout.put_json(manifest, image.MANIFEST), ("1",))
    return layout.folder
