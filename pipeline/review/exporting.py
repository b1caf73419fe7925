"""The register as a file for a browser: recorded before the first row leaves, masked unless somebody says why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from pipeline.domain.people import Permission, may
from pipeline.reports.register_files import FORMATS, write_register
from pipeline.review.call import Call
from pipeline.review.own_office import chosen_office
from pipeline.review.refusal import RefusalError
from pipeline.review.register_filter import read_register_filter
from pipeline.review.register_page import register_page, scope_of, searched_id
from pipeline.store.register_export import RegisterExport

_MAX_GROUND: Final = 200
_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def export(call: Call) -> Response:
    """The records the page lists. Whole ID numbers need the permission and a reason."""
    wanted, form, reveal = read_register_filter(call.form), call.form.get("format"), bool(call.form.get("reveal"))
    ground = call.form.get("ground").strip()[:_MAX_GROUND]
    if form not in FORMATS:
        raise RefusalError(400)
    if reveal and not may(call.user, Permission.REVEAL):
        raise RefusalError(403)
    chosen_office(call, wanted.office)  # refuses whoever has none
    owner_id = searched_id(call, wanted)
    problem = wanted.problem or ("导出完整证件号须写明用途。" if reveal and not ground else "")
    if owner_id is None:
        problem = "这次身份证号查找已过期，请重新输入号码后再导出。"
    if problem or owner_id is None:
        return register_page(call, wanted, status=422, export_problem=problem)
    store, now, wording = call.parts.store, call.now, call.parts.wording
    source = store.exporting(
        scope_of(call, wanted, owner_id), actor=call.actor, now=now, revealed=reveal, ground=ground
    )

    def write(file: BinaryIO, records: RegisterExport) -> None:
        write_register(file, records, wording, form, reveal=reveal, at=now)

    name = quote(f"台账-{call.parts.today.isoformat()}.{form}")
    headers = {"Content-Disposition": f"attachment; filename=\"register.{form}\"; filename*=UTF-8''{name}"}
    return StreamingResponse(call.parts.outflows.begin(source, write), media_type=_TYPES[form], headers=headers)
