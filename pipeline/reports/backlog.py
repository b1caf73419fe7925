"""Supervision (督办): which filings are late, unanswered or never completed, and the evidence for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.domain.life import OPEN_STAGES, Stage
from pipeline.profile.schema import Profile
from pipeline.store.backlog_reading import BacklogCase
from pipeline.store.evidence import REFUSED, RETURNED, Evidence


class BacklogKind(StrEnum):
    """Why a filing is on the list; it can be for several reasons.

    `LATE`: open, its due day past. `UNANSWERED`: returned, and for the days the profile allows nothing of the account
    has come. `NEVER_COMPLETED`: given up on the submitter's side: unanswered and late, or refused without another
    filing of the account since, in work or in the register.
    """

    LATE = "late"
    UNANSWERED = "unanswered"
    NEVER_COMPLETED = "never_completed"


class Mark(StrEnum):
    """逾期: past its due day. 督促: the submitter was urged."""

    OVERDUE = "overdue"
    URGED = "urged"


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogItem:
    """A filing on the list. `clause` is the one its due day follows from; days are the city's calendar days."""

    case: BacklogCase
    kinds: tuple[BacklogKind, ...]
    marks: tuple[Mark, ...]
    clause: str | None
    days_late: int | None
    returned_at: datetime | None
    days_unanswered: int | None


def find_backlog(
    cases: Iterable[BacklogCase], profile: Profile, *, today: date, unanswered_days: int
) -> Iterator[BacklogItem]:
    """The filings that need supervision. `today` is the city's."""
    for case in cases:
        item = _judge(case, profile, today, unanswered_days)
        if item.kinds:
            yield item


def _judge(case: BacklogCase, profile: Profile, today: date, unanswered_days: int) -> BacklogItem:
    is_open = case.stage in OPEN_STAGES
    days_late = (today - case.due).days if is_open and case.due is not None and case.due < today else None
    returned = _last(case.evidence, RETURNED) if case.stage is Stage.RETURNED else None
    silent = returned is not None and not any(other.received > returned.at for other in case.others)
    days = (today - returned.at.astimezone(profile.zone).date()).days if returned is not None and silent else None
    unanswered = days is not None and days >= unanswered_days
    given_up = (unanswered and days_late is not None) or _refused_for_good(case)
    found = {
        BacklogKind.LATE: days_late is not None,
        BacklogKind.UNANSWERED: unanswered,
        BacklogKind.NEVER_COMPLETED: given_up,
    }
    marks = {Mark.OVERDUE: days_late is not None, Mark.URGED: any(item.urges for item in case.evidence)}
    return BacklogItem(
        case=case,
        kinds=tuple(kind for kind, holds in found.items() if holds),
        marks=tuple(mark for mark, holds in marks.items() if holds),
        clause=due_clause(case.due, profile),
        days_late=days_late,
        returned_at=None if returned is None else returned.at,
        days_unanswered=days,
    )


def due_clause(due: date | None, profile: Profile) -> str | None:
    """The clause a due day follows from: the window's on its last day, else that of accounts opened later."""
    if due is None:
        return None
    window = profile.deadlines.window
    in_window = window is not None and due == window.last
    return profile.clauses.window if in_window else profile.clauses.after_opening


def _refused_for_good(case: BacklogCase) -> bool:
    if case.stage is not Stage.REFUSED:
        return False
    refused = _last(case.evidence, REFUSED)
    return not any(
        other.state in ("review", "registered") or (refused is not None and other.received > refused.at)
        for other in case.others
    )


def _last(evidence: tuple[Evidence, ...], kind: str) -> Evidence | None:
    return next((item for item in reversed(evidence) if item.kind == kind), None)
