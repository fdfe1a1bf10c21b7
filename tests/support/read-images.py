#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads images as anybody else would, who knows the specifications and nothing of
Longshore: every blob is read and hashed. One question a line, one answer a line:

    layout DIRECTORY                 ->  ok NAME=DIGEST NAME=DIGEST ...
    registry PORT REPOSITORY TAG     ->  ok DIGEST, or: none
                                         or: bad WHY

Python's standard library only.
"""

import hashlib
import http.client
import json
import pathlib
import sys

INDEXES = ("application/vnd.oci.image.index.v1+json",
           "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json",
             "application/vnd.docker.distribution.manifest.v2+json")
REF_NAME = "org.opencontainers.image.ref.name"


class Bad(Exception):
    pass


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def check_graph(descriptor, read, may_lack):
    """Whatever the descriptor leads to is there and is what it is called. Of an
    index, a platform may be missing if may_lack, but not all and not in part."""
    data = read(descriptor)
    if data is None:
        return False
    if len(data) != descriptor["size"] or digest_of(data) != descriptor["digest"]:
        raise Bad(f"{descriptor['digest']} is something else")

    kind = descriptor["mediaType"]
    if kind in INDEXES:
        found = [check_graph(child, read, may_lack) for child in json.loads(data)["manifests"]]
        if not any(found) or (not may_lack and not all(found)):
            raise Bad(f"index {descriptor['digest']} lacks images")
    elif kind in MANIFESTS:
        manifest = json.loads(data)
        for child in [manifest["config"], *manifest["layers"]]:
            if not check_graph(child, read, may_lack):
                raise Bad(f"manifest {descriptor['digest']} lacks {child['digest']}")
    return True


def read_layout(directory):
    root = pathlib.Path(directory)
    if json.loads((root / "oci-layout").read_text())["imageLayoutVersion"] != "1.0.0":
        raise Bad("another version of the layout")

    blobs = {}
    for path in (root / "blobs").glob("*/*"):
        data = path.read_bytes()
        if path.parent.name != "sha256" or digest_of(data) != f"sha256:{path.name}":
            raise Bad(f"the blob {path.name} is something else")
        blobs[digest_of(data)] = data

    index = json.loads((root / "index.json").read_text())
    if index["schemaVersion"] != 2:
        raise Bad("another version of the index")
    names = []
    for descriptor in index["manifests"]:
        if not check_graph(descriptor, lambda child: blobs.get(child["digest"]), True):
            raise Bad(f"{descriptor['digest']} is listed and missing")
        name = descriptor.get("annotations", {}).get(REF_NAME)
        if name:
            names.append(f"{name}={descriptor['digest']}")
    return " ".join(["ok", *sorted(names)])


def read_registry(port, repository, tag):
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)

    def get(path):
        connection.request("GET", f"/v2/{repository}/{path}",
                           headers={"Accept": ", ".join(INDEXES + MANIFESTS)})
        reply = connection.getresponse()
        data = reply.read()
        if reply.status not in (200, 404):
            raise Bad(f"{path} is answered with {reply.status}")
        return data if reply.status == 200 else None, reply.headers.get("Content-Type")

    def read(descriptor):
        is_manifest = descriptor["mediaType"] in INDEXES + MANIFESTS
        return get(("manifests/" if is_manifest else "blobs/") + descriptor["digest"])[0]

    data, kind = get(f"manifests/{tag}")
    if data is None:
        return "none"
    check_graph({"mediaType": kind, "digest": digest_of(data), "size": len(data)}, read, False)
    connection.close()
    return f"ok {digest_of(data)}"


def main():
    for line in sys.stdin:
        what, *arguments = line.split()
        try:
            answer = (read_layout if what == "layout" else read_registry)(*arguments)
        except (Bad, OSError, ValueError, KeyError, TypeError) as error:
            answer = f"bad {type(error).__name__}: {error}".replace("\n", " ")
        print(answer, flush=True)


if __name__ == "__main__":
    main()
