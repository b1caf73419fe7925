"""Threads that work side by side, whose first error ends them all and reaches whoever waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

_LOOK_SECONDS: Final = 0.05


class Crew:
    """Daemon threads under one `stop`; an error in one of them sets it."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._threads: list[threading.Thread] = []
        self._error: BaseException | None = None

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Run `work` in a thread of its own."""
        thread = threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait(self, *, patience_seconds: float | None = None) -> None:
        """Wait for all; after `stop` at most that long (None: as long as it takes). Raises the first error."""
        while self.is_working and not self._stop.wait(_LOOK_SECONDS):
            pass
        give_up_at = None if patience_seconds is None else time.monotonic() + patience_seconds
        for thread in self._threads:
            thread.join(None if give_up_at is None else max(0.0, give_up_at - time.monotonic()))
        if self._error is not None:
            raise self._error

    @property
    def is_working(self) -> bool:
        """Whether one of the threads has not ended yet."""
        return any(thread.is_alive() for thread in self._threads)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits, which raises it
            self._error = self._error or error
            self._stop.set()
