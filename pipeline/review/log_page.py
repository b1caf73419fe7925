"""The log of who did what, for the auditor: filters, pages, and the check that nothing was changed or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from pipeline.domain.decision import Entity
from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.people import ROLE_NAMES, Role
from pipeline.review.call import Call
from pipeline.review.rendering import page
from pipeline.store.errors import AmbiguousCaseError
from pipeline.store.event_reading import EventFilter, EventItem
from pipeline.store.events import LogCheck
from pipeline.wording import EVENTS, RECORD_STATES

PAGE_ROWS: Final = 100
_MAX_TEXT: Final = 64
#: What the first part of an event's kind is about.
FAMILIES: Final[Mapping[str, str]] = {
    "case": "案件",
    "record": "台账记录",
    "registry": "台账导出",
    "notice": "通知书",
    "message": "来信",
    "login": "登录",
    "user": "账号",
}
#: The notes of what is about no case, part by part.
_PARTS: Final[Mapping[str, str]] = {
    "login": "账号",
    "role": "角色",
    "office": "机构",
    "address": "来自",
    "from": "自",
    "to": "至",
    "state": "状态",
    "type": "账号类型",
    "entity": "主体性质",
    "account": "账号名",
    "subject": "账号主体",
    "number": "备案号",
    "owner_id": "身份证号",
    "ground": "用途",
}
_PLAIN_FAMILIES: Final = ("user.", "login.", "registry.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What is asked for, as typed."""

    since: str = ""
    until: str = ""
    family: str = ""
    actor: str = ""
    case: str = ""

    def address(self, **other: str) -> str:
        """The address of the log with these filters."""
        values = {"from": self.since, "to": self.until, "kind": self.family, "actor": self.actor, "case": self.case}
        query = urlencode({key: value for key, value in (values | other).items() if value})
        return f"/log?{query}" if query else "/log"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One event in words; ID numbers are covered."""

    seq: int
    at: str
    who: str
    login: str
    what: str
    case: str
    note: str = field(repr=False)


def show_log(call: Call) -> Response:
    """A page of it, the newest first."""
    return _log_page(call, None)


def check_log(call: Call) -> Response:
    """Walk the whole log and say whether it is whole."""
    return _log_page(call, call.parts.store.events.verify())


def _log_page(call: Call, check: LogCheck | None) -> Response:
    wanted, problem = _read(call), ""
    before = call.query.number("before")
    try:
        events, more = _events(call, wanted, before)
    except ValueError as error:
        events, more, problem = (), False, str(error)
    names = call.parts.names()
    return page(
        "log.html",
        call,
        active="log",
        rows=[_line(call, item, names) for item in events],
        filter=wanted,
        families=FAMILIES,
        problem=problem,
        check=check,
        next=wanted.address(before=str(events[-1].seq)) if more else "",
        first=wanted.address() if before else "",
    )


def _read(call: Call) -> LogFilter:
    query = call.query
    return LogFilter(
        since=query.get("from").strip()[:_MAX_TEXT],
        until=query.get("to").strip()[:_MAX_TEXT],
        family=query.get("kind") if query.get("kind") in FAMILIES else "",
        actor=query.get("actor").strip()[:_MAX_TEXT],
        case=query.get("case").strip()[:_MAX_TEXT],
    )


def _events(call: Call, wanted: LogFilter, before: int | None) -> tuple[tuple[EventItem, ...], bool]:
    """The events of a page, and whether there are more. Raises `ValueError` with a sentence for what was typed wrong."""
    until = _midnight(call, wanted.until)
    chosen = EventFilter(
        since=_midnight(call, wanted.since),
        until=until + timedelta(days=1) if until else None,
        kind=wanted.family or None,
        actor=wanted.actor or None,
        case_id=_case_id(call, wanted.case) if wanted.case else None,
    )
    found = call.parts.store.list_events(chosen, limit=PAGE_ROWS + 1, before=before)
    return found[:PAGE_ROWS], len(found) > PAGE_ROWS


def _midnight(call: Call, text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("日期请按 2018-12-20 的格式填写。") from None
    return None if day is None else datetime.combine(day, time.min, tzinfo=call.parts.profile.zone)


def _case_id(call: Call, reference: str) -> str:
    try:
        case = call.parts.store.show_case(reference)
    except AmbiguousCaseError:
        raise ValueError("有几件的编号都这样开头，请写全。") from None
    if case is None:
        raise ValueError("没有这一编号的件。")
    return case.case_id


def _line(call: Call, item: EventItem, names: Mapping[str, str]) -> LogLine:
    wording = call.parts.wording
    return LogLine(
        seq=item.seq,
        at=item.at.astimezone(call.parts.profile.zone).strftime("%Y-%m-%d %H:%M:%S"),
        who=names.get(item.actor, wording.actor(item.actor)),
        login=item.actor if item.actor in names else "",
        what=EVENTS.get(item.kind, item.kind),
        case=item.case_id[:8].upper() if item.case_id else "",
        note=mask_identity_numbers(_note(call, item)),
    )


def _note(call: Call, item: EventItem) -> str:
    if not item.kind.startswith(_PLAIN_FAMILIES):
        return call.parts.wording.note(item.note) if item.note else ""
    try:
        said = json.loads(item.note or "{}")
    except ValueError:
        return item.note
    if not isinstance(said, dict):
        return item.note
    return "；".join(f"{name} {_said(call, key, str(said[key]))}" for key, name in _PARTS.items() if said.get(key))


def _said(call: Call, key: str, value: str) -> str:
    if key == "role":
        return ROLE_NAMES[Role(value)] if value in set(Role) else value
    if key == "office":
        return call.parts.wording.office(value)
    if key == "type":
        return call.parts.wording.account_type(value)
    if key == "entity":
        return call.parts.wording.entity(Entity(value)) if value in set(Entity) else value
    return RECORD_STATES.get(value, value) if key == "state" else value
