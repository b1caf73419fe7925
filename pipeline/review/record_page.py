"""A record of the register: its values, its versions, the originals it rests on, and its end (注销)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from starlette.responses import RedirectResponse, Response

from pipeline.domain.life import LifeError, RecordState
from pipeline.domain.people import Permission, may, visible_offices
from pipeline.review.call import Call
from pipeline.review.case_view import case_page, case_story
from pipeline.review.originals import attachments
from pipeline.review.record_versions import version_lines
from pipeline.review.rendering import page
from pipeline.review.revealing import USUAL_REASON, note_reveal
from pipeline.review.sheets import file_lines, sheets
from pipeline.store.errors import UnknownRecordError
from pipeline.store.records import QueueScope
from pipeline.wording import RECORD_STATES

_MAX_GROUND: Final = 1000
_MOST_WAITING: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A filing about the same account that waits: a change of this record, most likely."""

    case_id: str
    reference: str
    received: str


def show_record(call: Call) -> Response:
    """The record with the version of the path, else its last. Every look is recorded."""
    return _record_page(call)


def reveal_record(call: Call) -> Response:
    """The ID numbers of this version whole, once the reason is recorded."""
    note_reveal(call)
    return RedirectResponse(_address(call), status_code=303)


def cancel_record(call: Call) -> Response:
    """注销: the record ends, its number is never given again, its history stays."""
    ground = call.form.get("ground").strip()[:_MAX_GROUND]
    if not call.form.get("sure"):
        return _record_page(call, status=422, problem="请勾选确认后再注销。", ground=ground)
    try:
        call.parts.officer(call.user).cancel_record(call.record.row.number, ground=ground)
    except LifeError as error:
        return _record_page(call, status=422, problem=str(error), ground=ground)
    except UnknownRecordError:
        return _record_page(call, status=409, problem="该备案已经注销。")
    return RedirectResponse(f"/register/{call.record.row.id}", status_code=303)


def _record_page(call: Call, *, status: int = 200, problem: str = "", ground: str = "") -> Response:
    record, case, wording = call.record, call.case, call.parts.wording
    note = json.dumps({"number": record.row.number}, ensure_ascii=False)
    call.parts.store.events.record("record.viewed", actor=call.actor, case_id=case.case_id, note=note, at=call.now)
    files, trouble = attachments(call)
    shown = case_page(call, case, None)
    is_active = record.row.state == RecordState.ACTIVE
    return page(
        "record.html",
        call,
        status=status,
        active="register",
        record=record.row,
        version=record.version.version,
        base=call.base,
        case=shown,
        story=case_story(call, case),
        office=wording.office(record.row.office),
        state=RECORD_STATES.get(record.row.state, record.row.state),
        is_active=is_active,
        is_last=record.version is record.versions[-1],
        registered_on=record.row.registered_on.isoformat(),
        received=wording.moment(record.row.received),
        versions=version_lines(call),
        waiting=_waiting(call) if is_active else (),
        sheets=sheets(case, files),
        files=file_lines(files),
        trouble=trouble,
        usual_reason=USUAL_REASON,
        problem=problem,
        ground=ground,
    )


def _address(call: Call) -> str:
    record = call.record
    last = record.version is record.versions[-1]
    return f"/register/{record.row.id}" if last else f"/register/{record.row.id}/{record.version.version}"


def _waiting(call: Call) -> list[WaitingLine]:
    account = call.record.row.values.get("account_name", "")
    if not account or not may(call.user, Permission.SEE_QUEUE):
        return []
    scope = QueueScope(offices=visible_offices(call.user, call.parts.office_keys), account=account)
    found = call.parts.store.search_cases(scope, limit=_MOST_WAITING)
    moment = call.parts.wording.moment
    return [
        WaitingLine(case_id=item.case_id, reference=item.case_id[:8].upper(), received=moment(item.received))
        for item in found
    ]
