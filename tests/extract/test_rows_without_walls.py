"""Pictures of tables with level rules alone: a row is cut at its labels, and only where nothing says that a label was missed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.domain.document import ExtractedForm, PageBox
from pipeline.extract.form.labels import label_book
from pipeline.extract.form.row_cells import cut_rows
from pipeline.extract.form.slots import read_tables
from pipeline.extract.image.faults import Shot
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.profile.load import load_profile
from tests.extract.reading import map_pages

FORM = load_profile("langfang-2018").form
HIGH = 0.012
Words = tuple[float, float, str]
#: Left edge, height within the row, text.
ROWS: tuple[tuple[Words, ...], ...] = (
    ((0.1, 0.0, "账号名称"), (0.3, 0.0, "永清美食")),
    ((0.1, 0.0, "账号"), (0.1, 0.015, "主体"), (0.3, 0.007, "舒莎")),
    ((0.1, 0.0, "地"), (0.16, 0.0, "址"), (0.3, 0.0, "金光道9号")),
    ((0.1, 0.0, "功能简介"), (0.3, 0.0, "便民信息发布"), (0.3, 0.015, "生活服务")),
    ((0.1, 0.0, "开通日期"), (0.3, 0.0, "2016-11-06"), (0.55, 0.0, "粉丝数量"), (0.7, 0.0, "1200")),
    ((0.1, 0.0, "管理员姓名"), (0.3, 0.0, "夏亮园"), (0.55, 0.0, "手机"), (0.7, 0.0, "13800138000")),
    ((0.1, 0.0, "管理员微信号"), (0.3, 0.0, "xialy_77")),
)


def _page(rows: Sequence[Sequence[Words]], reader: str = "rapidocr") -> Page:
    cells = []
    for number, row in enumerate(rows):
        top = 0.1 + 0.04 * number
        lines = tuple(
            Line(text=text, box=(x, top + y + 0.005, x + 0.016 * len(text), top + y + 0.005 + HIGH), reader=reader)
            for x, y, text in row
        )
        box = (0.08, top, 0.95, top + 0.04)
        text = "\n".join(line.text for line in lines)
        place = PageBox(page=1, box=box)
        cells.append(Cell(row=number, column=0, text=text, lines=lines, box=box, place=place, reader=reader))
    shot = Shot(rgb=np.full((842, 595, 3), 255, np.uint8), quads=(), matrix=np.eye(3), source=(842, 595))
    grid = Grid(index=0, page=1, cells=tuple(cells))
    return Page(number=1, width=595, height=842, grids=(grid,), photograph=shot, ruled=True)


def _form(rows: Sequence[Sequence[Words]]) -> ExtractedForm:
    (form,) = map_pages(_page(rows))
    return form


def test_every_value_stands_beside_its_label() -> None:
    form = _form(ROWS)
    assert {field.key: field.value for field in form.fields if field.value is not None} == {
        "account_name": "永清美食",
        "account_subject": "舒莎",
        "address": "金光道9号",
        "description": "便民信息发布生活服务",
        "opened_on": "2016-11-06",
        "follower_count": 1200,
        "admin_name": "夏亮园",
        "admin_phone": "13800138000",
        "admin_wechat": "xialy_77",
    }
    assert not any(field.doubtful for field in form.fields if field.value is not None)


def _with(row: int, *words: Words) -> list[Sequence[Words]]:
    return [words if number == row else own for number, own in enumerate(ROWS)]


def test_a_row_with_a_label_within_a_line_is_left_as_it_is() -> None:
    """夏亮园 手机, read as one line, would be the name."""
    form = _form(_with(5, (0.1, 0.0, "管理员姓名"), (0.3, 0.0, "夏亮园 手机"), (0.7, 0.0, "13800138000")))
    assert all(field.doubtful for field in form.fields if field.key in ("admin_name", "admin_phone"))
    address = form.field("address")
    assert address is not None
    assert not address.doubtful


def test_a_table_with_a_line_across_a_label_is_left_as_it_is() -> None:
    page = _page(
        _with(4, (0.1, 0.0, "开通日期"), (0.3, 0.0, "2016-11-06"), (0.5, 0.02, "约一千二百人"), (0.55, 0.0, "粉丝数量"))
    )
    (slots,) = read_tables(page)
    assert cut_rows(slots, label_book(FORM), FORM) == slots


def test_a_few_rows_are_no_such_table() -> None:
    (slots,) = read_tables(_page(ROWS[:4]))
    assert cut_rows(slots, label_book(FORM), FORM) == slots
