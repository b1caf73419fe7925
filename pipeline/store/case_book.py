"""Cases: deciding a mail is one transaction, and what is known of an account is found by its keyed hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Select, and_, not_, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import DecidedCase, Decision, Filing, KnownFiling, MailDecision, Verdict
from pipeline.domain.document import ExtractedForm
from pipeline.domain.life import Stage
from pipeline.domain.message import Submission
from pipeline.profile.schema import Profile
from pipeline.store.case_joining import is_joined
from pipeline.store.case_mails import carry_proposals
from pipeline.store.case_rows import CaseRows, MessageRevision, RowWriter
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.errors import NotReplaceableError, NotReplaceableReason, StaleClaimError
from pipeline.store.events import SYSTEM, EventDraft, EventLog
from pipeline.store.file_rows import write_files
from pipeline.store.identity import index_mail_id, index_sender
from pipeline.store.joining_records import JoiningRules
from pipeline.store.joining_writing import JoinedCase, MailJoining
from pipeline.store.known_cases import find_known
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.models_mail import Message
from pipeline.store.records import Committed, CommittedCase
from pipeline.store.registration import Registrar
from pipeline.store.relations import end_of
from pipeline.store.replies import join_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class _Circumstances:
    """What a decision is written with."""

    submission: Submission
    profile: Profile
    now: datetime
    actor: str
    joining: JoiningRules | None = None


class CaseBook:
    """Writes decisions and finds what is known."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._events = events

    def commit_decision(
        self,
        message_id: int,
        owner: str,
        decision: MailDecision,
        *,
        submission: Submission,
        profile: Profile,
        now: datetime,
        actor: str = SYSTEM,
        joining: JoiningRules | None = None,
    ) -> Committed:
        """Write cases, records, events and the mail's outcome: all of it or nothing.

        A mail that is already decided stays as it is (`repeated`). A mail for review always has a case,
        so that somebody sees it. By the rules of `joining` its cases may join those of earlier mails.
        Raises `StaleClaimError` when the mail is not claimed by `owner`,
        `AccountTakenError` when a record holds the account (decide again), `UnstorableError`.
        """
        with self._locked_message(message_id) as (session, message):
            if message is None:
                raise StaleClaimError(f"message {message_id}: there is no such message")
            if message.state == "decided":
                return self._repeat(session, message)
            if message.claimed_by != owner:
                raise StaleClaimError(f"message {message_id}: the claim has passed to another worker")
            circumstances = _Circumstances(
                submission=submission, profile=profile, now=now, actor=actor, joining=joining
            )
            return self._write(session, message, decision, circumstances)

    def replace_decision(
        self,
        message_id: int,
        decision: MailDecision,
        *,
        submission: Submission,
        profile: Profile,
        now: datetime,
        actor: str = SYSTEM,
        expected_revision: int | None = None,
    ) -> Committed:
        """Decide a mail anew; its old cases stay, marked as superseded.

        Only a mail decided as review or ignored, no case of which is registered, was touched by a person, is being worked
        on, joined another mail's or was joined by one. What is decided anew joins nothing.
        `expected_revision` is the revision the new decision was made for. Raises
        `NotReplaceableError` with the reason, else as `commit_decision`.
        """
        with self._locked_message(message_id) as (session, message):
            if message is None:
                raise NotReplaceableError(message_id, NotReplaceableReason.UNKNOWN)
            old = session.scalars(_current_cases(message)).all()
            self._require_replaceable(message, list(old), expected_revision, now)
            if is_joined(session, [case.id for case in old]):
                raise NotReplaceableError(message_id, NotReplaceableReason.JOINED)
            for case in old:
                case.state, case.superseded_at = "superseded", now
            message.revision += 1
            session.flush()
            circumstances = _Circumstances(submission=submission, profile=profile, now=now, actor=actor)
            committed = self._write(session, message, decision, circumstances, kind="message.redecided")
            carry_proposals(session, old, list(session.scalars(_current_cases(message))))
            return committed

    def known_filings(
        self,
        form: ExtractedForm,
        *,
        exclude_sha256: str | None = None,
        exclude_mailbox: str | None = None,
        decided_before: datetime | None = None,
    ) -> tuple[KnownFiling, ...]:
        """Active records and open cases of the form's account, oldest first.

        What came from the mail with that SHA-256 in that mailbox is left out (in any mailbox, when
        none is named). `decided_before` is for deciding a mail anew: open cases of mails that were
        decided later are left out, since it is they that repeat it and not the other way round.
        """
        others = []
        if exclude_sha256 is not None:
            same = Message.sha256 == exclude_sha256
            others = [not_(same if exclude_mailbox is None else and_(same, Message.mailbox == exclude_mailbox))]
        with self._database.reading() as connection, Session(connection) as session:
            return find_known(session, self._cipher, form, *others, decided_before=decided_before)

    @contextmanager
    def _locked_message(self, message_id: int) -> Iterator[tuple[Session, Message | None]]:
        """The message under a lock, in a transaction that commits at the end. The event log's lock comes first."""
        with self._database.writing() as connection:
            self._events.lock(connection)
            with Session(connection, autoflush=False) as session:
                query = select(Message).where(Message.id == message_id).with_for_update()
                yield session, session.scalars(query).one_or_none()
                session.flush()

    @staticmethod
    def _require_replaceable(message: Message, cases: list[Case], expected_revision: int | None, now: datetime) -> None:
        if message.state != "decided":
            raise NotReplaceableError(message.id, NotReplaceableReason.WAITING)
        if expected_revision not in (None, message.revision):
            raise NotReplaceableError(message.id, NotReplaceableReason.CHANGED)
        if any(case.state == "registered" for case in cases):
            raise NotReplaceableError(message.id, NotReplaceableReason.REGISTERED)
        held = any(case.lease_until is not None and case.lease_until > now for case in cases)
        if held or any(case.touched_at is not None for case in cases):
            raise NotReplaceableError(message.id, NotReplaceableReason.TOUCHED)

    def _write(
        self,
        session: Session,
        message: Message,
        decision: MailDecision,
        circumstances: _Circumstances,
        *,
        kind: str = "message.decided",
    ) -> Committed:
        connection, profile = session.connection(), circumstances.profile
        writer = RowWriter(self._cipher, MessageRevision(message_id=message.id, revision=message.revision))
        office = profile.find_office_by_mailbox(message.mailbox)
        received_office = office.key if office else None
        joining = self._joining(session, message, circumstances)
        planned = joining.plan(_cases_of(decision), decision, received_office)
        rows = [
            writer.case(plan.decided, decision.case_decision(plan.decided), position, received_office)
            for position, plan in enumerate(planned)
        ]
        for row, plan in zip(rows, planned, strict=True):
            if plan.choice.target is not None:
                row.case.state, row.case.stage = "superseded", Stage.RECEIVED.value
        message.state, message.outcome = "decided", decision.decision.value
        # The first decision's time stays: it says which filings were known then.
        message.decided_at = message.decided_at or circumstances.now
        message.claimed_by = message.lease_until = message.not_before = message.postponed_for = None
        message.subject = writer.mail_text(circumstances.submission.subject, "subject")
        message.sender = writer.mail_text(circumstances.submission.sender, "sender")
        message.mail_id = writer.mail_text(circumstances.submission.message_id or "", "mail_id")
        self._index(message, circumstances.submission)
        _save(session, rows)
        session.add_all(writer.mail_findings(decision))
        session.add_all(write_files(decision.files, message.id, message.revision, self._cipher))
        session.flush()
        registrar = Registrar(connection, profile, circumstances.now)
        numbers = [registrar.register(row.case) if row.case.state == "registered" else None for row in rows]
        joined = joining.write([(row.case, plan) for row, plan in zip(rows, planned, strict=True)])
        self._note(connection, message, rows, circumstances, kind, joined)
        own_cases = [row.case.id for row in rows]
        replies = join_reply(session, message, own_cases, circumstances.submission, circumstances.now)
        if replies:
            self._events.append(connection, *replies)
        return _committed(session, message, [row.case for row in rows], numbers)

    def _joining(self, session: Session, message: Message, circumstances: _Circumstances) -> MailJoining:
        return MailJoining(
            session=session,
            cipher=self._cipher,
            message=message,
            submission=circumstances.submission,
            rules=circumstances.joining,
            profile=circumstances.profile,
            now=circumstances.now,
        )

    def _index(self, message: Message, submission: Submission) -> None:
        mail_id = submission.message_id
        message.mail_id_index = index_mail_id(mail_id, self._cipher) if mail_id else None
        message.sender_index = index_sender(submission.sender, self._cipher)
        message.sender_refuted = submission.sender_refuted

    def _note(
        self,
        connection: Connection,
        message: Message,
        rows: list[CaseRows],
        circumstances: _Circumstances,
        kind: str,
        joined: Sequence[JoinedCase],
    ) -> None:
        about = partial(EventDraft, actor=circumstances.actor, at=circumstances.now, message_id=message.id)
        cases = (
            about(kind="case.registered" if row.case.state == "registered" else "case.queued", case_id=row.case.id)
            for row in rows
            if row.case.joined_into is None
        )
        joins = (event for one in joined for event in one.events(about))
        self._events.append(connection, about(kind=kind, note=message.outcome), *cases, *joins)

    @staticmethod
    def _repeat(session: Session, message: Message) -> Committed:
        cases = list(session.scalars(_current_cases(message)).all())
        query = select(RegistryRecord.case_id, RegistryRecord.number).where(
            RegistryRecord.case_id.in_([case.id for case in cases])
        )
        numbers = dict(session.execute(query).all())
        return _committed(session, message, cases, [numbers.get(case.id) for case in cases], repeated=True)


