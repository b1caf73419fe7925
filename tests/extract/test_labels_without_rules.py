"""Labels and values of files that have no rules, or no cell where one was looked for: no value is believed blank for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pipeline.domain.document import ExtractedForm, PageBox
from pipeline.extract.image.faults import Shot
from pipeline.extract.page import Cell, Grid, Line, Page
from tests.extract.reading import map_pages

_HIGH = 0.011


def _form(page: Page) -> ExtractedForm:
    (form,) = map_pages(page)
    return form


def _lines(*rows: Sequence[tuple[float, str]], step: float = 0.016) -> Page:
    """A PDF's lines: rows of (left edge, text) one below the other."""
    return Page(
        number=1,
        width=595,
        height=842,
        lines=tuple(
            Line(text=text, box=(left, n * step, left + 0.018 * len(text), n * step + _HIGH), reader="pdf-text")
            for n, row in enumerate(rows)
            for left, text in row
        ),
    )


def _table(*rows: Sequence[str], reader: str) -> Page:
    """A table of cells, each row as wide as the others: the last cell takes what is left."""
    cells = []
    for n, row in enumerate(rows):
        for m, text in enumerate(row):
            span = 1 if m < len(row) - 1 else 4 - m
            box = (m / 4, n / len(rows), (m + span) / 4, (n + 1) / len(rows))
            place = PageBox(page=1, box=box)
            cells.append(Cell(row=n, column=m, column_span=span, text=text, box=box, place=place, reader=reader))
    return Page(number=1, width=595, height=842, grids=(Grid(index=0, page=1, cells=tuple(cells)),))


def test_values_below_their_labels_are_offered() -> None:
    """Eleven values of one PDF were believed blank, and the sender would have been asked to fill in a full form."""
    form = _form(
        _lines(
            [(0.1, "账号名称"), (0.6, "账号主体")],
            [(0.09, "永清美食"), (0.6, "舒莎")],
            [(0.4, "地址")],
            [(0.3, "永清县金光道279号")],
            [(0.1, "开通日期"), (0.6, "粉丝数量")],
            [(0.09, "2016-11-06"), (0.61, "1200")],
            [(0.4, "功能简介")],
            [(0.3, "便民信息发布")],
        )
    )
    fields = {
        key: form.field(key) for key in ("account_name", "account_subject", "address", "opened_on", "description")
    }
    assert all(field is not None and field.doubtful for field in fields.values())
    assert {key: field.value for key, field in fields.items() if field is not None} == {
        "account_name": "永清美食",
        "account_subject": "舒莎",
        "address": "永清县金光道279号",
        "opened_on": "2016-11-06",
        "description": "便民信息发布",
    }


_HEAD = (
    [(0.1, "账号名称"), (0.3, "永清美食")],
    [(0.1, "账号主体"), (0.3, "舒莎")],
    [(0.1, "开通日期"), (0.3, "2016-11-06")],
)


def test_the_first_line_of_a_value_may_stand_above_its_label() -> None:
    """Its label in the middle of two lines, an address was believed to be its second one."""
    page = _lines(*_HEAD, [(0.1, "粉丝数量"), (0.3, "100")])
    lines = (
        *page.lines,
        Line(text="功能简介 便民信息", box=(0.1, 0.1, 0.4, 0.111), reader="pdf-text"),
        Line(text="固安县迎春南路与育才街交叉口B座25层", box=(0.3, 0.116, 0.8, 0.127), reader="pdf-text"),
        Line(text="详细地址", box=(0.1, 0.123, 0.2, 0.134), reader="pdf-text"),
        Line(text="2650室", box=(0.3, 0.13, 0.4, 0.141), reader="pdf-text"),
    )
    address = _form(replace(page, lines=lines)).field("address")
    assert address is not None and address.doubtful


