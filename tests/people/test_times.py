"""How long cases take, without the time nobody was there."""

from __future__ import annotations

import math
import statistics
import uuid
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.people import Role
from pipeline.profile.schema import Profile
from pipeline.store.case_times import IDLE, OfficeTimes, _times
from pipeline.store.store import Store
from tests.people.conftest import Hire, fill
from tests.store.filings import NOW, later

IDLE_SECONDS = IDLE.total_seconds()
EVER = (datetime.min.replace(tzinfo=NOW.tzinfo), NOW + timedelta(days=999))


def test_the_time_from_opening_to_decision(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    user, times = hire("wang.fang"), store.times
    times.opened(case_id, user, NOW)
    assert times.report(None, *EVER) == ()
    times.decided(case_id, user, later(42.5), "conclude")
    one = OfficeTimes(office="sanhe", count=1, median_seconds=42.5, p90_seconds=42.5)
    assert times.report(None, *EVER) == (one,)
    assert times.report(frozenset({"sanhe"}), later(42.5), later(43)) == (one,)
    assert times.report(None, NOW, later(42.5)) == ()
    assert times.report(None, later(43), later(99)) == ()
    assert times.report(frozenset({"dachang"}), *EVER) == ()
    assert times.report(frozenset(), *EVER) == ()


def test_idle_gaps_are_not_counted(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    user, times = hire("wang.fang"), store.times
    times.opened(case_id, user, NOW)
    times.active(case_id, user, later(60))
    times.active(case_id, user, later(60 + IDLE_SECONDS))  # at the limit: counted
    times.active(case_id, user, later(61 + 2 * IDLE_SECONDS))  # beyond: away
    times.active(case_id, user, later(30))  # late from another tab
    times.opened(case_id, user, later(8000))  # gone home and come back: the same opening
    times.decided(case_id, user, later(8010), "refuse")
    (found,) = times.report(None, *EVER)
    assert (found.count, found.median_seconds) == (1, 60 + IDLE_SECONDS + 10)


def test_each_opening_counts_once(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    user, other, times = hire("wang.fang"), hire("zhao.lei"), store.times
    times.opened(case_id, other, NOW)  # never decides
    for turn in (0, 100):
        times.opened(case_id, user, later(turn))
        times.opened(case_id, user, later(turn))
        times.decided(case_id, user, later(turn + 10 + turn / 10), "return")
        times.decided(case_id, user, later(turn + 90), "return")
    times.active(case_id, user, later(500))
    (found,) = times.report(None, *EVER)
    assert (found.count, found.median_seconds, found.p90_seconds) == (2, 15, 20)


def test_the_city_decides_for_the_office_of_the_case(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    user = hire("city", Role.CITY, None)
    store.times.opened(case_id, user, NOW)
    store.times.decided(case_id, user, later(5), "conclude")
    assert [item.office for item in store.times.report(None, *EVER)] == ["sanhe"]


def test_a_case_that_is_not_there_is_refused(store: Store, hire: Hire) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.times.opened(str(uuid.uuid4()), hire("wang.fang"), NOW)


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=60))
def test_nine_in_ten_are_no_slower_than_p90(worked_ms: list[int]) -> None:
    found = _times("sanhe", worked_ms)
    slower = sum(value > found.p90_seconds * 1000 + 0.5 for value in worked_ms)
    at_most = sum(value <= found.p90_seconds * 1000 + 0.5 for value in worked_ms)
    assert slower <= len(worked_ms) / 10 and at_most >= math.ceil(0.9 * len(worked_ms))
    assert found.median_seconds == statistics.median(worked_ms) / 1000