def _cases_of(decision: MailDecision) -> tuple[DecidedCase, ...]:
    """The decision's cases; a mail for review without any gets an empty one, or nobody would ever see it."""
    if decision.cases or decision.decision is not Decision.REVIEW:
        return decision.cases
    return (DecidedCase(filing=Filing(office=None, received=decision.received), verdict=Verdict()),)


def _current_cases(message: Message) -> Select[Case]:
    return select(Case).where(Case.message_id == message.id, Case.revision == message.revision).order_by(Case.position)


def _save(session: Session, rows: list[CaseRows]) -> None:
    """Cases first: the other rows point to them."""
    session.add_all(row.case for row in rows)
    session.flush()
    for row in rows:
        session.add_all((*row.papers, *row.fields, *row.findings))


def _committed(
    session: Session, message: Message, cases: list[Case], numbers: list[str | None], *, repeated: bool = False
) -> Committed:
    return Committed(
        message_id=message.id,
        revision=message.revision,
        outcome=Decision(message.outcome or ""),
        repeated=repeated,
        cases=tuple(
            CommittedCase(
                case_id=str(case.id),
                position=case.position,
                decision=Decision.REGISTERED if end_of(session, case).state == "registered" else Decision.REVIEW,
                number=number,
                joined_into=str(case.joined_into) if case.joined_into else None,
            )
            for case, number in zip(cases, numbers, strict=True)
        ),
    )
