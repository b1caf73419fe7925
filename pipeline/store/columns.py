"""Column types that behave alike on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

_ESCAPED: Final = "\ufffd:"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Kept in UTC, handed out aware; a naive time is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must be timezone-aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class OutsideText(TypeDecorator[str]):
    """Plain text that comes from outside, such as a folder's name.

    PostgreSQL refuses NUL and neither database takes lone surrogates: such a text is kept as JSON
    behind a mark. Different texts stay different, and each is handed out as it was.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unescape(value)


def escape(text: str) -> str:
    """`text` as both databases can keep it."""
    hostile = text.startswith(_ESCAPED) or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
    return _ESCAPED + json.dumps(text) if hostile else text


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    if not text.startswith(_ESCAPED):
        return text
    value = json.loads(text[len(_ESCAPED) :])
    return str(value)
