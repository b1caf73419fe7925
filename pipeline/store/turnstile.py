"""One at a time, in the order they came.

SQLite lets one writer in and makes the others poll, the longest waiting the least often: with 20 threads one of them
waited 1.5 s while the others wrote. Threads of one process queue here instead; processes still poll each other.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from types import TracebackType

from pipeline.store.errors import StoreUnavailableError


class Turnstile:
    """A lock that is handed on in the order it was asked for. Not to be entered twice by one thread."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._busy = False

    def __enter__(self) -> None:
        """Wait for one's turn. Raises `StoreUnavailableError` when it does not come in time."""
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        came = False
        try:
            came = turn.acquire(timeout=self._seconds)
        finally:
            if not came:
                self._give_up(turn)
        if not came:
            raise StoreUnavailableError("the database cannot be used now (other writers hold it)")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def _give_up(self, turn: Lock) -> None:
        """Leave the queue, or hand on the turn that came in the meantime."""
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.__exit__(None, None, None)
