"""Accounts: who works here, with which role, and the acts of an administrator. No citizen's data stands here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import RedirectResponse, Response

from pipeline.domain.people import (
    LOGIN_PATTERN,
    OFFICE_ROLES,
    PeopleError,
    Role,
    User,
    fold_login,
    parse_login,
    parse_name,
)
from pipeline.review.call import Call
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import page
from pipeline.store.errors import UnknownUserError
from pipeline.store.passwords import make_one_time_password

_FIELDS: Final = ("login", "name", "role", "office")
_MAX_TEXT: Final = 200


def show_people(call: Call) -> Response:
    """Every account, and a form for a new one."""
    return _list(call)


def add_person(call: Call) -> Response:
    """A new account with a one-time password, shown this once."""
    typed = {name: call.form.get(name).strip()[:_MAX_TEXT] for name in _FIELDS}
    password = make_one_time_password()
    try:
        role, office = _role(typed["role"]), _office(call, typed["role"], typed["office"])
        user = call.parts.store.people.add_user(
            typed["login"],
            name=typed["name"],
            role=role,
            office=office,
            password=password,
            actor=call.actor,
            at=call.now,
            once=True,
        )
    except PeopleError as error:
        return _list(call, status=422, problem=str(error), at=_wrong_entry(call, typed), typed=typed)
    return _person(call, user.login, password=password)


def show_person(call: Call) -> Response:
    """One account and what can be done with it."""
    return _person(call, call.path["login"])


def set_role(call: Call) -> Response:
    """Another role or office; it holds at once."""
    person, wanted = _require(call), call.form.get("role")
    try:
        _require_other(call, person, "不能更改自己的角色，请由另一位管理员办理。")
        call.parts.store.people.set_role(
            person.login, _role(wanted), _office(call, wanted, call.form.get("office")), actor=call.actor, at=call.now
        )
    except PeopleError as error:
        return _person(call, person.login, status=422, problem=str(error), at="role")
    return _back(person)


def disable(call: Call) -> Response:
    """Shut the account; its sessions end and its claims are free at once."""
    person = _require(call)
    try:
        _require_other(call, person, "不能停用自己的账号，请由另一位管理员办理。")
        call.parts.store.people.disable(person.login, actor=call.actor, at=call.now)
    except PeopleError as error:
        return _person(call, person.login, status=422, problem=str(error), at="state")
    call.parts.store.claims.release_all(person)
    return _back(person)


def enable(call: Call) -> Response:
    """Open the account again."""
    person = _require(call)
    call.parts.store.people.enable(person.login, actor=call.actor, at=call.now)
    return _back(person)


def reset_password(call: Call) -> Response:
    """A one-time password, shown this once; every session of the account ends."""
    person = _require(call)
    password = call.parts.store.people.reset_password(person.login, actor=call.actor, at=call.now)
    return _person(call, person.login, password=password)


def _wrong_entry(call: Call, typed: Mapping[str, str]) -> str:
    """Which entry of a new account was refused, in the order they are looked at."""
    if typed["role"] not in set(Role):
        return "role"
    if typed["role"] in OFFICE_ROLES and typed["office"] not in call.parts.office_keys:
        return "office"
    try:
        parse_login(typed["login"])
        parse_name(typed["name"])
    except PeopleError:
        return "name" if LOGIN_PATTERN.fullmatch(fold_login(typed["login"])) else "login"
    return "login"


def _list(
    call: Call, *, status: int = 200, problem: str = "", at: str = "", typed: dict[str, str] | None = None
) -> Response:
    return page(
        "people.html",
        call,
        status=status,
        active="people",
        people=call.parts.store.people.list(),
        offices=call.parts.profile.offices,
        office_roles=OFFICE_ROLES,
        problem=problem,
        problem_at=at,
        typed=typed or dict.fromkeys(_FIELDS, ""),
    )


def _person(
    call: Call, login: str, *, status: int = 200, problem: str = "", at: str = "", password: str = ""
) -> Response:
    """The account's page; `at` names the form that `problem` belongs to."""
    person = call.parts.store.people.show(login)
    if person is None:
        raise RefusalError(404)
    return page(
        "person.html",
        call,
        status=status,
        active="people",
        person=person,
        offices=call.parts.profile.offices,
        problem=problem,
        problem_at=at,
        password=password,
        is_self=person.user_id == call.user.user_id,
    )


def _require(call: Call) -> User:
    person = call.parts.store.people.show(call.path["login"])
    if person is None:
        raise UnknownUserError
    return person


def _require_other(call: Call, person: User, said: str) -> None:
    if fold_login(person.login) == fold_login(call.user.login):
        raise PeopleError(said)


def _back(person: User) -> Response:
    return RedirectResponse(f"/people/{person.login}", status_code=303)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise PeopleError("请选择角色。") from None


def _office(call: Call, role: str, text: str) -> str | None:
    """The office that goes with the role; what is chosen for a role without one does not count."""
    if role not in OFFICE_ROLES:
        return None
    if text not in call.parts.office_keys:
        raise PeopleError("请选择所属机构。")
    return text
