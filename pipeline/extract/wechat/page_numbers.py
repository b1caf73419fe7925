"""The numbers of a page whose digits are proved, and its lines of Latin letters, as ink."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from pipeline.domain.document import Box
from pipeline.domain.identifiers import IdKind, check_id_number, check_mobile
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Line, Page
from pipeline.extract.wechat.ink import EVEN, InkLine, digit_glyphs, digits_apart, ink_line
from pipeline.extract.wechat.true_digits import Digits, gather_digits, without_cut

_SURE: Final = 0.9
_LATIN: Final = re.compile(r"[-_A-Za-z0-9|]{3,20}")
_LETTER: Final = re.compile(r"[A-Za-z]")
#: A number by itself, in groups, behind its label, or before a unit or a remark in brackets.
_NUMBER: Final = re.compile(
    r"(?:[^0-9A-Za-z:：]{2,20}[:：]\s*)?(?P<number>[0-9][-./0-9 ]*[0-9Xx])\s*(?:[人名个]|[(（][\u4e00-\u9fff]{1,12}[)）])?",
    re.ASCII,
)
#: What a year in words begins with; its last digit stands too near to 年.
_YEAR: Final = re.compile(r"(?P<number>(?:19|20)\d)\d年\d{1,2}月(?:\d{1,2}日)?", re.ASCII)
#: A digit reaches no farther to either side, in steps.
_HALF: Final = 0.55
_COUNT: Final = re.compile(r"\d{4,10}|\d{4}([-./])\d{1,2}\1\d{1,2}", re.ASCII)
#: A short count, or what a year begins with.
_SHORT: Final = re.compile(r"\d{3}", re.ASCII)


def read_digits(numbers: Iterable[Sequence[InkLine]]) -> Digits:
    """The page's true digits: of ID numbers that their check digit proves; of mobile numbers, dates and counts read surely.

    `numbers` are values line by line; what is neither is passed over.
    """
    return gather_digits((line.text, digit_glyphs(line)) for lines in numbers if _is_proved(lines) for line in lines)


def read_touching_digits(numbers: Iterable[Sequence[InkLine]]) -> Digits:
    """The same, digits that touch cut apart. The edges of these are spoilt: they tell print from a hand, and nothing finer."""
    return gather_digits((line.text, digits_apart(line)) for lines in numbers if _is_proved(lines) for line in lines)


def digits_on(page: Page, rereader: PictureRereader) -> Digits:
    """The true digits of a page, from the cells of its tables or, without any, its lines."""
    return read_digits(_numbers_on(page, rereader))


def touching_digits_on(page: Page, rereader: PictureRereader) -> Digits:
    """As `digits_on`, by `read_touching_digits`."""
    return read_touching_digits(_numbers_on(page, rereader))


def more_digits_on(page: Page, rereader: PictureRereader) -> Digits:
    """Digits that touch no other in numbers in which some do, in years, and in counts of three digits."""
    found = (lines for lines in _numbers_on(page, rereader, short=True) if _is_proved(lines) or _is_short(lines))
    numbers = (line for lines in found for line in lines)
    return without_cut(gather_digits(((line.text, digits_apart(line)) for line in numbers), finely=True))


def _numbers_on(page: Page, rereader: PictureRereader, *, short: bool = False) -> Iterator[Sequence[InkLine]]:
    """`short`: those of three digits as well, which years in words begin with."""
    cells = [cell.lines for grid in page.grids for cell in grid.cells] or [(line,) for line in page.lines]
    for lines in cells:
        found = [_number_in(line.text, short=short) for line in lines]
        texts = ["" if one is None else _solid(one["number"]) for one in found]
        alone = len(lines) == 1 or all(one is not None and one["number"] == one.string for one in found)
        long = 11 <= sum(len(text.replace("-", "")) for text in texts) <= 18
        count = len(lines) == 1 and (_COUNT.fullmatch(texts[0]) or (short and _SHORT.fullmatch(texts[0])))
        if lines and all(texts) and alone and (long or count):
            inks = [_number_line(line, rereader, short=short) for line in lines]
            if not any(_is_amiss(ink, one) for ink, one in zip(inks, found, strict=True)):
                yield inks


def _number_in(text: str, *, short: bool) -> re.Match[str] | None:
    return (_YEAR.fullmatch(text) if short else None) or _NUMBER.fullmatch(text)


def _number_line(line: Line, rereader: PictureRereader, *, short: bool) -> InkLine:
    """A line with a number, as ink: without its blanks, and without the label before it or the unit behind it.

    As many forms have numbers in groups or with 人 behind them as bare ones.
    """
    ink, reading = ink_line(line, rereader), rereader.first_reading(line.box)
    found = _number_in(reading.text, short=short)
    if found is None or not len(reading.text) == len(reading.chances) == len(ink.middles):
        return ink
    kept = [i for i in range(*found.span("number")) if not reading.text[i].isspace()]
    middles = tuple(ink.middles[i] for i in kept)
    text = "".join(reading.text[i] for i in kept)
    sure = min(reading.chances[i] for i in kept)
    whole = found["number"] == found.string
    crop, red, left = ink.crop, ink.red, 0
    if not whole and len(middles) > 1:
        half = _HALF * float(np.median(np.diff(middles)))
        left, right = max(0, round(middles[0] - half)), round(middles[-1] + half)
        crop, red = crop[:, left:right], None if red is None else red[:, left:right]
    return InkLine(text=text, middles=tuple(m - left for m in middles), confidence=sure, crop=crop, red=red)


def _is_amiss(ink: InkLine, found: re.Match[str] | None) -> bool:
    """Whether of a number cut out of its line the glyphs are as many as its digits by chance: two that touch, and a piece of what
    stood beside them. Digits stand evenly."""
    if found is None or found["number"] == found.string:
        return False
    glyphs = digit_glyphs(ink)
    steps = np.diff([glyph.middle for glyph in glyphs])
    return len(glyphs) == len(ink.text) > 1 and float(np.abs(steps / np.median(steps) - 1).max()) > EVEN


def _solid(number: str) -> str:
    return "".join(number.split())


def latin_on(page: Page, rereader: PictureRereader) -> list[InkLine]:
    """The lines of a page that hold Latin letters and what goes with them: WeChat IDs, mostly."""
    lines = [line for grid in page.grids for cell in grid.cells for line in cell.lines] or page.lines
    return [ink_line(line, rereader) for line in lines if _LATIN.fullmatch(line.text) and _LETTER.search(line.text)]


def ids_on(page: Page, rereader: PictureRereader) -> Iterator[tuple[InkLine, bool]]:
    """As `latin_on`, the lines in cells only, each with whether what may be an ID begins with it."""
    for cell in (cell for grid in page.grids for cell in grid.cells):
        for number, line in enumerate(cell.lines):
            if _LATIN.fullmatch(line.text) and _LETTER.search(line.text):
                begins = number == 0 and cell.box is not None and stands_first(line.box, (cell.box,), rereader)
                yield ink_line(line, rereader), begins


def stands_first(line: Box, cells: Iterable[Box], rereader: PictureRereader) -> bool:
    """Whether a line lies in one of the cells and no ink before it: a character that no reader saw would be the first."""
    left, top, _, bottom = line
    around = [cell for cell in cells if cell[0] <= left <= cell[2] and cell[1] <= bottom and top <= cell[3]]
    return bool(around) and not any(rereader.ink_px((cell[0], top, left, bottom)) for cell in around)


def _is_count(lines: Sequence[InkLine]) -> bool:
    """Whether a cell holds digits only: nobody writes an l in a date or a number of followers."""
    return len(lines) == 1 and _COUNT.fullmatch(lines[0].text) is not None


def _is_proved(lines: Sequence[InkLine]) -> bool:
    text = "".join(line.text for line in lines)
    if not text.isascii():
        return False
    sure = all(line.confidence >= _SURE for line in lines)
    number = text.replace("-", "")
    proved = len(number) == 18 and check_id_number(number).ok
    return proved or (sure and (check_mobile(number).ok or _is_landline(text) or _is_count(lines)))


def _is_short(lines: Sequence[InkLine]) -> bool:
    return len(lines) == 1 and _SHORT.fullmatch(lines[0].text) is not None and lines[0].confidence >= _SURE


def _is_landline(text: str) -> bool:
    """Whether a number in digits and dashes is one with an area's code."""
    return check_mobile(text).kind is IdKind.LANDLINE
