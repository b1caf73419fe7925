"""Accounts and who changed them, and sessions that end when they must."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from pipeline.domain.people import PeopleError, Role
from pipeline.store.cipher import Cipher
from pipeline.store.errors import LoginRefusedError, UnknownUserError
from pipeline.store.event_reading import EventFilter
from pipeline.store.sessions import SessionLimits
from pipeline.store.store import Store
from tests.people.conftest import NAMES, PASSWORD, Hire, hire_into
from tests.store.filings import NOW, later
from tests.stores import Place

MINUTE = 60
HOUR = 3600


def kinds(store: Store, family: str = "user") -> list[str]:
    return [item.kind for item in reversed(store.list_events(EventFilter(kind=family)))]


def test_every_change_is_an_event_with_its_actor(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    people = store.people
    people.change_password("wang.fang", "another horse battery", actor="boss", at=later(1))
    people.disable("wang.fang", actor="boss", at=later(2))
    people.disable("wang.fang", actor="boss", at=later(3))
    people.enable("wang.fang", actor="boss", at=later(4))
    people.set_role("wang.fang", Role.SUPERVISOR, "dachang", actor="boss", at=later(5))
    secret = pyotp.parse_uri(people.enrol_totp("WANG.fang", actor="boss", at=later(6)))
    people.confirm_totp("wang.fang", secret.at(later(6)), actor="wang.fang", at=later(6))
    people.remove_totp("wang.fang", actor="boss", at=later(7))
    assert kinds(store) == [
        "user.added",
        "user.password_changed",
        "user.disabled",
        "user.enabled",
        "user.role_set",
        "user.totp_enrolled",
        "user.totp_confirmed",
        "user.totp_removed",
    ]
    (role,) = store.list_events(EventFilter(kind="user.role_set"))
    assert (role.actor, json.loads(role.note)) == (
        "boss",
        {"login": "wang.fang", "role": "supervisor", "office": "dachang"},
    )
    assert [item.login for item in people.list()] == ["wang.fang"]
    shown = people.show("Wang.Fang")
    assert shown is not None and (shown.role, shown.office, shown.has_totp) == (Role.SUPERVISOR, "dachang", False)


def test_unknown_accounts_are_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(UnknownUserError):
        store.people.disable("nobody", actor="boss", at=NOW)
    with pytest.raises(UnknownUserError):
        store.people.change_password("nobody", PASSWORD, actor="boss", at=NOW)
    assert store.people.show("nobody") is None
    assert store.events.head().seq == 0


def test_a_login_is_given_once(store: Store, hire: Hire) -> None:
    hire("wang.fang")
    with pytest.raises(PeopleError, match="已被使用"):
        hire("WANG.fang")


def test_a_login_is_given_once_to_many_at_a_time(store: Store) -> None:
    def add(number: int) -> bool:
        try:
            hire_into(store, "wang.fang")
        except PeopleError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(add, range(6))) == 1


def test_nothing_on_the_disk_names_a_person_or_shows_a_secret(store: Store, place: Place, hire: Hire) -> None:
    hire("wang.fang")
    uri = store.people.enrol_totp("wang.fang", actor="boss", at=NOW)
    opened = store.sessions.open(store.people.list()[0], NOW)
    secrets = (NAMES["wang.fang"], PASSWORD, pyotp.parse_uri(uri).secret, opened.token, opened.session.csrf, "argon2")
    with store._database.reading() as connection:
        tables = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("users", "sessions")}
    assert all(tables.values())
    content = repr(tables) + "".join(
        path.read_bytes().decode("latin-1") for path in place.data_dir.rglob("*") if path.is_file()
    )
    for secret in secrets:
        assert secret not in content
        assert secret.encode().decode("latin-1") not in content
    assert not any(secret in repr(opened) for secret in secrets[1:])


def test_a_session_is_found_by_its_token_only(store: Store, hire: Hire) -> None:
    user = hire("wang.fang")
    first, second = store.sessions.open(user, NOW), store.sessions.open(user, NOW)
    found = store.sessions.find(first.token, later(1))
    assert found is not None and (found.user, found.csrf) == (user, first.session.csrf)
    assert len({first.token, second.token, first.session.csrf, second.session.csrf}) == 4
    for wrong in ("", "x" * 43, first.token[:-1], first.token + "a", "\ud800" * 43, first.session.csrf[:43]):
        assert store.sessions.find(wrong, later(1)) is None
    store.sessions.close(first.token)
    assert store.sessions.find(first.token, later(2)) is None
    assert store.sessions.find(second.token, later(2)) is not None
    assert store.sessions.close_all(user) == 1
    assert store.sessions.find(second.token, later(2)) is None


def test_what_a_page_carries_of_its_session_does_not_look_like_an_id_number(
    store: Store, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = hire("wang.fang")
    drawn = bytes.fromhex("4a98686225168930510445c7".ljust(64, "e"))  # in hex it holds eighteen figures in a row
    monkeypatch.setattr(Cipher, "index", lambda *_: drawn)
    assert not re.search(r"\d{15}", store.sessions.open(user, NOW).session.csrf)


def test_a_session_ends_when_idle_and_in_any_case(store: Store, hire: Hire) -> None:
    user = hire("wang.fang")
    idle = store.sessions.open(user, NOW).token
    assert store.sessions.find(idle, later(29 * MINUTE)) is not None
    assert store.sessions.find(idle, later(58 * MINUTE)) is not None
    assert store.sessions.find(idle, later(88 * MINUTE)) is None
    busy = store.sessions.open(user, NOW).token
    for minute in range(0, 12 * 60, 20):
        assert store.sessions.find(busy, later(minute * MINUTE)) is not None
    assert store.sessions.find(busy, later(12 * HOUR)) is None
    short = store.sessions.with_limits(SessionLimits(idle=timedelta(seconds=5), absolute=timedelta(seconds=8)))
    token = short.open(user, NOW).token
    assert short.find(token, later(4)) is not None
    assert short.find(token, later(5)) is None


def test_a_request_a_second_writes_once_a_minute(store: Store, hire: Hire) -> None:
    token = store.sessions.open(hire("wang.fang"), NOW).token
    seen = set()
    for second in range(150):
        store.sessions.find(token, later(second))
        with store._database.reading() as connection:
            seen.add(connection.exec_driver_sql("SELECT seen_at FROM sessions").scalar_one())
    assert len(seen) == 3


def test_old_sessions_are_swept_when_one_is_opened(store: Store, hire: Hire) -> None:
    user = hire("wang.fang")
    for _ in range(3):
        store.sessions.open(user, NOW)
    store.sessions.open(user, later(HOUR))
    with store._database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 1


@pytest.mark.parametrize("act", ["disable", "password", "totp"])
def test_a_disabled_persons_sessions_die_at_once(store: Store, hire: Hire, act: str) -> None:
    user, other = hire("wang.fang"), hire("zhao.lei")
    mine = [store.sessions.open(user, NOW).token for _ in range(2)]
    theirs = store.sessions.open(other, NOW).token
    if act == "disable":
        store.people.disable("wang.fang", actor="boss", at=later(1))
    elif act == "password":
        store.people.change_password("wang.fang", "another horse battery", actor="boss", at=later(1))
    else:
        store.people.remove_totp("wang.fang", actor="boss", at=later(1))
    assert [store.sessions.find(token, later(1)) for token in mine] == [None, None]
    assert store.sessions.find(theirs, later(1)) is not None
    if act == "disable":
        with pytest.raises(LoginRefusedError):
            store.sessions.open(user, later(2))
        store.people.enable("wang.fang", actor="boss", at=later(3))
        assert store.sessions.find(mine[0], later(3)) is None


def test_another_role_holds_in_the_session_that_is_open(store: Store, hire: Hire) -> None:
    token = store.sessions.open(hire("wang.fang"), NOW).token
    store.people.set_role("wang.fang", Role.AUDITOR, None, actor="boss", at=later(1))
    found = store.sessions.find(token, later(1))
    assert found is not None and (found.user.role, found.user.office) == (Role.AUDITOR, None)
