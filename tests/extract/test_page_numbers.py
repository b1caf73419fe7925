"""Which lines of a page are proved numbers, however they are written: in groups, behind a label, before a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import pytest

from pipeline.domain.document import Box
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.raster.decode import Gray
from pipeline.extract.wechat.ink import upright_glyphs
from pipeline.extract.wechat.page_digits import PageDigits, is_printed
from pipeline.extract.wechat.page_numbers import digits_on, more_digits_on
from pipeline.extract.wechat.true_digits import completed, gather_digits
from tests.extract.printed_lines import ink_line


class _Print:
    """A rereader of printed lines; of blanks and of what is no digit the engine was hardly sure."""

    def __init__(self, *texts: str) -> None:
        self.lines = {(0.1, n / 20, 0.5, n / 20 + 0.03): ink_line(text, "song", seed=n) for n, text in enumerate(texts)}

    def page(self) -> Page:
        lines = tuple(Line(text=ink.text, box=box, reader="main") for box, ink in self.lines.items())
        return Page(number=1, width=1000, height=1400, lines=lines)

    def first_reading(self, box: Box) -> Reading:
        ink = self.lines[box]
        chances = tuple(0.99 if character.isdigit() else 0.6 for character in ink.text)
        centres = tuple(middle / ink.crop.shape[1] for middle in ink.middles)
        return Reading(text=ink.text, confidence=min(chances), chances=chances, centres=centres)

    def line_crop(self, box: Box, others: Iterable[Box] = ()) -> tuple[Gray, float, float]:
        crop = self.lines[box].crop
        return crop, 0.0, float(crop.shape[1])

    def line_red(self, box: Box) -> None:
        return None


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(("131003 19610520 6571", "177 5614 7892", "156 1007 0810"), id="groups"),
        pytest.param(("131003-19610520-6571", "177-5614-7892", "0316-2339541"), id="dashes"),
        pytest.param(("身份证号：131003196105206571", "手机：17756147892"), id="behind a label"),
        pytest.param(("131003196105206571（本人）", "23395人", "15610人"), id="before a unit"),
        pytest.param(("131003 19610520 6571", "2015.06.15", "2016/11/16"), id="dates"),
    ],
)
def test_digits_prove_print_however_a_number_is_written(texts: tuple[str, ...]) -> None:
    """Such pages counted as written by hand: half of what was asked about on them was a name or a sentence in clear print."""
    seen = _Print(*texts)
    assert is_printed(digits_on(seen.page(), cast("Any", seen)))


def test_a_number_whose_check_digit_is_wrong_proves_nothing() -> None:
    seen = _Print("131003 19610520 6572", "身份证号：131003196105206573")
    assert not digits_on(seen.page(), cast("Any", seen)).glyphs


def test_as_many_glyphs_as_digits_may_be_so_by_chance() -> None:
    """Two digits touched, and a piece of what stood beside the number made up for them: a printed page seemed written by hand."""
    seen = _Print("手机：17756147892")
    assert digits_on(seen.page(), cast("Any", seen)).glyphs
    (box,) = seen.lines
    ink = seen.lines[box]
    crop = ink.crop.copy()
    first, second, third = (round(ink.middles[i]) for i in (3, 4, 5))
    crop[20:24, second:third] = 0
    crop[20:32, first - 8 : first - 6] = 0
    seen.lines[box] = replace(ink, crop=crop)
    assert not digits_on(seen.page(), cast("Any", seen)).glyphs


def _digits_of(*texts: str) -> PageDigits:
    seen = _Print(*texts)
    page, rereader = seen.page(), cast("Any", seen)
    return PageDigits(digits=digits_on(page, rereader), more=lambda: more_digits_on(page, rereader))


def test_a_year_shows_the_0_of_a_page_that_has_none_in_its_numbers() -> None:
    """hello08_mnx: the ring of its line was as high as the digits, and no 0 stood on the page to hold it against."""
    numbers = ("15258446623", "15124679673", "4135")
    found = _digits_of("2016年10月2日", *numbers).proving
    assert found is not None
    assert found.zero is not None
    assert [len(found.digits[key]) for key in "27"] == [3, 2], "only what was lacking was taken from it"
    without = _digits_of("开通2016年", *numbers).proving
    assert without is not None
    assert without.zero is None


@pytest.mark.parametrize(("count", "known"), [("208", True), ("20", False), ("2o8", False)])
def test_a_count_of_three_digits_completes_and_proves_nothing_else(count: str, known: bool) -> None:
    page = _digits_of(count, "15258446623", "15124679673")
    assert page.proving is not None
    assert (page.proving.zero is not None) is known
    assert "0" not in page.digits.glyphs


def test_the_strokes_of_a_date_do_not_make_its_digits_another_size() -> None:
    texts = ("2017/7/10", "15258446623", "15124679673")
    lines = [(text, upright_glyphs(ink_line(text, "sans", seed=n))) for n, text in enumerate(texts)]
    assert "0" not in gather_digits(lines).glyphs
    assert "0" in gather_digits(lines, finely=True).glyphs


@pytest.mark.parametrize(("face", "size_px", "taken"), [("sans", 30, True), ("sans", 27, False), ("kai", 30, False)])
def test_digits_in_another_size_or_typeface_complete_nothing(face: str, size_px: int, *, taken: bool) -> None:
    own, more = (
        gather_digits([(text, upright_glyphs(ink_line(text, used, size_px=size)))])
        for text, used, size in (("15258446623", "sans", 30), ("15610070810", face, size_px))
    )
    assert ("0" in completed(own, more).glyphs) is taken
