"""Everything that is read back, as frozen records."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Decision
from pipeline.domain.masking import mask
from pipeline.store.activity import CaseActivity, iter_activity
from pipeline.store.archive import BlobArchive
from pipeline.store.backlog_reading import BacklogCase, iter_backlog
from pipeline.store.cipher import Cipher
from pipeline.store.counting import FindingCount, OpenCount, count_findings, count_open
from pipeline.store.course_counts import CountScope, Courses, count_courses, unusual_ids
from pipeline.store.database import Database
from pipeline.store.errors import NotReplaceableReason
from pipeline.store.event_reading import EVERY_EVENT, EventFilter, EventItem, read_events
from pipeline.store.events import EventLog
from pipeline.store.file_rows import MailFiles, read_files
from pipeline.store.history import read_history, read_versions
from pipeline.store.known_accounts import KnownAccount, iter_known_accounts
from pipeline.store.ledger_records import KeptMessage, LedgerEquation, LedgerRow
from pipeline.store.message_life import MessageLife, read_lives
from pipeline.store.models import Case, Event, FindingRow
from pipeline.store.models_joining import CaseMail
from pipeline.store.models_mail import Message
from pipeline.store.queue_reading import count_cases, read_case, read_cases_of, read_queue
from pipeline.store.reconciliation import read_ledger, read_mailboxes, reconcile
from pipeline.store.records import CaseDetail, HistoryItem, QueueCursor, QueueItem, QueueScope, Sibling
from pipeline.store.register_export import RegisterExport
from pipeline.store.register_records import RecordDetail, RecordVersionRow, RegisterScope, RegistryRow
from pipeline.store.register_search import RegisterPage, search_register
from pipeline.store.registry_reading import read_record, read_records, read_registry
from pipeline.store.siblings import read_papers_from, read_siblings
from pipeline.store.watch_reading import MailboxState, read_arrivals, read_mailbox_states

_PAGE: Final = 500
EVERYTHING: Final = RegisterScope()


class StoreReader:
    """Queue, register and ledger for people. Values are whole: masking is the caller's."""

    def __init__(self, database: Database, cipher: Cipher, archive: BlobArchive, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._archive = archive
        self._events = events

    def list_queue(
        self,
        *,
        office: str | None = None,
        code: str | None = None,
        limit: int = 100,
        after: QueueCursor | None = None,
    ) -> tuple[QueueItem, ...]:
        """Open cases by due date, then age. `after` is the `cursor` of the last item of the page before."""
        return self.search_cases(QueueScope(office=office, code=code), limit=limit, after=after)

    def search_cases(
        self, scope: QueueScope, *, limit: int = 100, after: QueueCursor | None = None
    ) -> tuple[QueueItem, ...]:
        """Cases of the scope by due date, then age. `after` as for `list_queue`."""
        with self._session() as session:
            return read_queue(session, self._cipher, scope, limit=limit, after=after)

    def count_cases(self, scope: QueueScope, *, most: int) -> int:
        """How many cases the scope has, counted no further than `most`."""
        with self._session() as session:
            return count_cases(session, self._cipher, scope, most=most)

    def show_case(self, reference: str) -> CaseDetail | None:
        """A case by its id or the first characters of it. Raises `AmbiguousCaseError`."""
        with self._session() as session:
            return read_case(session, self._cipher, reference)

    def cases_of(self, message_id: int) -> tuple[CaseDetail, ...]:
        """The cases of the mail's decision in force, in its order; none while it waits, and of one that was ignored."""
        with self._session() as session:
            return read_cases_of(session, self._cipher, message_id)

    def outcome_of(self, message_id: int) -> Decision | None:
        """What became of a mail, None while it waits or when there is no such mail."""
        with self._session() as session:
            outcome = session.scalar(select(Message.outcome).where(Message.id == message_id))
            return Decision(outcome) if outcome else None

    def siblings(self, case_id: str) -> tuple[Sibling, ...]:
        """The other cases of a case's mail, those joined into it, and those of later mails that may belong to it."""
        with self._session() as session:
            return read_siblings(session, self._cipher, case_id)

    def papers_from(self, case_id: str, giver: str) -> frozenset[int]:
        """Which papers of a case, counted from 1, came from that other case."""
        with self._session() as session:
            return read_papers_from(session, case_id, giver)

    def mail_files(self, case_id: str) -> MailFiles | None:
        """The mail a case came from and those that joined it, with their files; None for an unknown id (the whole one)."""
        with self._session() as session:
            return read_files(session, self._cipher, case_id)

    def list_registry(
        self,
        scope: RegisterScope = EVERYTHING,
        *,
        office: str | None = None,
        year: int | None = None,
        limit: int = 100,
        after: int | None = None,
    ) -> tuple[RegistryRow, ...]:
        """Records of the scope in its order; `office` narrows it.

        `after` is the `id` of the last row of the page before, in the order of entry only.
        """
        narrowed = scope if office is None else replace(scope, office=office)
        with self._session() as session:
            return read_registry(session, self._cipher, narrowed, year=year, limit=limit, after=after)

    def show_record(self, number: str) -> RecordDetail | None:
        """The record of that 备案号."""
        with self._session() as session:
            return read_record(session, self._cipher, number)

    def search_register(self, wanted: RegisterScope, *, limit: int = 100, before: int | None = None) -> RegisterPage:
        """Records, the newest first. `before` is the `behind` of the page before."""
        with self._session() as session:
            return search_register(session, self._cipher, wanted, limit=limit, before=before)

    def find_record(self, record_id: int) -> RegistryRow | None:
        """The record of that id."""
        with self._session() as session:
            return next(iter(read_records(session, self._cipher, [record_id])), None)

    def history(self, case_id: str) -> tuple[HistoryItem, ...]:
        """What happened to a case and to its mail, oldest first."""
        with self._session() as session:
            return read_history(session, self._events, case_id)

    def has_done(self, kind: str, case_id: str, *, actor: str, since: datetime) -> bool:
        """Whether somebody did that with the case since then."""
        query = select(Event.seq).where(
            Event.case_id == uuid.UUID(case_id), Event.kind == kind, Event.actor == actor, Event.at >= since
        )
        with self._database.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def versions(self, number: str) -> tuple[RecordVersionRow, ...]:
        """The versions of a record, oldest first; none for an unknown 备案号."""
        with self._session() as session:
            return read_versions(session, number)

    def list_events(
        self, wanted: EventFilter = EVERY_EVENT, *, limit: int = 100, before: int | None = None
    ) -> tuple[EventItem, ...]:
        """The log of who did what, newest first. `before` is the `seq` of the last one of the page before."""
        with self._session() as session:
            return read_events(session, self._events, wanted, limit=limit, before=before)

    @contextmanager
    def exporting(
        self, scope: RegisterScope, *, actor: str, now: datetime, revealed: bool, ground: str = ""
    ) -> Iterator[RegisterExport]:
        """The register for a file, in one state. Recorded before the first row leaves, whole ID numbers by their own kind."""
        kind = "registry.revealed" if revealed else "registry.exported"
        self._events.record(kind, actor=actor, note=_export_note(scope, ground), at=now)
        with self._session() as session:
            yield RegisterExport(session, self._cipher, self._events, scope)

    def iter_activity(self) -> Iterator[CaseActivity]:
        """What happened to every filing, one by one, from one state of the database."""
        with self._session() as session:
            yield from iter_activity(session, self._events)

    def count_courses(self, scope: CountScope) -> Courses:
        """What happened to all filings, counted, from one state of the database."""
        with self._session() as session:
            unusual = tuple(iter_activity(session, self._events, unusual_ids(session)))
            return Courses(counts=count_courses(session, scope), unusual=unusual)

    def count_findings(
        self, offices: frozenset[str] | None, *, since: datetime, until: datetime, limit: int = 10
    ) -> tuple[FindingCount, ...]:
        """The findings met most among filings received from `since` to `until`. `offices` as `visible_offices` has it."""
        with self._session() as session:
            return count_findings(session, offices, since=since, until=until, limit=limit)

    def count_open(self, offices: frozenset[str] | None, *, today: date) -> tuple[OpenCount, ...]:
        """What waits now, by office and stage."""
        with self._session() as session:
            return count_open(session, offices, today=today)

    def iter_backlog(self, *, office: str | None, today: date) -> Iterator[BacklogCase]:
        """Filings past their day, returned or refused, with what is known around them; from one state of the database."""
        with self._session() as session:
            yield from iter_backlog(session, self._cipher, office=office, today=today)

    def iter_known_accounts(self, *, office: str | None, types: Sequence[str]) -> Iterator[KnownAccount]:
        """Accounts the offices know of, and what became of them; `types` are the account types of the form."""
        with self._session() as session:
            yield from iter_known_accounts(session, self._cipher, office=office, types=types)

    def list_ledger(
        self, mailbox: str | None = None, *, outcome: str | None = None, limit: int = 100, after: int | None = None
    ) -> tuple[LedgerRow, ...]:
        """Ledger rows, newest first; `outcome` is registered, review, ignored, waiting or refused.

        `after` is the `id` of the last row of the page before.
        """
        with self._session() as session:
            return read_ledger(session, mailbox=mailbox, outcome=outcome, limit=limit, after=after)

    def message_lives(self, reference: str) -> tuple[MessageLife, ...]:
        """A message by its number, or those whose content's SHA-256 begins so; none for an unknown one."""
        with self._session() as session:
            return read_lives(session, self._archive, self._events, reference)

    def mailboxes(self) -> tuple[str, ...]:
        """Every mailbox the ledger knows."""
        with self._session() as session:
            return read_mailboxes(session)

    def mailbox_states(self, mailboxes: Iterable[str] | None = None) -> tuple[MailboxState, ...]:
        """How those mailboxes stand, or all that the ledger knows, from one state of the database."""
        with self._session() as session:
            return read_mailbox_states(session, read_mailboxes(session) if mailboxes is None else mailboxes)

    def arrivals(self, mailbox: str, *, since: datetime) -> tuple[datetime, ...]:
        """When the server took each mail of that mailbox since then."""
        with self._session() as session:
            return read_arrivals(session, mailbox, since)

    def ledger_equation(self, mailbox: str) -> LedgerEquation:
        """The reconciliation of one mailbox, from one state of the database."""
        with self._session() as session:
            return reconcile(session, self._archive, mailbox)

    def iter_kept(self) -> Iterator[KeptMessage]:
        """Every mail the ledger holds, oldest first, for working through them again.

        Read a page at a time, so that writing in between holds nobody up.
        """
        after = 0
        while page := self._kept_after(after):
            yield from page
            after = page[-1].message_id

    def count_kept(self) -> int:
        """How many mails the ledger holds."""
        with self._session() as session:
            return session.execute(select(func.count()).select_from(Message)).scalar_one()

    def find_kept(self, mailbox: str, sha256: str) -> KeptMessage | None:
        """The mail with that content in that mailbox, None if the ledger does not hold it."""
        query = _KEPT.where(Message.sha256 == sha256, Message.mailbox == mailbox)
        with self._session() as session:
            row = session.execute(query).one_or_none()
            return None if row is None else _kept(*row)

    def codes_of(self, message_id: int) -> tuple[str, ...]:
        """The codes of what the mail's decision in force found, about it and its cases; each once, sorted."""
        query = (
            select(FindingRow.code)
            .join(Message, Message.id == FindingRow.message_id)
            .outerjoin(Case, Case.id == FindingRow.case_id)
            .where(
                or_(FindingRow.case_id.is_(None), FindingRow.case_revision == Case.verdict_revision),
                Message.id == message_id,
                FindingRow.message_revision == Message.revision,
                FindingRow.origin.in_(["mail", "verdict"]),
            )
        )
        with self._session() as session:
            return tuple(sorted(set(session.scalars(query))))

    def _kept_after(self, message_id: int) -> list[KeptMessage]:
        query = _KEPT.where(Message.id > message_id).order_by(Message.id).limit(_PAGE)
        with self._session() as session:
            return [_kept(*row) for row in session.execute(query)]

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._database.reading() as connection, Session(connection, autoflush=False) as session:
            yield session


def _export_note(scope: RegisterScope, ground: str) -> str:
    said = {
        "office": scope.office,
        "from": scope.first.isoformat() if scope.first else None,
        "to": scope.last.isoformat() if scope.last else None,
        "state": scope.state,
        "entity": scope.entity,
        "type": scope.account_type,
        "account": scope.account,
        "subject": scope.subject,
        "number": scope.number,
        "owner_id": mask(scope.owner_id),
        "ground": ground,
    }
    return json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)


def _has_case(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the decision in force has such a case."""
    return exists().where(Case.message_id == Message.id, Case.revision == Message.revision, condition)


_JOINED_MAIL: Final = exists().where(
    CaseMail.state == "joined", or_(CaseMail.case_id == Case.id, CaseMail.joined_case_id == Case.id)
)
_KEPT: Final = select(
    Message,
    _has_case(Case.state == "registered"),
    _has_case(Case.touched_at.is_not(None)),
    _has_case(_JOINED_MAIL),
)


def _kept(message: Message, registered: bool, touched: bool, joined: bool) -> KeptMessage:
    reasons = {
        NotReplaceableReason.REGISTERED: registered,
        NotReplaceableReason.TOUCHED: touched,
        NotReplaceableReason.JOINED: joined,
    }
    fixed = next((reason for reason, holds in reasons.items() if holds), None)
    return KeptMessage(
        message_id=message.id,
        mailbox=message.mailbox,
        sha256=message.sha256,
        received=message.received,
        size_bytes=message.size_bytes,
        revision=message.revision,
        outcome=Decision(message.outcome) if message.outcome else None,
        decided_at=message.decided_at,
        fixed=fixed,
    )
