"""Ticks that a pen draws through a printed box and out of it, on rows drawn from seeds."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.pages import make_pages
from pipeline.extract.document import read_document
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.ticks import TickRow, write_row
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.ticks import read_ticks
from pipeline.extract.trust.marks import has_every_mark
from pipeline.profile.load import load_profile
from samples import ink
from samples.fonts import font
from tests.lent_engines import lent_engines

OPTIONS = next(f for f in load_profile("langfang-2018").form.fields if f.key == "account_type").options
LABELS = {"wechat": "微信公众账号", "app": "手机APP", "other": "其他"}
SIZE = 34


def row_with(ticked: str | None, seed: int, *, late: float = 0.0) -> TickRow:
    """A row of three options, each with its box behind it; the engine sees the labels and none of the boxes, and letters
    `late`, in sizes of characters."""
    rng = random.Random(seed)
    image = Image.new("RGB", (900, 90), "white")
    pen = ImageDraw.Draw(image)
    x, baseline = 20.0, 60.0
    centres: list[float] = []
    for value, label in LABELS.items():
        for character in label:
            pen.text((x, baseline), character, font=font("song", SIZE), fill="black", anchor="ls")
            wide = pen.textlength(character, font=font("song", SIZE))
            centres.append((x + wide / 2 + (late * SIZE if character.isascii() else 0)) / image.width)
            x += wide
        ink.draw_tick_box(pen, x, baseline, SIZE, "☑", False)
        if value == ticked:
            ink.draw_pen_tick(pen, x, baseline, SIZE, rng)
        x += SIZE * rng.uniform(2.0, 3.5)
    text = "".join(LABELS.values())
    line: Rect = (0, 20, image.width, 72)
    reading = Reading(text=text, confidence=0.9, chances=(0.99,) * len(text), centres=tuple(centres))
    mask = (np.asarray(image.convert("L")) < 180).astype(np.uint8) * np.uint8(255)
    return write_row([(line, reading)], mask, OPTIONS)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("ticked", LABELS)
def test_a_box_under_a_tick_is_a_ticked_box(ticked: str, seed: int) -> None:
    row = row_with(ticked, seed)
    assert (row.squares, row.sure) == (3, True)
    assert read_ticks(row.text, OPTIONS).ticked == (ticked,)


@pytest.mark.parametrize("late", [0.35, 0.9])
@pytest.mark.parametrize("ticked", LABELS)
def test_a_letter_that_seems_to_stand_in_a_box_does_not_hide_it(ticked: str, late: float) -> None:
    """Where a narrow letter stands an engine knows badly: the last one of APP was placed in the box behind it. Nor is the
    ink of the first one, where no letter seems to be, a tick."""
    row = row_with(ticked, 1, late=late)
    assert (row.squares, row.sure, read_ticks(row.text, OPTIONS).ticked) == (3, True, (ticked,))


def test_empty_boxes_stay_empty() -> None:
    row = row_with(None, 1)
    assert (row.squares, row.sure) == (3, True)
    assert read_ticks(row.text, OPTIONS).ticked == ()


def row_without_box(first: str, *, note: bool = False, few_dots: bool = False, thick: int = 2) -> TickRow:
    """A row whose first box is something else: a tick as a machine types it, or what is left of an empty box; with a
    `note` somebody wrote behind the last one. The others' sides are so `thick`."""
    image = Image.new("RGB", (900, 90), "white")
    pen = ImageDraw.Draw(image)
    text = "".join(LABELS.values())
    x, baseline = 20, 60
    centres = []
    for number, label in enumerate(LABELS.values()):
        for character in label:
            pen.text((x, baseline), character, font=font("hei", SIZE), fill="black", anchor="ls")
            wide = round(pen.textlength(character, font=font("hei", SIZE)))
            centres.append((x + wide / 2) / image.width)
            x += wide
        left, top, right = x + 4, baseline - 27, x + 31
        if number or first in ("box", "full box"):
            fill = "black" if first == "full box" and not number else None
            pen.rectangle((left, top, right, baseline), outline="black", width=thick, fill=fill)
        elif first == "tick":
            pen.line([(left, baseline - 12), (left + 9, baseline - 3), (right - 2, top + 3)], fill="black", width=6)
        else:
            pen.line([(right, top), (left, top), (left, baseline)], fill="black", width=2)
        x += 90
    if note:
        pen.line([(x, 40), (x + 20, 58), (x + 24, 36), (x + 6, 50)], fill="black", width=4)
    reading = Reading(text=text, confidence=0.9, chances=(0.99,) * len(text), centres=tuple(centres))
    mask = (np.asarray(image.convert("L")) < 180).astype(np.uint8) * np.uint8(255)
    return write_row([((0, 20, image.width, 72), reading)], mask, OPTIONS, few_dots=few_dots)


@pytest.mark.parametrize(
    ("first", "text"), [("tick", "微信公众账号√"), ("box", "微信公众账号□"), ("left over", "微信公众账号")]
)
def test_a_typed_tick_that_no_reader_saw_is_one_and_what_is_left_of_a_box_is_none(first: str, text: str) -> None:
    row = row_without_box(first)
    assert "".join(row.text.split()) == text + "手机APP□其他□"
    assert has_every_mark(row, 3, 3) is (first != "left over")


