"""A stand-in for a web server that has photos: real HTTP on 127.0.0.1, with the faults of many."""

import re
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from cdul_app.photos.elsewhere.web_files import forget_client


class StandInServer:
    """Serves `files` by their paths; `faults` say what is wrong with one of them.

    Faults: "no ranges", "broken off", "broken off once", "busy once", "gzip", "unending",
    "another part", a status as "403", and "to URL", which sends the client on.
    latency : seconds before each answer.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        faults: Mapping[str, str] | None = None,
        *,
        latency: float = 0.0,
    ) -> None:
        self.files = dict(files)
        self.faults = dict(faults or {})
        self.latency = latency
        self.requests: list[str] = []  # "GET /path bytes=0-9"
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.open: list[socket.socket] = []
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "StandInServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        forget_client()

    def stop(self) -> None:
        """Nobody listens any more; connections that are open are closed."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for each in self.open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is none."""


class _Handler(BaseHTTPRequestHandler):
    server_of: StandInServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server_of.connections += 1
        self.server_of.open.append(self.connection)

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        owner = self.server_of
        owner.requests.append(f"{self.command} {self.path} {self.headers.get('Range', '')}".strip())
        owner.headers.append(dict(self.headers))
        time.sleep(owner.latency)
        path = unquote(self.path.partition("?")[0])
        fault = owner.faults.get(path, "")
        if fault.endswith(" once"):
            owner.faults[path] = ""
        content = owner.files.get(path)
        if fault == "busy once":
            self._head(503, {"Retry-After": "0"}, 0)
        elif fault.startswith("to "):
            self._head(302, {"Location": fault.removeprefix("to ")}, 0)
        elif fault.isdigit() or content is None:
            self._head(int(fault or 404), {}, 0)
        elif with_body:
            self._send(content, fault)
        else:
            self._head(200, {"ETag": f'"{hash(content)}"'}, len(content))

    def _send(self, content: bytes, fault: str) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None or fault in ("no ranges", "gzip", "unending"):
            length = 2**40 if fault == "unending" else len(content)
            self._head(200, {"Content-Encoding": "gzip"} if fault == "gzip" else {}, length)
            try:
                self.wfile.write(content)
                while fault == "unending":
                    self.wfile.write(content)
            except OSError:
                self.close_connection = True
            return
        first, last = int(asked[1]), min(int(asked[2]) + 1, len(content))
        if first >= len(content):
            self._head(416, {"Content-Range": f"bytes */{len(content)}"}, 0)
            return
        if fault == "another part":
            first, last = first + 1, last + 1
        part = content[first:last]
        place = f"bytes {first}-{last - 1}/{len(content)}"
        self._head(206, {"Content-Range": place, "Content-Type": "text/html"}, len(part))
        if fault.startswith("broken off"):
            part, self.close_connection = part[: len(part) // 2], True
        self.wfile.write(part)

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
