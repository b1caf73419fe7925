"""The register as files: CSV, XLSX as an office keeps its 台账, and JSON. Records are written as they are read."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import BinaryIO, Final

from pipeline.domain.masking import mask, mask_identity_numbers
from pipeline.reports.rows import change_line, register_columns, register_line, register_row
from pipeline.reports.spreadsheet import Cell, Column, Table, add_table, new_book, save_book, writable
from pipeline.store.register_export import RegisterExport
from pipeline.store.register_records import RegisterOrder, RegisterScope
from pipeline.wording import RECORD_STATES, Wording

FORMATS: Final = ("csv", "xlsx", "json")
ORDER_NAMES: Final[Mapping[RegisterOrder, str]] = {
    RegisterOrder.ENTERED: "登记先后",
    RegisterOrder.NUMBER: "备案号",
    RegisterOrder.REGISTERED: "备案日期",
    RegisterOrder.RECEIVED: "收件时间",
    RegisterOrder.DUE: "期限",
}
#: What a spreadsheet takes for the beginning of a formula; a Chinese one takes the full-width signs as well.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: Widths in characters; a Chinese one counts two.
_WIDTHS: Final[Mapping[str, float]] = {
    "number": 15,
    "office": 10,
    "registered_on": 10.5,
    "account_name": 14,
    "account_type": 9,
    "account_subject": 17,
    "entity": 7,
    "address": 17,
    "description": 16,
    "opened_on": 10.5,
    "follower_count": 8,
    "owner_name": 8,
    "owner_id_number": 18.5,
    "owner_wechat": 11,
    "owner_phone": 11.5,
    "admin_name": 8,
    "admin_phone": 11.5,
    "admin_wechat": 11,
    "received": 10.5,
    "due": 10.5,
    "state": 7,
}
_WIDTH: Final = 12.0
_ORDINAL: Final = Column(title="序号", width=6, number_format="0")
_CHANGE_COLUMNS: Final[Mapping[str, Column]] = {
    "number": Column(title="备案号", width=26),
    "office": Column(title="备案机构", width=12),
    "version": Column(title="版本", width=6, number_format="0"),
    "kind": Column(title="事项", width=8),
    "at": Column(title="时间", width=16),
    "actor": Column(title="经办人", width=12),
    "account_name": Column(title="账号名", width=18),
    "account_subject": Column(title="账号主体", width=24),
    "what": Column(title="变更内容", width=44),
    "ground": Column(title="理由", width=30),
}


def write_register(
    file: BinaryIO, export: RegisterExport, wording: Wording, form: str, *, reveal: bool, at: datetime
) -> None:
    """The records in one of `FORMATS`: JSON with the contract's keys and values, tables as officers read them.

    ID numbers are whole only when `reveal`. Raises `TooManyRowsError` for what no sheet can hold.
    """
    if form == "json":
        _write_json(file, export, wording, reveal=reveal)
    elif form == "csv":
        _write_csv(file, export, wording, reveal=reveal)
    else:
        _write_xlsx(file, export, wording, reveal=reveal, at=at)


def scope_line(scope: RegisterScope, wording: Wording) -> str:
    """What is in the table, in words: what narrows it, and the order."""
    said = dict.fromkeys(("备案机构", "备案日期", "状态"), "全部") | scope_words(scope, wording)
    return "　".join(f"{name}：{word}" for name, word in (said | {"排序": ORDER_NAMES[scope.order]}).items())


def scope_words(scope: RegisterScope, wording: Wording) -> dict[str, str]:
    """What narrows a scope, by what officers call it; an ID number is covered."""
    offices = [scope.office] if scope.office else sorted(scope.offices or ())
    said = {
        "备案机构": "、".join(wording.office(key) for key in offices),
        "备案日期": f"{scope.first or '开始'} 至 {scope.last or '今'}" if scope.first or scope.last else "",
        "状态": RECORD_STATES[scope.state.value] if scope.state else "",
        "账号类型": wording.account_type(scope.account_type) if scope.account_type else "",
        "主体性质": wording.entity(scope.entity) if scope.entity else "",
        "账号名": mask_identity_numbers(scope.account),
        "账号主体": mask_identity_numbers(scope.subject),
        "身份证号": mask(scope.owner_id),
        "备案号": scope.number,
    }
    return {name: word for name, word in said.items() if word}


def _write_json(file: BinaryIO, export: RegisterExport, wording: Wording, *, reveal: bool) -> None:
    """One array, a record on each line."""
    file.write(b"[")
    for number, record in enumerate(export.records()):
        line = json.dumps(register_row(record, wording.profile, reveal=reveal), ensure_ascii=False)
        file.write((",\n" if number else "\n").encode() + line.encode("utf-8", "backslashreplace"))
    file.write(b"\n]\n")


def _write_csv(file: BinaryIO, export: RegisterExport, wording: Wording, *, reveal: bool) -> None:
    """With a byte order mark (Excel reads UTF-8 only with one); a leading apostrophe disarms formulas."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    columns = register_columns(wording.profile)
    writer.writerow(columns.values())
    file.write("\ufeff".encode())
    for record in export.records():
        row = register_line(record, wording, reveal=reveal)
        writer.writerow(_disarmed(writable(row[key])) for key in columns)
        file.write(lines.getvalue().encode("utf-8", "replace"))
        lines.seek(0)
        lines.truncate()
    file.write(lines.getvalue().encode())


def _write_xlsx(file: BinaryIO, export: RegisterExport, wording: Wording, *, reveal: bool, at: datetime) -> None:
    profile = wording.profile
    made = f"制表时间：{wording.moment(at)}"
    said = scope_line(export.scope, wording)
    register = Table(
        name="台账",
        title=f"{profile.city}新媒体账号登记备案台账",
        note=f"{said}　共 {len(export)} 条　{made}",
        columns=[
            _ORDINAL,
            *(Column(title=name, width=_WIDTHS.get(key, _WIDTH)) for key, name in register_columns(profile).items()),
        ],
    )
    changes = Table(
        name="变更与注销",
        title=f"{profile.city}新媒体账号备案变更与注销记录",
        note=f"{said}　{made}",
        columns=[_ORDINAL, *_CHANGE_COLUMNS.values()],
    )
    book = new_book()
    add_table(book, register, _register_rows(export, wording, reveal=reveal))
    add_table(book, changes, _change_rows(export, wording, reveal=reveal))
    save_book(book, file)


def _register_rows(export: RegisterExport, wording: Wording, *, reveal: bool) -> Iterator[list[Cell]]:
    columns = register_columns(wording.profile)
    for number, record in enumerate(export.records(), 1):
        row = register_line(record, wording, reveal=reveal)
        yield [number, *(row[key] for key in columns)]


def _change_rows(export: RegisterExport, wording: Wording, *, reveal: bool) -> Iterator[list[Cell]]:
    for number, change in enumerate(export.changes(), 1):
        row = change_line(change, wording, reveal=reveal)
        yield [number, *(row[key] for key in _CHANGE_COLUMNS)]


def _disarmed(text: str) -> str:
    first = unicodedata.normalize("NFKC", text.lstrip(" \u3000")[:1])
    return f"'{text}" if first in _FORMULA_STARTS else text
