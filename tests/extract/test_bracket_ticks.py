"""Boxes typed as brackets, and a small box of another typeface beside large ones."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.image.ticks import TickRow, write_row
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.ticks import read_ticks
from pipeline.extract.trust.marks import has_every_mark
from pipeline.profile.load import load_profile
from samples.fonts import font

OPTIONS = next(f for f in load_profile("langfang-2018").form.fields if f.key == "account_type").options
SIZE = 30


def row_of(shown: str, read_as: str, *, few_dots: bool = False) -> TickRow:
    """A row on which `shown` is printed and in which an engine read `read_as`: of the same length, blanks for what it left out."""
    image = Image.new("L", (1100, 90), 255)
    pen = ImageDraw.Draw(image)
    x = 20.0
    seen: list[tuple[str, float]] = []
    for character, read in zip(shown, read_as, strict=True):
        used = font("symbols" if character == "√" else "song", SIZE)
        pen.text((x, 60), character, font=used, fill=0, anchor="ls")
        wide = pen.textlength(character, font=used)
        if read != " ":
            seen.append((read, (x + wide / 2) / image.width))
        x += wide
    text = "".join(character for character, _ in seen)
    centres = tuple(centre for _, centre in seen)
    reading = Reading(text=text, confidence=0.9, chances=(0.99,) * len(text), centres=centres)
    mask = (np.asarray(image) < 180).astype(np.uint8) * np.uint8(255)
    return write_row([((0, 20, image.width, 72), reading)], mask, OPTIONS, few_dots=few_dots)


@pytest.mark.parametrize(
    "shown",
    [
        "微信公众账号[√]  手机APP[ ]  其他[ ]",
        "微信公众账号（√）  手机APP（ ）  其他（ ）",
        "微信公众账号【√】  手机APP【 】  其他【 】",
        "[√]微信公众账号  [ ]手机APP  [ ]其他",
    ],
)
def test_brackets_are_boxes_where_ink_and_reader_agree(shown: str) -> None:
    row = row_of(shown, shown)
    ticks = read_ticks(row.text, OPTIONS)
    assert (ticks.ticked, ticks.sure, row.sure) == (("wechat",), True, True)
    assert has_every_mark(row, len(ticks.known), len(OPTIONS))


@pytest.mark.parametrize(
    ("shown", "read_as"),
    [
        ("微信公众账号[√]手机APP[√]其他[ ]", "微信公众账号[√]手机APP[ ]其他[ ]"),
        ("微信公众账号[√]手机APP[ ]其他[·]", "微信公众账号[√]手机APP[ ]其他[ ]"),
        ("微信公众账号[ ]手机APP[ ]其他[ ]", "微信公众账号[√]手机APP[ ]其他[ ]"),
        ("微信公众账号[√]手机APP[×]其他[ ]", "微信公众账号[√]手机APP[×]其他[ ]"),
        ("微信公众账号[√]手机APP[ ]其他   ", "微信公众账号[√]手机APP[ ]其他   "),
    ],
)
def test_brackets_that_the_ink_contradicts_are_asked_about(shown: str, read_as: str) -> None:
    row = row_of(shown, read_as)
    assert not has_every_mark(row, 3, len(OPTIONS))


def test_on_a_page_of_few_dots_brackets_prove_nothing() -> None:
    shown = "微信公众账号[√]  手机APP[ ]  其他[ ]"
    assert not has_every_mark(row_of(shown, shown, few_dots=True), 3, len(OPTIONS))


def test_a_frame_within_a_word_is_no_box_beside_brackets() -> None:
    """音 has a 日 in it: 抖音 was written anew as 抖☑."""
    shown = "微信公众账号【 】手机APP【 】其他【√】抖音"
    row = row_of(shown, shown)
    assert (row.squares, read_ticks(row.text, OPTIONS).other_text) == (0, "抖音")


def test_a_small_box_of_another_typeface_is_a_box() -> None:
    """A word processor takes the □ behind APP from the typeface of its Latin letters."""
    image = Image.new("L", (900, 90), 255)
    pen = ImageDraw.Draw(image)
    x = 20.0
    centres = []
    for label, side in (("微信公众账号", 26), ("手机APP", 13), ("其他", 27)):
        for character in label:
            wide = pen.textlength(character, font=font("hei", SIZE))
            pen.text((x, 60), character, font=font("hei", SIZE), fill=0, anchor="ls")
            centres.append((x + wide / 2) / image.width)
            x += wide
        pen.rectangle((x + 4, 60 - side, x + 4 + side, 60), outline=0, width=2)
        x += 90
    text = "微信公众账号手机APP其他"
    reading = Reading(text=text, confidence=0.9, chances=(0.99,) * len(text), centres=tuple(centres))
    mask = (np.asarray(image) < 180).astype(np.uint8) * np.uint8(255)
    row = write_row([((0, 20, image.width, 72), reading)], mask, OPTIONS)
    assert (row.squares, row.sure) == (3, True)
