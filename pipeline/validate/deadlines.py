"""Whether a filing came in time.

Accounts opened by the window's last day are due on it; later ones a period after opening. For those
opened so late in the window that the period would reach beyond it, the notice can be read both ways:
what arrives between the two days is ambiguous. Everything counts by the day of receipt in the city's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.domain.finding import Finding, finding
from pipeline.profile.schema import Deadlines
from pipeline.validate.case import Case
from pipeline.validate.dates import plausible_days
from pipeline.validate.periods import add_period


class Timeliness(StrEnum):
    """What a receipt day is against a due day."""

    ON_TIME = "on_time"
    AMBIGUOUS = "ambiguous"
    LATE = "late"


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """The last day on time; `latest` is the later one where the notice can be read both ways."""

    day: date
    latest: date
    clause: str | None


def find_due(opened: date, case: Case) -> Due | None:
    """When the account opened that day is due; None where the notice sets no date for it."""
    rules, clauses = case.profile.deadlines, case.profile.clauses
    after = _after_opening(opened, rules)
    if rules.window is not None and opened <= rules.window.last:
        last = rules.window.last
        return Due(day=last, latest=last if after is None else max(last, after), clause=clauses.window)
    return None if after is None else Due(day=after, latest=after, clause=clauses.after_opening)


def _after_opening(opened: date, rules: Deadlines) -> date | None:
    return None if rules.after_opening is None else add_period(opened, rules.after_opening, rules)


def judge(received: date, due: Due | None) -> Timeliness:
    """On time, late, or between the two readings."""
    if due is None or received <= due.day:
        return Timeliness.ON_TIME
    return Timeliness.AMBIGUOUS if received <= due.latest else Timeliness.LATE


def due_day(case: Case) -> date | None:
    """The last day on time; for a month, the earliest of its days' answers. None when nothing can be said."""
    dues = [due.day for day in plausible_days(case) if (due := find_due(day, case)) is not None]
    return min(dues, default=None)


def check_deadline(case: Case) -> list[Finding]:
    """`deadline.late`, `deadline.ambiguous`, or `date.imprecise` when the day decides and only the month is given."""
    dues = [find_due(day, case) for day in plausible_days(case)]
    answers = {judge(case.received_on, due) for due in dues}
    if len(answers) > 1:
        detail = "“开通日期”只写了年月，是否在期限内取决于具体日期，请补充到日。"
        return [finding("date.imprecise", detail, field="opened_on")]
    if not answers or answers == {Timeliness.ON_TIME}:
        return []
    due = next(due for due in dues if due is not None)
    if answers == {Timeliness.LATE}:
        detail = f"登记备案的最后日期是{_chinese(due.day)}，收到时已超过期限；请说明原因，由工作人员处理。"
        return [finding("deadline.late", detail, field="opened_on", clause=due.clause)]
    detail = (
        f"集中登记已于{_chinese(due.day)}结束，但按新开通账号计算可到{_chinese(due.latest)}，"
        "是否逾期由工作人员认定，暂不需要您补充材料。"
    )
    return [finding("deadline.ambiguous", detail, field="opened_on", clause=due.clause)]


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
