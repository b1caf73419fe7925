"""Released papers on their way out: claimed before the connection, settled after it, and never sent twice.

A claim marks the paper as being sent and takes the recipient's day in the same transaction. If the process dies
between the server's yes and the settling, the paper is found as being sent by nobody, and a person decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.life import Stage
from pipeline.domain.notice import FITTING_STAGES, RECEIPTS, NoticeKind, NoticeState
from pipeline.store.case_life import Handling
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.errors import LostNoticeError
from pipeline.store.events import SYSTEM, EventLog
from pipeline.store.models import Case
from pipeline.store.models_mail import Message
from pipeline.store.models_notices import NoticeRow
from pipeline.store.notice_book import notice_event
from pipeline.store.notice_records import ClaimedNotice, NoticeRecord
from pipeline.store.notice_rows import to_record

#: Longer than any letter can be under way, server's thinking time included.
LOST_SECONDS: Final = 1800
CASE_MOVED: Final = "case_moved"


class Outbox:
    """Hands out what may be sent now, and writes down what became of it."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._events = events

    def claim(self, owner: str, *, now: datetime, today: date, offices: Collection[str]) -> ClaimedNotice | None:
        """The released paper of these offices that waits longest and may go `today`; None when there is none.

        A recipient gets one mail a day: papers for somebody who had one wait for tomorrow. A paper whose case moved
        on since its release goes back to be looked at again instead of out.
        """
        with self._writing() as session:
            for row in session.scalars(_released(now, offices)).all():
                case = session.get_one(Case, row.case_id)
                if not _fits(row, case):
                    self._hold(session, row, now)
                elif not _had_one(session, row, today):
                    row.state, row.day = NoticeState.SENDING.value, today
                    row.claimed_by, row.claimed_at, row.attempts = owner, now, row.attempts + 1
                    session.flush()
                    return ClaimedNotice(notice=to_record(row, self._cipher), answers=self._answers(session, case))
        return None

    def settle_sent(self, notice_id: str, owner: str, *, now: datetime) -> NoticeRecord:
        """The server took it."""
        with self._claimed(notice_id, owner) as (session, row):
            row.state, row.sent_at, row.last_error = NoticeState.SENT.value, now, None
            self._note(session, row, "notice.sent", now)
            return to_record(row, self._cipher)

    def settle_later(self, notice_id: str, owner: str, *, not_before: datetime, category: str) -> None:
        """It surely did not go out, and may be tried later. The recipient's day is free again."""
        with self._claimed(notice_id, owner) as (session, row):
            row.state, row.not_before, row.last_error, row.day = NoticeState.RELEASED.value, not_before, category, None
            session.flush()

    def settle_failed(self, notice_id: str, owner: str, *, now: datetime, category: str) -> None:
        """It surely did not go out, and trying again would not help: a person looks at it."""
        with self._claimed(notice_id, owner) as (session, row):
            row.state, row.last_error, row.day = NoticeState.FAILED.value, category, None
            self._note(session, row, "notice.failed", now, category=category)

    def settle_unclear(self, notice_id: str, owner: str, *, now: datetime, category: str) -> None:
        """Nobody knows whether it went out: a person decides."""
        with self._claimed(notice_id, owner) as (session, row):
            self._become_unclear(session, row, now, category)

    def find_lost(self, is_alive: Callable[[str], bool], *, now: datetime) -> int:
        """Mark what dead processes (or such of other machines, after half an hour) were sending; returns how many."""
        before = now - timedelta(seconds=LOST_SECONDS)
        with self._writing() as session:
            rows = session.scalars(select(NoticeRow).where(NoticeRow.state == NoticeState.SENDING.value)).all()
            lost = [
                row for row in rows if row.claimed_by is None or not is_alive(row.claimed_by) or _older(row, before)
            ]
            for row in lost:
                self._become_unclear(session, row, now, "interrupted")
        return len(lost)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._database.writing() as connection:
            self._events.lock(connection)
            with Session(connection, autoflush=False) as session:
                yield session
                session.flush()

    @contextmanager
    def _claimed(self, notice_id: str, owner: str) -> Iterator[tuple[Session, NoticeRow]]:
        """The paper, if it is still this owner's; what somebody decided meanwhile about an unclear one stays."""
        with self._writing() as session:
            row = session.get_one(NoticeRow, uuid.UUID(notice_id))
            if row.claimed_by != owner or row.state != NoticeState.SENDING.value:
                raise LostNoticeError(notice_id)
            row.claimed_by = None
            yield session, row

    def _hold(self, session: Session, row: NoticeRow, now: datetime) -> None:
        row.state, row.last_error = NoticeState.DRAFTED.value, CASE_MOVED
        row.released_by = row.released_at = None
        self._note(session, row, "notice.held", now)

    def _become_unclear(self, session: Session, row: NoticeRow, now: datetime, category: str) -> None:
        row.state, row.last_error, row.claimed_by = NoticeState.UNCLEAR.value, category, None
        self._note(session, row, "notice.unclear", now, category=category)

    def _answers(self, session: Session, case: Case) -> str:
        message = session.get_one(Message, case.message_id)
        cell = Cell(table="messages", column="mail_id", row=str(message.id))
        return "" if message.mail_id is None else self._cipher.open(message.mail_id, cell)

    def _note(self, session: Session, row: NoticeRow, kind: str, now: datetime, **said: str) -> None:
        session.flush()
        draft = notice_event(row, kind, Handling(actor=SYSTEM, at=now), **said)
        self._events.append(session.connection(), draft)


def _released(now: datetime, offices: Collection[str]) -> Select[NoticeRow]:
    due = or_(NoticeRow.not_before.is_(None), NoticeRow.not_before <= now)
    mine = (NoticeRow.state == NoticeState.RELEASED.value, NoticeRow.office.in_(list(offices)))
    return select(NoticeRow).where(*mine, due).order_by(NoticeRow.released_at, NoticeRow.id)


def _fits(row: NoticeRow, case: Case) -> bool:
    """Whether the case still is as the paper says. A receipt confirms what was done, whatever was done since."""
    kind = NoticeKind(row.kind)
    unchanged = kind in RECEIPTS or row.case_version == case.version
    return case.state != "superseded" and Stage(case.stage) in FITTING_STAGES[kind] and unchanged


def _had_one(session: Session, row: NoticeRow, today: date) -> bool:
    """Whether the recipient's day is taken; nobody to write to counts as taken."""
    taken = select(NoticeRow.id).where(NoticeRow.recipient_index == row.recipient_index, NoticeRow.day == today)
    return row.recipient_index is None or session.scalars(taken.limit(1)).first() is not None


def _older(row: NoticeRow, before: datetime) -> bool:
    return row.claimed_at is None or row.claimed_at < before
