"""How records look to a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.cli.context import console
from pipeline.domain.finding import TITLES

if TYPE_CHECKING:
    from pipeline.reports.views import FieldView, FindingView


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


def problem_lines(
    findings: Iterable[FindingView], *, blocking_only: bool = False, remedies: bool = False
) -> Iterable[str]:
    """A line a finding, blocking ones first: short name, sentence, code and clause; below it what settles it."""
    for item in sorted(findings, key=lambda item: item["severity"] != "block"):
        blocks = item["severity"] == "block"
        if not blocks and blocking_only:
            continue
        title, clause = TITLES.get(item["code"], item["code"]), f"，依据{item['clause']}" if item["clause"] else ""
        yield f"  {'✗' if blocks else '·'} {title}：{safe(item['detail'])}〔{item['code']}{clause}〕"
        if remedies and blocks and item["remedy"]:
            yield f"      → {item['remedy']}"
