"""The other cases of a case's mail, and those of later mails that belong to it or may, for splitting and joining."""

from __future__ import annotations

import uuid

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.models import Case, Paper
from pipeline.store.models_joining import CaseMail
from pipeline.store.records import Sibling


def read_siblings(session: Session, cipher: Cipher, case_id: str) -> tuple[Sibling, ...]:
    """The other cases of its mail that are in force, those joined into it, and those of later mails that may belong to it."""
    case = session.get(Case, uuid.UUID(case_id))
    if case is None:
        return ()
    of_mail = and_(Case.message_id == case.message_id, Case.revision == case.revision, Case.id != case.id)
    later = Case.id.in_(select(CaseMail.joined_case_id).where(CaseMail.case_id == case.id))
    standing = or_(Case.state != "superseded", Case.joined_into == case.id)
    query = select(Case).where(or_(of_mail, later), standing)
    found = list(session.scalars(query.order_by(Case.message_id, Case.position)))
    names = CaseReader(session, cipher).form_values([one.id for one in found], ("account_name",))
    return tuple(
        Sibling(
            case_id=str(one.id),
            account_name=names[one.id].get("account_name", ""),
            has_form=one.form_profile is not None,
            is_open=one.state == "review",
            joined=one.joined_into == case.id,
        )
        for one in found
    )


def read_papers_from(session: Session, case_id: str, giver: str) -> frozenset[int]:
    """Which papers of the case, counted from 1 in its order, came from that other case."""
    query = select(Paper.came_from).where(Paper.case_id == uuid.UUID(case_id)).order_by(Paper.ordinal)
    return frozenset(number for number, came in enumerate(session.scalars(query), 1) if came == uuid.UUID(giver))
