"""Logging in and out, and changing one's own password."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from pipeline.domain.people import PeopleError
from pipeline.review.call import Call
from pipeline.review.home import first_page
from pipeline.review.landing import own_page
from pipeline.review.protection import cookie_name
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import page
from pipeline.store.errors import LoginRefusedError, LoginThrottledError, SecondFactorNeededError

_UNSAFE: Final = "请通过 HTTPS 访问本系统；未加密的连接只能在服务器本机使用。"
_REFUSED: Final = "登录名、密码或动态口令不对。"


def show_login(call: Call) -> Response:
    """The login page; whoever is logged in goes on."""
    wanted = own_page(call.query.get("to"))
    if call.session is not None:
        return RedirectResponse(wanted or first_page(call.user), status_code=303)
    problem = "" if cookie_name(_scheme(call), call.host) else _UNSAFE
    return page("login.html", call, problem=problem, login="", wants_code=False, to=wanted)


def log_in(call: Call) -> Response:
    """Check name, password and code; a new session on success, and on to the page that was asked for before."""
    name = cookie_name(_scheme(call), call.host)
    if name is None:
        raise RefusalError(403, _UNSAFE)
    login, password, code = call.form.get("login"), call.form.get("password"), call.form.get("code") or None
    to = own_page(call.form.get("to"))
    try:
        user = call.parts.store.people.check_login(login, password, code, address=call.address, at=call.now)
        opened = call.parts.store.sessions.open(user, call.now)
    except SecondFactorNeededError:
        said = "" if code is None else _REFUSED
        return page("login.html", call, status=200, problem=said, login=login, wants_code=True, to=to)
    except LoginRefusedError:
        return page("login.html", call, status=401, problem=_REFUSED, login=login, wants_code=code is not None, to=to)
    except LoginThrottledError as error:
        said = f"尝试次数太多，请在{_in_minutes(error.seconds)}后再试。"
        return page("login.html", call, status=429, problem=said, login=login, wants_code=False, to=to)
    if call.token:
        call.parts.store.sessions.close(call.token)  # a login never goes on with a token from before it
    response = RedirectResponse(to or first_page(user), status_code=303)
    response.set_cookie(name, opened.token, path="/", secure=call.secure, httponly=True, samesite="strict")
    return response


def log_out(call: Call) -> Response:
    """End the session at once and give back what was claimed."""
    call.parts.store.claims.release_all(call.user)
    call.parts.store.sessions.close(call.token)
    response = RedirectResponse("/login", status_code=303)
    name = cookie_name(_scheme(call), call.host)
    if name is not None:
        response.delete_cookie(name, path="/", secure=call.secure, httponly=True, samesite="strict")
    return response


def show_account(call: Call) -> Response:
    """One's own account."""
    return page("account.html", call, problem="", totp_problem="", active="account")


def change_password(call: Call) -> Response:
    """A new password for oneself, with the old one asked for again; every session ends."""
    user, store = call.user, call.parts.store
    try:
        store.people.confirm_password(user, call.form.get("old"), address=call.address, at=call.now)
    except LoginThrottledError as error:
        raise RefusalError(429, f"尝试次数太多，请在{_in_minutes(error.seconds)}后再试。") from error
    except LoginRefusedError:
        return page("account.html", call, status=422, problem="原密码不对。", totp_problem="", active="account")
    new = call.form.get("new")
    if new != call.form.get("again"):
        return page(
            "account.html", call, status=422, problem="两次输入的新密码不一致。", totp_problem="", active="account"
        )
    try:
        store.people.change_password(user.login, new, actor=user.login, at=call.now)
    except PeopleError as error:
        return page("account.html", call, status=422, problem=str(error), totp_problem="", active="account")
    return RedirectResponse("/login", status_code=303)


def _scheme(call: Call) -> str:
    return "https" if call.secure else "http"


def _in_minutes(seconds: int) -> str:
    return f"{max(1, round(seconds / 60))}分钟"
