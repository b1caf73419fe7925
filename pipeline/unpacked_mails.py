"""Mails taken apart, kept in memory for a while: officers turn pages faster than mails can be unpacked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from pipeline.domain.message import Submission
from pipeline.reading import SandboxedReader
from pipeline.store.archive import BlobArchive

#: Two mails of the largest size a mailbox takes, or some hundred usual ones.
MAX_BYTES: Final = 160 * 1024 * 1024


class UnpackedMails:
    """Mails by their SHA-256, the last used ones kept up to `max_bytes`. Never on disk. Safe for threads."""

    def __init__(self, archive: BlobArchive, reader: SandboxedReader, *, max_bytes: int = MAX_BYTES) -> None:
        self._archive = archive
        self._reader = reader
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Submission] = OrderedDict()
        self._bytes = 0

    def __repr__(self) -> str:
        return f"UnpackedMails({len(self._kept)} mails, {self._bytes} bytes)"

    @property
    def kept_bytes(self) -> int:
        """How much is kept now."""
        return self._bytes

    def of(self, sha256: str) -> Submission:
        """The kept mail of that digest, taken apart. Raises the archive's errors and `JailBrokenError`."""
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
        submission = self._reader.unpack(self._archive.load(sha256), sha256=sha256)
        # Nothing at all came out: perhaps the machine was too busy, so the next one asks again.
        size = _size(submission)
        with self._lock:
            if sha256 not in self._kept and 0 < size <= self._max_bytes:
                self._kept[sha256] = submission
                self._bytes += size
                while self._bytes > self._max_bytes:
                    _, oldest = self._kept.popitem(last=False)
                    self._bytes -= _size(oldest)
        return submission


def _size(submission: Submission) -> int:
    return len(submission.text) + sum(len(item.content) for item in submission.attachments)
