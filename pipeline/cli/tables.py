"""How records look to a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.cli.context import console

if TYPE_CHECKING:
    from pipeline.views import FieldView, FindingView

#: What the decisions are called in the pages and lists that officers read.
DECISIONS = {"registered": "已登记", "review": "待审核", "ignored": "已忽略", "waiting": "待处理", "refused": "待重取"}


def safe(text: object) -> str:
    """Text from outside for a terminal: one line, no control characters that could move the cursor."""
    return "".join(char if char.isprintable() else " " for char in str(text))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table that fits the terminal; nothing in it is interpreted as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(safe("" if cell is None else cell)) for cell in row))
    console().print(table)


def fields_table(title: str, fields: Mapping[str, FieldView]) -> None:
    """Fields with what was read and whether it is doubtful."""
    rows = ((key, item["value"], item["raw"], "存疑" if item["doubtful"] else "") for key, item in fields.items())
    print_table(title, ("字段", "值", "原文", ""), rows)


def problem_lines(findings: Iterable[FindingView]) -> Iterable[str]:
    """One line a finding, blocking ones first."""
    for item in sorted(findings, key=lambda item: item["severity"] != "block"):
        mark = "✗" if item["severity"] == "block" else "·"
        yield f"  {mark} {item['code']}: {safe(item['detail'])}"
