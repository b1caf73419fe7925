"""Who is let in, and how often somebody may try."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pyotp
import pytest

from pipeline.store.errors import LoginRefusedError, LoginThrottledError, SecondFactorNeededError
from pipeline.store.event_reading import EventFilter
from pipeline.store.passwords import hash_password
from pipeline.store.store import Store
from tests import quick_hashes
from tests.people.conftest import PASSWORD, Hire
from tests.store.filings import NOW, later

HERE, THERE = "192.0.2.1", "192.0.2.2"


def attempt(
    store: Store, at: datetime, password: str = "wrong horse", *, login: str = "wang.fang", address: str = HERE
) -> str | int:
    """What came of it: who, "refused", "code", or the seconds to wait."""
    try:
        return store.people.check_login(login, password, None, address=address, at=at).login
    except LoginThrottledError as error:
        return error.seconds
    except SecondFactorNeededError:
        return "code"
    except LoginRefusedError:
        return "refused"


def test_a_login_in_any_spelling_and_the_right_password(store: Store, hire: Hire) -> None:
    user = hire("wang.fang")
    assert store.people.check_login(" Wang.FANG", PASSWORD, None, address=HERE, at=NOW) == user
    (event,) = store.list_events(EventFilter(kind="login.accepted"))
    assert (event.actor, json.loads(event.note)) == ("wang.fang", {"address": HERE})


@pytest.mark.parametrize("password", ["", "wrong", "x" * 5000, "\ud800", "a\0b", PASSWORD.upper(), PASSWORD + " "])
def test_a_wrong_password_is_refused(store: Store, hire: Hire, password: str) -> None:
    hire("wang.fang")
    assert attempt(store, NOW, password) == "refused"
    (event,) = store.list_events(EventFilter(kind="login"))
    assert (event.kind, event.actor) == ("login.refused", "wang.fang")


@pytest.mark.parametrize("login", ["", "nobody", PASSWORD, "\ud800", "x" * 100_000, "王芳", "a\0b"])
def test_an_unknown_login_is_refused_alike_and_kept_as_a_hash(store: Store, hire: Hire, login: str) -> None:
    hire("wang.fang")
    assert attempt(store, NOW, PASSWORD, login=login) == "refused"
    (event,) = store.list_events(EventFilter(kind="login"))
    said = json.loads(event.note)
    assert event.actor == "system"
    assert set(said) == {"address", "login_hash"} and len(said["login_hash"]) == 64
    assert not login or login not in event.note


def test_a_disabled_account_is_refused_alike(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    store.people.disable("wang.fang", actor="boss", at=NOW)
    assert attempt(store, NOW, PASSWORD) == "refused"


@pytest.fixture
def real_hashes() -> Iterator[None]:
    end = quick_hashes.do_not_use()
    yield
    end()


@pytest.mark.usefixtures("real_hashes")
def test_passwords_are_hashed_as_rfc_9106_advises() -> None:
    assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # the hash takes its time, whatever the database
@pytest.mark.usefixtures("real_hashes")
def test_an_unknown_login_takes_as_long_as_a_wrong_password(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    attempt(store, NOW)
    taken: dict[str, list[float]] = {"wang.fang": [], "nobody": []}
    for turn in range(4):
        for login, seconds in taken.items():
            begin = time.perf_counter()
            assert attempt(store, later(turn), login=login) == "refused"
            seconds.append(time.perf_counter() - begin)
    known, unknown = (statistics.median(seconds) for seconds in taken.values())
    assert known / 2 < unknown < known * 2
    assert unknown > 0.02


def test_failures_make_growing_pauses_and_never_a_lock(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    at, waits = 0.0, []
    for number in range(16):
        said = attempt(store, later(at), address=f"198.51.100.{number}")
        while isinstance(said, int):
            waits.append(said)
            assert attempt(store, later(at + said - 0.5), PASSWORD) == 1
            at += said
            said = attempt(store, later(at), address=f"198.51.100.{number}")
        assert said == "refused"
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    wait = attempt(store, later(at), PASSWORD)
    assert wait == 300
    assert attempt(store, later(at + 300), PASSWORD) == "wang.fang"
    assert [attempt(store, later(at + 301)) for _ in range(5)] == ["refused"] * 5


def test_a_pause_is_neither_lengthened_nor_noted_by_more_tries(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    for _ in range(7):
        attempt(store, NOW)
    for tenth in range(10):
        assert attempt(store, later(tenth / 10)) == 1
    assert len(store.list_events(EventFilter(kind="login.throttled"))) == 1
    assert len(store.list_events(EventFilter(kind="login.refused"))) == 5
    assert attempt(store, later(1), PASSWORD) == "wang.fang"


def test_unknown_accounts_are_throttled_like_known_ones(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    said = [[attempt(store, NOW, login=login, address=login) for _ in range(6)] for login in ("wang.fang", "nobody")]
    assert said[0] == said[1] == ["refused"] * 5 + [1]


def test_an_address_that_tries_many_accounts_is_throttled(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    said = [attempt(store, NOW, login=f"user{number}") for number in range(22)]
    assert said == ["refused"] * 20 + [1, 1]
    assert attempt(store, NOW, PASSWORD) == 1
    assert attempt(store, NOW, PASSWORD, address=THERE) == "wang.fang"
    assert attempt(store, later(3601), login="other") == "refused"


def test_an_attackers_own_account_does_not_clear_his_address(store: Store, hire: Hire) -> None:
    hire("zhao.lei")
    said: list[str | int] = []
    for number in range(20):
        said.append(attempt(store, NOW, login=f"user{number}"))
        if number < 19:
            assert attempt(store, NOW, PASSWORD, login="zhao.lei") == "zhao.lei"
    assert said == ["refused"] * 20
    assert attempt(store, NOW, login="user99") == 1


def test_many_at_once_gain_nothing(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    with ThreadPoolExecutor(12) as threads:
        said = list(threads.map(lambda number: attempt(store, NOW, address=f"198.51.100.{number}"), range(12)))
    assert (said.count("refused"), said.count(1)) == (5, 7)


def test_old_attempts_are_pruned(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    for number in range(5):
        attempt(store, NOW, login=f"user{number}", address=f"198.51.100.{number}")
    assert attempt(store, later(90_000), PASSWORD) == "wang.fang"
    with store._database.reading() as connection:
        left = connection.exec_driver_sql("SELECT failures FROM login_attempts").scalars().all()
    assert left == [0]


def test_a_code_is_asked_for_and_accepted_once(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    people = store.people
    totp = pyotp.parse_uri(people.enrol_totp("wang.fang", actor="boss", at=NOW))
    assert attempt(store, NOW, PASSWORD) == "wang.fang"  # not confirmed yet
    people.confirm_totp("wang.fang", totp.at(NOW), actor="wang.fang", at=NOW)

    def login(code: str, seconds: float) -> bool:
        try:
            return people.check_login("wang.fang", PASSWORD, code, address=HERE, at=later(seconds)).has_totp
        except LoginRefusedError:
            return False

    assert attempt(store, NOW, PASSWORD) == "code"
    assert not login(totp.at(NOW), 1)  # used to confirm
    assert login(totp.at(later(30)), 1)  # a clock that is a step ahead
    assert not login(totp.at(later(30)), 31)
    assert not login(totp.at(later(120)), 60)
    assert login(totp.at(later(60)), 90)  # a step behind
    assert not login("12345", 120) and not login("１２３４５６", 120)
    code = totp.at(later(150))
    assert login(f" {code[:3]} {code[3:]} ", 150)


def test_of_two_at_once_one_gets_the_code(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    totp = pyotp.parse_uri(store.people.enrol_totp("wang.fang", actor="boss", at=NOW))
    store.people.confirm_totp("wang.fang", totp.at(NOW), actor="wang.fang", at=NOW)

    def login(number: int) -> bool:
        try:
            store.people.check_login("wang.fang", PASSWORD, totp.at(later(60)), address=f"{number}", at=later(60))
        except LoginRefusedError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(login, range(4))) == 1


def test_the_same_person_at_many_desks_at_once_is_let_in_at_each(store: Store, hire: Hire) -> None:
    """Who is let in clears the count that another is just being held against."""
    hire("wang.fang")

    def log_in(number: int) -> list[str | int]:
        return [attempt(store, NOW, PASSWORD, address=f"198.51.100.{number}") for _ in range(10)]

    with ThreadPoolExecutor(4) as threads:
        assert [who for found in threads.map(log_in, range(4)) for who in found] == ["wang.fang"] * 40


def test_a_right_password_without_code_gives_no_free_guesses(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    totp = pyotp.parse_uri(store.people.enrol_totp("wang.fang", actor="boss", at=NOW))
    store.people.confirm_totp("wang.fang", totp.at(NOW), actor="wang.fang", at=NOW)
    wrong = next(code for code in ("000000", "111111") if code not in (totp.at(later(n * 30)) for n in (-1, 0, 1)))
    for _ in range(5):
        assert attempt(store, NOW, PASSWORD) == "code"
        with pytest.raises(LoginRefusedError):
            store.people.check_login("wang.fang", PASSWORD, wrong, address=HERE, at=NOW)
    assert attempt(store, NOW, PASSWORD) == 1


def test_somebody_logged_in_gives_the_password_again(store: Store, hire: Hire) -> None:
    user = hire("wang.fang")
    store.people.confirm_password(user, PASSWORD, address=HERE, at=NOW)
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            store.people.confirm_password(user, "wrong horse", address=HERE, at=NOW)
    with pytest.raises(LoginThrottledError):
        store.people.confirm_password(user, PASSWORD, address=HERE, at=NOW)
