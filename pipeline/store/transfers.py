"""Whose case a person said it is: by handing it over (移交), or by setting aside that it is another office's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Verdict
from pipeline.domain.finding_codes import OFFICE_MISMATCH
from pipeline.domain.life import Action
from pipeline.store.cipher import Cipher
from pipeline.store.models import Case, Event
from pipeline.store.set_asides import read_set_asides


def decided_office(session: Session, cipher: Cipher, case: Case, verdict: Verdict) -> str | None:
    """Whose case it is now that the rules say this: what a person said of it outlasts them.

    A 移交 always does, a finding set aside as long as the rules still raise that very finding.
    """
    if was_transferred(session, case):
        return case.office
    raised = [item for item in verdict.findings if item.code == OFFICE_MISMATCH]
    settled = read_set_asides(session, cipher, case.id) if raised else ()
    kept = (one.office for one in settled for item in raised if one.office is not None and one.covers(item))
    return next(kept, verdict.office)


def was_transferred(session: Session, case: Case) -> bool:
    """Whether a person handed the case over."""
    transfers = select(Event.seq).where(Event.case_id == case.id, Event.kind == f"case.{Action.TRANSFER.value}")
    return session.scalar(transfers.limit(1)) is not None
