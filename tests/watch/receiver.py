"""A webhook's other end: takes what is posted, or fails as receivers do."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def alarm(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Receiver:
    """`mode` is taken, refused (500), redirected, silent or trickling."""

    def __init__(self) -> None:
        self.mode = "taken"
        self.posted: list[Posted] = []
        self.ended = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posted.append(Posted(self.path, dict(self.headers), body))
                receiver.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/alarms?from=beian"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.mode == "silent":
            self.ended.wait(30)
        elif self.mode == "trickling":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not self.ended.wait(0.05):
                handler.wfile.write(b"x")
        elif self.mode == "redirected":
            handler.send_response(307)
            handler.send_header("Location", self.url)
            handler.end_headers()
        else:
            handler.send_response(204 if self.mode == "taken" else 500)
            handler.end_headers()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
