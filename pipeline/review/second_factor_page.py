"""TOTP (动态口令): bound by oneself, or by an administrator with the person beside; the secret is shown once."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.responses import RedirectResponse, Response

from pipeline.domain.people import PeopleError
from pipeline.review.call import Call
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import page
from pipeline.store.errors import LoginRefusedError, LoginThrottledError

_GROUP: Final = 4


def start(call: Call) -> Response:
    """A new secret; for oneself, with the password asked for again. Nothing is asked for at login before a first code."""
    login = _login(call)
    if "login" not in call.path and (refused := _password_refused(call)):
        return refused
    uri = call.parts.store.people.enrol_totp(login, actor=call.actor, at=call.now)
    (secret,) = parse_qs(urlsplit(uri).query)["secret"]
    return _page(call, login, secret=secret, uri=uri)


def confirm(call: Call) -> Response:
    """The first code puts the secret in force."""
    login = _login(call)
    try:
        call.parts.store.people.confirm_totp(login, call.form.get("code")[:12], actor=call.actor, at=call.now)
    except PeopleError as error:
        return _page(call, login, problem=str(error))
    return RedirectResponse(_base(call), status_code=303)


def remove(call: Call) -> Response:
    """An administrator asks for no code any more, as when the phone is lost; every session of the account ends."""
    login = _login(call)
    call.parts.store.people.remove_totp(login, actor=call.actor, at=call.now)
    return RedirectResponse(_base(call), status_code=303)


def remove_own(call: Call) -> Response:
    """The same for oneself, with the password asked for again."""
    if refused := _password_refused(call):
        return refused
    call.parts.store.people.remove_totp(call.user.login, actor=call.actor, at=call.now)
    return RedirectResponse("/login", status_code=303)


def _password_refused(call: Call) -> Response | None:
    """The page that says the password is wrong, None for the right one. Raises `RefusalError` for too many tries."""
    people = call.parts.store.people
    try:
        people.confirm_password(call.user, call.form.get("password"), address=call.address, at=call.now)
    except LoginThrottledError as error:
        raise RefusalError(429) from error
    except LoginRefusedError:
        return page("account.html", call, status=422, problem="", totp_problem="密码不对。", active="account")
    return None


def _login(call: Call) -> str:
    """Whose: the account of the path, else one's own."""
    return call.path.get("login", call.user.login)


def _base(call: Call) -> str:
    return f"/people/{call.path['login']}" if "login" in call.path else "/account"


def _page(call: Call, login: str, *, secret: str = "", uri: str = "", problem: str = "") -> Response:
    groups = " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
    return page(
        "totp.html",
        call,
        status=422 if problem else 200,
        active="people" if "login" in call.path else "account",
        login=login,
        secret=groups,
        uri=uri,
        base=_base(call),
        problem=problem,
    )
