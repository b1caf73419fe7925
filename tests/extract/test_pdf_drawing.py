"""What programs make of a form's characters and rules in a PDF: halves, dashes, letter spacing, struck text, tables in cells."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.document import PageBox
from pipeline.extract.grid.pdf_dashes import dashed_rules
from pipeline.extract.grid.pdf_filled import Settled
from pipeline.extract.grid.pdf_layout import UNCERTAIN, Drawing, lay_out_page
from pipeline.extract.grid.pdf_rules import find_holders
from pipeline.extract.grid.pdf_text import Character, join_characters
from tests.extract import pdf_files as made
from tests.extract.pdf_files import COLUMNS, HEIGHT, ROW, TOP, VALUES, WIDTH, Draw, form, pdf, place, text, together
from tests.extract.reading import doubtful_keys, form_of, values_of
from tests.extract.word_files import EXPECTED


@pytest.mark.parametrize("rules", ["lines", "none"])
def test_a_character_that_utf_16_writes_in_two_halves(rules: str) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=0)
    form(rules=rules)(canvas)
    canvas.save()
    # The font's own table now says that its glyph of 慢 is U+20BB7, as programs write it.
    content = stream.getvalue().replace(b"<6162>", b"<D842DFB7>")
    found = form_of(content).field("account_name")
    assert found is not None
    assert (found.value, found.doubtful) == (f"廊坊{chr(0x20BB7)}生活", False)


def _dashed(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """Dashes of two points, each a shape of its own, as browsers draw them."""
    at, end = (x0, x1) if y0 == y1 else (y0, y1)
    while at < end:
        box = (at, HEIGHT - y0 - 0.4, 2, 0.8) if y0 == y1 else (x0 - 0.4, HEIGHT - at - 2, 0.8, 2)
        canvas.rect(*box, stroke=0, fill=1)
        at += 4


def test_dashed_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    def frame(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, rules: str) -> None:
        for ends in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            _dashed(canvas, *ends)

    monkeypatch.setattr(made, "frame", frame)
    found = form_of(pdf(form()))
    assert values_of(found) == EXPECTED
    assert doubtful_keys(found) == set()
    address, cell = found.field("address"), place("address")
    assert address is not None
    assert isinstance(address.source, PageBox)
    assert address.source.box == pytest.approx(
        (cell[0] / WIDTH, cell[1] / HEIGHT, cell[2] / WIDTH, cell[3] / HEIGHT), abs=0.003
    )


def test_few_dots_are_no_rule() -> None:
    level, upright = dashed_rules([(x, 10.0, x + 1, 11.0) for x in (10.0, 13.0, 16.0)])
    assert (level, upright) == ([], [])
    level, upright = dashed_rules([(4.0 * n, 10.0, 4.0 * n + 2, 10.8) for n in range(20)])
    assert [(round(rule.at, 1), rule.start, rule.end) for rule in level] == [(10.4, 0.0, 78.0)]
    assert upright == []


def test_a_table_in_a_cell_is_found() -> None:
    outer = [(0.0, 0.0, 1.0, 0.5), (0.0, 0.5, 1.0, 1.0)]
    inner = [(0.1, 0.6, 0.5, 0.9), (0.5, 0.6, 0.9, 0.9)]
    assert find_holders([outer, inner]) == [None, (0, 1)]


def _owner_in_a_cell(canvas: Canvas) -> None:
    """The owner's rows as a table of their own within one cell, a little off its walls."""
    top = TOP + 7 * ROW
    made.frame(canvas, COLUMNS[0], top, COLUMNS[1], top + 2 * ROW, "lines")
    made.frame(canvas, COLUMNS[1], top, COLUMNS[5], top + 2 * ROW, "lines")
    text(canvas, COLUMNS[0] + 4, top + 30, "账号所有人")
    sides = (155.0, 222.0, 332.0, 402.0, 530.0)
    rows = (("姓 名", "owner_name", "身份证号", "owner_id_number"), ("微信号", "owner_wechat", "手 机", "owner_phone"))
    for number, line in enumerate(rows):
        y0 = top + 5 + number * 29
        for at, words in enumerate(line):
            made.frame(canvas, sides[at], y0, sides[at + 1], y0 + 29, "lines")
            text(canvas, sides[at] + 4, y0 + 16, VALUES.get(words, words))


