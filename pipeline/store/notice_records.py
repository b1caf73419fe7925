"""What the store hands out of notices. Ids are UUIDs as text; times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pipeline.domain.notice import NoticeDraft, NoticeKind, NoticeState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """One paper whole. `recipient` is "" where nobody can be written to; `message_id` the mail's own, without brackets.

    `case_version` is the version of the case the text was made for; `last_error` a category (`notices.errors`).
    """

    notice_id: str
    case_id: str
    kind: NoticeKind
    state: NoticeState
    office: str
    draft: NoticeDraft = field(repr=False)
    recipient: str = field(repr=False)
    message_id: str
    edited: bool
    case_version: int
    occasion: str | None
    drafted_by: str
    drafted_at: datetime
    released_by: str | None
    released_at: datetime | None
    sent_at: datetime | None
    attempts: int
    not_before: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A paper as it was written, or the one that was there already (`repeated`)."""

    notice: NoticeRecord
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedNotice:
    """A paper to be handed in now. `answers` is the Message-ID of the mail it answers, "" for none."""

    notice: NoticeRecord
    answers: str = field(repr=False)
