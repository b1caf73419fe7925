"""Printed values that somebody struck out, covered or added to by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.doubts import AMENDED
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import red_free, red_mask
from pipeline.extract.raster.pen_marks import has_another_ink, is_covered, is_struck, without_tint
from samples import channels
from samples.filing import make_filing
from samples.fonts import font, has_handwriting
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.picture import Picture, pixels_of
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines

BLACK, BLUE, RED = (20, 20, 20), (30, 40, 160), (190, 30, 40)
#: Blue carbon paper, pressed hard and lightly.
CARBON, PALE = (70, 60, 130), (162, 157, 192)
Colour = tuple[int, int, int]
Place = tuple[float, float, float, float]
Mark = Callable[[Rgb, Place], None]


def struck(colour: Colour, *, share: float = 1.0, thick: int = 3) -> Mark:
    """A line through the first so much of a value, that climbs a little."""

    def draw(page: Rgb, box: Place) -> None:
        left, top, right, bottom = box
        middle, end = (top + bottom) / 2, left + share * (right - left)
        points = [(left - 4, middle + 2), ((left + end) / 2, middle - 1), (end + 6, middle - 3)]
        cv2.polylines(page, [np.array(points, np.int32)], False, colour, thick, cv2.LINE_AA)

    return draw


def underlined(page: Rgb, box: Place) -> None:
    left, _, right, bottom = map(round, box)
    cv2.line(page, (left, bottom + 2), (right, bottom + 3), RED, 3, cv2.LINE_AA)


def covered(page: Rgb, box: Place) -> None:
    left, top, right, bottom = map(round, box)
    page[top - 2 : bottom + 2, round(left + 0.6 * (right - left)) : right + 4] = 90


def inserted(page: Rgb, box: Place) -> None:
    """A character above the line, with a hook below it."""
    left, top, right, bottom = map(round, box)
    x, high = (left + right) // 2, bottom - top
    cv2.polylines(
        page, [np.array([(x - 6, bottom + 6), (x, bottom - 2), (x + 6, bottom + 6)])], False, BLUE, 2, cv2.LINE_AA
    )
    image = Image.fromarray(page)
    ImageDraw.Draw(image).text((x - 4, top - 0.8 * high), "新", font=font("kai", high), fill=BLUE)
    page[:] = np.asarray(image)


def _read(marks: Mapping[str, Mark], seed: int = 50_686) -> dict[str, tuple[object, str | None]]:
    filing = make_filing(seed, entity="company", name="pen")
    page = form_image(filing, FormStyle(tick="√"), face="hei")
    pixels = pixels_of(page.image).copy()
    for key, mark in marks.items():
        mark(pixels, page.boxes[key])
    marked: Picture = channels.scan(page.evolve(image=Image.fromarray(pixels)), seed)
    read = read_document(marked.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=lent_engines())
    (form,) = read.forms
    return {field.key: (field.value, field.doubt) for field in form.fields}


def test_values_that_were_struck_covered_or_added_to_are_asked_about() -> None:
    """All but the last were believed: readers read through a line, and a name with a bar over its end is a name."""
    marks = {
        "account_name": struck(BLUE),
        "account_subject": struck(BLACK, share=0.4),
        "opened_on": struck(RED),
        "owner_name": covered,
        "owner_phone": struck(BLACK, thick=2),
        "admin_name": inserted,
    }
    read = _read(marks)
    assert {key: read[key][1] for key in marks if read[key][1] is None} == {}
    assert read["account_name"][1] == read["opened_on"][1] == AMENDED
    assert read["admin_phone"][1] is None


def test_an_underline_is_no_line_through_a_value() -> None:
    keys = ("account_name", "opened_on", "owner_phone")
    read = _read(dict.fromkeys(keys, underlined))
    assert {key: read[key][1] for key in keys} == dict.fromkeys(keys)


def _line(text: str, *, size: int = 30, colour: Colour = BLACK) -> Rgb:
    image = Image.new("RGB", (len(text) * size + 20, 44), "white")
    ImageDraw.Draw(image).text((10, 5), text, font=font("hei", size), fill=colour)
    return np.array(image)


def _is_struck(page: Rgb, text: str) -> bool:
    return is_struck(red_free(page), red_mask(page), text)


@pytest.mark.parametrize("text", ["王三一二工", "廊坊市安次区金光道", "13812345678", "wang__fang_01"])
def test_what_print_itself_draws_is_no_line_through_it(text: str) -> None:
    assert not _is_struck(_line(text), text)


def _written(text: str, *, size: int = 34) -> Rgb:
    """By hand, character after character a little closer than the typeface has them."""
    image = Image.new("RGB", (len(text) * size + 20, 2 * size), "white")
    left = 10.0
    for character in text:
        ImageDraw.Draw(image).text((left, 8), character, font=font("longcang", size), fill=BLACK)
        left += font("longcang", size).getlength(character) - 1
    return np.array(image)[:, : round(left) + 10]


@pytest.mark.skipif(not has_handwriting(), reason="needs the handwriting typefaces: make fonts")
@pytest.mark.parametrize("text", ["131028197601224993", "14084853333", "16868850448"])
def test_digits_by_hand_that_touch_are_not_struck_out_and_a_line_through_them_is_seen(text: str) -> None:
    """The foot of a 2 runs into the bar of a 4, that into the waist of an 8."""
    page = _written(text)
    assert not is_struck(red_free(page), red_mask(page), text, by_hand=True)
    struck(BLACK)(page, (10, 8, page.shape[1] - 10, 42))
    assert is_struck(red_free(page), red_mask(page), text, by_hand=True)


def test_a_line_through_an_id_with_an_underscore_is_seen() -> None:
    page = _line("lf_8693")
    assert not _is_struck(page, "lf_8693")
    struck(BLACK)(page, (50, 8, 110, 42))
    assert _is_struck(page, "lf_8693")


@pytest.mark.parametrize("colour", [BLACK, BLUE, RED])
def test_a_line_through_one_character_is_enough(colour: Colour) -> None:
    page = _line("廊坊市安次区")
    struck(colour)(page, (70, 15, 108, 43))
    assert _is_struck(page, "廊坊市安次区")


def test_dashes_are_lines_themselves() -> None:
    assert not _is_struck(_line("资讯——活动"), "资讯——活动")


def test_a_seal_ring_over_a_value_is_no_line_through_it() -> None:
    page = _line("廊坊市安次区金光道")
    cv2.circle(page, (150, 172), 150, RED, 6, cv2.LINE_AA)
    assert not _is_struck(page, "廊坊市安次区金光道")


@pytest.mark.parametrize("shade", [0, 90, 160])
def test_a_bar_covers_what_stands_below_it(shade: int) -> None:
    page: Gray = red_free(_line("诸葛志"))
    assert not is_covered(page)
    page[3:40, 72:104] = shade
    assert is_covered(page)


@pytest.mark.parametrize(
    ("colours", "another"),
    [
        pytest.param((BLACK, BLACK), False, id="print"),
        pytest.param((BLUE, BLUE), False, id="filled in with a pen"),
        pytest.param((BLACK, BLUE), True, id="print and a pen"),
        pytest.param((CARBON, PALE), False, id="a carbon copy, of which half is pale"),
        pytest.param((BLACK, RED), False, id="print and a seal"),
    ],
)
def test_a_second_ink_in_a_cell(colours: tuple[Colour, Colour], another: bool) -> None:
    cell = np.vstack([_line("安次区金光道", colour=colour) for colour in colours])
    ink = ((red_free(cell) < 180) & (red_mask(cell) == 0)).astype(np.uint8) * np.uint8(255)
    assert has_another_ink(cell, ink) is another


#: A dark pen at full pressure, and the same with less of it.
_NAVY: Final = (20, 30, 80)
_LIGHTER: Final = (90, 97, 132)


def test_a_pen_pressed_less_is_no_second_ink() -> None:
    """Of forms filled in with a dark blue pen every third value was taken to be amended: light strokes were not blue enough."""
    cell = np.vstack([_line("安次区金光道", colour=colour) for colour in (_NAVY, _LIGHTER)])
    ink = ((red_free(cell) < 180) & (red_mask(cell) == 0)).astype(np.uint8) * np.uint8(255)
    assert not has_another_ink(cell, ink)


def _highlighted(tint: int) -> Gray:
    """A line of print that a highlighter marked, in the channel in which its tint is dark."""
    page: Gray = red_free(_line("廊坊市安次区"))
    return np.minimum(page, np.uint8(tint))


@pytest.mark.parametrize("tint", [112, 145])
def test_a_highlighter_is_no_cover_and_no_line_through_a_value(tint: int) -> None:
    """Half of the values in green or blue were asked about."""
    page = _highlighted(tint)
    plain = without_tint(page)
    assert not is_covered(plain)
    assert not is_struck(plain, np.zeros_like(plain), "廊坊市安次区")


def test_a_bar_and_a_line_through_a_highlighted_value_are_seen() -> None:
    page = _highlighted(150)
    cv2.line(page, (15, 24), (150, 20), 20, 3)
    assert is_struck(without_tint(page), np.zeros_like(page), "廊坊市安次区")
    page = _highlighted(255)
    page[2:42, 70:] = 150
    assert is_covered(without_tint(page))
