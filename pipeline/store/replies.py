"""Mails that answer our notices, tied to the cases they answer. The mail itself stays a mail of its own."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from pipeline.domain.message import Submission
from pipeline.store.events import SYSTEM, EventDraft
from pipeline.store.models import Case
from pipeline.store.models_mail import Message
from pipeline.store.models_notices import JoinedMail, NoticeRow
from pipeline.store.records import Reply

#: States in which a recipient can have our mail.
_OUT: Final = ("sending", "sent", "unclear")


def join_reply(
    session: Session, message: Message, own_cases: Sequence[uuid.UUID], submission: Submission, now: datetime
) -> list[EventDraft]:
    """Tie the mail to every case whose notice it answers; returns what the history says of that. Doing it twice changes nothing.

    Our Message-IDs cannot be guessed, so a mail that names one comes from somebody who has seen the notice.
    """
    if not submission.references:
        return []
    query = select(NoticeRow).where(NoticeRow.message_id.in_(submission.references), NoticeRow.state.in_(_OUT))
    answered = {row.case_id: row for row in session.scalars(query.order_by(NoticeRow.sent_at))}
    known = set(session.scalars(select(JoinedMail.case_id).where(JoinedMail.message_id == message.id)))
    notes: list[EventDraft] = []
    for case_id, row in answered.items():
        if case_id in known or case_id in own_cases:
            continue
        joined = JoinedMail(
            message_id=message.id, case_id=case_id, notice_id=row.id, automatic=submission.automatic, at=now
        )
        session.add(joined)
        notes += _events(message, row, own_cases, submission.automatic, now)
    session.flush()
    return notes


def _events(
    message: Message, row: NoticeRow, own_cases: Sequence[uuid.UUID], automatic: str | None, now: datetime
) -> Iterator[EventDraft]:
    """On the case that is answered, and on those the mail led to itself."""
    about = partial(EventDraft, actor=SYSTEM, at=now, message_id=message.id)
    kind = "case.reply_received" if automatic is None else "case.automatic_reply"
    said = {"notice": str(row.id), "message": message.id, "automatic": automatic, "cases": [str(c) for c in own_cases]}
    note = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
    yield about(kind=kind, case_id=row.case_id, note=note)
    for own in own_cases:
        yield about(kind="case.answers", case_id=own, note=json.dumps({"case": str(row.case_id)}))


def read_replies(session: Session, case_id: uuid.UUID) -> tuple[Reply, ...]:
    """The mails that answered a case's notices, oldest first."""
    query = (
        select(JoinedMail, Message.received, Case.id)
        .join(Message, Message.id == JoinedMail.message_id)
        .outerjoin(Case, and_(Case.message_id == Message.id, Case.revision == Message.revision))
        .where(JoinedMail.case_id == case_id)
        .order_by(Message.received, Message.id, Case.position)
    )
    cases: defaultdict[int, list[str]] = defaultdict(list)
    mails: dict[int, tuple[datetime, str | None]] = {}
    for joined, received, own in session.execute(query):
        mails[joined.message_id] = (received, joined.automatic)
        if own is not None:
            cases[joined.message_id].append(str(own))
    return tuple(
        Reply(message_id=number, received=received, automatic=automatic, case_ids=tuple(cases[number]))
        for number, (received, automatic) in mails.items()
    )


def read_answered(session: Session, message_id: int) -> tuple[str, ...]:
    """The cases whose notices a mail answers."""
    query = select(JoinedMail.case_id).where(JoinedMail.message_id == message_id).order_by(JoinedMail.at)
    return tuple(str(case_id) for case_id in session.scalars(query))
