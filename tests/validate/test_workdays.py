"""Working days: as the State Council published them, and nothing beyond."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar.constants import holidays as published
from hypothesis import given
from hypothesis import strategies as st

from pipeline.profile.schema import Deadlines, Period, TimeUnit
from pipeline.validate.workdays import WorkdaysUnknownError, add_workdays, is_workday
from tests.validate.builders import Change, codes, decide, field, form, langfang

THIRTY = Period(amount=30, unit=TimeUnit.WORKING_DAYS)
RULES = Deadlines(after_opening=THIRTY)
LAST_YEAR = max(published).year


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2018, 12, 29), True),  # a Saturday worked for New Year's Eve
        (date(2018, 12, 31), False),
        (date(2024, 2, 4), True),  # a Sunday worked for the Spring Festival
        (date(2024, 2, 12), False),
        (date(2024, 5, 11), True),
        (date(2024, 6, 10), False),
        (date(2024, 6, 12), True),
        (date(2024, 6, 15), False),
    ],
)
def test_published_days(day: date, works: bool) -> None:
    assert is_workday(day, RULES) is works


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2024, 4, 30), date(2024, 6, 14)),
        (date(2018, 12, 3), date(2019, 1, 15)),
        (date(2024, 1, 2), date(2024, 2, 18)),  # a Sunday worked for the Spring Festival, as is the 4th
        (date(2024, 6, 1), date(2024, 7, 15)),
    ],
)
def test_thirty_working_days_counted_by_hand(start: date, due: date) -> None:
    assert add_workdays(start, 30, RULES) == due


@given(st.dates(date(2004, 1, 1), date(LAST_YEAR, 9, 1)), st.integers(1, 40))
def test_the_period_holds_as_many_working_days_and_ends_on_one(start: date, days: int) -> None:
    end = add_workdays(start, days, RULES)
    counted = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(is_workday(day, RULES) for day in counted) == days
    assert is_workday(end, RULES)


def test_a_year_nobody_has_published_is_never_guessed() -> None:
    with pytest.raises(WorkdaysUnknownError) as caught:
        add_workdays(date(LAST_YEAR, 12, 1), 30, RULES)
    assert caught.value.year == LAST_YEAR + 1
    assert caught.value.reached == date(LAST_YEAR, 12, 24)


def test_the_end_of_the_last_year_is_not_settled() -> None:
    """New Year's arrangement comes with the next year's and has moved days of December."""
    assert is_workday(date(LAST_YEAR, 12, 24), RULES) in (True, False)
    with pytest.raises(WorkdaysUnknownError):
        is_workday(date(LAST_YEAR, 12, 28), RULES)
    with pytest.raises(WorkdaysUnknownError):
        is_workday(date(2003, 12, 31), RULES)


def test_a_profiles_own_days_overrule_and_extend() -> None:
    local = Deadlines(after_opening=THIRTY, holidays=(date(2024, 6, 12),), workdays=(date(2024, 6, 15),))
    assert (is_workday(date(2024, 6, 12), local), is_workday(date(2024, 6, 15), local)) == (False, True)
    following = LAST_YEAR + 1
    longer = Deadlines(after_opening=THIRTY, holidays=(date(following, 1, 1),), calendar_until=date(following, 12, 24))
    assert not is_workday(date(following, 1, 1), longer)
    assert add_workdays(date(LAST_YEAR, 12, 1), 30, longer) > date(following, 1, 1)
    with pytest.raises(WorkdaysUnknownError):
        add_workdays(date(following, 12, 1), 30, longer)


def judged(opened: date, received: date, rules: Deadlines = RULES, **changes: Change) -> list[str]:
    profile = langfang().model_copy(update={"deadlines": rules})
    filed = form(opened_on=opened.isoformat(), **changes)
    return codes(decide(filed, received=f"{received}T12:00:00+08:00", profile=profile))


def test_what_came_before_the_calendar_ends_is_surely_on_time() -> None:
    opened = date(LAST_YEAR, 12, 1)
    assert judged(opened, date(LAST_YEAR, 12, 24)) == []
    assert judged(opened, date(LAST_YEAR, 12, 25)) == ["deadline.ambiguous"]
    assert judged(opened, date(LAST_YEAR + 1, 6, 1)) == ["deadline.ambiguous"]


def test_a_month_whose_days_differ_needs_the_day() -> None:
    rules = Deadlines(trigger="opened_on", after_opening=Period(amount=5, unit=TimeUnit.WORKING_DAYS))
    profile = langfang().model_copy(update={"deadlines": rules})
    filed = form(opened_on=field("opened_on", "2024-05"))
    assert codes(decide(filed, received="2024-05-31T12:00:00+08:00", profile=profile)) == ["date.imprecise"]
