"""Templates to pages. Everything is escaped; nothing a sender wrote is ever marked as safe."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, Response

from pipeline.domain.life import ACTION_NAMES, SET_ASIDE_NAMES, STAGE_NAMES
from pipeline.domain.people import ROLE_NAMES, Permission, may
from pipeline.review.call import Call
from pipeline.review.home import first_page, places_of
from pipeline.review.refusal import SENTENCES, RefusalError


@cache
def environment() -> Environment:
    """The templates of this package."""
    made = Environment(
        loader=PackageLoader("pipeline.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else the file of a template is looked at for each of the fields of a case
    )
    made.filters["plain"] = plain
    made.globals.update(
        stage_names=STAGE_NAMES, action_names=ACTION_NAMES, reasons=SET_ASIDE_NAMES, role_names=ROLE_NAMES
    )
    return made


def plain(text: str, most: int = 2000) -> str:
    """A sender's text on one page: what turns the direction of writing or does not print is shown as its number."""
    shown = "".join(char if _prints(char) else f"⟨U+{ord(char):04X}⟩" for char in text[:most])
    return f"{shown}……（共{len(text)}字）" if len(text) > most else shown


def _prints(char: str) -> bool:
    return char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def render(name: str, call: Call, **values: Any) -> str:
    """A template's text; `call` is there for the frame of the page."""
    session = call.session
    allowed = {item.value for item in Permission if session is not None and may(session.user, item)}
    frame = {
        "user": session.user if session else None,
        "csrf": session.csrf if session else "",
        "office_name": call.parts.wording.office(session.user.office) if session else "",
        "allowed": allowed,
        "wording": call.parts.wording,
        "city": call.parts.profile.city,
        "places": places_of(session.user) if session else (),
        "home": first_page(session.user) if session else "/",
    }
    return environment().get_template(name).render(**frame, **values)


def fragment(name: str, **values: Any) -> str:
    """A template's text where it needs nothing of the frame: making that for each of twenty fields takes longer."""
    return environment().get_template(name).render(**values)


def page(name: str, call: Call, *, status: int = 200, **values: Any) -> Response:
    """A whole page."""
    return HTMLResponse(render(name, call, **values), status_code=status)


def answer(values: Mapping[str, object], *, status: int = 200) -> Response:
    """What a script of these pages asked for."""
    return JSONResponse(dict(values), status_code=status)


def refusal_page(refusal: RefusalError, *, as_json: bool) -> Response:
    """Why nothing came of a request."""
    if as_json:
        return answer({"said": refusal.sentence, **refusal.more}, status=refusal.status)
    title = SENTENCES.get(refusal.status, SENTENCES[500]) if not refusal.said else "未能办理"
    text = environment().get_template("error.html").render(status=refusal.status, title=title, said=refusal.sentence)
    return HTMLResponse(text, status_code=refusal.status)
