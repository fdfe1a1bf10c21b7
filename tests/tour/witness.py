# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs say about what Longshore did: skopeo about registries and
the store, secret-tool about the keyring, and a plain search about files."""

import base64
import hashlib
import pathlib
import subprocess

from processes import Failure

HUB_SERVER = "https://index.docker.io/v1/"


def _raw_manifest(tour, *arguments):
    done = subprocess.run(["skopeo", "inspect", "--raw", *arguments], capture_output=True,
                          env=tour.session.environment)
    if done.returncode != 0:
        raise Failure(f"skopeo does not find {arguments[-1]}: {done.stderr.decode().strip()}")
    return done.stdout


def _digest(raw):
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def in_store(tour, name):
    """The digest of an image in the store on this computer."""
    return _digest(_raw_manifest(tour, f"oci:{tour.store}:{name}"))


def is_in_store(tour, name):
    try:
        in_store(tour, name)
    except Failure:
        return False
    return True


def at_hub(tour, repository):
    """The digest of an image at the registry in Docker Hub's place."""
    return _digest(_raw_manifest(
        tour, "--tls-verify=false", "--creds", f"{tour.hub_user}:{tour.hub_password}",
        f"docker://127.0.0.1:{tour.harbour.hub.port}/{repository}"))


def at_private(tour, repository):
    """The digest of an image at the registry with a certificate of its own."""
    return _digest(_raw_manifest(
        tour, "--cert-dir", str(tour.harbour.certificates.folder / "trust"),
        "--creds", f"{tour.private_user}:{tour.private_password}",
        f"docker://{tour.harbour.private_name}/{repository}"))


def whole_in_store(tour, name):
    """Has skopeo read every blob of an image in the store, checking each digest."""
    target = tour.session.runtime / "copy"
    done = subprocess.run(
        ["skopeo", "--insecure-policy", "copy", "--quiet", f"oci:{tour.store}:{name}",
         f"dir:{target}"], capture_output=True, text=True, env=tour.session.environment)
    if done.returncode != 0:
        raise Failure(f"skopeo cannot read {name} from the store: {done.stderr.strip()}")


def secret(tour, server, username):
    """What the keyring holds under docker's attributes, or None."""
    done = subprocess.run(["secret-tool", "lookup", "server", server, "username", username],
                          capture_output=True, text=True, env=tour.session.environment)
    return done.stdout if done.returncode == 0 else None


def files_with_secrets(tour):
    """Files under the home and the logs that hold a password, as it is or in base64."""
    forms = set()
    for user, password in ((tour.hub_user, tour.hub_password),
                           (tour.private_user, tour.private_password)):
        for text in (password, f"{user}:{password}"):
            forms.add(text.encode())
            # In the middle of a longer text, base64 comes in three alignments.
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + text.encode())
                forms.add(coded[4 if shift else 0:].rstrip(b"=")[:-1])
    found = []
    for folder in (tour.session.home, tour.session.logs):
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                found += [str(path.relative_to(tour.folder))] if any(
                    form in content for form in forms) else []
    return found
