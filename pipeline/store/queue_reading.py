"""The review queue: open cases, the most urgent first, page by page."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select, tuple_, union
from sqlalchemy.orm import Session, aliased

from pipeline.domain.decision import Entity
from pipeline.domain.finding import Severity
from pipeline.domain.life import Stage
from pipeline.store.case_reading import CaseReader
from pipeline.store.case_scope import awaited_by, belongs_to, looked_up, places_of
from pipeline.store.cipher import Cipher
from pipeline.store.errors import AmbiguousCaseError
from pipeline.store.models import Case, FindingRow
from pipeline.store.models_mail import Message
from pipeline.store.models_people import CaseOpening
from pipeline.store.records import CaseDetail, QueueCursor, QueueItem, QueueScope

_LISTED: Final = (
    Case.id,
    Case.message_id,
    Case.revision,
    Case.verdict_revision,
    Case.position,
    Case.entity,
    Case.office,
    Case.received_office,
    Case.stage,
    Case.state,
    Case.due,
    Case.received,
    Case.queue_rank,
    Case.lease_until,
    Message.mailbox,
)
_Listed = Row[*tuple[Any, ...]]
_SHOWN: Final = ("account_name", "account_subject")
_UUID_DIGITS: Final = 32
_MOST_RARE: Final = 500
_PREFIX: Final = re.compile(r"[0-9a-f]{4,32}")


def read_queue(
    session: Session,
    cipher: Cipher,
    scope: QueueScope,
    *,
    limit: int,
    after: QueueCursor | None,
) -> tuple[QueueItem, ...]:
    """A page of the queue. An office's cases are those it received and those that belong to it; what it handed over
    waits for it no more."""
    query = select(*_LISTED).join(Message, Message.id == Case.message_id)
    query = query.where(_in_force(scope), *_conditions(scope), *_named(scope, cipher))
    if scope.code is not None:
        query = query.where(*_rare(session, scope.code))
    if after is not None:
        place = (after.rank, after.received, uuid.UUID(after.case_id))
        columns = tuple_(Case.queue_rank, Case.received, Case.id)
        query = query.where(columns > tuple_(*place, types=[Case.queue_rank.type, Case.received.type, Case.id.type]))
    ordered = query.order_by(Case.queue_rank, Case.received, Case.id).limit(limit)
    found = session.execute(ordered).all()
    return _items(session, cipher, found)


def count_cases(session: Session, cipher: Cipher, scope: QueueScope, *, most: int) -> int:
    """How many cases the scope has, counted no further than `most`."""
    wanted = (_in_force(scope), *_conditions(replace(scope, offices=None)), *_named(scope, cipher))
    of_offices = awaited_by if scope.waiting else places_of
    places = (select(Case.id).where(*wanted, place).limit(most).subquery() for place in of_offices(scope.offices))
    found = [select(place) for place in places]
    if not found:
        return 0
    return min(most, session.scalar(select(func.count()).select_from(union(*found).subquery())) or 0)


def read_case(session: Session, cipher: Cipher, reference: str) -> CaseDetail | None:
    """The case whose id is, or uniquely begins with, `reference` (at least four characters), None if there is none.

    Raises `AmbiguousCaseError` when several ids begin so.
    """
    digits = reference.replace("-", "").lower()
    if not _PREFIX.fullmatch(digits):
        return None
    first, last = (uuid.UUID(digits.ljust(_UUID_DIGITS, fill)) for fill in "0f")
    cases = session.scalars(select(Case).where(Case.id.between(first, last)).limit(2)).all()
    if len(cases) > 1:
        raise AmbiguousCaseError(f"several cases begin with {reference!r}; give more characters")
    return CaseReader(session, cipher).detail(cases[0]) if cases else None


def read_cases_of(session: Session, cipher: Cipher, message_id: int) -> tuple[CaseDetail, ...]:
    """The cases that the decision in force of a message led to, by position."""
    query = (
        select(Case)
        .join(Message, Message.id == Case.message_id)
        .where(Case.message_id == message_id, Case.revision == Message.revision)
        .order_by(Case.position)
    )
    reader = CaseReader(session, cipher)
    return tuple(reader.detail(case) for case in session.scalars(query).all())


def _in_force(scope: QueueScope) -> ColumnElement[bool]:
    return Case.state == "review" if scope.waiting else Case.state != "superseded"


def _conditions(scope: QueueScope) -> Iterator[ColumnElement[bool]]:
    yield _of_offices(scope, scope.offices)
    if scope.office is not None:
        yield _of_offices(scope, frozenset({scope.office}))
    if scope.code is not None:
        of_code = exists().where(FindingRow.code == scope.code)
        yield or_(of_code.where(_of_case()), of_code.where(_of_mail()))  # apart, so that each has its index
    if scope.entity is not None:
        yield Case.entity == scope.entity.value
    if scope.stage is not None:
        yield Case.stage == scope.stage.value
    # What is one person's is found first, in its own index: walking the queue in its order for it takes all of the queue.
    if scope.holder is not None:
        held = aliased(Case)
        mine = select(held.id).where(held.claimed_by == uuid.UUID(scope.holder), held.lease_until > scope.held_at)
        yield Case.id.in_(mine)
    if scope.done_by is not None:
        done = select(CaseOpening.case_id).where(CaseOpening.user_id == uuid.UUID(scope.done_by))
        yield Case.id.in_(done.where(CaseOpening.decided_at.is_not(None)))
    if scope.late_on is not None:
        yield Case.queue_rank < scope.late_on


def _of_offices(scope: QueueScope, offices: frozenset[str] | None) -> ColumnElement[bool]:
    return or_(false(), *awaited_by(offices)) if scope.waiting else belongs_to(offices)


def _named(scope: QueueScope, cipher: Cipher) -> Iterator[ColumnElement[bool]]:
    return looked_up(cipher, account=scope.account, subject=scope.subject, owner_id=scope.owner_id)


def _rare(session: Session, code: str) -> Iterator[ColumnElement[bool]]:
    """The cases that a rare finding leads to; walking the queue for them would take all of it."""
    found = select(FindingRow.case_id, FindingRow.message_id).where(FindingRow.code == code).limit(_MOST_RARE + 1)
    rows = session.execute(found).all()
    if len(rows) <= _MOST_RARE:
        of_mails = {row.message_id for row in rows if row.case_id is None}
        yield or_(Case.id.in_({row.case_id for row in rows} - {None}), Case.message_id.in_(of_mails))


def _about_case() -> ColumnElement[bool]:
    return or_(_of_case(), _of_mail())


def _of_mail() -> ColumnElement[bool]:
    return and_(
        FindingRow.case_id.is_(None),
        FindingRow.message_id == Case.message_id,
        FindingRow.message_revision == Case.revision,
    )


def _of_case() -> ColumnElement[bool]:
    return and_(
        FindingRow.case_id == Case.id,
        FindingRow.origin == "verdict",
        FindingRow.case_revision == Case.verdict_revision,
    )


def _items(session: Session, cipher: Cipher, found: Sequence[_Listed]) -> tuple[QueueItem, ...]:
    ids = [row.id for row in found]
    values = CaseReader(session, cipher).form_values(ids, _SHOWN)
    codes = _blocking_codes(session, ids)
    return tuple(_item(row, values[row.id], codes[row.id]) for row in found)


def _blocking_codes(session: Session, cases: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """Each once, the mail's last."""
    found: defaultdict[uuid.UUID, dict[str, None]] = defaultdict(dict)
    for start in range(0, len(cases), 500):
        ids = cases[start : start + 500]
        query: Select[uuid.UUID, str] = (
            select(Case.id, FindingRow.code)
            .join(FindingRow, _about_case())
            .where(Case.id.in_(ids), FindingRow.severity == Severity.BLOCK.value)
            .order_by(FindingRow.origin.desc(), FindingRow.ordinal)
        )
        for case_id, code in session.execute(query):
            found[case_id][code] = None
    return {case_id: tuple(found[case_id]) for case_id in cases}


def _item(case: _Listed, values: dict[str, str], codes: tuple[str, ...]) -> QueueItem:
    return QueueItem(
        case_id=str(case.id),
        message_id=case.message_id,
        mailbox=case.mailbox,
        position=case.position,
        entity=Entity(case.entity) if case.entity else None,
        office=case.office,
        received_office=case.received_office,
        stage=Stage(case.stage),
        state=case.state,
        due=case.due,
        received=case.received,
        account_name=values.get("account_name", ""),
        account_subject=values.get("account_subject", ""),
        codes=codes,
        cursor=QueueCursor(rank=case.queue_rank, received=case.received, case_id=str(case.id)),
        held_until=case.lease_until,
    )
