"""Folded papers, papers beside each other or beside a form, and what only a part of a label tells."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest

from pipeline.domain.document import Box, ExtractedForm, Field, PageBox, PaperKind
from pipeline.extract.image.border import is_folded
from pipeline.extract.image.grid import Frame, Table
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.extract.paper.beside_form import read_papers_beside
from samples.identifiers import make_credit_code, make_id_number, make_organisation_code
from tests.extract.written_papers import HEIGHT, WIDTH, Inked, line, papers_of

RNG = Random(14)
ORGANISATION = "301234564"
CODE = make_credit_code(prefix="12", area_code="131000", organisation_code=make_organisation_code(RNG))
ID = make_id_number(RNG, prefix="131002")
NAME, BORN = "张三丰", f"{ID[6:10]}年{int(ID[10:12])}月{int(ID[12:14])}日"


def panels(*boxes: tuple[int, int, int, int]) -> Table:
    frames = (
        Frame(row=i, column=i, row_span=1, column_span=1, left=a, top=b, right=c, bottom=d)
        for i, (a, b, c, d) in enumerate(boxes)
    )
    return Table(frames=tuple(frames))


FOLDED = panels((100, 100, 600, 800), (600, 100, 1100, 800), (100, 800, 600, 1500), (600, 800, 1100, 1500))


def test_walls_that_lines_cross_are_folds() -> None:
    across = [(300, y, 900, y + 30) for y in range(200, 1400, 100)]
    beside = [(150, y, 560, y + 30) for y in range(200, 1400, 100)]
    assert is_folded(FOLDED, across)
    assert not is_folded(FOLDED, beside)
    assert not is_folded(FOLDED, [*across[:3], *((150, y, 590, y + 30) for y in range(250, 1400, 100))])
    assert not is_folded(
        panels(*((x, 100, x + 50, 800) for x in range(100, 800, 50))), across
    )  # many cells are a form's


def certificate(*term: Line) -> list[Line]:
    return [
        line("事业单位法人证书", 700, 100, high=80),
        line(f"统一社会信用代码 {CODE}", 100, 250),
        line("名称", 100, 400),
        line("廊坊市安次区文化馆", 400, 400),
        line("住所", 100, 460),
        line("河北省廊坊市安次区银河南路8号", 400, 460),
        line("法定代表人", 100, 520),
        line(NAME, 400, 520),
        *term,
    ]


@pytest.mark.parametrize(
    ("term", "read"),
    [
        ((line("期自2016年06月05日至2020年06月05日", 370, 580),), "2020-06-05"),
        ((line("有", 100, 580), line("自2016年06月05日至2020年06月05日", 400, 580)), "2020-06-05"),
        ((line("自2016年06月05日至2020年06月05日", 400, 580),), None),
        ((line("期2016年06月05日", 370, 580),), None),
    ],
)
def test_a_term_is_known_by_what_is_left_of_its_label(term: tuple[Line, ...], read: str | None) -> None:
    (paper,) = papers_of(certificate(*term))
    assert paper.value("valid_until") == read


def test_the_smaller_title_of_another_paper_is_no_caption() -> None:
    licence = [
        line("营业执照", 300, 60, high=90),
        line(
            f"统一社会信用代码 {make_credit_code(prefix='91', area_code='131000', organisation_code='301234564')}",
            100,
            200,
        ),
        line("名称", 100, 260),
        line("廊坊瑞恒文化传媒有限公司", 400, 260),
        line("经营范围", 100, 320),
        line("组织文化艺术交流活动", 400, 320),
    ]
    code = [
        line("组织机构代码证", 400, 800, high=40),
        line("代码", 100, 900),
        line(f"{ORGANISATION[:8]}-{ORGANISATION[8]}", 400, 900),
        line("机构名称", 100, 960),
        line("三河市鲸昌餐饮管理有限公司", 400, 960),
        line("地址", 100, 1020),
        line("河北省廊坊市三河市高楼镇8号", 400, 1020),
    ]
    first, second = papers_of([*licence, *code])
    assert (first.kind, second.kind) == (PaperKind.BUSINESS_LICENCE, PaperKind.ORGANISATION_CODE_CERTIFICATE)
    assert (first.value("address"), second.value("address")) == (None, "河北省廊坊市三河市高楼镇8号")
    right = [replace(item, box=_moved(item.box, 1000 / WIDTH, -740 / HEIGHT)) for item in code]
    first, second = papers_of([*licence, *right])
    assert (first.value("name"), second.value("name")) == ("廊坊瑞恒文化传媒有限公司", "三河市鲸昌餐饮管理有限公司")
    (alone,) = papers_of([*licence, line("组织机构代码证", 700, 1300, high=40)])
    assert alone.kind is PaperKind.BUSINESS_LICENCE


def _moved(box: Box, x: float, y: float) -> Box:
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


CARD = [
    line("姓名", 1300, 200),
    line(NAME, 1400, 200),
    line("性别男民族汉", 1300, 260),
    line(f"出生{BORN}", 1300, 320),
    line("住址", 1300, 380),
    line("河北省廊坊市安次区银河南路8号", 1400, 380),
    line("公民身份号码", 1300, 520),
    line(ID, 1500, 520),
]
ROWS = [line("账号名称", 100, 200), line("三河微生活", 400, 200), line("身份证号", 100, 260), line(ID, 400, 260)]


def _cell(row: int, column: int, text: Line) -> Cell:
    left, top = 90 + 300 * column, 190 + 60 * row
    box = (left / WIDTH, top / HEIGHT, (left + 300) / WIDTH, (top + 60) / HEIGHT)
    return Cell(
        row=row,
        column=column,
        text=text.text,
        lines=(text,),
        place=PageBox(page=1, box=box),
        box=box,
        reader="rapidocr",
    )


def _form(place: Line) -> ExtractedForm:
    field = Field(key="owner_id_number", value=ID, source=PageBox(page=1, box=place.box), reader="rapidocr")
    return ExtractedForm(profile="langfang-2018", pages=(1,), fields=(field,))


def test_a_card_beside_a_form_is_read_and_the_form_is_no_card() -> None:
    cells = tuple(_cell(i // 2, i % 2, text) for i, text in enumerate(ROWS))
    page = Page(number=1, width=WIDTH, height=HEIGHT, lines=(*ROWS, *CARD), grids=(Grid(index=0, page=1, cells=cells),))
    (card,) = read_papers_beside(page, [_form(ROWS[-1])])
    assert (card.kind, card.value("name"), card.value("id_number")) == (PaperKind.ID_CARD, NAME, ID)
    assert read_papers_beside(page, [_form(CARD[-1])]) == ()  # a value that stands outside of the table
    assert read_papers_beside(Page(number=1, width=WIDTH, height=HEIGHT, lines=(*ROWS, *CARD)), [_form(ROWS[-1])]) == ()


def test_a_digit_that_wrapped_alone_is_small_on_a_sloping_page() -> None:
    address = line("河北省廊坊市安次区银河南路264号底商1-4", 400, 460)
    digit = (408.0, 494.0, 416.0, 506.0)
    page = [*(item for item in certificate() if "银河南路" not in item.text), address]

    class Faint(Inked):
        def ink(self, box: tuple[float, float, float, float]) -> float:
            if super().ink(box) and box[1] * HEIGHT > 491:
                x0, y0, x1, y1 = box[0] * WIDTH, box[1] * HEIGHT, box[2] * WIDTH, box[3] * HEIGHT
                wide = max(0.0, min(x1, digit[2]) - max(x0, digit[0]))
                high = max(0.0, min(y1, digit[3]) - max(y0, digit[1]))
                return 0.15 * wide * high / ((x1 - x0) * (y1 - y0))
            return super().ink(box)

    for marks, doubtful in (((digit,), True), ((), False)):
        (paper,) = papers_of(page, rereader=cast("Any", Faint(page, *marks)))
        field = paper.field("address")
        assert field is not None and field.doubtful is doubtful


@pytest.mark.parametrize(("gap", "doubtful"), [(-20, True), (4, True), (30, False)])
def test_pieces_that_touch_or_share_a_character_are_asked_about(gap: float, doubtful: bool) -> None:
    head = line("河北省廊坊市", 400, 460)
    tail = line("安次区银河南路8号", 400 + 6 * 30 + gap, 460)
    page = [*(item for item in certificate() if "银河南路" not in item.text), head, tail]
    (paper,) = papers_of(page)
    field = paper.field("address")
    assert field is not None and field.doubtful is doubtful
