"""Where ID numbers stand, and when a page may hold one that nobody placed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.domain.document import Box, ExtractedForm, ExtractedPaper, Field, PageBox, PaperKind, TableCell
from pipeline.extract.id_places import find_id_places
from pipeline.extract.page import Cell, Grid, Line, Page

NUMBER = "510103199402170818"
CELL: Box = (0.6, 0.4, 0.9, 0.44)
BIRTH: Box = (0.5, 0.3, 0.6, 0.33)
NARROW: Box = (0.6, 0.4, 0.63, 0.44)


def line(text: str, box: Box = CELL) -> Line:
    return Line(text=text, box=box, reader="test")


def page(*lines: Line, cells: Sequence[Box] = (), number: int = 1) -> Page:
    made = tuple(
        Cell(row=0, column=column, place=PageBox(page=number, box=box), box=box, reader="test")
        for column, box in enumerate(cells)
    )
    grids = (Grid(index=0, page=number, cells=made),) if made else ()
    return Page(number=number, width=1000, height=1400, lines=lines, grids=grids)


def form(
    source: PageBox | TableCell | None, value: str | None = NUMBER, *, pages: tuple[int, ...] = (1,)
) -> ExtractedForm:
    field = Field(key="owner_id_number", value=value, raw=value or "", source=source, reader="test")
    return ExtractedForm(profile="langfang-2018", pages=pages, fields=(field,))


def card(value: str | None = NUMBER, *, raw: str | None = None) -> ExtractedPaper:
    fields = (
        Field(key="id_number", value=value, raw=value or raw or "", source=PageBox(page=1, box=CELL), reader="t"),
    )
    return ExtractedPaper(kind=PaperKind.ID_CARD, fields=fields if value or raw else ())


AT_CELL = PageBox(page=1, box=CELL)


def covers(boxes: Sequence[Box], box: Box) -> bool:
    return any(b[0] < box[0] and b[1] < box[1] and b[2] > box[2] and b[3] > box[3] for b in boxes)


def test_a_number_in_its_cell_is_inside_the_box() -> None:
    over = (0.58, 0.41, 0.93, 0.43)  # written beyond the cell's edges
    found = find_id_places(page(line(NUMBER, over), cells=[CELL]), [form(AT_CELL)], [], asked=True)
    assert found.recognised and not found.unplaced
    assert covers(found.boxes, CELL) and covers(found.boxes, over)


def test_a_doubtful_number_that_fills_its_cell_is_covered_too() -> None:
    found = find_id_places(page(line("5101O3 19940217"), cells=[CELL]), [form(AT_CELL, None)], [], asked=True)
    assert not found.unplaced and covers(found.boxes, CELL)


@pytest.mark.parametrize(
    ("shown", "forms"),
    [
        (page(line("5", NARROW), cells=[NARROW]), [form(PageBox(page=1, box=NARROW))]),  # a digit to a cell
        (page(cells=[NARROW]), [form(PageBox(page=1, box=NARROW), None)]),  # empty, and no room for a number
        (page(line("51010319"), cells=[]), [form(AT_CELL)]),  # half a line, no cell round it
        (page(cells=[CELL]), [form(None)]),
        (page(cells=[CELL]), [form(TableCell(table=0, row=0, column=0))]),
        (page(cells=[CELL]), [ExtractedForm(profile="langfang-2018")]),
        (page(line(NUMBER), line("公民身份号码", (0, 0.8, 0.3, 0.82)), cells=[CELL]), [form(AT_CELL)]),  # a card below
    ],
)
def test_a_form_that_may_hold_a_number_elsewhere(shown: Page, forms: list[ExtractedForm]) -> None:
    assert find_id_places(shown, forms, [], asked=True).unplaced


def test_a_blank_cell_with_room_is_covered() -> None:
    found = find_id_places(page(cells=[CELL]), [form(AT_CELL, None)], [], asked=True)
    assert not found.unplaced and covers(found.boxes, CELL)


def test_a_form_that_asks_for_no_number() -> None:
    found = find_id_places(page(cells=[CELL]), [ExtractedForm(profile="x")], [], asked=False)
    assert found.recognised and not found.unplaced and not found.boxes


def test_the_other_pages_of_a_form() -> None:
    shown = page(cells=[CELL], number=2)
    found = find_id_places(shown, [form(AT_CELL, pages=(1, 2))], [], asked=True)
    assert found.recognised and not found.unplaced and not found.boxes


def test_cards() -> None:
    birth = line("出生1994年2月17日", BIRTH)
    whole = find_id_places(page(line("x"), birth), [], [card()], asked=True)
    assert not whole.unplaced and covers(whole.boxes, CELL)
    for paper in (card(None), card(None, raw="51010319"), card(raw="1994")):
        if paper.text("id_number") != NUMBER:
            assert find_id_places(page(), [], [paper], asked=True).unplaced
    assert find_id_places(page(), [], [card(), card(None)], asked=True).unplaced, "one of two cards is enough"


@pytest.mark.parametrize("said", [("出生1994年2月17日",), ("出生", "1994年2月17日"), ("出", "生", "1994年2月17日")])
def test_the_day_of_birth_is_covered_as_far_as_the_number_reaches(said: tuple[str, ...]) -> None:
    lines = [line(text, (0.5 + 0.05 * place, 0.3, 0.54 + 0.05 * place, 0.33)) for place, text in enumerate(said)]
    found = find_id_places(page(*lines), [], [card()], asked=True)
    assert not found.unplaced and covers(found.boxes, (0.62, 0.3, 0.9, 0.33))


def test_a_card_whose_day_of_birth_was_not_seen_is_hidden_whole() -> None:
    assert find_id_places(page(line("x")), [], [card()], asked=True).unplaced


@pytest.mark.parametrize(
    "text", [f"身份证号：{NUMBER}", "5101O3199402I708I8", "51010319940217081x", "510103 199402 17 0818"]
)
def test_numbers_in_lines_are_covered_wherever_they_stand(text: str) -> None:
    licence = ExtractedPaper(kind=PaperKind.BUSINESS_LICENCE)
    found = find_id_places(page(line(text)), [], [licence], asked=True)
    assert found.recognised and not found.unplaced and covers(found.boxes, CELL)


@pytest.mark.parametrize("text", ["91131082MA07XXXX1A", "911310820000000000", "18752610938", "2018年12月12日"])
def test_other_numbers_stay(text: str) -> None:
    licence = ExtractedPaper(kind=PaperKind.BUSINESS_LICENCE)
    assert find_id_places(page(line(text)), [], [licence], asked=True).boxes == ()


def test_a_page_nobody_recognised() -> None:
    assert not find_id_places(page(line("特此通知")), [], [], asked=True).recognised


def test_a_number_is_absent_only_where_nothing_else_is_unclear() -> None:
    half = ExtractedForm(profile="langfang-2018")
    assert find_id_places(page(cells=[CELL]), [half], [], asked=True).absent
    assert not find_id_places(page(cells=[CELL]), [half, form(AT_CELL, None)], [], asked=True).absent
    assert not find_id_places(page(cells=[CELL]), [form(None)], [], asked=True).absent
    beside_a_card = page(line("公民身份号码", (0, 0.8, 0.3, 0.82)), cells=[CELL])
    assert not find_id_places(beside_a_card, [half], [], asked=True).absent
    assert not find_id_places(page(cells=[CELL]), [], [], asked=True).absent
