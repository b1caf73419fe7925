"""The one gate before every page: who asks, whether the role may, and whether the case is of an office that person sees.

Another office's case is 404, as if there were none.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.domain.life import LifeError
from pipeline.domain.people import PeopleError, Permission, is_visible, may, visible_offices
from pipeline.review.call import NOTHING, Call, parse_entries, read_entries
from pipeline.review.parts import Parts
from pipeline.review.protection import comes_from_here, cookie_name
from pipeline.review.refusal import Refusal
from pipeline.review.rendering import refusal_page
from pipeline.review.stale import stale_refusal
from pipeline.store.errors import (
    AmbiguousCaseError,
    StaleCaseError,
    StoreFullError,
    StoreUnavailableError,
    UnknownCaseError,
    UnknownNoticeError,
    UnknownRecordError,
)
from pipeline.store.records import CaseDetail

Handler = Callable[[Call], Response]
_CHANGING: Final = frozenset({"POST"})
_NOT_THERE: Final = (UnknownCaseError, UnknownNoticeError, UnknownRecordError, AmbiguousCaseError)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One line of the route table. `permission` None is a page for everybody logged in, `public` for anybody at all.

    A path with `{case}` is served for cases of the asker's offices only.
    """

    path: str
    method: str
    permission: Permission | None
    handler: Handler
    public: bool = False


def guarded(page: Page, parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    """The page behind the gate."""

    async def serve(request: Request) -> Response:
        as_json = request.headers.get("accept", "").startswith("application/json")
        try:
            entries = NOTHING
            if page.method in _CHANGING:
                if not comes_from_here(request.headers, request.url.scheme):
                    raise Refusal(403, "请从本系统的页面提交。")
                entries = await read_entries(request)
            query = parse_entries(request.scope["query_string"].decode("ascii", "replace"))
            host = request.headers.get("host", "")
            call = Call(
                parts=parts,
                session=None,
                token=request.cookies.get(cookie_name(request.url.scheme, host) or "", ""),
                path={key: str(value) for key, value in request.path_params.items()},
                query=query,
                form=entries,
                now=parts.clock(),
                address=request.client.host if request.client else "",
                host=host,
                secure=request.url.scheme == "https",
                wants_json=as_json,
            )
            return await run_in_threadpool(_serve, page, call)
        except Refusal as refusal:
            return _refused(refusal, page, as_json=as_json)

    return serve


def _serve(page: Page, call: Call) -> Response:
    try:
        return page.handler(_let_in(page, call))
    except (LifeError, PeopleError) as error:
        raise Refusal(422, str(error)) from error
    except StaleCaseError as error:
        raise stale_refusal(call, error) from error
    except _NOT_THERE as error:
        raise Refusal(404) from error
    except (StoreUnavailableError, StoreFullError) as error:
        _log.warning("review.store_unavailable", path=page.path)
        raise Refusal(503) from error


def _let_in(page: Page, call: Call) -> Call:
    """The call with its session and its case. Raises `Refusal` for whoever may not."""
    session = call.parts.store.sessions.find(call.token, call.now) if call.token else None
    known = replace(call, session=session)
    if page.public:
        return known
    if session is None:
        raise Refusal(401)
    if page.method in _CHANGING and not hmac.compare_digest(call.form.get("csrf").encode(), session.csrf.encode()):
        raise Refusal(403, "页面已过期，请刷新后重试。")
    if page.permission is not None and not may(session.user, page.permission):
        raise Refusal(403)
    return replace(known, found=_case_of(known)) if "case" in call.path else known


def _case_of(call: Call) -> CaseDetail:
    case = call.parts.store.show_case(call.path["case"])
    offices = visible_offices(call.user, call.parts.office_keys)
    if case is None or case.state == "superseded" or not is_visible(offices, case.office, case.received_office):
        raise Refusal(404)
    return case


def _refused(refusal: Refusal, page: Page, *, as_json: bool) -> Response:
    if refusal.status == 401 and not as_json:
        return RedirectResponse("/login", status_code=303)
    return refusal_page(refusal, as_json=as_json)

