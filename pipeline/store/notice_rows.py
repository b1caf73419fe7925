"""Notices between rows and records: text and recipient are sealed, and found by keyed hashes only."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.notice import NoticeDraft, NoticeKind, NoticeState
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.errors import AmbiguousCaseError, UnknownNoticeError
from pipeline.store.models_notices import NoticeRow
from pipeline.store.notice_records import NoticeRecord

_PREFIX: Final = re.compile(r"[0-9a-f]{4,32}")


def seal_draft(row: NoticeRow, draft: NoticeDraft, cipher: Cipher) -> None:
    """Put the letter into its row. Day and office of the 落款 do not make it another letter."""
    row.content = cipher.seal(draft.model_dump_json(), _cell(row.id, "content"))
    row.content_index = cipher.index("notice", draft.subject, draft.title, draft.body)


def seal_recipient(row: NoticeRow, address: str, cipher: Cipher) -> None:
    """Put the address into the row; "" for none."""
    row.recipient = cipher.seal(address, _cell(row.id, "recipient")) if address else None
    row.recipient_index = cipher.index("recipient", address.lower()) if address else None


def to_record(row: NoticeRow, cipher: Cipher) -> NoticeRecord:
    """The row opened."""
    recipient = "" if row.recipient is None else cipher.open(row.recipient, _cell(row.id, "recipient"))
    return NoticeRecord(
        notice_id=str(row.id),
        case_id=str(row.case_id),
        kind=NoticeKind(row.kind),
        state=NoticeState(row.state),
        office=row.office,
        draft=NoticeDraft.model_validate_json(cipher.open(row.content, _cell(row.id, "content"))),
        recipient=recipient,
        message_id=row.message_id,
        edited=row.edited,
        case_version=row.case_version,
        occasion=row.occasion,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        released_by=row.released_by,
        released_at=row.released_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        not_before=row.not_before,
        last_error=row.last_error,
    )


def find_notice(session: Session, reference: str) -> NoticeRow:
    """The notice whose id is, or uniquely begins with, `reference` (at least four characters).

    Raises `UnknownNoticeError`, `AmbiguousCaseError`.
    """
    digits = reference.replace("-", "").lower()
    if not _PREFIX.fullmatch(digits):
        raise UnknownNoticeError(f"notice {reference!r}: give at least four characters of its id")
    first, last = (uuid.UUID(digits.ljust(32, fill)) for fill in "0f")
    rows = session.scalars(select(NoticeRow).where(NoticeRow.id.between(first, last)).limit(2)).all()
    if not rows:
        raise UnknownNoticeError(f"notice {reference!r}: there is none; `beian notice list` shows them")
    if len(rows) > 1:
        raise AmbiguousCaseError(f"several notices begin with {reference!r}; give more characters")
    return rows[0]


def list_rows(
    session: Session, *, state: NoticeState | None, office: str | None, case_id: str | None, limit: int
) -> Sequence[NoticeRow]:
    """Notices, newest first."""
    query = select(NoticeRow).order_by(NoticeRow.drafted_at.desc(), NoticeRow.id).limit(limit)
    if state is not None:
        query = query.where(NoticeRow.state == state.value)
    if office is not None:
        query = query.where(NoticeRow.office == office)
    if case_id is not None:
        query = query.where(NoticeRow.case_id == uuid.UUID(case_id))
    return session.scalars(query).all()


def _cell(row: uuid.UUID, column: str) -> Cell:
    return Cell(table="notices", column=column, row=str(row))
