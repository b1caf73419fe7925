"""Rows of tick boxes that were answered by other means than a tick in a box."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.form.judge import Reading as FieldReading
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.pixels import FlatPicture, prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.squares import find_squares
from pipeline.extract.image.ticks import middles_of_labels, write_row
from pipeline.extract.ocr.readers import Engines, Reading
from pipeline.extract.raster.ink import even_light, ink_mask
from pipeline.extract.ticks import read_ticks
from pipeline.extract.trust.marks import judge_ticks
from pipeline.extract.trust.unticked import has_marker, has_pale_tick, has_stroke
from pipeline.profile.load import load_profile
from samples.fonts import font
from tests.extract.tick_rows import row_reading

FIELD = next(f for f in load_profile("langfang-2018").form.fields if f.key == "account_type")
OPTIONS = FIELD.options
LABELS = ("微信公众账号", "手机APP", "其他")
SIZE = 34
CELL: Rect = (0, 0, 900, 110)
LINE: Rect = (0, 26, 900, 72)


def row(draw: str) -> tuple[Image.Image, list[Rect], Reading]:
    """A row of three empty boxes with something drawn in or round the first option."""
    image = Image.new("RGB", (900, 110), "white")
    pen, x = ImageDraw.Draw(image), 20.0
    centres, boxes = [], []
    if draw == "marker":
        pen.rectangle((14, 20, 270, 80), fill=(250, 240, 90))
    for label in LABELS:
        for character in label:
            pen.text((x, 60), character, font=font("sans", SIZE), fill="black", anchor="ls")
            wide = pen.textlength(character, font=font("sans", SIZE))
            centres.append((x + wide / 2) / image.width)
            x += wide
        box = (round(x) + 4, 33, round(x) + 31, 60)
        pen.rectangle(box, outline="black", width=2)
        boxes.append((box[0], box[1], box[2] + 1, box[3] + 1))
        x += 90
    left, top, right, bottom = boxes[0]
    if draw == "speck":
        pen.ellipse((left + 10, top + 10, left + 16, top + 16), fill="black")
    elif draw == "small tick":
        pen.line([(left + 7, top + 13), (left + 12, top + 19), (left + 20, top + 8)], fill="black", width=3)
    elif draw in ("pale tick", "tick"):
        pale = (190, 190, 190) if draw == "pale tick" else "black"
        pen.line([(left + 5, top + 12), (left + 12, bottom - 5), (right - 4, top + 4)], fill=pale, width=3)
    elif draw == "line to write on":
        pen.line((700, 64, 890, 64), fill="black", width=2)
    elif draw == "underline":
        pen.line((20, 80, 230, 77), fill="black", width=4)
    elif draw == "circle":
        pen.ellipse((8, 14, 240, 82), outline="black", width=3)
    elif draw == "ring":
        pen.ellipse((left - 5, top - 4, right + 4, bottom + 4), outline="black", width=3)
    elif draw == "wider ring":
        pen.ellipse((left - 8, top - 7, right + 7, bottom + 7), outline="black", width=2)
    elif draw == "passing tick":
        pen.line([(left - 12, bottom - 6), (left - 5, bottom + 6), (left + 5, top - 12)], fill="black", width=3)
    elif draw == "red tick beside":
        pen.line([(right + 22, 46), (right + 28, 54), (right + 40, 36)], fill=(250, 215, 215), width=4)
    elif draw == "pale tick beside":
        pen.line([(right + 22, 46), (right + 28, 54), (right + 40, 36)], fill=(205, 205, 205), width=3)
    elif draw == "short underline":
        pen.line((20, 78, 84, 78), fill="black", width=3)
    elif draw == "struck":
        pen.line((18, 50, 240, 46), fill="black", width=4)
    return image, boxes, Reading(text="".join(LABELS), confidence=0.9, chances=(), centres=tuple(centres))


def picture(image: Image.Image) -> FlatPicture:
    return prepare(np.asarray(image), even_light(np.asarray(image.convert("L"))), np.zeros((110, 900), np.uint8))


@pytest.mark.parametrize(
    ("draw", "text", "sure"),
    [
        pytest.param("", "微信公众账号□手机APP□其他□", True, id="empty"),
        pytest.param("tick", "微信公众账号☑手机APP□其他□", True, id="ticked"),
        pytest.param("small tick", "微信公众账号☑手机APP□其他□", True, id="a small tick"),
        pytest.param("speck", "微信公众账号□手机APP□其他□", False, id="a speck was a tick"),
    ],
)
def test_a_speck_in_a_box_is_asked_about(draw: str, text: str, sure: bool) -> None:
    image, _, reading = row(draw)
    seen = write_row([(LINE, reading)], ink_mask(np.asarray(image.convert("L"))), OPTIONS)
    assert ("".join(seen.text.split()), seen.sure, len(seen.rects)) == (text, sure, 3)
    assert read_ticks(seen.text, OPTIONS).ticked == (() if "☑" not in text else ("wechat",))


@pytest.mark.parametrize(
    "draw", ["", "tick", "small tick", "pale tick", "line to write on", "underline", "circle", "struck", "marker"]
)
def test_what_else_marks_an_option(draw: str) -> None:
    """Of all these but the ticks nothing was ticked, and the sender was told to tick one; what was struck out counted."""
    image, boxes, reading = row(draw)
    page = picture(image)
    labels = middles_of_labels(LINE, reading, OPTIONS)
    assert has_stroke(CELL, LINE[3] - LINE[1], labels, page) is (draw in ("underline", "circle", "struck"))
    assert has_marker(CELL, page) is (draw == "marker")
    if draw in ("", "underline", "struck", "line to write on") or "tick" in draw:
        assert has_pale_tick(boxes, page) is ("tick" in draw)


def test_a_red_ring_round_a_box_is_no_seal() -> None:
    """It went with the seals, and the sender was told to tick an option."""
    image, boxes, _ = row("")
    left, top, right, bottom = boxes[0]
    assert not has_marker(CELL, picture(image), LINE[3] - LINE[1])
    ImageDraw.Draw(image).ellipse((left - 6, top - 6, right + 6, bottom + 6), outline=(190, 20, 30), width=2)
    assert has_marker(CELL, picture(image), LINE[3] - LINE[1])


@pytest.mark.parametrize(
    "draw", ["", "tick", "pale tick", "line to write on", "underline", "circle", "struck", "marker"]
)
def test_a_row_that_its_boxes_do_not_answer_is_asked_about(draw: str) -> None:
    image, _, seen = row(draw)
    parsed, _ = judge_ticks(*_asked(image, seen))
    assert (parsed.doubt is None) is (draw in ("", "tick", "line to write on"))
    assert draw == "circle" or parsed.value == ("wechat" if draw == "tick" else None)


def test_a_line_to_write_on_is_no_stroke_through_the_row_above() -> None:
    """其他：____ in a row of its own passed, as far as from left to right, under the label above it, and was asked about."""
    image, _, seen = row("tick")
    pen = ImageDraw.Draw(image)
    pen.line((30, 96, 180, 96), fill="black", width=3)
    parsed, _ = judge_ticks(*_asked(image, seen))
    assert (parsed.value, parsed.doubt) == ("wechat", None)


@pytest.mark.parametrize(
    "draw", ["ring", "wider ring", "passing tick", "red tick beside", "pale tick beside", "short underline"]
)
def test_nothing_is_ticked_only_where_nothing_lies_on_the_boxes_or_beside_them(draw: str) -> None:
    """A pen's ring round an empty box, a tick that ran past its inside, thin red and pale ticks beside one: the sender was told
    to tick an option."""
    image, _, seen = row(draw)
    parsed, _ = judge_ticks(*_asked(image, seen))
    assert (parsed.value, parsed.doubt is None) == (None, False)


def test_nothing_is_believed_to_be_unticked_where_nobody_can_look() -> None:
    image, _, seen = row("")
    reading, rereader = _asked(image, seen)
    assert judge_ticks(reading, rereader)[0].doubt is None
    assert judge_ticks(replace(reading, cells=()), rereader)[0].doubt is not None


def test_squares_know_specks() -> None:
    image, _, _ = row("speck")
    filled = [square.filled for square in find_squares(LINE, ink_mask(np.asarray(image.convert("L"))))]
    assert [round(share, 3) for share in filled] == [0.075, 0.0, 0.0]


def test_the_bowl_of_a_letter_is_no_box() -> None:
    """Of 手机APP each bowl was one, with ink beside it a ticked one, and a clean row of boxes was asked about."""
    image = Image.new("L", (900, 60), 255)
    pen = ImageDraw.Draw(image)
    pen.text((10, 10), "APP", font=font("symbols", 36), fill=0)
    for left in (200, 320, 440):
        pen.rectangle((left, 18, left + 25, 43), outline=0, width=2)
    squares = find_squares((0, 14, 900, 48), ink_mask(np.asarray(image)))
    assert [square.rect[0] for square in squares] == [200, 320, 440]


@pytest.mark.parametrize("ticked", [True, False])
@pytest.mark.parametrize("looks", ["hairlines", "small"])
def test_boxes_that_a_typeface_draws_thin_or_small_are_boxes(looks: str, ticked: bool) -> None:
    """Of hairlines on a scan nothing was left as ink, and boxes 0.47 of a character high were none: each such form was asked
    about, though the engine had read every mark."""
    image, seen = _boxes(looks, ticked=ticked)
    parsed, text = judge_ticks(*_asked(image, seen))
    assert (parsed.value, parsed.doubt) == ("wechat" if ticked else None, None)
    assert "".join(text.split()) == f"微信公众账号{'☑' if ticked else '□'}手机APP□其他□"


@pytest.mark.parametrize("looks", ["hairlines", "small"])
def test_a_frame_within_a_character_does_not_stand_for_a_box_that_is_lost(looks: str) -> None:
    image, seen = _boxes(looks, ticked=True, lost=1)
    assert judge_ticks(*_asked(image, seen))[0].doubt is not None


def _boxes(looks: str, *, ticked: bool, lost: int = 0) -> tuple[Image.Image, Reading]:
    """A row whose boxes are pale and thin or half as high as characters; the last `lost` are not there."""
    image = Image.new("RGB", (900, 110), "white")
    pen, x = ImageDraw.Draw(image), 20.0
    text, centres = "", []
    for number, label in enumerate(LABELS):
        for character in label:
            pen.text((x, 60), character, font=font("sans", SIZE), fill="black", anchor="ls")
            wide = pen.textlength(character, font=font("sans", SIZE))
            text += character
            centres.append((x + wide / 2) / image.width)
            x += wide
        size, shade = (15, "black") if looks == "small" else (27, (225, 225, 225))
        left, top = round(x) + 4, 57 - size
        x += 90
        if number >= len(LABELS) - lost:
            continue
        pen.rectangle((left, top, left + size, 57), outline=shade, width=1)
        if ticked and number == 0:
            pen.line([(left + 3, 50), (left + size // 2, 54), (left + size - 3, top + 3)], fill="black", width=3)
        text += "☑" if ticked and number == 0 else "□"
        centres.append((left + size / 2) / image.width)
    return image, Reading(text=text, confidence=0.9, chances=(), centres=tuple(centres))


def _asked(image: Image.Image, seen: Reading) -> tuple[FieldReading, PictureRereader]:
    """The field of a row as it was read, and the page to look at again."""
    page = picture(image)
    field = row_reading(page, seen, FIELD, LINE, CELL)
    (line,) = field.lines
    return field, PictureRereader(page, cast("Engines", None), {line.box: seen})
