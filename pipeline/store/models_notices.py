"""The tables of the papers an office sends, and of the mails that answer them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import Base

_SHORT: Final = String(64)
_NOT_WITHDRAWN: Final = text("state <> 'withdrawn'")
_OPEN: Final = text("state IN ('drafted', 'released', 'sending', 'unclear')")
_ON_A_DAY: Final = text("day IS NOT NULL")
_ON_OCCASION: Final = text("occasion IS NOT NULL")


class NoticeRow(Base):
    """One paper of a case (`domain.notice` has kinds and states).

    The indexes keep the promises: the same letter never twice, one open paper of a kind, one reminder an occasion, and
    one mail a recipient and `day`. `message_id` is the mail's own; `case_version` the case as the text was
    made for; `last_error` a category, never a server's text.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(
            "state IN ('drafted', 'released', 'sending', 'sent', 'failed', 'unclear', 'withdrawn')", name="state"
        ),
        Index(
            "uq_notices_content",
            "case_id",
            "kind",
            "content_index",
            unique=True,
            sqlite_where=_NOT_WITHDRAWN,
            postgresql_where=_NOT_WITHDRAWN,
        ),
        Index("uq_notices_open", "case_id", "kind", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "uq_notices_day", "recipient_index", "day", unique=True, sqlite_where=_ON_A_DAY, postgresql_where=_ON_A_DAY
        ),
        Index(
            "uq_notices_occasion",
            "case_id",
            "kind",
            "occasion",
            unique=True,
            sqlite_where=_ON_OCCASION,
            postgresql_where=_ON_OCCASION,
        ),
        Index("ix_notices_work", "state", "released_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(_SHORT)
    state: Mapped[str] = mapped_column(_SHORT)
    office: Mapped[str] = mapped_column(_SHORT)
    content: Mapped[bytes]
    content_index: Mapped[bytes]
    edited: Mapped[bool]
    case_version: Mapped[int]
    occasion: Mapped[str | None] = mapped_column(_SHORT)
    recipient: Mapped[bytes | None]
    recipient_index: Mapped[bytes | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    day: Mapped[date | None]
    drafted_by: Mapped[str] = mapped_column(OutsideText)
    drafted_at: Mapped[datetime]
    released_by: Mapped[str | None] = mapped_column(OutsideText)
    released_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(OutsideText)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int]
    not_before: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(_SHORT)


class JoinedMail(Base):
    """A mail that answers a notice, and the case it answers in. `automatic` says what machine wrote it, if one did."""

    __tablename__ = "joined_mails"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notices.id"))
    automatic: Mapped[str | None] = mapped_column(_SHORT)
    at: Mapped[datetime]
