"""Tables that a scan or a photo shows clearly, and in which a cell was lost all the same or a value asked about for nothing."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pipeline.domain.document import Box, PageBox
from pipeline.extract.doubts import NO_CELL
from pipeline.extract.form.judge import Parsed, Reading
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.grid import Frame, find_tables
from pipeline.extract.image.pixels import FlatPicture, prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.torn import is_torn
from pipeline.extract.ocr.readers import Reading as LineReading
from pipeline.extract.page import Cell, Grid, Line, Page
from pipeline.extract.raster.rules import find_rules
from pipeline.extract.trust.judge import PictureJudge
from pipeline.extract.trust.marks import judge_ticks
from samples.fonts import font
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines

ROWS = (300, 380, 460, 540)


def test_a_wall_of_one_row_is_found_though_ink_runs_level_beside_the_table() -> None:
    """The grain of a desk: the wall of 粉丝数量 was gone on two clear photos of sixteen, and the count with it."""
    page = Image.new("L", (1800, 2450), 255)
    pen = ImageDraw.Draw(page)
    for y in ROWS:
        pen.rectangle((100, y, 1500, y + 1), fill=0)
    for x, top, bottom in ((100, 300, 540), (400, 300, 540), (1500, 300, 540), (900, 380, 460), (1150, 380, 460)):
        pen.rectangle((x, top, x + 1, bottom), fill=0)
    whole = find_tables(find_rules(np.asarray(page)))
    pen.rectangle((1600, 425, 1790, 426), fill=0)
    (found,) = find_tables(find_rules(np.asarray(page)))
    assert found.frames == whole[0].frames
    assert len(found.frames) == 8


def test_a_label_is_no_rule_because_of_strokes_elsewhere_in_its_column() -> None:
    """微信号 from wall to wall became a rule that cut the phone number beside it in two."""
    even = np.full((1700, 1200), 255, np.uint8)
    for y in (300, 400, 500):
        even[y : y + 2, 100:1100] = 0
    for x in (100, 265, 1098):
        even[300:501, x : x + 2] = 0
    even[450:453, 107:254] = 0
    for x in range(112, 254, 7):
        even[435:450, x : x + 2] = 0
    even[700:900, 105:107] = 0
    assert not any(abs(rule.at - 451) < 3 for rule in find_rules(even).horizontal)


def test_a_row_has_room_for_a_line_that_was_found_too_high() -> None:
    """A label found as one with the value beside it, in a box twice as high as the print: such names were asked about."""
    ink = np.zeros((300, 600), np.uint8)
    for x in (70, 130, 170, 210):
        ink[128:162, x : x + 30] = 255
    value, line = (163, 110, 250, 180), (60, 110, 250, 180)
    row = Frame(row=0, column=0, row_span=1, column_span=1, left=160, top=100, right=560, bottom=192)
    assert not is_torn(value, row, [line], ink)


OPTIONS = next(field for field in PROFILE.form.fields if field.key == "account_type")


def _ticks(shade: int, *, ticked: str) -> Parsed:
    """A row with a typed √ behind one option and boxes in hairlines of that shade behind the others."""
    labels = {"wechat": "微信公众账号", "app": "手机APP", "other": "其他"}
    image = Image.new("L", (900, 90), 255)
    pen = ImageDraw.Draw(image)
    x, text, centres = 20.0, "", []
    for value, label in labels.items():
        for character in label:
            pen.text((x, 60), character, font=font("song", 34), fill=0, anchor="ls")
            wide = pen.textlength(character, font=font("song", 34))
            centres.append((x + wide / 2) / image.width)
            x += wide
        if value == ticked:
            pen.line((x + 4, 46, x + 12, 58, x + 30, 32), fill=0, width=3)
        else:
            pen.rectangle((x + 4, 32, x + 30, 58), outline=shade, width=2)
        centres.append((x + 17) / image.width)
        text += label + ("√" if value == ticked else "□")
        x += 80
    gray = np.asarray(image)
    picture: FlatPicture = prepare(np.repeat(gray[:, :, None], 3, axis=2), gray, np.zeros_like(gray))
    rect: Rect = (0, 20, 900, 72)
    box = picture.box(rect)
    seen = LineReading(text=text, confidence=0.99, chances=(0.99,) * len(text), centres=tuple(centres))
    reading = Reading(
        field=OPTIONS,
        page=Page(number=1, width=900, height=90, lines=()),
        raw=text,
        parsed=Parsed(),
        reader="main",
        lines=(Line(text=text, box=box, reader="main"),),
    )
    return judge_ticks(reading, PictureRereader(picture, lent_engines(), {box: seen}))[0]


def test_boxes_in_pale_hairlines_are_boxes() -> None:
    """On photos the boxes of a typeface of hairlines left no ink, and seven ticks of sixteen were asked about."""
    for shade in (90, 205):
        parsed = _ticks(shade, ticked="wechat")
        assert (parsed.value, parsed.doubt) == ("wechat", None)


def test_boxes_of_which_nothing_is_seen_are_asked_about() -> None:
    assert _ticks(250, ticked="wechat").doubt is not None


def test_a_blank_square_of_squared_paper_is_no_blank_value() -> None:
    """The description stood a few squares further right."""
    box: Box = (0.3, 0.3, 0.32, 0.32)
    cell = Cell(
        row=0, column=1, row_span=1, column_span=1, text="", place=PageBox(page=1, box=box), box=box, reader="main"
    )
    white = np.full((100, 100), 255, np.uint8)
    picture = prepare(np.repeat(white[:, :, None], 3, axis=2), white, np.zeros_like(white))
    for count, doubt in ((30, None), (1000, NO_CELL)):
        page = Page(
            number=1,
            width=100,
            height=100,
            lines=(),
            grids=(Grid(index=0, page=1, cells=(cell,) * count),),
            rereader=PictureRereader(picture, lent_engines()),
        )
        field = next(field for field in PROFILE.form.fields if field.key == "description")
        reading = Reading(
            field=field.model_copy(update={"required": False}),
            page=page,
            raw="",
            parsed=Parsed(),
            reader="main",
            cells=(cell,),
        )
        assert PictureJudge(PROFILE.form).judge(reading).doubt == doubt
