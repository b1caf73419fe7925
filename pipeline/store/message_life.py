"""A message's whole life: where it lay, how it was fetched and decided, what came of it, who did what, what was answered."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.domain.life import Stage
from pipeline.domain.notice import NoticeKind, NoticeState
from pipeline.store.archive import BlobArchive
from pipeline.store.event_reading import EventItem, to_item
from pipeline.store.events import EventLog
from pipeline.store.models import Case, Event, RegistryRecord
from pipeline.store.models_mail import LedgerEntry, Listing, Message
from pipeline.store.models_notices import JoinedMail, NoticeRow
from pipeline.store.replies import read_answered
from pipeline.store.uid_ranges import parse_uids

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{10,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifePlace:
    """One place on a server. `listed` is whether the last poll still saw it; `recorded_at` when it was fetched."""

    folder: str
    uidvalidity: int
    generation: int
    uid: int
    listed: bool
    refusals: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeCase:
    """A case of any of its decisions; `in_force` tells those of the last one, `joined_into` the case it joined."""

    case_id: str
    in_force: bool
    state: str
    stage: Stage
    office: str | None
    due: date | None
    number: str | None
    joined_into: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeNotice:
    """A paper of one of its cases. `answers` are the numbers of the mails that answered it."""

    notice_id: str
    case_id: str
    kind: NoticeKind
    state: NoticeState
    drafted_at: datetime
    sent_at: datetime | None
    last_error: str | None
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLife:
    """Everything that is known of one message. `answers` are the cases whose notices it answers."""

    message_id: int
    mailbox: str
    sha256: str
    received: datetime
    size_bytes: int
    kept: bool
    state: str
    outcome: str | None
    revision: int
    attempts: int
    postponed_for: str | None
    not_before: datetime | None
    decided_at: datetime | None
    places: tuple[LifePlace, ...]
    cases: tuple[LifeCase, ...]
    notices: tuple[LifeNotice, ...]
    answers: tuple[str, ...]
    events: tuple[EventItem, ...]


def read_lives(session: Session, archive: BlobArchive, events: EventLog, reference: str) -> tuple[MessageLife, ...]:
    """The message of that number, or those whose content's SHA-256 begins so (at least ten characters).

    The same content in several mailboxes is several messages. None for an unknown one.
    """
    query = select(Message).order_by(Message.id)
    if _NUMBER.fullmatch(reference):
        query = query.where(Message.id == int(reference))
    elif _DIGEST.fullmatch(reference.lower()):
        query = query.where(Message.sha256.startswith(reference.lower(), autoescape=True))
    else:
        return ()
    return tuple(_life(session, archive, events, message) for message in session.scalars(query))


def _life(session: Session, archive: BlobArchive, events: EventLog, message: Message) -> MessageLife:
    cases = session.execute(
        select(Case, RegistryRecord.number)
        .outerjoin(RegistryRecord, RegistryRecord.case_id == Case.id)
        .where(Case.message_id == message.id)
        .order_by(Case.revision, Case.position)
    ).all()
    ids = [case.id for case, _ in cases]
    return MessageLife(
        message_id=message.id,
        mailbox=message.mailbox,
        sha256=message.sha256,
        received=message.received,
        size_bytes=message.size_bytes,
        kept=archive.has(message.sha256),
        state=message.state,
        outcome=message.outcome,
        revision=message.revision,
        attempts=message.attempts,
        postponed_for=message.postponed_for,
        not_before=message.not_before,
        decided_at=message.decided_at,
        places=_places(session, message.id),
        cases=tuple(_case(case, number, message) for case, number in cases),
        notices=_notices(session, ids),
        answers=read_answered(session, message.id),
        events=_events(session, events, message.id, ids),
    )


def _places(session: Session, message_id: int) -> tuple[LifePlace, ...]:
    query = (
        select(LedgerEntry, Listing.uids)
        .outerjoin(
            Listing,
            (Listing.mailbox == LedgerEntry.mailbox)
            & (Listing.folder == LedgerEntry.folder)
            & (Listing.uidvalidity == LedgerEntry.uidvalidity)
            & (Listing.generation == LedgerEntry.generation),
        )
        .where(LedgerEntry.message_id == message_id)
        .order_by(LedgerEntry.id)
    )
    return tuple(
        LifePlace(
            folder=entry.folder,
            uidvalidity=entry.uidvalidity,
            generation=entry.generation,
            uid=entry.uid,
            listed=uids is not None and entry.uid in parse_uids(uids),
            refusals=entry.attempts,
            recorded_at=entry.recorded_at,
        )
        for entry, uids in session.execute(query)
    )


def _case(case: Case, number: str | None, message: Message) -> LifeCase:
    return LifeCase(
        case_id=str(case.id),
        in_force=case.revision == message.revision,
        state=case.state,
        stage=Stage(case.stage),
        office=case.office,
        due=case.due,
        number=number,
        joined_into=str(case.joined_into) if case.joined_into else None,
    )


def _notices(session: Session, cases: Sequence[uuid.UUID]) -> tuple[LifeNotice, ...]:
    rows = session.scalars(
        select(NoticeRow).where(NoticeRow.case_id.in_(cases)).order_by(NoticeRow.drafted_at, NoticeRow.id)
    ).all()
    joined = session.execute(
        select(JoinedMail.notice_id, JoinedMail.message_id)
        .where(JoinedMail.notice_id.in_([row.id for row in rows]))
        .order_by(JoinedMail.at, JoinedMail.message_id)
    ).all()
    return tuple(
        LifeNotice(
            notice_id=str(row.id),
            case_id=str(row.case_id),
            kind=NoticeKind(row.kind),
            state=NoticeState(row.state),
            drafted_at=row.drafted_at,
            sent_at=row.sent_at,
            last_error=row.last_error,
            answers=tuple(message for notice, message in joined if notice == row.id),
        )
        for row in rows
    )


def _events(session: Session, events: EventLog, message_id: int, cases: Sequence[uuid.UUID]) -> tuple[EventItem, ...]:
    query = select(Event).where(or_(Event.message_id == message_id, Event.case_id.in_(cases))).order_by(Event.seq)
    return tuple(to_item(events, row) for row in session.scalars(query))
