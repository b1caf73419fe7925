"""The table of who may do what, written down again from what the offices agreed on."""

from __future__ import annotations

import pytest

from pipeline.domain.people import (
    PeopleError,
    Permission,
    Role,
    User,
    is_visible,
    may,
    parse_login,
    parse_name,
    parse_password,
    require_place,
    visible_offices,
)

OFFICES = ("langfang", "sanhe", "dachang")
#: One letter a role: officer, supervisor, city, auditor, administrator (m).
TABLE = {
    "see_queue": "osc",
    "handle_case": "osc",
    "reveal": "osc",
    "recheck": "osc",
    "take_over": "sc",
    "see_register": "osca",
    "see_statistics": "osca",
    "export": "sc",
    "cancel_record": "sc",
    "see_audit": "a",
    "see_mailboxes": "scm",
    "manage_people": "m",
}
LETTERS = dict(zip("oscam", Role, strict=True))


def user(role: Role, *, office: str | None = None, disabled: bool = False) -> User:
    return User(user_id="1", login="x", name="某", role=role, office=office, disabled=disabled)


def test_each_role_may_exactly_what_the_table_says() -> None:
    assert set(TABLE) == set(Permission)
    for permission in Permission:
        allowed = {letter for letter, role in LETTERS.items() if may(user(role), permission)}
        assert allowed == set(TABLE[permission]), permission


def test_a_disabled_person_may_nothing() -> None:
    for role in Role:
        gone = user(role, office="sanhe", disabled=True)
        assert not any(may(gone, permission) for permission in Permission)
        assert visible_offices(gone, OFFICES) == frozenset()


@pytest.mark.parametrize(
    ("role", "office", "seen"),
    [
        (Role.OFFICER, "sanhe", {"sanhe"}),
        (Role.SUPERVISOR, "sanhe", {"sanhe"}),
        (Role.OFFICER, "closed long ago", set()),
        (Role.OFFICER, None, set()),
        (Role.ADMINISTRATOR, None, set()),
        (Role.CITY, None, None),
        (Role.AUDITOR, None, None),
    ],
)
def test_whose_cases_a_role_sees(role: Role, office: str | None, seen: set[str] | None) -> None:
    assert visible_offices(user(role, office=office), OFFICES) == (None if seen is None else frozenset(seen))


def test_a_case_is_seen_by_the_office_it_came_to_and_the_one_it_belongs_to() -> None:
    assert is_visible(frozenset({"sanhe"}), "dachang", "sanhe")
    assert not is_visible(frozenset({"sanhe"}), "dachang", None)
    assert not is_visible(frozenset(), None, None)
    assert is_visible(None, None, None)


@pytest.mark.parametrize("text", ["Wang.Fang", "ｗａｎｇ．ｆａｎｇ", " wang.fang "])
def test_a_login_has_one_spelling(text: str) -> None:
    assert parse_login(text) == "wang.fang"


@pytest.mark.parametrize("text", ["", "a", "1a", "wаng", "王芳", "a" * 33, "a b", "a\0b", "a\nb", "../x", "\ud800a"])
def test_other_logins_are_refused(text: str) -> None:
    with pytest.raises(PeopleError):
        parse_login(text)


@pytest.mark.parametrize("text", ["", "   ", "某\u202e某", "某\n某", "某" * 41, "\ud800"])
def test_names_that_cannot_be_shown_are_refused(text: str) -> None:
    with pytest.raises(PeopleError):
        parse_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "elevenchars",
        "x" * 129,
        "ababababababab",
        "wang.fang2026!",
        "Wang.FANG and more",
        "我的名字是王方方没有别的",
        "twelve chars\ud800",
        "Password123456",
        "qwertyuiop2024",
        "三河备案Beian123456",
        "网信办管理员2026密码ok",
        "1234567890abc",
    ],
)
def test_weak_passwords_are_refused(text: str) -> None:
    with pytest.raises(PeopleError):
        parse_password(text, login="wang.fang", name="王方方")


def test_a_password_is_the_same_however_it_was_composed() -> None:
    typed = (parse_password(text, login="x", name="某") for text in ("caf\u00e9 au lait ok", "cafe\u0301 au lait ok"))
    assert len(set(typed)) == 1


@pytest.mark.parametrize("role", list(Role))
def test_only_officers_and_supervisors_have_an_office(role: Role) -> None:
    fits, fails = ("sanhe", None) if role in (Role.OFFICER, Role.SUPERVISOR) else (None, "sanhe")
    require_place(role, fits)
    with pytest.raises(PeopleError):
        require_place(role, fails)


@pytest.mark.parametrize(
    "text", ["correct horse 电池", "备案窗口的灯 19 点亮", "x7-Kd9 quartz 2031", "aaaa-bbbb-cccc-dddd"]
)
def test_what_holds_a_common_word_beside_enough_of_its_own_is_taken(text: str) -> None:
    assert parse_password(text, login="wang.fang", name="王方方") == text
