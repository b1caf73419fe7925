"""Old Word files as DOCX, kept in memory for a while: converting takes seconds, and officers turn pages."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from pipeline.domain.message import Attachment
from pipeline.reading.reader import SandboxedReader

MAX_BYTES: Final = 64 * 1024 * 1024


class ConvertedFiles:
    """DOCX by the SHA-256 of what they were made from, the last used ones up to `MAX_BYTES`. Never on disk. Safe for threads."""

    def __init__(self, reader: SandboxedReader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def __repr__(self) -> str:
        return f"ConvertedFiles({len(self._kept)} files)"

    def of(self, attachment: Attachment) -> bytes:
        """The attachment as a DOCX. Raises what `SandboxedReader.as_docx` does."""
        with self._lock:
            if attachment.sha256 in self._kept:
                self._kept.move_to_end(attachment.sha256)
                return self._kept[attachment.sha256]
        docx = self._reader.as_docx(attachment.content, attachment.media)
        with self._lock:
            self._kept[attachment.sha256] = docx
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > MAX_BYTES:
                self._kept.popitem(last=False)
        return docx
