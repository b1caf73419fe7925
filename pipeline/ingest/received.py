"""Dates of `Received` headers: when the receiving server says it took the mail."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_MAX_CHARS: Final = 2000
_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")
_NEXT_HEADER: Final = re.compile(rb"\r?\n(?![ \t])")


def parse_mail_date(text: str) -> datetime | None:
    """An RFC 5322 date as an aware time that every zone can tell, None when it is none.

    `-0000` and a missing zone mean UTC.
    """
    try:
        parsed = parsedate_to_datetime(" ".join(text[:200].split()))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
    try:
        year = aware.astimezone(UTC).year
    except (ValueError, OverflowError):
        return None
    # In the first and the last year another zone's clock may be past the calendar's end.
    return aware if MINYEAR < year < MAXYEAR else None


def received_value_date(value: str) -> datetime | None:
    """The date behind the last semicolon of a `Received` header's value."""
    _, found, stamp = value[-_MAX_CHARS:].rpartition(";")
    return parse_mail_date(stamp) if found else None


def newest_received(head: bytes) -> datetime | None:
    """The topmost `Received` header's date in the beginning of a mail; the topmost is the receiving server's own."""
    block = _HEADER_END.split(head, maxsplit=1)[0]
    for header in _NEXT_HEADER.split(block):
        name, _, value = header.partition(b":")
        if name.strip().lower() == b"received":
            return received_value_date(value.decode("latin-1"))
    return None
