"""What register and queue hold of an account, as the rules want it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import KnownFiling
from pipeline.domain.document import ExtractedForm
from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.identity import index_account
from pipeline.store.models import Case, RegistryRecord
from pipeline.store.models_mail import Message

#: Whoever sends one account's form again and again must not make every decision about it read all of them.
MOST_KNOWN: Final = 50


def find_known(
    session: Session,
    cipher: Cipher,
    form: ExtractedForm | None,
    *but: ColumnElement[bool],
    decided_before: datetime | None = None,
) -> tuple[KnownFiling, ...]:
    """Active records and open cases of the form's account that meet the conditions, oldest first: the record, which is
    one at most, and no more than `MOST_KNOWN` in all.

    With `decided_before` open cases only of mails that were decided before.
    """
    account = None if form is None else index_account(form, cipher)
    if account is None:
        return ()
    active = and_(Case.state == "registered", RegistryRecord.state == "active")
    waiting = Case.state == "review"
    if decided_before is not None:
        waiting = and_(waiting, Message.decided_at < decided_before)
    query = (
        select(Case, RegistryRecord)
        .join(Message, Message.id == Case.message_id)
        .outerjoin(RegistryRecord, RegistryRecord.case_id == Case.id)
        .where(Case.account_index == account, or_(waiting, active), *but)
        .order_by(Case.state == "review", Case.message_id, Case.position)
        .limit(MOST_KNOWN)
    )
    rows = [(case, record) for case, record in session.execute(query)]
    found = sorted(rows, key=lambda row: (row[0].message_id, row[0].position))
    values = CaseReader(session, cipher).form_values([case.id for case, _ in found])
    return tuple(_known(case, record, values[case.id]) for case, record in found)


def _known(case: Case, record: RegistryRecord | None, values: dict[str, str]) -> KnownFiling:
    registered = record is not None and case.state == "registered"
    return KnownFiling(
        reference=record.number if record is not None and registered else str(case.id),
        office=record.office if record is not None and registered else case.office or case.received_office,
        registered=registered,
        values=values,
    )
