"""Every file of a mail read, one after the other, within the time that one mail may take.

Each file has its own limit. Without one for the mail, two hundred files that each stay just below it keep a worker for
most of a day, and the mails behind it waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment
from pipeline.ingest import details

#: Two hundred scanned forms, the most that a mail can hold, on a machine twice as slow as the slowest measured.
MAIL_SECONDS: Final = 1800.0


class FileReader(Protocol):
    """Reads one file, out of harm's way."""

    def read(self, attachment: Attachment) -> DocumentReading:
        """What stands in it. Bad bytes are findings."""


def read_files(
    attachments: Sequence[Attachment],
    reader: FileReader,
    *,
    seconds: float = MAIL_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[Attachment, DocumentReading]]:
    """Each file with what stands in it, in order; once the time is over with a finding that says how many were left."""
    ends_at = clock() + seconds
    unread: DocumentReading | None = None
    for number, item in enumerate(attachments):
        if unread is None and clock() >= ends_at:
            left = sum(one.body is None for one in attachments[number:])
            unread = DocumentReading(engine="none", findings=(details.left_unread(left),))
        yield item, reader.read(item) if unread is None else unread
