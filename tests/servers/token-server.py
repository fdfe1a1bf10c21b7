#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token server for a docker-registry, as auth.docker.io is for Docker Hub.

    GET  /token?service=&scope=&account=          with Basic, or anonymous
    POST /token   grant_type=refresh_token&...    the OAuth2 form

Signs RS256 tokens with --key and puts --cert into their x5c header, so that every
registry verifies them whose rootcertbundle holds the certificate:

    auth: {token: {realm: 'http://127.0.0.1:PORT/token', service: SERVICE,
                   issuer: ISSUER, rootcertbundle: CERT}}

--users is a JSON object of names and passwords. A user may pull everything and
push into the namespace of that name; nobody in particular may pull library/*.
--https serves over TLS with the same key and certificate. --log gets a line for
each request: the status, the user or "-", and the scopes; never a secret.

Runs until it is ended by a signal; --port-file is written once it answers.
Needs the Python library and the openssl program, nothing else.
"""

import argparse
import base64
import http.server
import json
import pathlib
import secrets
import ssl
import subprocess
import threading
import time
import urllib.parse


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return base64url(json.dumps(value, separators=(",", ":")).encode())


class Issuer:
    """Makes tokens."""

    def __init__(self, arguments):
        self.name = arguments.issuer
        self.service = arguments.service
        self.key = arguments.key
        self.lifetime = arguments.lifetime
        certificate = pathlib.Path(arguments.cert).read_text()
        der = ssl.PEM_cert_to_DER_cert(certificate[certificate.index("-----BEGIN"):])
        self.header = compact({"typ": "JWT", "alg": "RS256",
                               "x5c": [base64.b64encode(der).decode()]})

    def issue(self, user, access):
        now = int(time.time())
        claims = compact({"iss": self.name, "sub": user or "", "aud": self.service,
                          "iat": now, "nbf": now - 10, "exp": now + self.lifetime,
                          "jti": secrets.token_hex(8), "access": access})
        text = f"{self.header}.{claims}"
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key],
                                   input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
        return f"{text}.{base64url(signature)}"


def allowed_actions(user, repository):
    if user is None:
        return {"pull"} if repository.startswith("library/") else set()
    return {"pull", "push"} if repository.startswith(f"{user}/") else {"pull"}


def grant(user, scopes):
    """The access claim: what of the scopes the user may have. Less is no error."""
    access = []
    for scope in scopes:
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        if kind == "repository" and name:
            allowed = [action for action in actions.split(",")
                       if action in allowed_actions(user, name)]
            access.append({"type": kind, "name": name, "actions": allowed})
    return access


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, body, user=None, scopes=()):
        if self.server.log:
            with self.server.lock, open(self.server.log, "a", encoding="utf-8") as log:
                log.write(f"{status} {user or '-'} {' '.join(scopes)}".rstrip() + "\n")
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self):
        self.reply(401, {"details": "incorrect username or password"})

    def answer(self, user, service, scopes, refresh_token=None):
        if service != self.server.issuer.service:
            self.reply(400, {"details": "unknown service"}, user, scopes)
            return
        token = self.server.issuer.issue(user, grant(user, scopes))
        body = {"token": token, "access_token": token,
                "expires_in": self.server.issuer.lifetime,
                "issued_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if refresh_token:
            body["refresh_token"] = refresh_token
        self.reply(200, body, user, scopes)

    def user_by_password(self):
        """The user of the Basic header; None is anonymous, False is a wrong password."""
        scheme, _, encoded = self.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        try:
            user, _, password = base64.b64decode(encoded).decode().partition(":")
        except ValueError:
            return False
        right = self.server.users.get(user)
        is_right = right is not None and secrets.compare_digest(right, password)
        return user if scheme.lower() == "basic" and is_right else False

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        user = self.user_by_password()
        if url.path != "/token":
            self.reply(404, {"details": "not found"})
        elif user is False:
            self.refuse()
        else:
            refresh_token = None
            if user and "offline_token" in query:
                refresh_token = secrets.token_urlsafe(24)
                self.server.refresh_tokens[refresh_token] = user
            self.answer(user, query.get("service", [""])[0], query.get("scope", []), refresh_token)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        form = urllib.parse.parse_qs(self.rfile.read(min(length, 65536)).decode())
        refresh_token = form.get("refresh_token", [""])[0]
        user = self.server.refresh_tokens.get(refresh_token)
        if form.get("grant_type") != ["refresh_token"] or user is None:
            self.refuse()
        else:
            self.answer(user, form.get("service", [""])[0],
                        form.get("scope", [""])[0].split(), refresh_token)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, arguments):
        super().__init__(("127.0.0.1", arguments.port), Handler)
        self.issuer = Issuer(arguments)
        self.users = json.loads(pathlib.Path(arguments.users).read_text())
        self.refresh_tokens = dict(pair.split("=", 1) for pair in arguments.refresh_token)
        self.log = arguments.log
        self.lock = threading.Lock()
        if arguments.https:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(arguments.cert, arguments.key)
            self.socket = context.wrap_socket(self.socket, server_side=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--port-file", help="gets the port in the end")
    parser.add_argument("--key", required=True, help="an RSA key (PEM)")
    parser.add_argument("--cert", required=True, help="its certificate (PEM)")
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--service", required=True)
    parser.add_argument("--users", required=True, help="a JSON object: names and passwords")
    parser.add_argument("--lifetime", type=int, default=300, help="of a token, in seconds")
    parser.add_argument("--refresh-token", action="append", default=[], metavar="TOKEN=USER",
                        help="an identity token that is valid from the start")
    parser.add_argument("--https", action="store_true")
    parser.add_argument("--log")
    arguments = parser.parse_args()

    server = Server(arguments)
    if arguments.port_file:
        temporary = pathlib.Path(arguments.port_file + ".new")
        temporary.write_text(f"{server.server_port}\n")
        temporary.rename(arguments.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
