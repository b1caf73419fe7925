"""How much of a mail is taken apart. What lies beyond a limit is rejected with a finding; the mail itself is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackLimits:
    """Limits for one mail, nested mails and archives included.

    `depth` counts multiparts and nested mails, `zip_depth` archives within archives.
    `zip_bytes` are real bytes, counted while unpacking, over all archives of the mail; `archive_seconds` the processor
    time after which no further member is asked for. `archives` off opens ZIP alone, and no password is tried.
    """

    mail_bytes: int = 70 * 1024 * 1024
    header_bytes: int = 256 * 1024
    parts: int = 200
    depth: int = 10
    zip_depth: int = 2
    zip_members: int = 1000
    zip_bytes: int = 100 * 1024 * 1024
    archive_seconds: float = 30.0
    archives: bool = True
    attachments: int = 200
    findings: int = 100
    text_chars: int = 200_000


DEFAULT_LIMITS = UnpackLimits()
