# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine itself needs for a pull: curl of the same blobs to disk, and one
SHA-256 pass over them."""

import os
import shlex

from contestants import Contestant

# Below this, starting a program for a blob costs more than the blob.
LARGE = 1 << 20
STREAMS = 4


class Floor(Contestant):
    kind = "curl + openssl"

    def __init__(self):
        super().__init__("curl")

    def version(self):
        return ""

    def holds(self, target):
        return None

    def pull_blobs(self, place, image, target):
        """Large blobs one by one, several at a time, each hashed on its way; the small ones
        by one curl with as many streams, then hashed together."""
        url = f"http://{place}/v2/{image.repository}/blobs"
        large = [blob["digest"] for blob in image.blobs if blob["size"] >= LARGE]
        small = [blob["digest"] for blob in image.blobs if blob["size"] < LARGE]
        script = ["set -e", f"cd {shlex.quote(str(target))}"]
        if small:
            (target / "config").write_text("".join(
                f'url = "{url}/{digest}"\noutput = "{digest[7:]}"\n' for digest in small))
            script.append(f"curl -sSf --parallel --parallel-max {STREAMS} --config config")
            script.append("openssl dgst -sha256 " + " ".join(digest[7:] for digest in small))
        if len(large) > 1:
            (target / "digests").write_text("".join(f"{digest[7:]}\n" for digest in large))
            script.append(
                f"xargs -P {min(STREAMS, os.cpu_count())} -I DIGEST sh -c 'curl -sSf -o DIGEST "
                f"{url}/sha256:DIGEST && openssl dgst -sha256 DIGEST' < digests")
        for digest in large if len(large) == 1 else ():
            script.append(f"curl -sSf {url}/{digest} | tee {digest[7:]} | openssl dgst -sha256")
        return ["sh", "-c", "\n".join(script)]
