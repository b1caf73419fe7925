"""The rows of mails that joined a case: written, read, and what follows from them for the case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pipeline.domain.joining import JoinState, Way
from pipeline.store.models import Case, Paper
from pipeline.store.models_files import FileRow
from pipeline.store.models_joining import CaseMail
from pipeline.store.models_mail import Message
from pipeline.store.records import LaterMail

#: Where nobody noted a mail's files: more than any mail may have.
_FILES_UNKNOWN: Final = 200


def propose(
    session: Session, cases: Sequence[tuple[Case, frozenset[Way]]], other: Case, *, actor: str, at: datetime
) -> None:
    """Note that the other case may belong to one of those."""
    for case, ways in cases:
        session.add(row_of(case, other, ways, JoinState.PROPOSED, actor=actor, at=at))


def carry_proposals(session: Session, old: Sequence[Case], new: Sequence[Case]) -> None:
    """Let what was proposed for a mail's cases stand for those that it was decided to be anew."""
    now = {case.position: case.id for case in new}
    for case in old:
        if (heir := now.get(case.position)) is None:
            continue
        for column in (CaseMail.case_id, CaseMail.joined_case_id):
            proposed = update(CaseMail).where(column == case.id, CaseMail.state == JoinState.PROPOSED.value)
            session.execute(proposed.values({column: heir}))


def row_of(case: Case, other: Case, ways: frozenset[Way], state: JoinState, *, actor: str, at: datetime) -> CaseMail:
    """A row that ties the other case to one."""
    return CaseMail(
        case_id=case.id,
        joined_case_id=other.id,
        message_id=other.message_id,
        state=state.value,
        ways=",".join(way.value for way in Way if way in ways),
        office=other.received_office,
        actor=actor,
        at=at,
    )


def later_mails(session: Session, case_id: uuid.UUID) -> tuple[LaterMail, ...]:
    """The mails that joined a case, or may belong to it, in the order in which they came."""
    query = (
        select(CaseMail, Message.mailbox, Message.received)
        .join(Message, Message.id == CaseMail.message_id)
        .where(CaseMail.case_id == case_id)
        .order_by(Message.received, CaseMail.message_id, CaseMail.joined_case_id)
    )
    return tuple(
        LaterMail(
            case_id=str(row.joined_case_id),
            message_id=row.message_id,
            state=JoinState(row.state),
            ways=tuple(Way(way) for way in row.ways.split(",") if way),
            mailbox=mailbox,
            received=received,
            actor=row.actor,
            at=row.at,
        )
        for row, mailbox, received in session.execute(query)
    )


def joined_rows(session: Session, case_id: uuid.UUID) -> list[CaseMail]:
    """The rows of what joined the case and is still part of it, in the order in which it did."""
    query = select(CaseMail).where(CaseMail.case_id == case_id, CaseMail.state == JoinState.JOINED.value)
    return list(session.scalars(query.order_by(CaseMail.first_file, CaseMail.joined_case_id)))


def next_file(session: Session, case: Case) -> int:
    """How many numbers of files are taken in the case and the others of its mail."""
    own = select(func.max(FileRow.number)).where(
        FileRow.message_id == case.message_id, FileRow.revision == case.revision
    )
    family = select(Case.id).where(Case.message_id == case.message_id)
    rows = session.scalars(select(CaseMail).where(CaseMail.case_id.in_(family), CaseMail.first_file.is_not(None)))
    known = session.scalar(own)
    ends = [_FILES_UNKNOWN if known is None and _has_files(session, case) else known or 0]
    ends += [(row.first_file or 0) + _count_files(session, row) for row in rows]
    return max(ends)


def _has_files(session: Session, case: Case) -> bool:
    of_case = select(Paper.id).where(Paper.case_id == case.id)
    return case.form_profile is not None or session.scalar(of_case.limit(1)) is not None


def _count_files(session: Session, row: CaseMail) -> int:
    revision = select(Case.revision).where(Case.id == row.joined_case_id).scalar_subquery()
    last = select(func.max(FileRow.number)).where(FileRow.message_id == row.message_id, FileRow.revision == revision)
    return session.scalar(last) or _FILES_UNKNOWN


def settle_places(session: Session, case: Case) -> None:
    """When the filing was first received, and which other office received it, from the mails that are part of it now."""
    rows = joined_rows(session, case.id)
    mails = [case.message_id, *(row.message_id for row in rows)]
    case.received = min(session.scalars(select(Message.received).where(Message.id.in_(mails))))
    others = (row.office for row in rows if row.office not in (None, case.received_office))
    case.also_office = next(others, None)
