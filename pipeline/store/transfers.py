"""Whether a person handed a case over (移交)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.life import Action
from pipeline.store.models import Case, Event


def was_transferred(session: Session, case: Case) -> bool:
    """A person's 移交 outlasts what the rules say of the office afterwards."""
    transfers = select(Event.seq).where(Event.case_id == case.id, Event.kind == f"case.{Action.TRANSFER.value}")
    return session.scalar(transfers.limit(1)) is not None
