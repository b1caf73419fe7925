"""What people and the software do with papers before they are handed in, each in one transaction with its event."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.life import LifeError
from pipeline.domain.notice import KIND_NAMES, STATE_NAMES, NoticeDraft, NoticeKind, NoticeState
from pipeline.store.case_life import Handling
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.errors import UnknownCaseError
from pipeline.store.events import SYSTEM, EventDraft, EventLog
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.models_mail import Message
from pipeline.store.models_notices import NoticeRow
from pipeline.store.notice_records import Drafted, NoticeRecord
from pipeline.store.notice_rows import find_notice, list_rows, seal_draft, seal_recipient, to_record

_OPEN: Final = ("drafted", "released", "sending", "unclear")
_EDITABLE: Final = frozenset({NoticeState.DRAFTED, NoticeState.RELEASED, NoticeState.FAILED})


class NoticeBook:
    """Writes and reads notices. What a notice's state does not allow raises `LifeError`, which says so in Chinese."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._events = events

    def draft(
        self,
        case_id: str,
        draft: NoticeDraft,
        handling: Handling,
        *,
        office: str,
        recipient: str,
        message_id: str,
        case_version: int,
        occasion: str | None = None,
    ) -> Drafted:
        """Write a letter down, to be released.

        An unreleased one of the same kind that nobody edited takes the new text; one that is under way, and one
        that already went out with the very same text, is handed back as it is (`repeated`). `occasion` names
        what a reminder is for: one that exists for it, in any state, is handed back too. Raises `UnknownCaseError`.
        """
        with self._writing() as session:
            case = self._case(session, case_id)
            row = self._existing(session, case.id, draft, occasion)
            settled = row is not None and (row.state != NoticeState.DRAFTED or row.edited)
            if row is not None and (settled or (occasion is not None and row.occasion == occasion)):
                return Drafted(notice=to_record(row, self._cipher), repeated=True)
            kind = "notice.drafted" if row is None else "notice.redrafted"
            row = row or self._new_row(case.id, draft, office, message_id)
            row.occasion = occasion or row.occasion
            seal_draft(row, draft, self._cipher)
            self._require_new(session, row)
            seal_recipient(row, recipient, self._cipher)
            row.office, row.case_version, row.last_error = office, case_version, None
            row.drafted_by, row.drafted_at = handling.actor, handling.at
            session.add(row)
            if handling.actor != SYSTEM:
                case.touched_at = handling.at
            self._note(session, row, kind, handling)
            return Drafted(notice=to_record(row, self._cipher), repeated=False)

    def edit(self, reference: str, draft: NoticeDraft, handling: Handling, *, case_version: int) -> NoticeRecord:
        """Put an officer's text in; a released letter has to be released again."""
        with self._held(reference, _EDITABLE, "修改") as (session, row):
            seal_draft(row, draft, self._cipher)
            self._require_new(session, row)
            row.edited, row.case_version, row.state = True, case_version, NoticeState.DRAFTED.value
            row.released_by = row.released_at = None
            self._note(session, row, "notice.edited", handling)
            return to_record(row, self._cipher)

    def release(self, reference: str, draft: NoticeDraft, handling: Handling, *, recipient: str) -> NoticeRecord:
        """Let a letter go: from now on it is handed in as soon as may be. `draft` carries the day of release."""
        with self._held(reference, frozenset({NoticeState.DRAFTED}), "签发") as (session, row):
            seal_draft(row, draft, self._cipher)
            self._require_new(session, row)
            seal_recipient(row, recipient, self._cipher)
            row.state, row.released_by, row.released_at = NoticeState.RELEASED.value, handling.actor, handling.at
            row.last_error = row.not_before = None
            self._note(session, row, "notice.released", handling)
            return to_record(row, self._cipher)

    def resend(self, reference: str, handling: Handling) -> NoticeRecord:
        """A person's word that a failed letter shall be tried again, or that one nobody knows about did not go out."""
        with self._held(reference, frozenset({NoticeState.FAILED, NoticeState.UNCLEAR}), "重新发送") as (session, row):
            row.state, row.released_by, row.released_at = NoticeState.RELEASED.value, handling.actor, handling.at
            row.day = row.not_before = row.claimed_by = row.last_error = None
            self._require_only_open(session, row)
            self._note(session, row, "notice.resent", handling)
            return to_record(row, self._cipher)

    def deliver(self, reference: str, handling: Handling, *, how: str) -> NoticeRecord:
        """A person's word that the letter reached its addressee otherwise, or went out after all."""
        allowed = frozenset(NoticeState) - {NoticeState.SENDING, NoticeState.SENT, NoticeState.WITHDRAWN}
        with self._held(reference, allowed, "登记送达") as (session, row):
            row.state, row.sent_at, row.claimed_by, row.last_error = NoticeState.SENT.value, handling.at, None, None
            self._note(session, row, "notice.delivered", handling, how=how)
            return to_record(row, self._cipher)

    def withdraw(self, reference: str, handling: Handling, *, ground: str) -> NoticeRecord:
        """Keep a letter in the house for good."""
        with self._held(reference, _EDITABLE, "撤回") as (session, row):
            row.state = NoticeState.WITHDRAWN.value
            self._note(session, row, "notice.withdrawn", handling, ground=ground)
            return to_record(row, self._cipher)

    def show(self, reference: str) -> NoticeRecord:
        """One notice by its id or the first characters of it. Raises `UnknownNoticeError`, `AmbiguousCaseError`."""
        with self._database.reading() as connection, Session(connection) as session:
            return to_record(find_notice(session, reference), self._cipher)

    def list(
        self,
        *,
        state: NoticeState | None = None,
        office: str | None = None,
        case_id: str | None = None,
        limit: int = 100,
    ) -> tuple[NoticeRecord, ...]:
        """Notices, newest first."""
        with self._database.reading() as connection, Session(connection) as session:
            rows = list_rows(session, state=state, office=office, case_id=case_id, limit=limit)
            return tuple(to_record(row, self._cipher) for row in rows)

    def without_receipt(self, *, limit: int = 200) -> Sequence[str]:
        """The cases of records in force that have no receipt in any state, oldest first.

        Mails decided before there were notices are left out (`messages.mail_id`): their submitters do not expect one.
        """
        receipts = select(NoticeRow.case_id).where(NoticeRow.kind == NoticeKind.RECEIPT.value)
        query = (
            select(Case.id)
            .join(RegistryRecord, RegistryRecord.case_id == Case.id)
            .join(Message, Message.id == Case.message_id)
            .where(RegistryRecord.state == "active", Message.mail_id.is_not(None), Case.id.not_in(receipts))
            .order_by(RegistryRecord.id)
            .limit(limit)
        )
        with self._database.reading() as connection, Session(connection) as session:
            return [str(case_id) for case_id in session.scalars(query)]

    def returned(self) -> Sequence[str]:
        """The cases that wait for their submitter's supplements."""
        query = select(Case.id).where(Case.stage == "returned", Case.state == "review").order_by(Case.queue_rank)
        with self._database.reading() as connection, Session(connection) as session:
            return [str(case_id) for case_id in session.scalars(query)]

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._database.writing() as connection:
            self._events.lock(connection)
            with Session(connection, autoflush=False) as session:
                yield session
                session.flush()

    @contextmanager
    def _held(self, reference: str, allowed: frozenset[NoticeState], what: str) -> Iterator[tuple[Session, NoticeRow]]:
        with self._writing() as session:
            row = find_notice(session, reference)
            state = NoticeState(row.state)
            if state not in allowed:
                raise LifeError(f"该通知处于“{STATE_NAMES[state]}”状态，不能{what}。")
            yield session, row

    @staticmethod
    def _case(session: Session, case_id: str) -> Case:
        case = session.get(Case, uuid.UUID(case_id))
        if case is None or case.state == "superseded":
            raise UnknownCaseError(f"case {case_id}: there is none, or it was decided anew")
        return case

    def _existing(
        self, session: Session, case_id: uuid.UUID, draft: NoticeDraft, occasion: str | None
    ) -> NoticeRow | None:
        """One for the same occasion, else the open one of that kind, else one that says the same."""
        of_kind = select(NoticeRow).where(NoticeRow.case_id == case_id, NoticeRow.kind == draft.kind.value)
        probe = NoticeRow(id=uuid.uuid4())
        seal_draft(probe, draft, self._cipher)
        same_text = NoticeRow.content_index == probe.content_index
        queries = [of_kind.where(NoticeRow.occasion == occasion)] if occasion is not None else []
        queries += [of_kind.where(NoticeRow.state.in_(_OPEN))]
        queries += [of_kind.where(same_text, NoticeRow.state != NoticeState.WITHDRAWN.value)]
        found = (session.scalars(query.limit(1)).one_or_none() for query in queries)
        return next((row for row in found if row is not None), None)

    @staticmethod
    def _require_new(session: Session, row: NoticeRow) -> None:
        """Raise LifeError when the same text already stands in another notice of the case."""
        same = select(NoticeRow.id).where(
            NoticeRow.case_id == row.case_id,
            NoticeRow.kind == row.kind,
            NoticeRow.content_index == row.content_index,
            NoticeRow.state != NoticeState.WITHDRAWN.value,
            NoticeRow.id != row.id,
        )
        if session.scalars(same).first() is not None:
            raise LifeError(f"该件已有内容完全相同的{KIND_NAMES[NoticeKind(row.kind)]}，同一通知不重复发送。")
        NoticeBook._require_only_open(session, row)

    @staticmethod
    def _require_only_open(session: Session, row: NoticeRow) -> None:
        """Raise LifeError when another notice of the kind is under way: a failed one may not come back beside it."""
        other = select(NoticeRow.id).where(
            NoticeRow.case_id == row.case_id,
            NoticeRow.kind == row.kind,
            NoticeRow.state.in_(_OPEN),
            NoticeRow.id != row.id,
        )
        if session.scalars(other).first() is not None:
            raise LifeError(f"该件另有一份{KIND_NAMES[NoticeKind(row.kind)]}正在办理，请先处理那一份。")

    @staticmethod
    def _new_row(case_id: uuid.UUID, draft: NoticeDraft, office: str, message_id: str) -> NoticeRow:
        return NoticeRow(
            id=uuid.uuid4(),
            case_id=case_id,
            kind=draft.kind.value,
            state=NoticeState.DRAFTED.value,
            office=office,
            edited=False,
            message_id=message_id,
            attempts=0,
        )

    def _note(self, session: Session, row: NoticeRow, kind: str, handling: Handling, **said: str) -> None:
        session.flush()
        self._events.append(session.connection(), notice_event(row, kind, handling, **said))


def notice_event(row: NoticeRow, kind: str, handling: Handling, **said: str) -> EventDraft:
    """What the history of the notice's case says: which paper, never its text."""
    note = {"notice": str(row.id), "kind": row.kind, **{key: value for key, value in said.items() if value}}
    return EventDraft(
        kind=kind, actor=handling.actor, at=handling.at, case_id=row.case_id, note=json.dumps(note, ensure_ascii=False)
    )
