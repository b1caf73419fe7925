"""Reads a written workbook back, as text and as what Excel would show."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from pipeline.reports.register_files import write_register
from pipeline.store.register_records import RegisterScope
from pipeline.store.store import Store
from pipeline.wording import Wording

AT = datetime(2019, 1, 8, 2, 30, tzinfo=UTC)
HEAD_ROWS = 3


def rendered(store: Store, wording: Wording, form: str, scope: RegisterScope | None = None, *, reveal: bool) -> bytes:
    file = io.BytesIO()
    with store.exporting(scope or RegisterScope(), actor="刘", now=AT, revealed=reveal, ground="核对") as export:
        write_register(file, export, wording, form, reveal=reveal, at=AT)
    return file.getvalue()


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def lines(book: Workbook, name: str) -> list[dict[str, object]]:
    """The rows below the headings, by heading."""
    rows = book[name].iter_rows(min_row=HEAD_ROWS, values_only=True)
    titles = [str(title) for title in next(rows)]
    return [dict(zip(titles, map(_shown, row), strict=True)) for row in rows]


def _shown(value: object) -> object:
    return unescape(value) if isinstance(value, str) else value
