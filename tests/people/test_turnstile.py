"""Many writers at once: in order, none forgotten, and views of cases do not hold everybody up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from pipeline.profile.schema import Profile
from pipeline.store.errors import StoreUnavailableError
from pipeline.store.store import Store
from pipeline.store.turnstile import Turnstile
from tests.people.conftest import fill


def test_everybody_gets_a_turn_in_the_order_they_came() -> None:
    gate, came = Turnstile(seconds=30), []

    def enter(number: int) -> None:
        with gate:
            came.append(number)

    with gate:
        threads = []
        for number in range(20):
            threads.append(Thread(target=enter, args=(number,)))
            threads[-1].start()
            while len(gate._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert came == list(range(20))
    with gate:
        pass


def test_who_waits_too_long_goes_and_holds_nobody_up() -> None:
    gate = Turnstile(seconds=0.05)
    with gate, ThreadPoolExecutor(1) as other:
        with pytest.raises(StoreUnavailableError):
            other.submit(gate.__enter__).result()
    with gate:
        pass


def test_an_error_inside_hands_the_turn_on() -> None:
    gate = Turnstile(seconds=0.05)
    with pytest.raises(ZeroDivisionError), gate:
        raise ZeroDivisionError
    with gate:
        pass


def test_views_by_twenty_people_at_once_are_all_in_the_log(store: Store, profile: Profile) -> None:
    (case_id,) = fill(store, profile, 1)

    def view(number: int) -> None:
        for _ in range(10):
            store.events.record("case.viewed", actor=f"user{number}", case_id=case_id)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(view, range(20)))
    check = store.events.verify()
    assert check.whole
    assert check.count == 202