@pytest.mark.parametrize("thick", [7, 8])
def test_boxes_that_a_blur_fills_are_asked_about(thick: int) -> None:
    """All three counted as ticked, so that the form had no account type and its row was shown to nobody."""
    row = row_without_box("full box", thick=thick)
    assert "".join(row.text.split()) == "微信公众账号☑手机APP□其他□"
    assert (row.squares, row.sure) == (3, False)


@pytest.mark.parametrize(
    ("first", "note", "few_dots"),
    [
        pytest.param("box", True, False, id="no box is missing"),
        pytest.param("tick", True, False, id="there are more strokes than boxes are missing"),
        pytest.param("tick", False, True, id="a box may be a blot on a fax"),
    ],
)
def test_ink_that_may_be_something_else_is_no_tick(first: str, note: bool, few_dots: bool) -> None:
    assert "√" not in row_without_box(first, note=note, few_dots=few_dots).text


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(2_520_006, id="the main reader passes over the tick"),
        pytest.param(2_520_003, id="a frame in 微 was taken for a ticked box"),
    ],
)
def test_a_small_scan_with_a_typed_tick(seed: int) -> None:
    (page,) = make_pages("scan 150 dpi", 1, seed)
    profile = load_profile("langfang-2018")
    (form,) = read_document(page.content, page.media, name="page", profile=profile, engines=lent_engines()).forms
    read = form.field("account_type")
    assert read is not None
    assert (read.value, read.doubt, "".join((read.raw or "").split())) == ("wechat", None, "微信公众账号√手机APP□其他□")


@pytest.mark.parametrize(
    ("text", "squares", "whole"),
    [
        pytest.param("微信公众账号√手机APP□其他□", 2, True, id="a typed tick in a box's place"),
        pytest.param("微信公众账号✓手机APP□其他□", 2, True, id="the same as engines call it on a fax"),
        pytest.param("微信公众账号手机APP□其他□", 2, False, id="a mark is gone, which may be the tick"),
        pytest.param("微信公众账号■手机APP□其他□", 2, False, id="black, but neither square nor stroke"),
    ],
)
def test_every_option_has_its_mark(text: str, squares: int, *, whole: bool) -> None:
    known = len(read_ticks(text, OPTIONS).known)
    assert has_every_mark(TickRow(text=text, squares=squares, sure=True), known, len(OPTIONS)) is whole


def test_a_row_with_an_option_nobody_found_is_not_whole() -> None:
    assert not has_every_mark(TickRow(text="微信公众账号☑手机APP□共他□", squares=3, sure=True), 2, 3)


def test_a_mark_that_a_reader_puts_where_nothing_is_is_none() -> None:
    """√微信公众账号□   手机APP□ was read with a ☑ in the space before 手机, and two kinds of account were ticked."""
    text, centres = "√微信公众账号□☑手机APP□其他□", []
    image = Image.new("RGB", (900, 90), "white")
    pen, x = ImageDraw.Draw(image), 20.0
    for character in text:
        if character == "□":
            ink.draw_tick_box(pen, x, 60, SIZE, "☑", False)
        elif character != "☑":
            pen.text((x, 60), character, font=font("sans", SIZE), fill="black", anchor="ls")
        centres.append((x + SIZE / 2) / image.width)
        x += 2 * SIZE if character == "☑" else SIZE
    reading = Reading(text=text, confidence=0.9, chances=(0.9,) * len(text), centres=tuple(centres))
    mask = (np.asarray(image.convert("L")) < 180).astype(np.uint8) * np.uint8(255)
    row = write_row([((0, 20, image.width, 72), reading)], mask, OPTIONS)
    assert "☑" not in row.text
    assert read_ticks(row.text, OPTIONS).ticked == ("wechat",)


def test_the_fields_own_label_holds_no_box() -> None:
    """型 of one typeface has all four sides of a box as large as those of the row, and stood for a ticked one."""
    image = Image.new("RGB", (900, 90), "white")
    pen, x = ImageDraw.Draw(image), 20.0
    text, centres = "账号类型：微信公众账号□手机APP√其他□", []
    for character in text:
        if character in "□型":
            ink.draw_tick_box(pen, x, 60, SIZE, "☑", False)
        if character == "型":
            pen.line((x, 45, x + SIZE, 45), fill="black", width=3)
            pen.line((x + SIZE // 2, 30, x + SIZE // 2, 70), fill="black", width=3)
        elif character != "□":
            pen.text((x, 60), character, font=font("sans", SIZE), fill="black", anchor="ls")
        centres.append((x + SIZE / 2) / image.width)
        x += SIZE
    reading = Reading(text=text, confidence=0.9, chances=(0.9,) * len(text), centres=tuple(centres))
    mask = (np.asarray(image.convert("L")) < 180).astype(np.uint8) * np.uint8(255)
    row = write_row([((0, 20, image.width, 72), reading)], mask, OPTIONS, labels=("账号类型", "类型"))
    assert read_ticks(row.text, OPTIONS).ticked == ("app",)
