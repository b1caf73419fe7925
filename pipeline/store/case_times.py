"""How long cases take people.

An opening is one person's work on one case, from `opened` to `decided`; opening the case again before it is decided
goes on with the same one. Its time is the sum of the gaps between signs of activity (`opened`, `active`, `decided`);
a gap of more than five minutes is idle and is not counted at all. Openings without a decision are not counted, nor is
what is handled without the pages. The figures are by the office of whoever decided, or of the case where that person
has none, and by the time of the decision; p90 is the nearest rank.
"""

from __future__ import annotations

import math
import statistics
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.people import User
from pipeline.store.database import Database
from pipeline.store.models import Case
from pipeline.store.models_people import CaseOpening
from pipeline.store.statements import insert_into

IDLE: Final = timedelta(minutes=5)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeTimes:
    """The seconds a case took in one office; `office` is None for cases that belong to none."""

    office: str | None
    count: int
    median_seconds: float
    p90_seconds: float


class CaseTimes:
    """Notes when people work on cases, and adds it up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def opened(self, case_id: str, user: User, at: datetime) -> None:
        """Somebody opened the case to work on it."""
        with self._database.writing() as connection, Session(connection) as session:
            found = _find(session, case_id, user)
            if found is not None:
                _work(found, at)
            else:
                values = {
                    "id": uuid.uuid4(),
                    "case_id": uuid.UUID(case_id),
                    "user_id": uuid.UUID(user.user_id),
                    "office": user.office,
                    "opened_at": at,
                    "active_at": at,
                    "worked_ms": 0,
                }
                # The same person in two tabs: one opening.
                session.execute(insert_into(connection, CaseOpening.table()).values(values).on_conflict_do_nothing())
            session.flush()

    def active(self, case_id: str, user: User, at: datetime) -> None:
        """Keys or the pointer moved; to be said about once a minute while they do."""
        self._go_on(case_id, user, at, decision=None)

    def decided(self, case_id: str, user: User, at: datetime, decision: str) -> None:
        """The opening ended in that decision (an action's code). Nothing happens to a case that was not opened."""
        self._go_on(case_id, user, at, decision=decision)

    def report(self, offices: frozenset[str] | None, since: datetime, until: datetime) -> tuple[OfficeTimes, ...]:
        """Count, median and p90 by office of what was decided from `since` up to, not including, `until`.

        `offices` as `visible_offices` gives them.
        """
        office = func.coalesce(CaseOpening.office, Case.office, Case.received_office)
        query = (
            select(office, CaseOpening.worked_ms)
            .join(Case, Case.id == CaseOpening.case_id)
            .where(CaseOpening.decided_at >= since, CaseOpening.decided_at < until)
        )
        if offices is not None:
            query = query.where(office.in_(sorted(offices)))
        found: dict[str | None, list[int]] = defaultdict(list)
        with self._database.reading() as connection:
            for key, worked_ms in connection.execute(query):
                found[key].append(worked_ms)
        return tuple(_times(key, found[key]) for key in sorted(found, key=lambda key: key or ""))

    def _go_on(self, case_id: str, user: User, at: datetime, *, decision: str | None) -> None:
        with self._database.writing() as connection, Session(connection) as session:
            found = _find(session, case_id, user)
            if found is None:
                return
            _work(found, at)
            if decision is not None:
                found.decided_at, found.decision = at, decision
            session.flush()


def _find(session: Session, case_id: str, user: User) -> CaseOpening | None:
    """The opening that goes on, under a lock."""
    mine = select(CaseOpening).where(
        CaseOpening.case_id == uuid.UUID(case_id),
        CaseOpening.user_id == uuid.UUID(user.user_id),
        CaseOpening.decided_at.is_(None),
    )
    return session.scalars(mine.with_for_update()).one_or_none()


def _work(row: CaseOpening, at: datetime) -> None:
    gap = at - row.active_at
    if gap < timedelta(0):
        return  # two tabs' requests may come in the wrong order
    if gap <= IDLE:
        row.worked_ms += gap // _MS
    row.active_at = at


def _times(office: str | None, worked_ms: Sequence[int]) -> OfficeTimes:
    ordered = sorted(worked_ms)
    rank = math.ceil(0.9 * len(ordered)) - 1
    return OfficeTimes(
        office=office,
        count=len(ordered),
        median_seconds=statistics.median(ordered) / 1000,
        p90_seconds=ordered[rank] / 1000,
    )
