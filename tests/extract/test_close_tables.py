"""Tables set closely by other programs than Word: text that stands two dots from its rule, walls within one low row, labels
from top to bottom, and labels that wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import Box, PageBox
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.form.judge import Parsed
from pipeline.extract.form.judge import Reading as FieldReading
from pipeline.extract.form.labels import label_book
from pipeline.extract.image.cells import lines_in_frame
from pipeline.extract.image.columns import column_of, laid_in_a_row
from pipeline.extract.image.grid import Frame, find_tables
from pipeline.extract.image.pixels import FlatPicture
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.walls import wall_mask
from pipeline.extract.ocr.readers import Reading as LineReading
from pipeline.extract.page import Cell, Line, Page
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import ink_mask
from pipeline.extract.raster.rules import find_rules
from pipeline.extract.trust.signatures import judge_signature
from pipeline.profile.load import load_profile
from samples import channels, fonts
from samples.filing import make_filing
from samples.form_image import form_image
from tests.lent_engines import lent_engines

PROFILE = load_profile("langfang-2018")
LEFT, RIGHT, PAGE = 100, 1500, (1654, 2339)
ROWS = (300, 340, 380, 420, 460)
RULE = 2


def table(uprights: Sequence[tuple[int, int, int]] = ()) -> Image.Image:
    """Rows 40 dots high between two borders, and uprights (x, from, to)."""
    page = Image.new("L", PAGE, 255)
    pen = ImageDraw.Draw(page)
    for y in ROWS:
        pen.rectangle((LEFT, y, RIGHT, y + RULE - 1), fill=0)
    for x, top, bottom in ((LEFT, ROWS[0], ROWS[-1]), (RIGHT, ROWS[0], ROWS[-1]), *uprights):
        pen.rectangle((x, top, x + RULE - 1, bottom + RULE - 1), fill=0)
    return page


def write(page: Image.Image, text: str, left: int, top: int, size: int = 33) -> None:
    """Text whose ink begins at `left` and `top`."""
    font = fonts.font("song", size)
    x, y, _, _ = font.getbbox(text)
    ImageDraw.Draw(page).text((left - x, top - y), text, font=font, fill=0)


def even(page: Image.Image) -> Gray:
    return np.asarray(page)


@pytest.mark.parametrize("text", ["草莓蓝莓芦苇薄荷", "蓝莓苗"])
@pytest.mark.parametrize("gap", [2, 3, 4])
def test_the_heads_of_characters_beside_a_rule_stay(text: str, gap: int) -> None:
    """The run of ink that a rule was found by took 艹 off 花: all readers saw 化."""
    ruled, alone = table([(300, ROWS[0], ROWS[-1])]), Image.new("L", PAGE, 255)
    for page in (ruled, alone):
        write(page, text, 320, ROWS[1] + RULE + gap, 28)
        write(page, text, 640, ROWS[2] + RULE + gap, 28)
    rules = find_rules(even(ruled))
    walls = wall_mask(rules, find_tables(rules), even(ruled))
    written = ink_mask(even(alone))
    assert walls[ROWS[1], LEFT:RIGHT].all()
    assert np.count_nonzero(walls & written) == 0


def test_a_double_rule_goes_as_a_whole() -> None:
    page = table([(300, ROWS[0], ROWS[-1])])
    pen = ImageDraw.Draw(page)
    for y in ROWS:
        pen.rectangle((LEFT, y + 5, RIGHT, y + 6), fill=0)
    rules = find_rules(even(page))
    left = ink_mask(even(page)) & ~wall_mask(rules, find_tables(rules), even(page))
    assert np.count_nonzero(left) < RULE * len(ROWS) * 4


@pytest.mark.parametrize(("wall", "cells"), [(True, 10), (False, 8)])
def test_a_wall_within_one_low_row_is_found(wall: bool, cells: int) -> None:
    """28 dots of a wall are less than a stroke of a heading: 2016年2月 and 粉丝数量 stood in one cell."""
    short = [(700, ROWS[1], ROWS[2]), (900, ROWS[1], ROWS[2])] if wall else []
    (found,) = find_tables(find_rules(even(table([(300, ROWS[0], ROWS[-1]), *short]))))
    assert len(found.frames) == cells


@pytest.mark.parametrize("space", [1, 3])
def test_a_stroke_that_does_not_touch_both_rules_is_no_wall(space: int) -> None:
    strokes = [(x, ROWS[1] + RULE + space, ROWS[2] - 2) for x in range(500, 900, 60)]
    (found,) = find_tables(find_rules(even(table([(300, ROWS[0], ROWS[-1]), *strokes]))))
    assert len(found.frames) == 8


def test_lines_of_two_tables_that_nearly_meet_close_their_cells() -> None:
    """A list of papers below the form, its first column as wide but for 20 dots: the whole column of labels was no cells."""
    page = table([(300, ROWS[0], ROWS[-1])])
    pen = ImageDraw.Draw(page)
    for y in (500, 540, 580):
        pen.rectangle((LEFT, y, RIGHT, y + RULE - 1), fill=0)
    for x in (LEFT, 322, RIGHT):
        pen.rectangle((x, ROWS[-1] if x == LEFT else 500, x + RULE - 1, 580 + RULE - 1), fill=0)
    frames = [frame for found in find_tables(find_rules(even(page))) for frame in found.frames]
    assert sum(frame.bottom <= ROWS[-1] + RULE for frame in frames) == 2 * (len(ROWS) - 1)


def frame(left: int, top: int, right: int, bottom: int) -> Frame:
    return Frame(row=0, column=0, row_span=1, column_span=1, left=left, top=top, right=right, bottom=bottom)


@pytest.mark.parametrize("label", ["管理员", "账号所有人"])
def test_a_label_from_top_to_bottom_is_read(label: str) -> None:
    """管理员 beside two rows was read as 员, and all three values of the administrator had no place."""
    page = Image.new("L", (400, 400), 255)
    for number, character in enumerate(label):
        write(page, character, 120, 110 + 38 * number)
    column = column_of(frame(100, 100, 180, 320), ink_mask(even(page)), usual_px=40)
    assert len(column) == len(label)
    (read,) = lent_engines().main.read_lines([laid_in_a_row(even(page), column)])
    assert read.text == label


def test_lines_in_a_tall_cell_are_no_column() -> None:
    page = Image.new("L", (400, 400), 255)
    for number, line in enumerate(("账号", "所有", "人")):
        write(page, line, 110, 110 + 38 * number)
    assert column_of(frame(100, 100, 180, 300), ink_mask(even(page)), usual_px=40) == ()


def test_two_short_lines_found_as_one_are_two() -> None:
    """签名盖 over 章 was one line to the detector, and read as 筆名盖: the form had no place for a signature."""
    page = Image.new("L", (600, 600), 255)
    write(page, "签名盖", 110, 110, 24)
    write(page, "章：", 110, 142, 24)
    usual = [(300, y, 500, y + 30) for y in range(100, 500, 60)]
    lines = lines_in_frame(frame(100, 90, 220, 200), [(104, 100, 200, 176), *usual], ink_mask(even(page)))
    assert [bottom - top < 40 for _, top, _, bottom in lines] == [True, True]


@pytest.mark.parametrize("character", ["吕", "二"])
def test_a_character_of_two_parts_is_one_line(character: str) -> None:
    page = Image.new("L", (600, 600), 255)
    write(page, character, 110, 110, 33)
    usual = [(300, y, 500, y + 44) for y in range(100, 500, 60)]
    assert len(lines_in_frame(frame(100, 90, 220, 200), [(104, 100, 150, 164), *usual], ink_mask(even(page)))) == 1


def test_the_same_as_above_is_believed_of_a_phone() -> None:
    owner = make_filing(42, entity="company", name="ditto")
    same = owner.evolve(admin_name=owner.owner_name, admin_name_written="同上", admin_phone=owner.owner_phone)
    page = channels.scan(form_image(same.evolve(admin_phone_written="同上")), 42)
    reading = read_document(page.encode("JPEG"), Media.JPEG, name="form", profile=PROFILE, engines=lent_engines())
    field = reading.forms[0].field("admin_phone")
    assert field is not None
    assert (field.value, field.raw, field.doubtful) == (owner.owner_phone, "同上", False)


class Unsigned:
    """A rereader of a page without ink in the cell for the signature, and with a seal beside it or none."""

    def __init__(self, *, seal: bool) -> None:
        self._seal = seal
        self.picture = FlatPicture(
            shape=(100, 100),
            rgb=np.full((100, 100, 3), 255, np.uint8),
            clean=np.full((100, 100), 255, np.uint8),
            even=np.full((100, 100), 255, np.uint8),
            red=np.zeros((100, 100), np.uint8),
            rules=np.zeros((100, 100), np.uint8),
        )

    def has_seal(self, box: Box) -> bool:
        return self._seal and box[0] >= 0.6

    def first_reading(self, _box: Box) -> LineReading:
        return LineReading(text="", confidence=0.0)


@pytest.mark.parametrize(
    ("line", "seal", "value"),
    [
        pytest.param(None, False, False, id="nothing beside it"),
        pytest.param(None, True, None, id="a seal"),
        pytest.param((0.65, 0.73, 0.77, 0.76), False, None, id="a date"),
        pytest.param((0.65, 0.8, 0.77, 0.83), False, False, id="text below"),
    ],
)
def test_a_signature_may_stand_where_the_table_was_not_seen(line: Box | None, seal: bool, value: bool | None) -> None:
    """The last column of a photographed table was lost, and with it the seal: 无签名 was believed."""
    box: Box = (0.2, 0.7, 0.6, 0.77)
    cell = Cell(
        row=0, column=1, row_span=1, column_span=1, text="", place=PageBox(page=1, box=box), box=box, reader="main"
    )
    lines = () if line is None else (Line(text="2018年12月11日", box=line, reader="main"),)
    reading = FieldReading(
        field=next(field for field in PROFILE.form.fields if field.key == "signed"),
        page=Page(number=1, width=100, height=100, lines=lines),
        raw="",
        parsed=Parsed(value=False),
        reader="main",
        cells=(cell,),
    )
    seen = cast("PictureRereader", Unsigned(seal=seal))
    judged = judge_signature(reading, seen, PROFILE.form.boilerplate, label_book(PROFILE.form), clear=True)
    assert (judged.value, judged.doubt is None) == (value, value is not None)


@pytest.mark.parametrize(("high", "value"), [(0.02, False), (0.05, None)])
def test_a_line_as_high_as_two_may_hide_a_signature(high: float, value: bool | None) -> None:
    """A copy in grey: the body's name stood below the printed sentence, in one box with it, and 无签名 was believed."""
    box: Box = (0.2, 0.7, 0.6, 0.9)
    printed = Line(text="以上信息均真实有效", box=(0.22, 0.72, 0.5, 0.72 + high), reader="main", confidence=0.99)
    others = tuple(
        Line(text="账号主体", box=(0.1, 0.1 * row, 0.2, 0.1 * row + 0.02), reader="main") for row in range(1, 6)
    )
    cell = Cell(
        row=0, column=1, row_span=1, column_span=1, text=printed.text, place=PageBox(page=1, box=box), box=box,
        lines=(printed,), reader="main",
    )  # fmt: skip
    reading = FieldReading(
        field=next(field for field in PROFILE.form.fields if field.key == "signed"),
        page=Page(number=1, width=100, height=100, lines=(*others, printed)),
        raw=printed.text,
        parsed=Parsed(value=False),
        reader="main",
        cells=(cell,),
    )
    seen = cast("PictureRereader", Unsigned(seal=False))
    judged = judge_signature(reading, seen, PROFILE.form.boilerplate, label_book(PROFILE.form), clear=True)
    assert (judged.value, judged.doubt is None) == (value, value is not None)
