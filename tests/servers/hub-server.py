#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for Docker Hub's web API, as far as Longshore uses it.

    GET /api/search/v4?query=&from=&size=     what the site's own search answers
    GET /v1/search?q=&n=&page=                what the index answers to `docker search`

Both search one catalogue (a JSON array, see hub-catalogue.json). Requests are
written to --log, one line each. The stand-in can be told to refuse:

    PUT /control/refuse   {"how": "edge" | "code" | "rate-limit" | "error" | null,
                           "path": "/api/search/v4", "retry_after": 30}

"edge" is the HTML page of the network in front of Docker Hub (403), "code" its
short text form, "rate-limit" a 429 with Retry-After, "error" a 500; without a
path every request is refused.
"""

import argparse
import http.server
import json
import pathlib
import threading
import urllib.parse

EDGE_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>
<body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>
"""
MAX_PAGE_SIZE = 100


def find(catalogue, query):
    """The entries that match every word, the best first."""
    words = query.lower().split()

    def rank(entry):
        return (entry["name"] != query.lower(), entry["badge"] != "official", -entry["pulls"])

    def matches(entry):
        text = f"{entry['name']} {entry['description']}".lower()
        return all(word in text for word in words)

    return sorted(filter(matches, catalogue), key=rank) if words else []


def short_count(count):
    """Counts as the site rounds them: 1234567 is "1M+"."""
    for limit, unit in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= limit:
            return f"{count // limit}{unit}+"
    return str(count)


def site_answer(catalogue, parameters):
    found = find(catalogue, parameters.get("query", ""))
    size = min(int(parameters.get("size", 25)), MAX_PAGE_SIZE)
    offset = int(parameters.get("from", 0))
    return {
        "total": len(found),
        "results": [
            {
                "id": entry["name"],
                "name": entry["name"],
                "slug": entry["name"].replace("/", "-"),
                "type": "image",
                "publisher": {"id": entry["publisher"], "name": entry["publisher"]},
                "created_at": "2014-06-05T20:00:00Z",
                "updated_at": "2026-10-28T07:12:43.000000Z",
                "short_description": entry["description"],
                "badge": entry["badge"],
                "star_count": entry["stars"],
                "pull_count": short_count(entry["pulls"]),
                "logo_url": None,
                "extension_reviewed": False,
                "categories": [],
                "operating_systems": [{"name": "linux", "label": "Linux"}],
                "architectures": [{"name": "amd64", "label": "x86-64"}],
                "archived": False,
            }
            for entry in found[offset:offset + size]
        ],
    }


def index_answer(catalogue, parameters):
    query = parameters.get("q", "")
    found = find(catalogue, query)
    size = max(1, min(int(parameters.get("n", 25)), MAX_PAGE_SIZE))
    page = max(1, int(parameters.get("page", 1)))
    return {
        "num_pages": (len(found) + size - 1) // size,
        "num_results": len(found),
        "page_size": size,
        "page": page,
        "query": query,
        "results": [
            {
                "name": entry["name"],
                "description": entry["description"],
                "star_count": entry["stars"],
                "pull_count": entry["pulls"],
                "is_official": entry["badge"] == "official",
                "is_automated": entry["automated"],
                "is_trusted": entry["automated"],
            }
            for entry in found[(page - 1) * size:page * size]
        ],
    }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        parameters = dict(urllib.parse.parse_qsl(query))
        self.server.note(f"GET {self.path} agent={self.headers.get('User-Agent', '')} "
                         f"authorization={'yes' if 'Authorization' in self.headers else 'no'}")
        if self.refuse(path):
            return
        try:
            if path.rstrip("/") == "/api/search/v4":
                self.answer_json(200, site_answer(self.server.catalogue, parameters))
            elif path.rstrip("/") == "/v1/search":
                self.answer_json(200, index_answer(self.server.catalogue, parameters))
            else:
                self.answer_json(404, {"message": "object not found", "errinfo": {}})
        except ValueError as error:
            self.answer_json(400, {"fields": {"query": [str(error)]}, "text": str(error)})

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/control/refuse":
            self.answer_json(404, {"message": "object not found", "errinfo": {}})
            return
        self.server.refusal = json.loads(body)
        self.answer_json(200, {})

    def refuse(self, path):
        refusal = self.server.refusal
        how = refusal.get("how")
        if not how or refusal.get("path", path) != path:
            return False
        if how == "edge":
            self.answer(403, "text/html; charset=UTF-8", EDGE_PAGE.encode(), {"Server": "cloudflare"})
        elif how == "code":
            self.answer(403, "text/plain; charset=UTF-8", b"error code: 1010", {})
        elif how == "rate-limit":
            seconds = str(refusal.get("retry_after", 60))
            body = json.dumps({"detail": "Rate limit exceeded", "error": False}).encode()
            self.answer(429, "application/json", body, {"Retry-After": seconds})
        else:
            self.answer_json(500, {"message": "internal error", "errinfo": {}})
        return True

    def answer_json(self, status, value):
        self.answer(status, "application/json", json.dumps(value).encode(), {})

    def answer(self, status, media_type, body, headers):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class HubServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, catalogue, log):
        super().__init__(("127.0.0.1", port), Handler)
        self.catalogue = catalogue
        self.refusal = {}
        self.log = log
        self.log_lock = threading.Lock()

    def note(self, line):
        if self.log:
            with self.log_lock:
                print(line, file=self.log, flush=True)


def main():
    parser = argparse.ArgumentParser(description="A stand-in for Docker Hub's web API.")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--port-file", help="where to write the port once it listens")
    parser.add_argument("--catalogue", required=True, help="JSON array of repositories")
    parser.add_argument("--log", help="where to write one line for each request")
    options = parser.parse_args()
    catalogue = json.loads(pathlib.Path(options.catalogue).read_text())
    log = open(options.log, "a") if options.log else None
    server = HubServer(options.port, catalogue, log)
    if options.port_file:
        path = pathlib.Path(options.port_file)
        part = path.with_suffix(".part")
        part.write_text(f"{server.server_address[1]}\n")
        part.rename(path)
    server.serve_forever()


if __name__ == "__main__":
    main()
