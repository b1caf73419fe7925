"""The register as files: CSV, XLSX (every cell as text, so that nothing is taken for a formula) and JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipeline.rows import REGISTER_COLUMNS, register_line, register_row
from pipeline.store.records import RegistryRow
from pipeline.wording import Wording

FORMATS: Final = ("csv", "xlsx", "json")
#: What a spreadsheet takes for the beginning of a formula; a Chinese one takes the full-width signs as well.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: What no spreadsheet can hold: control characters but tab and line ends, and halves of characters.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Excel's own limit for a cell; what is longer would be cut without a word.
_CELL_CHARS: Final = 32_767
_CUT: Final = "…（过长，未完）"


def render_register(records: Sequence[RegistryRow], wording: Wording, form: str, *, reveal: bool) -> bytes:
    """The records in one of `FORMATS`: JSON with the contract's keys and values, tables as officers read them."""
    if form == "json":
        rows = [register_row(record, reveal=reveal) for record in records]
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")
    lines = [register_line(record, wording, reveal=reveal) for record in records]
    return _render_csv(lines) if form == "csv" else _render_xlsx(lines)


def save_register(path: Path, content: bytes) -> None:
    """Write it beside its place and move it there, readable by its owner only. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    # A file of that name that somebody else put there is never written into.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _render_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """With a byte order mark (Excel reads UTF-8 only with one); a leading apostrophe disarms formulas."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(REGISTER_COLUMNS.values())
    for row in rows:
        writer.writerow(_disarmed(_writable(row[key])) for key in REGISTER_COLUMNS)
    return file.getvalue().encode("utf-8-sig")


def _render_xlsx(rows: Sequence[Mapping[str, str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    for column, name in enumerate(REGISTER_COLUMNS.values(), start=1):
        sheet.cell(row=1, column=column, value=name).font = Font(bold=True)
    for line, row in enumerate(rows, start=2):
        for column, key in enumerate(REGISTER_COLUMNS, start=1):
            cell = sheet.cell(row=line, column=column)
            cell.value = _fitting(_writable(row[key]))
            cell.data_type = "s"
            cell.number_format = "@"
    sheet.freeze_panes = "B2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _fitting(text: str) -> str:
    return text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - len(_CUT)] + _CUT


def _disarmed(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
