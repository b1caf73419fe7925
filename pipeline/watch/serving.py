"""The small HTTP server for monitoring: `/metrics` and `/healthz`, nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from pipeline.configuration.settings import SettingsError
from pipeline.watch.health import Health

_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
#: Somebody who opens connections and says nothing is dropped.
_CLIENT_SECONDS: Final = 10.0


class _Handler(BaseHTTPRequestHandler):
    timeout = _CLIENT_SECONDS
    server_version, sys_version = "beian", ""

    def __init__(self, metrics: Callable[[], bytes], health: Health, *rest: object) -> None:
        self._metrics = metrics
        self._health = health
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer a monitoring system."""
        if self.path == "/healthz":
            problem = self._health.problem()
            status = HTTPStatus.OK if problem is None else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, f"{problem or 'ok'}\n".encode())
        elif self.path == "/metrics":
            self._answer(HTTPStatus.OK, self._metrics())
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"/metrics or /healthz\n")

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", _TEXT)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nobody needs a line for each scrape."""


class WatchServer(ThreadingHTTPServer):
    """Listens from the start on; `serve_until` answers."""

    daemon_threads = True

    def __init__(self, host: str, port: int, *, metrics: Callable[[], bytes], health: Health) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), partial(_Handler, metrics, health))
        except (OSError, OverflowError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise SettingsError(f'watch.listen = "{host}:{port}": cannot listen there: {said}') from None

    @property
    def port(self) -> int:
        """The port in use."""
        return int(self.server_address[1])

    def serve_until(self, stop: threading.Event) -> None:
        """Answer until `stop`."""
        with self:
            self.timeout = 0.5
            while not stop.is_set():
                self.handle_request()
