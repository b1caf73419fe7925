"""The pages as one application."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.review.guard import guarded
from pipeline.review.parts import Parts
from pipeline.review.protection import ProtectingHeaders
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import refusal_page
from pipeline.review.routes import PAGES

_STATIC: Final = Path(__file__).parent / "static"
_log = structlog.get_logger()


def create_app(parts: Parts) -> Starlette:
    """Everything `beian review` serves."""
    routes: list[BaseRoute] = [Route(page.path, guarded(page, parts), methods=[page.method]) for page in PAGES]
    routes.append(Mount("/static", StaticFiles(directory=_STATIC)))
    return Starlette(
        routes=routes,
        middleware=[Middleware(ProtectingHeaders)],
        exception_handlers={HTTPException: _known_problem, Exception: _unknown_problem},
    )


async def _known_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal_page(RefusalError(status), as_json=_wants_json(request))


async def _unknown_problem(request: Request, error: Exception) -> Response:
    """A fault of ours: its kind goes into the log, and nothing of it to the page."""
    _log.error("review.failed", path=request.scope.get("path_template", ""), kind=type(error).__name__)
    return refusal_page(RefusalError(500), as_json=_wants_json(request))


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")