def test_a_line_that_belongs_to_nobody_may_begin_the_value_below_it() -> None:
    """Their label at the foot of its row, two lines of an address were believed to be the second one, 邮编：065000."""
    rows = ([(0.5, "粉丝数量"), (0.7, "100")], [(0.3, "金光道9号3单元1259室")], [(0.1, "地址"), (0.3, "邮编：065000")])
    form = _form(_lines(*_HEAD, *rows, [(0.1, "功能简介"), (0.3, "便民信息")]))
    assert {field.key for field in form.fields if field.doubtful} == {"address"}


def test_on_a_picture_a_line_midway_between_two_values_may_be_of_either() -> None:
    """Of a description at the foot of its row, without rules, the second of two lines alone would be believed."""
    rows = ([(0.1, "地址"), (0.3, "金光道9号")], [(0.3, "便民信息发布")], [(0.1, "功能简介"), (0.3, "生活服务")])
    page = _lines(*_HEAD, [(0.1, "粉丝数量"), (0.3, "100")], *rows)
    shot = Shot(rgb=np.full((842, 595, 3), 255, np.uint8), quads=(), matrix=np.eye(3), source=(842, 595))
    form = _form(replace(page, photograph=shot))
    assert {"address", "description"} <= {field.key for field in form.fields if field.doubtful}


def test_pieces_of_a_label_that_wrapped_are_no_values() -> None:
    """账号主, the beginning of the label beside it, was believed to be the account's name; an ID number blank, as 号 was 编号."""
    rows = (*_HEAD[1:], [(0.1, "身份证")], [(0.11, "号")], [(0.1, "地址"), (0.3, "金光道9号")])
    form = _form(_lines([(0.1, "账号名称"), (0.3, "账号主")], [(0.1, "）"), (0.31, "体")], *rows, step=0.03))
    name, number = form.field("account_name"), form.field("owner_id_number")
    assert name is not None and name.doubtful
    assert number is not None and number.doubtful


def test_the_middle_of_its_own_label_is_no_value() -> None:
    """Of 账号名（昵 with 称） in the next line the network found two lines: （昵 was believed to be the account's name."""
    rows = (*_HEAD[1:], [(0.1, "地址"), (0.3, "金光道9号")], [(0.1, "粉丝数量"), (0.3, "100")])
    form = _form(_lines([(0.1, "账号名"), (0.2, "（昵")], *rows))
    name = form.field("account_name")
    assert name is not None and name.doubtful


def test_a_label_spread_over_two_lines_is_found_by_its_last_character() -> None:
    page = _lines(*_HEAD, [(0.1, "地"), (0.14, "址"), (0.3, "金光道9号")], [(0.1, "粉丝数量"), (0.3, "100")])
    assert _form(page).value("address") == "金光道9号"


def test_a_section_by_itself_before_a_label_is_no_field() -> None:
    """管理员 alone in its line, as where a Word file's table is gone: the administrator's name passed for the owner's."""
    rows = (
        "账号名称",
        "永清美食",
        "账号主体",
        "舒莎",
        "地址",
        "金光道9号",
        "开通日期",
        "2016-11-06",
        "账号所有人",
        "姓名",
        "舒莎",
    )
    lines = (*rows, "管理员", "姓名", "蔡善静", "手机", "13197466973")
    form = _form(
        Page(number=1, width=0, height=0, lines=tuple(Line(text=t, box=(0, 0, 0, 0), reader="docx") for t in lines))
    )
    assert (form.value("owner_name"), form.value("admin_name")) == ("舒莎", "蔡善静")


_ROWS = (("账号名称", "永清美食"), ("账号主体", "舒莎"), ("地址", "金光道9号"), ("开通日期", "2016-11-06"))


@pytest.mark.parametrize("mark", ["/", "—", "——", "-"])
def test_a_stroke_behind_a_colon_answers_for_a_value(mark: str) -> None:
    """The label seemed bare, and the cell before it was taken for its value."""
    form = _form(_table(*_ROWS, ("功能简介：便民", f"粉丝数量：{mark}"), reader="docx"))
    count = form.field("follower_count")
    assert count is not None and (count.value, count.doubtful) == (None, False)


