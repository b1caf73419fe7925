"""What a mail counts as, from what became of its cases; one that joined another counts as that one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.store.models import Case
from pipeline.store.models_mail import Message
from pipeline.store.relations import end_of, ended_in


def settle_outcomes(session: Session, *cases: Case) -> None:
    """Set the outcome of every mail whose cases end in these: registered once every case of it is."""
    ends = [end_of(session, case) for case in cases]
    joined = [one for end in ends for one in ended_in(session, end.id)]
    for message_id in dict.fromkeys(case.message_id for case in (*cases, *ends, *joined)):
        message = session.get_one(Message, message_id)
        message.outcome = _outcome(session, message)


def _outcome(session: Session, message: Message) -> str:
    current = select(Case).where(Case.message_id == message.id, Case.revision == message.revision)
    states = {end_of(session, case).state for case in session.scalars(current).all()}
    return "registered" if states == {"registered"} else "review"
