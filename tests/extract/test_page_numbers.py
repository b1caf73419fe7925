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
from pipeline.extract.wechat.page_digits import is_printed
from pipeline.extract.wechat.page_numbers import digits_on
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