def test_a_ditto_mark_behind_a_colon_is_no_blank() -> None:
    rows = (*_ROWS, ("账号所有人姓名：舒莎", "手机：13197466973"), ("管理员姓名：〃", "手机：〃"))
    form = _form(_table(*rows, reader="docx"))
    assert (form.value("admin_name"), form.value("admin_phone")) == ("舒莎", "13197466973")


def test_a_label_without_a_cell_is_no_blank() -> None:
    form = _form(_table(*_ROWS, ("功能简介", "姓名：舒莎"), ("身份证号",), ("账号所有人",), reader="docx"))
    number = form.field("owner_id_number")
    assert number is not None and (number.value, number.doubtful) == (None, True)


@pytest.mark.parametrize("cell", ["粉丝数量 约2000人", "粉丝数量2000"])
def test_label_and_value_between_which_no_wall_was_seen_are_no_more_of_the_value_before(cell: str) -> None:
    """The date had a second line, and the count no place."""
    form = _form(_table(*_ROWS[:3], ("开通日期", "2013-06-04", cell), reader="rapidocr"))
    assert (form.value("opened_on"), form.value("follower_count")) == ("2013-06-04", 2000)
    assert "follower_count" in {field.key for field in form.fields if field.doubtful}


def test_a_sections_heading_may_be_set_wide() -> None:
    """Of 三 、 管 理 员 信 息 the last two characters were offered as the administrator's name."""
    rows = (*_ROWS, ("三 、 管 理 员 信 息",), ("姓名", "蔡善静"), ("手机", "13197466973"))
    assert _form(_table(*rows, reader="rapidocr")).value("admin_name") == "蔡善静"


def test_a_cell_beside_two_labels_has_the_values_of_both() -> None:
    """The rule between address and description was not drawn: each was believed to be both."""
    page = _table(*_ROWS[:2], ("地址",), ("功能简介",), _ROWS[3], ("粉丝数量", "100"), reader="pdf-text")
    cells = [replace(cell, column_span=1) if cell.column == 0 else cell for cell in page.grids[0].cells]
    place = PageBox(page=1, box=(0.25, 0.4, 1.0, 0.8))
    both = Cell(
        row=2,
        column=1,
        row_span=2,
        column_span=3,
        text="金光道9号\n便民信息",
        box=place.box,
        place=place,
        reader="pdf-text",
    )
    form = _form(replace(page, grids=(replace(page.grids[0], cells=(*cells, both)),)))
    assert {field.key for field in form.fields if field.doubtful} == {"address", "description"}


def test_the_margin_of_a_frame_is_no_cell_for_a_value() -> None:
    """Nine values below their labels were believed blank, as an empty cell stood beside the last label of each row."""
    rows = [
        ("账号名称", "永清美食"),
        ("账号主体", "舒莎"),
        ("地址", "金光道9号"),
        ("开通日期", "2016-11-06"),
        ("粉丝数量", "100"),
    ]
    cells = [(0, 1, 6, 1, "")]
    cells += [(m // 2 * 2 + n, m % 2, 1, 1, text) for m, row in enumerate(rows[:4]) for n, text in enumerate(row)]
    cells += [(4, 0, 1, 1, "粉丝数量"), (5, 0, 1, 1, "100")]
    made = tuple(
        Cell(
            row=row, column=2 if not text else column, row_span=high, column_span=wide, text=text, reader="pdf-text",
            place=PageBox(page=1, box=(column / 3, row / 6, (column + 1) / 3, (row + high) / 6)),
        )
        for row, column, high, wide, text in cells
    )  # fmt: skip
    form = _form(Page(number=1, width=595, height=842, grids=(Grid(index=0, page=1, cells=made),)))
    assert (form.value("account_subject"), form.value("opened_on")) == ("舒莎", "2016-11-06")
    assert not any(field.doubtful for field in form.fields)
