"""Whether a filing came in time.

Accounts opened by the window's last day are due on it; later ones a period after opening (or after whatever date the
profile counts from). For those opened so late in the window that the period would reach beyond it, the notice can be
read both ways: what arrives between the two days is ambiguous. Everything counts by the day of receipt in the city's
zone. Where the period is in working days and the calendar ends before it does, what arrives after the last day that
could be counted is ambiguous too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.domain.finding import Finding, finding
from pipeline.profile.deadlines import Deadlines, TimeUnit
from pipeline.validate.case import Case
from pipeline.validate.dates import plausible_days
from pipeline.validate.periods import add_period
from pipeline.validate.workdays import WorkdaysUnknownError


class Timeliness(StrEnum):
    """What a receipt day is against a due day."""

    ON_TIME = "on_time"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"  # the working days cannot be counted yet
    LATE = "late"


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """The last day on time; `latest` is the later one where the notice can be read both ways.

    `unknown_year` is the year whose holidays are missing for counting further than `latest`; `day` is then None
    unless the window gives it.
    """

    day: date | None
    latest: date
    clause: str | None
    unknown_year: int | None = None


def find_due(start: date, case: Case) -> Due | None:
    """When an account is due whose dates begin that day; None where the notice sets no date for it."""
    rules, clauses = case.profile.deadlines, case.profile.clauses
    after, reached, year = _after(start, rules)
    if rules.window is not None and start <= rules.window.last:
        last = rules.window.last
        return Due(day=last, latest=max(last, reached or last), clause=clauses.window, unknown_year=year)
    if reached is None:
        return None
    return Due(day=after, latest=reached, clause=clauses.after_opening, unknown_year=year)


def _after(start: date, rules: Deadlines) -> tuple[date | None, date | None, int | None]:
    """The period's last day, how far it could be counted, and the year whose holidays are missing."""
    if rules.after_opening is None:
        return None, None, None
    try:
        day = add_period(start, rules.after_opening, rules)
    except WorkdaysUnknownError as error:
        return None, error.reached, error.year
    return day, day, None


def judge(received: date, due: Due | None) -> Timeliness:
    """On time, late, between the two readings, or beyond what the calendar knows."""
    if due is None or received <= (due.day or due.latest):
        return Timeliness.ON_TIME
    if received <= due.latest:
        return Timeliness.AMBIGUOUS
    return Timeliness.LATE if due.unknown_year is None else Timeliness.UNKNOWN


def due_day(case: Case) -> date | None:
    """The last day on time; for a month, the earliest of its days' answers. None when nothing can be said."""
    dues = [find_due(day, case) for day in plausible_days(case, case.profile.deadlines.trigger)]
    return min((due.day for due in dues if due is not None and due.day is not None), default=None)


def check_deadline(case: Case) -> list[Finding]:
    """`deadline.late`, `deadline.ambiguous`, or `date.imprecise` when the day decides and only the month is given."""
    key = case.profile.deadlines.trigger
    dues = [find_due(day, case) for day in plausible_days(case, key)]
    answers = {judge(case.received_on, due) for due in dues}
    if not answers or answers == {Timeliness.ON_TIME}:
        return []
    due = next(due for due in dues if due is not None)
    code, detail = _say(case, answers, due)
    return [finding(code, detail, field=key, clause=due.clause)]


def _say(case: Case, answers: set[Timeliness], due: Due) -> tuple[str, str]:
    if len(answers) > 1:
        name = case.name(case.profile.deadlines.trigger)
        return "date.imprecise", f"“{name}”只写了年月，是否在期限内取决于具体日期，请补充到日。"
    if answers == {Timeliness.UNKNOWN}:
        return "deadline.ambiguous", (
            f"期限按工作日计算，{due.unknown_year}年的放假安排尚未收录，算不出最后日期；"
            "是否逾期由工作人员认定，暂不需要您补充材料。"
        )
    if answers == {Timeliness.LATE}:
        return "deadline.late", (
            f"登记备案的最后日期是{_chinese(due.day or due.latest)}{_counting(case, due)}，收到时已超过期限；"
            "请说明原因，由工作人员处理。"
        )
    return "deadline.ambiguous", (
        f"集中登记已于{_chinese(due.day or due.latest)}结束，但按新开通账号计算可到{_chinese(due.latest)}，"
        "是否逾期由工作人员认定，暂不需要您补充材料。"
    )


def _counting(case: Case, due: Due) -> str:
    """How the day was counted, where nobody can see it from the calendar alone."""
    rules = case.profile.deadlines
    period = rules.after_opening
    if period is None or period.unit is not TimeUnit.WORKING_DAYS or due.day == (rules.window and rules.window.last):
        return ""
    return f"（自“{case.name(rules.trigger)}”次日起{period.amount}个工作日）"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
