"""Opening dates and due days: the window, the thirty days, and what lies between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.decision import Verdict
from pipeline.profile.schema import Deadlines, Period, TimeUnit, Window
from pipeline.validate.periods import add_period
from tests.validate.builders import codes, decide, doubtful, form, is_registered, langfang


def opened(day: str, received: str) -> Verdict:
    return decide(form(opened_on=day), received=received if "T" in received else f"{received}T12:00:00+08:00")


@pytest.mark.parametrize(
    ("day", "received", "expected", "due"),
    [
        ("2016-05-20", "2018-12-15", [], "2018-12-31"),
        ("2016-05-20", "2018-12-09", [], "2018-12-31"),
        ("2016-05-20", "2018-12-31T23:59:59+08:00", [], "2018-12-31"),
        ("2016-05-20", "2018-12-31T15:59:00+00:00", [], "2018-12-31"),
        ("2016-05-20", "2018-12-31T16:00:00+00:00", ["deadline.late"], "2018-12-31"),
        ("2016-05-20", "2019-01-01T00:00:00+08:00", ["deadline.late"], "2018-12-31"),
        ("2018-12-01", "2019-01-01", ["deadline.late"], "2018-12-31"),
        ("2018-12-02", "2019-01-01", ["deadline.ambiguous"], "2018-12-31"),
        ("2018-12-20", "2018-12-31", [], "2018-12-31"),
        ("2018-12-20", "2019-01-10", ["deadline.ambiguous"], "2018-12-31"),
        ("2018-12-20", "2019-01-19", ["deadline.ambiguous"], "2018-12-31"),
        ("2018-12-20", "2019-01-20", ["deadline.late"], "2018-12-31"),
        ("2018-12-31", "2019-01-30", ["deadline.ambiguous"], "2018-12-31"),
        ("2019-01-01", "2019-01-31", [], "2019-01-31"),
        ("2019-01-05", "2019-02-04", [], "2019-02-04"),
        ("2019-01-05", "2019-02-05", ["deadline.late"], "2019-02-04"),
        ("2018-12", "2018-12-15", [], "2018-12-31"),
        ("2018-12", "2019-01-10", ["date.imprecise"], "2018-12-31"),
        ("2018-11", "2019-01-10", ["deadline.late"], "2018-12-31"),
        ("2019-01", "2019-02-10", ["date.imprecise"], "2019-01-31"),
        ("2019-01", "2019-01-31", [], "2019-01-31"),
        ("2019-01", "2019-03-05", ["deadline.late"], "2019-01-31"),
    ],
)
def test_due_days(day: str, received: str, expected: list[str], due: str) -> None:
    verdict = opened(day, received)
    assert codes(verdict) == expected
    assert verdict.due == date.fromisoformat(due)
    assert is_registered(verdict) == (not expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-12-15", []),
        ("2018-12-16", ["date.implausible"]),
        ("2019-01", ["date.implausible"]),
        ("2010-12-31", ["date.implausible"]),
        ("2011-01-01", []),
        ("2010-12", ["date.implausible"]),
    ],
)
def test_dates_that_can_not_be(day: str, expected: list[str]) -> None:
    verdict = opened(day, "2018-12-15T10:20:00+08:00")
    assert codes(verdict) == expected
    assert (verdict.due is None) == bool(expected)


def test_an_implausible_date_is_no_late_one_as_well() -> None:
    assert codes(opened("2010-01-01", "2019-06-01")) == ["date.implausible"]


def test_a_doubtful_date_decides_nothing() -> None:
    verdict = decide(form(opened_on=doubtful("opened_on", "2016-05-20")), received="2019-06-01T12:00:00+08:00")
    assert codes(verdict) == ["field.doubtful"]
    assert verdict.due is None


def test_clauses() -> None:
    assert opened("2016-05-20", "2019-06-01").findings[0].clause == "一.1"
    assert opened("2019-01-05", "2019-06-01").findings[0].clause == "一.2"


@given(st.dates(date(2019, 1, 1), date(2025, 1, 1)), st.integers(0, 60))
def test_the_thirtieth_day_is_on_time_and_the_next_is_late(day: date, wait: int) -> None:
    received = day + timedelta(days=wait)
    assert (codes(opened(day.isoformat(), received.isoformat())) == ["deadline.late"]) == (wait > 30)


# ---------------------------------------------------------------- other cities' rules

NO_WINDOW = Deadlines(after_opening=Period(amount=10))
NO_PERIOD = Deadlines(window=Window(first=date(2018, 12, 10), last=date(2018, 12, 31)))


def judged(rules: Deadlines, day: str, received: str) -> list[str]:
    profile = langfang().model_copy(update={"deadlines": rules})
    return codes(decide(form(opened_on=day), received=f"{received}T12:00:00+08:00", profile=profile))


def test_a_city_without_a_window() -> None:
    assert judged(NO_WINDOW, "2018-12-01", "2018-12-11") == []
    assert judged(NO_WINDOW, "2018-12-01", "2018-12-12") == ["deadline.late"]


def test_a_city_with_nothing_but_a_window() -> None:
    assert judged(NO_PERIOD, "2018-12-30", "2019-01-02") == ["deadline.late"]
    assert judged(NO_PERIOD, "2019-05-01", "2020-05-01") == []


def test_months_and_working_days() -> None:
    months = Period(amount=1, unit=TimeUnit.MONTHS)
    assert add_period(date(2019, 1, 31), months, NO_WINDOW) == date(2019, 2, 28)
    assert add_period(date(2018, 12, 5), months, NO_WINDOW) == date(2019, 1, 5)
    five = Period(amount=5, unit=TimeUnit.WORKING_DAYS)
    rules = Deadlines(after_opening=five, holidays=(date(2019, 1, 1),), workdays=(date(2018, 12, 29),))
    assert add_period(date(2018, 12, 21), five, rules) == date(2018, 12, 28)
    assert add_period(date(2018, 12, 26), five, rules) == date(2019, 1, 3)
