"""Counts the database makes itself: findings that are met most, and what is open now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pipeline.domain.finding import Severity
from pipeline.domain.life import Stage
from pipeline.store.case_scope import belongs_to
from pipeline.store.models import Case, FindingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCount:
    """In how many filings the rules found that at any time, whatever became of it."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """How many filings of an office wait in a stage, and how many of them are past their day. `oldest`: first receipt."""

    office: str | None
    stage: Stage
    count: int
    late: int
    oldest: datetime


def count_findings(
    session: Session, offices: frozenset[str] | None, *, since: datetime, until: datetime, limit: int
) -> tuple[FindingCount, ...]:
    """The blocking findings about filings received from `since` to `until` (left out), the most frequent first."""
    received = select(Case.id).where(
        Case.received >= since, Case.received < until, Case.state != "superseded", belongs_to(offices)
    )
    found = (
        select(FindingRow.case_id, FindingRow.code)
        .where(FindingRow.origin == "verdict", FindingRow.severity == Severity.BLOCK.value)
        .where(FindingRow.case_id.in_(received))
        .distinct()
        .subquery()
    )
    many = func.count()
    query = select(found.c.code, many).group_by(found.c.code).order_by(many.desc(), found.c.code)
    return tuple(FindingCount(code=code, count=count) for code, count in session.execute(query.limit(limit)))


def count_open(session: Session, offices: frozenset[str] | None, *, today: date) -> tuple[OpenCount, ...]:
    """What waits, by the office it belongs to and by stage."""
    office = func.coalesce(Case.office, Case.received_office)
    late = func.sum(case((Case.queue_rank < today, 1), else_=0))
    query = (
        select(office, Case.stage, func.count(), late, func.min(Case.received))
        .where(Case.state == "review")
        .group_by(office, Case.stage)
    )
    if offices is not None:
        query = query.where(office.in_(sorted(offices)))
    return tuple(
        OpenCount(office=key, stage=Stage(stage), count=count, late=int(past), oldest=oldest)
        for key, stage, count, past, oldest in session.execute(query)
    )
