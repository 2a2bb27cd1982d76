"""A stand-in for the Hugging Face hub: real HTTP on 127.0.0.1, the endpoints a download uses."""

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class StandInHub:
    """Serves `files` ("org/repo/name" to bytes); records what was asked for.

    `pause_after`: a GET sends so many bytes and then waits for `go_on`, so that a test can stop a
    download in the middle.  `break_after`: it sends so many and drops the connection, once.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.ranges: list[str | None] = []  # the Range of each GET
        self.requests: list[str] = []  # "HEAD /path"
        self.bytes_sent = 0
        self.pause_after: int | None = None
        self.break_after: int | None = None
        self.knows_ranges = True
        self.wrong_checksum = False
        self.sends_more = False
        self.go_on = threading.Event()
        hub = self

        class Handler(_HubHandler):
            owner = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False  # closing waits for every request
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "StandInHub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _HubHandler(BaseHTTPRequestHandler):
    owner: StandInHub
    protocol_version = "HTTP/1.0"  # a connection a request, so that none keeps the server open

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self, *, with_body: bool) -> None:
        hub = self.owner
        hub.requests.append(f"{self.command} {self.path}")
        match = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self.path)
        content = hub.files.get(f"{match[1]}/{match[3]}") if match else None
        if content is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = 0
        asked = self.headers.get("Range")
        if with_body:
            hub.ranges.append(asked)
        if asked and hub.knows_ranges:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
        checksum = "0" * 64 if hub.wrong_checksum else hashlib.sha256(content).hexdigest()
        self.send_response(206 if start else 200)
        self.send_header("ETag", f'"{checksum}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if not (with_body and hub.sends_more):
            self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if with_body:
            self._send(content[start:] + (content if hub.sends_more else b""))

    def _send(self, body: bytes) -> None:
        hub = self.owner
        try:
            if hub.break_after is not None:
                part, hub.break_after = body[: hub.break_after], None
                self.wfile.write(part)
                hub.bytes_sent += len(part)
                self.close_connection = True
                return
            if hub.pause_after is not None:
                part, body = body[: hub.pause_after], body[hub.pause_after :]
                self.wfile.write(part)
                hub.bytes_sent += len(part)
                hub.go_on.wait(30)
            self.wfile.write(body)
            hub.bytes_sent += len(body)
        except OSError:
            self.close_connection = True  # the client hung up, as a cancelled download does
