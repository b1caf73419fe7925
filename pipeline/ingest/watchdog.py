"""One deadline for everything done with one mailbox.

A timeout on each receive is not enough: a server that sends one byte a second never trips it.
When the time is over the watchdog shuts the connection down from outside, and whoever waits
for bytes gets an end of file at once. Name look-up cannot be interrupted this way; the
resolver's own limits apply to it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self


class Watchdog:
    """Shuts every guarded socket down when the time is over. Use as a context manager."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._guards: list[socket.socket] = []
        self._expired = False
        self._timer = threading.Timer(max(seconds, 0.0), self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._timer.cancel()
        self.release()

    @property
    def expired(self) -> bool:
        """Whether the time is over."""
        return self._expired or time.monotonic() >= self._ends_at

    @property
    def left_seconds(self) -> float:
        """Time left, never negative."""
        return max(0.0, self._ends_at - time.monotonic())

    def guard(self, sock: socket.socket) -> None:
        """Watch this connection too. A duplicate descriptor is kept, so that TLS may wrap it later."""
        with self._lock:
            if not self._expired:
                self._guards.append(sock.dup())
                return
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Forget the connections guarded so far."""
        with self._lock:
            guards, self._guards = self._guards, []
        for guard in guards:
            guard.close()

    def _expire(self) -> None:
        with self._lock:
            self._expired = True
            for guard in self._guards:
                with contextlib.suppress(OSError):
                    guard.shutdown(socket.SHUT_RDWR)
