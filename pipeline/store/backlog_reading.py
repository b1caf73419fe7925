"""Filings that may need supervision: open and past their day, returned, or refused; with what is known around them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.life import Stage
from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.evidence import Evidence, read_evidence
from pipeline.store.models import Case

_PAGE: Final = 500
_SHOWN: Final = ("account_name", "account_subject", "owner_name", "owner_phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFiling:
    """Another filing of the same account; `state` as the case's."""

    received: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogCase:
    """A filing with its evidence. `values` are some of the form's values by key, as text."""

    case_id: str
    office: str | None
    stage: Stage
    received: datetime
    due: date | None
    evidence: tuple[Evidence, ...]
    others: tuple[OtherFiling, ...]
    values: Mapping[str, str] = field(repr=False)


def iter_backlog(session: Session, cipher: Cipher, *, office: str | None, today: date) -> Iterator[BacklogCase]:
    """The most overdue first. An office's filings are those it received and those that belong to it."""
    ids = list(session.scalars(_candidates(office, today)))
    for start in range(0, len(ids), _PAGE):
        yield from _page(session, cipher, ids[start : start + _PAGE])
        session.expunge_all()


def _candidates(office: str | None, today: date) -> Select[uuid.UUID]:
    late = and_(Case.state == "review", Case.due < today)
    returned = and_(Case.state == "review", Case.stage == Stage.RETURNED.value)
    query = select(Case.id).where(or_(late, returned, Case.state == "closed"))
    if office is not None:
        query = query.where(or_(Case.office == office, Case.received_office == office))
    return query.order_by(Case.queue_rank, Case.received, Case.id)


def _page(session: Session, cipher: Cipher, ids: Sequence[uuid.UUID]) -> Iterator[BacklogCase]:
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
    values = CaseReader(session, cipher).form_values(ids, _SHOWN)
    evidence = read_evidence(session, ids)
    others = _others(session, [case.account_index for case in cases.values() if case.account_index is not None])
    for case in (cases[case_id] for case_id in ids):
        same = others.get(case.account_index, ()) if case.account_index is not None else ()
        yield BacklogCase(
            case_id=str(case.id),
            office=case.office or case.received_office,
            stage=Stage(case.stage),
            received=case.received,
            due=case.due,
            evidence=evidence.get(case.id, ()),
            others=tuple(other for case_id, other in same if case_id != case.id),
            values=values[case.id],
        )


def _others(session: Session, accounts: Sequence[bytes]) -> Mapping[bytes, Sequence[tuple[uuid.UUID, OtherFiling]]]:
    """Every filing of those accounts that was not decided anew since."""
    query = select(Case.account_index, Case.id, Case.received, Case.state).where(
        Case.account_index.in_(accounts), Case.state != "superseded"
    )
    found: defaultdict[bytes, list[tuple[uuid.UUID, OtherFiling]]] = defaultdict(list)
    for row in session.execute(query):
        if row.account_index is not None:
            found[row.account_index].append((row.id, OtherFiling(received=row.received, state=row.state)))
    return found
