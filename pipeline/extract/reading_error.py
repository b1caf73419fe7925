"""Why a file could not be read at all.

ReadingError                 carries the finding the submitter is told
├── UnreadableFileError      damaged, truncated, or locked with a password   attachment.unreadable
└── RejectedFileError        over a safety limit, or built to do harm        attachment.rejected
"""

from __future__ import annotations

from pipeline.domain.finding import Finding, finding


class ReadingError(Exception):
    """A file that gives no pages. `finding` says so in Chinese; `str()` is for logs and holds no content."""

    def __init__(self, reason: str, found: Finding) -> None:
        super().__init__(reason)
        self.finding = found


class UnreadableFileError(ReadingError):
    """The file is damaged, truncated or locked; the submitter can send it again."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, finding("attachment.unreadable", detail))


class RejectedFileError(ReadingError):
    """The file breaks a safety limit and is not opened any further."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, finding("attachment.rejected", detail))
