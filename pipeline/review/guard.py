"""The one gate before every page: who asks, whether the role may, and whether the case is of an office that person sees.

Another office's case is 404, as if there were none.
"""

from __future__ import annotations

import hmac
import traceback
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.domain.life import LifeError
from pipeline.domain.people import PeopleError, Permission, is_visible, may, visible_offices
from pipeline.review.call import NOTHING, Call, KeptRecord, parse_entries, path_number, read_entries
from pipeline.review.landing import login_address
from pipeline.review.parts import Parts
from pipeline.review.protection import comes_from_here, cookie_name
from pipeline.review.refusal import MustChangePasswordError, RefusalError
from pipeline.review.rendering import refusal_page
from pipeline.review.stale import stale_refusal
from pipeline.store.errors import (
    AmbiguousCaseError,
    CaseDoneError,
    CaseHeldError,
    StaleCaseError,
    StoreFullError,
    StoreUnavailableError,
    UnknownCaseError,
    UnknownNoticeError,
    UnknownRecordError,
    UnknownUserError,
)
from pipeline.store.rechecks import Recheck
from pipeline.store.records import CaseDetail

Handler = Callable[[Call], Response]
_MOST_PLACES: Final = 8
#: What somebody without the right gets; 404 is what another office's case looks like.
_TURNED_AWAY: Final = frozenset({403, 404, 429})
_CHANGING: Final = frozenset({"POST"})
_NOT_THERE: Final = (UnknownCaseError, UnknownNoticeError, UnknownRecordError, UnknownUserError, AmbiguousCaseError)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One line of the route table. `permission` None is a page for everybody logged in, `public` for anybody at all.

    A path with `{case}`, `{record}` or `{recheck}` is served for cases and records of the asker's offices only. With a one-time
    password nothing is served but the pages of the `first_login`, until it is changed.
    """

    path: str
    method: str
    permission: Permission | None
    handler: Handler
    public: bool = False
    first_login: bool = False


def guarded(page: Page, parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    """The page behind the gate."""

    async def serve(request: Request) -> Response:
        as_json = request.headers.get("accept", "").startswith("application/json")
        try:
            call = await _read_call(request, page, parts, as_json=as_json)
            return await run_in_threadpool(_serve, page, call)
        except RefusalError as refusal:
            return _refused(page, request, refusal, as_json=as_json)
        except Exception as error:  # noqa: BLE001 - the outermost boundary: nothing of a fault reaches the page
            _log.error("review.failed", path=page.path, kind=type(error).__name__, at=_places(error))
            return refusal_page(RefusalError(500), as_json=as_json)

    return serve


async def _read_call(request: Request, page: Page, parts: Parts, *, as_json: bool) -> Call:
    """What was sent, and by which way; nobody is let in yet."""
    scheme, host = request.url.scheme, request.headers.get("host", "")
    if page.method in _CHANGING and not comes_from_here(request.headers, scheme):
        raise RefusalError(403, "请从本系统的页面提交。")
    return Call(
        parts=parts,
        session=None,
        token=request.cookies.get(cookie_name(scheme, host) or "", ""),
        path={key: str(value) for key, value in request.path_params.items()},
        query=parse_entries(request.scope["query_string"].decode("ascii", "replace")),
        form=await read_entries(request) if page.method in _CHANGING else NOTHING,
        now=parts.clock(),
        address=request.client.host if request.client else "",
        host=host,
        secure=scheme == "https",
        wants_json=as_json,
    )


def _serve(page: Page, call: Call) -> Response:
    """Everything in one thread: who asks is looked up in the database too."""
    known = call
    try:
        known = _recognised(call)
        known = _let_in(page, known)
        return page.handler(known)
    except RefusalError as refusal:
        _note_refusal(page, known, refusal)
        raise
    except (LifeError, PeopleError) as error:
        raise RefusalError(422, str(error)) from error
    except StaleCaseError as error:
        raise stale_refusal(known, error) from error
    except CaseHeldError as error:
        until = call.parts.wording.moment(error.until)
        raise RefusalError(409, f"{error.holder}正在办理这一件（至{until}），您现在只能查看。") from error
    except CaseDoneError as error:
        raise RefusalError(409, "这一件已经办完，不在待办之中。") from error
    except _NOT_THERE as error:
        raise RefusalError(404) from error
    except (StoreUnavailableError, StoreFullError) as error:
        _log.warning("review.store_unavailable", path=page.path)
        raise RefusalError(503) from error


def _recognised(call: Call) -> Call:
    """The call with its session, None for nobody or one that ended."""
    return replace(call, session=call.parts.store.sessions.find(call.token, call.now) if call.token else None)


def _note_refusal(page: Page, call: Call, refusal: RefusalError) -> None:
    """Who was turned away from what: the pattern of the address, because a real one may lead to a person."""
    if refusal.status in _TURNED_AWAY:
        login = call.session.user.login if call.session else None
        _log.warning("review.refused", path=page.path, status=refusal.status, login=login, client=call.address)


def _let_in(page: Page, call: Call) -> Call:
    """The call with its case. Raises `RefusalError` for whoever may not."""
    known, session = call, call.session
    if page.public:
        return known
    if session is None:
        raise RefusalError(401)
    if page.method in _CHANGING and not hmac.compare_digest(call.form.get("csrf").encode(), session.csrf.encode()):
        raise RefusalError(403, "页面已过期，请刷新后重试。", {"expired": True, "login": session.user.login})
    if session.user.must_change_password and not page.first_login:
        raise MustChangePasswordError
    if page.permission is not None and not may(session.user, page.permission):
        raise RefusalError(403)
    if "record" in call.path:
        return _with_record(known)
    if "recheck" in call.path:
        recheck = _recheck_of(known)
        return replace(known, found=_case_of(known, recheck.case_id), found_recheck=recheck)
    return replace(known, found=_case_of(known, call.path["case"])) if "case" in call.path else known


def _recheck_of(call: Call) -> Recheck:
    """The second entry; there is none for whoever had a hand in the case."""
    store = call.parts.store
    recheck = store.rechecks.find(call.path["recheck"])
    if recheck is None or not store.rechecks.may_check(recheck.recheck_id, call.user):
        raise RefusalError(404)
    return recheck


def _case_of(call: Call, case_id: str) -> CaseDetail:
    try:
        reference = str(uuid.UUID(case_id))
    except ValueError:
        raise RefusalError(404) from None
    case = call.parts.store.show_case(reference)
    offices = visible_offices(call.user, call.parts.office_keys)
    if case is None or case.state == "superseded" or not is_visible(offices, *case.offices):
        raise RefusalError(404)
    return case


def _with_record(call: Call) -> Call:
    """The record, and the case of the version the path names (else the last), if its office is one the asker sees."""
    store, number = call.parts.store, path_number(call, "record")
    row = store.find_record(number)
    offices = visible_offices(call.user, call.parts.office_keys)
    if row is None or not is_visible(offices, row.office):
        raise RefusalError(404)
    versions = store.versions(row.number)
    wanted = path_number(call, "version") if "version" in call.path else versions[-1].version
    version = next((item for item in versions if item.version == wanted), None)
    case = None if version is None else store.show_case(version.case_id)
    if version is None or case is None:
        raise RefusalError(404)
    return replace(call, kept=KeptRecord(row=row, versions=versions, version=version), found=case)


def _refused(page: Page, request: Request, refusal: RefusalError, *, as_json: bool) -> Response:
    if isinstance(refusal, MustChangePasswordError) and not as_json:
        return RedirectResponse("/account", status_code=303)
    if refusal.status == 401 and not as_json:
        asked = (request.url.path, request.url.query) if page.method not in _CHANGING else ("/", "")
        return RedirectResponse(login_address(*asked), status_code=303)
    return refusal_page(refusal, as_json=as_json)


def _places(error: Exception) -> list[str]:
    """Where it went wrong, in our own lines; the error's text and the values may be a person's."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-_MOST_PLACES:]]