def test_the_owners_table_within_a_cell_of_the_form() -> None:
    found = form_of(pdf(together(form(last=6), _owner_in_a_cell, form(first=9))))
    assert values_of(found) == EXPECTED
    assert found.unplaced == ()


def _struck(key: str, *, share: float) -> Draw:
    """A level line across a value, `share` of its size above its base line."""

    def draw(canvas: Canvas) -> None:
        x0, y0, _, _ = place(key)
        y = HEIGHT - (y0 + 14) + share * 10
        canvas.line(x0 + 4, y, x0 + 54, y)

    return draw


def test_struck_text_is_asked_about_and_underlined_text_is_not() -> None:
    assert "account_name" in doubtful_keys(form_of(pdf(together(form(), _struck("account_name", share=0.35)))))
    assert doubtful_keys(form_of(pdf(together(form(), _struck("account_name", share=-0.2))))) == set()


def test_a_small_raised_digit_is_none_of_the_number() -> None:
    def raised(canvas: Canvas) -> None:
        x0, y0, _, _ = place("follower_count")
        text(canvas, x0 + 40, y0 + 9, "1", size=5)

    assert "follower_count" in doubtful_keys(
        form_of(pdf(together(form({**VALUES, "follower_count": "12000"}), raised)))
    )


def _character(words: str, left: float, *, wide: float = 0.01, high: float = 0.02, top: float = 0.5) -> Character:
    box = (left, top, left + wide, top + high)
    return Character(text=words, box=box, ink=box, seen=True, certain=True, em=high)


def test_a_number_set_wide_is_one_number() -> None:
    spread = [_character(digit, 0.1 + 0.016 * at) for at, digit in enumerate("13803161234")]
    assert [words for words, _ in join_characters(spread)] == ["13803161234"]
    apart = [*spread[:4], *(_character(item.text, item.box[0] + 0.02) for item in spread[4:])]
    assert [words for words, _ in join_characters(apart)] == ["1380 3161234"]


@pytest.mark.parametrize(("other", "doubtful"), [("\ufb02", False), ("x", True)])
def test_a_ligature_of_which_one_reader_gives_the_first_letter_alone(other: str, doubtful: bool) -> None:
    own = [_character("l", 0.10), _character("f", 0.11), _character("1", 0.12)]
    seen = tuple((text, item.middle[0], item.middle[1]) for text, item in zip(("l", other, "1"), own, strict=True))
    page = lay_out_page(1, Drawing(width=595, height=842, characters=seen), Settled(characters=tuple(own)), 0)
    assert [(line.text, line.doubt is not None) for line in page.lines] == [("lf1" if doubtful else "lfl1", doubtful)]


def test_what_a_typeface_lacks_and_draws_as_nothing_is_a_character() -> None:
    """Of 微信公众账号 ☑ 手机APP ☐ no mark was left outside of tables, and nothing was believed to be ticked. Other text that
    nobody sees stays out."""
    own = [_character(word, 0.1 + 0.01 * at) for at, word in enumerate("账号\ufffd机x")]
    own[2] = replace(own[2], seen=False, certain=False)
    own[4] = replace(own[4], seen=False)
    seen = tuple((item.text, *item.middle) for item in own if item.seen)
    page = lay_out_page(1, Drawing(width=595, height=842, characters=seen), Settled(characters=tuple(own)), 0)
    assert [(line.text, line.doubt) for line in page.lines] == [("账号\ufffd机", UNCERTAIN)]


def test_columns_without_rules_that_wrap_are_whole_and_asked_about() -> None:
    values = {**VALUES, "owner_wechat": "yunshan\n_77abc"}
    found = form_of(pdf(form(values, rules="none"))).field("owner_wechat")
    assert found is not None
    assert (found.value, found.doubtful) == ("yunshan_77abc", True)
