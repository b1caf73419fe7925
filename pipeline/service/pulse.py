"""Whether the polling of a running service is alive: told by the polling itself, asked by whoever watches it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Beat:
    """One mailbox's polling, by the monotonic clock. `due` is when it must have given another sign of life."""

    due: float
    good_at: float


@dataclass(slots=True)
class Pulse:
    """Signs of life by mailbox. Safe for threads. `clock` is monotonic, in seconds."""

    clock: Callable[[], float] = time.monotonic
    _beats: dict[str, Beat] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, mailbox: str, *, due_in_seconds: float) -> None:
        """A look begins, and is over by then."""
        with self._lock:
            now = self.clock()
            self._beats.setdefault(mailbox, Beat(due=now, good_at=now)).due = now + due_in_seconds

    def end(self, mailbox: str, *, good: bool) -> None:
        """A look has ended."""
        if good:
            with self._lock:
                self._beats[mailbox].good_at = self.clock()

    def rest(self, mailbox: str, *, seconds: float) -> None:
        """Nothing is to be expected for so long."""
        with self._lock:
            self._beats[mailbox].due = self.clock() + seconds

    def overdue(self, *, grace_seconds: float) -> tuple[str, ...]:
        """Mailboxes whose polling should have given a sign of life by now."""
        with self._lock:
            now = self.clock()
            return tuple(sorted(name for name, beat in self._beats.items() if now > beat.due + grace_seconds))

    def seconds_since_good(self) -> float | None:
        """How long ago any mailbox was polled well, or the polling began; None when nothing was begun."""
        with self._lock:
            latest = max((beat.good_at for beat in self._beats.values()), default=None)
            return None if latest is None else self.clock() - latest
