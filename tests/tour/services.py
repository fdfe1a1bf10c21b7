# SPDX-License-Identifier: GPL-3.0-or-later
"""The registries of the tour: a real docker-registry in Docker Hub's place, with
token authentication and Hub's web API beside it, and a second one with htpasswd
and TLS by a certificate authority of its own."""

import json
import pathlib
import socket
import threading
import time
import urllib.request

from processes import Failure, run, wait_until

SERVERS = pathlib.Path(__file__).resolve().parent.parent / "servers"
SERVICE = "registry.longshore.test"
ISSUER = "longshore-test-issuer"

# What Docker Hub says with every manifest.
PULL_LIMIT = (", headers: {RateLimit-Limit: ['100;w=21600'], RateLimit-Remaining: ['76;w=21600'], "
              "Docker-RateLimit-Source: [192.0.2.1]}")


def free_port(wanted=0):
    """A port that nobody listens on: the one wanted, or any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise Failure("no port is free")


class SlowLine:
    """A port that leads to another and lets only so many bytes a second come back."""

    BLOCK = 16 * 1024

    def __init__(self, target):
        self.target = target
        self.bytes_per_second = 0  # 0: as fast as it goes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source, sink):
        try:
            while True:
                block = source.recv(self.BLOCK)
                if not block:
                    break
                sink.sendall(block)
                if self.bytes_per_second:
                    time.sleep(len(block) / self.bytes_per_second)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, sink):
                end.close()


class Registry:
    """One docker-registry: its folder, port, log and how it is configured."""

    def __init__(self, session, folder, name, port=0):
        self.session = session
        self.folder = pathlib.Path(folder) / name
        self.name = name
        self.address = "127.0.0.1"
        self.port = free_port(port)
        self.storage = self.folder / "data"
        self.storage.mkdir(parents=True)
        self.process = None

    def configuration(self, http="", auth=""):
        return (f"version: 0.1\n"
                f"log: {{level: info}}\n"
                f"storage: {{filesystem: {{rootdirectory: {self.storage}}}, "
                f"delete: {{enabled: true}}, maintenance: {{uploadpurging: {{enabled: false}}}}}}\n"
                f"http: {{addr: '{self.address}:{self.port}', secret: tour{http}}}\n{auth}")

    def start(self, http="", auth=""):
        """Starts to serve, on another port when somebody has taken this one meanwhile."""
        path = self.folder / "config.yml"
        for _ in range(5):
            path.write_text(self.configuration(http, auth))
            log = self.session.log_of(self.name)
            self.process = self.session.start(["docker-registry", "serve", path], self.name)
            # That the port answers says nothing about who answers.
            wait_until(lambda: self.process.poll() is not None
                       or "listening on" in self.session.log_of(self.name)[len(log):],
                       f"the registry {self.name}")
            if self.process.poll() is None:
                return
            self.port = free_port()
        raise Failure(f"the registry {self.name} does not start: "
                      f"{self.session.log_of(self.name)[-300:]}")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def fill(self, layout, copies):
        """Puts images in, past all authentication: an open registry on the same folder."""
        self.start()
        for tag, name in copies:
            run(["skopeo", "--insecure-policy", "copy", "--quiet", "--all", "--dest-tls-verify=false",
                 f"oci:{layout}:{tag}", f"docker://127.0.0.1:{self.port}/{name}"],
                env=self.session.environment)
        self.stop()


class Certificates:
    """A certificate authority, and a key and certificate for this computer by it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.authority = self.folder / "trust" / "ca.crt"
        self.authority.parent.mkdir()
        self.certificate = self.folder / "server.crt"
        self.key = self.folder / "server.key"
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                      "-subj", "/CN=Harbour authority", "-keyout", "ca.key", "-out", self.authority)
        (self.folder / "extensions").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
                      "-keyout", "server.key", "-out", "server.csr")
        self._openssl("x509", "-req", "-in", "server.csr", "-CA", self.authority, "-CAkey", "ca.key",
                      "-CAcreateserial", "-days", "2", "-extfile", "extensions",
                      "-out", "server.crt")

    def _openssl(self, *arguments):
        run(["openssl", *arguments], cwd=self.folder)


class Harbour:
    """All the servers of the tour."""

    def __init__(self, session, folder, hub_users, private_users):
        self.session = session
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.certificates = Certificates(self.folder / "certificates")
        self.hub = Registry(session, self.folder, "registry-hub")
        # The port that everybody's own registry has, if it is free: it looks familiar.
        self.private = Registry(session, self.folder, "registry-private", port=5000)
        self.line = None
        self.hub_users = hub_users
        self.private_users = private_users
        self.hub_api_port = None

    def open(self, layout, copies):
        self.hub.fill(layout, copies)
        realm = self._start_token_server()
        self.hub.start(
            http=PULL_LIMIT,
            auth=f"auth: {{token: {{realm: '{realm}', service: {SERVICE}, "
                 f"issuer: {ISSUER}, rootcertbundle: {self.certificates.certificate}}}}}\n")
        self.line = SlowLine(self.hub.port)
        self.private.start(
            http=f", tls: {{certificate: {self.certificates.certificate}, "
                 f"key: {self.certificates.key}}}",
            auth=f"auth: {{htpasswd: {{realm: Harbour, path: {self._write_htpasswd()}}}}}\n")
        self._start_hub_api()

    def _write_htpasswd(self):
        path = self.folder / "htpasswd"
        path.write_text("".join(
            run(["htpasswd", "-niB", user], input=password).strip() + "\n"
            for user, password in self.private_users.items()))
        return path

    def _start_server(self, name, *arguments):
        port_file = self.folder / f"{name}.port"
        self.session.start([SERVERS / f"{name}.py", "--port", "0", "--port-file", port_file,
                            *arguments], name)
        wait_until(lambda: port_file.exists() and port_file.read_text().strip(), f"the {name}")
        return int(port_file.read_text())

    def _start_token_server(self):
        users = self.folder / "users.json"
        users.write_text(json.dumps(self.hub_users))
        port = self._start_server("token-server", "--key", self.certificates.key,
                                  "--cert", self.certificates.certificate, "--issuer", ISSUER,
                                  "--service", SERVICE, "--users", users)
        return f"http://127.0.0.1:{port}/token"

    def _start_hub_api(self):
        self.hub_api_port = self._start_server(
            "hub-server", "--catalogue", SERVERS / "hub-catalogue.json",
            "--log", self.session.logs / "hub-requests.log")

    def refuse(self, how, path=None):
        """Makes Hub's web API refuse (None: answer again); see hub-server.py."""
        order = {"how": how} | ({"path": path} if path else {})
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.hub_api_port}/control/refuse", method="PUT",
            data=json.dumps(order).encode())
        with urllib.request.urlopen(request) as reply:
            if reply.status != 200:
                raise Failure("the stand-in for Docker Hub's web API takes no orders")

    @property
    def private_name(self):
        return f"localhost:{self.private.port}"

    def settings(self):
        """What registries.conf has to say about all this."""
        api = f"http://127.0.0.1:{self.hub_api_port}"
        return (f"[docker.io]\n"
                f"location=http://127.0.0.1:{self.line.port}\n"
                f"api={api}\n"
                f"search={api}\n\n"
                f"[{self.private_name}]\n"
                f"ca={self.certificates.authority}\n")
