"""Mails taken apart, kept in memory for a while: officers turn pages faster than mails can be unpacked."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from pipeline.domain.message import Submission
from pipeline.store.archive import BlobArchive

#: Two mails of the largest size a mailbox takes, or some hundred usual ones.
MAX_BYTES: Final = 160 * 1024 * 1024
#: How long a mail of which nothing came out is left alone: each look would else cost two readings, up to their time limit.
RETRY_SECONDS: Final = 600.0
_MOST_EMPTY: Final = 1000


class MailReader(Protocol):
    """Takes a mail apart, out of harm's way."""

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        """What it holds; nothing but findings for one that breaks its reader."""


class UnpackedMails:
    """Mails by their SHA-256, the last used ones kept up to `max_bytes`. Never on disk. Safe for threads.

    Whoever asks for a mail that is just being taken apart waits for it. One of which nothing came out, perhaps because the
    machine was too busy, is taken apart anew after `RETRY_SECONDS`.
    """

    def __init__(
        self,
        archive: BlobArchive,
        reader: MailReader,
        *,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive = archive
        self._reader = reader
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Submission] = OrderedDict()
        self._empty: OrderedDict[str, tuple[float, Submission]] = OrderedDict()
        self._at_work: defaultdict[str, list[threading.Lock]] = defaultdict(list)
        self._bytes = 0

    def __repr__(self) -> str:
        return f"UnpackedMails({len(self._kept)} mails, {self._bytes} bytes)"

    @property
    def kept_bytes(self) -> int:
        """How much is kept now."""
        return self._bytes

    def of(self, sha256: str) -> Submission:
        """The kept mail of that digest, taken apart. Raises the archive's errors and `JailBrokenError`."""
        with self._alone(sha256):
            found = self._find(sha256)
            if found is None:
                found = self._reader.unpack(self._archive.load(sha256), sha256=sha256)
                self._keep(sha256, found)
        return found

    @contextmanager
    def _alone(self, sha256: str) -> Iterator[None]:
        """One at a time for each mail; the list holds the mail's lock once for everybody who wants it."""
        with self._lock:
            waiting = self._at_work[sha256]
            turn = waiting[0] if waiting else threading.Lock()
            waiting.append(turn)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                waiting.pop()
                if not waiting:
                    del self._at_work[sha256]

    def _find(self, sha256: str) -> Submission | None:
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
            until, empty = self._empty.get(sha256, (0.0, None))
            return empty if self._clock() < until else None

    def _keep(self, sha256: str, submission: Submission) -> None:
        size = _size(submission)
        with self._lock:
            self._empty.pop(sha256, None)
            if size == 0:
                self._empty[sha256] = (self._clock() + RETRY_SECONDS, submission)
                if len(self._empty) > _MOST_EMPTY:
                    self._empty.popitem(last=False)
            elif size <= self._max_bytes:
                self._kept[sha256] = submission
                self._bytes += size
                while self._bytes > self._max_bytes:
                    _, oldest = self._kept.popitem(last=False)
                    self._bytes -= _size(oldest)


def _size(submission: Submission) -> int:
    return len(submission.text) + sum(len(item.content) for item in submission.attachments)
