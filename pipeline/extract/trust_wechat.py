"""Proof of a WeChat ID read from a picture: two readers for its shapes, the page's own digits for its look-alikes.

A WeChat ID has no check digit. Where the readers agree on everything but characters that both confuse, the ink
itself decides those (`look_alikes`), one by one; a single one that stays open leaves the whole ID to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.domain.identifiers import check_id_number, check_mobile, check_wechat_id
from pipeline.extract.glyphs import Glyph, cut_glyphs, longest_run, share_out, split_glyph
from pipeline.extract.image_decode import Gray
from pipeline.extract.image_reread import PictureRereader
from pipeline.extract.look_alikes import (
    Digits,
    Examples,
    Setting,
    count_underscores,
    gather_digits,
    is_bar,
    is_same_digit,
    is_same_set,
    same_size,
    tell_case,
    tell_one,
    tell_zero,
)
from pipeline.extract.page import Line, Page
from pipeline.extract.wechat_shapes import SAME_SHAPES, fold

_TOKEN: Final = re.compile(r"_+|[^_]")
_SURE: Final = 0.9
#: Of digits that are to tell l from 1: scanned at 150 dpi (16 px) an l was a 1 to the pixel.
_LEAST_HEIGHT_PX: Final = 18.0
_COUNT: Final = re.compile(r"\d{4,10}|\d{4}([-./])\d{1,2}\1\d{1,2}", re.ASCII)
_NOT_LINING: Final = 1.8
#: How the IDs begin that WeChat gives out itself; they have no capital letters.
_GIVEN: Final = "wxid_"
#: Of a digit's pitch: no letter's tail is so long, and no tail with an underscore so short.
_BAR_RUN: Final = 0.75
_TRUE_DIGITS: Final = frozenset("23456789")
_DIGITS: Final = _TRUE_DIGITS | {"0"}
_OPEN: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class InkLine:
    """A line to be looked at: its text with the middles of its characters (pixels of the crop), how sure the engine
    was of the least sure one, and the crop (black on white, no rules)."""

    text: str
    middles: tuple[float, ...]
    confidence: float
    crop: Gray


def read_digits(numbers: Iterable[Sequence[InkLine]]) -> Digits:
    """The page's true digits: of ID numbers that their check digit proves; of mobile numbers, dates and counts read surely.

    `numbers` are values line by line; what is neither is passed over.
    """
    return gather_digits(
        (line.text, _upright_glyphs(line.crop)) for lines in numbers if _is_proved(lines) for line in lines
    )


def digits_on(page: Page, rereader: PictureRereader) -> Digits:
    """The true digits of a page, from the cells of its tables or, without any, its lines."""
    cells = [cell.lines for grid in page.grids for cell in grid.cells] or [(line,) for line in page.lines]
    numbers = [lines for lines in cells if 11 <= sum(len(line.text) for line in lines) <= 18 or _is_count(lines)]
    return read_digits([ink_line(line, rereader) for line in lines] for lines in numbers)


def _is_count(lines: Sequence[Line | InkLine]) -> bool:
    """Whether a cell holds digits only: nobody writes an l in a date or a number of followers."""
    return len(lines) == 1 and _COUNT.fullmatch(lines[0].text) is not None


def ink_line(line: Line, rereader: PictureRereader) -> InkLine:
    """A line as it was first read, with the pixels it stands on."""
    reading = rereader.first_reading(line.box)
    crop, left, right = rereader.line_crop(line.box)
    middles = tuple(left + centre * (right - left) for centre in reading.centres)
    return InkLine(text=reading.text, middles=middles, confidence=reading.confidence, crop=crop)


def _is_proved(lines: Sequence[InkLine]) -> bool:
    text = "".join(line.text for line in lines)
    if not text.isascii():
        return False
    sure = all(line.confidence >= _SURE for line in lines)
    return (len(text) == 18 and check_id_number(text).ok) or (sure and (check_mobile(text).ok or _is_count(lines)))


def prove_wechat_id(lines: Sequence[InkLine], seconds: Sequence[str], examples: Examples) -> str | None:
    """The ID, line by line, when every character of it is settled; None otherwise. Of each line both readings must be
    equal when folded."""
    small = "".join(line.text for line in lines).lower().startswith(_GIVEN)
    settled = [_prove_line(line, second, examples, small=small) for line, second in zip(lines, seconds, strict=True)]
    value = "".join(part or "" for part in settled)
    return value if all(settled) and check_wechat_id(value).ok else None


def _prove_line(line: InkLine, second: str, examples: Examples, *, small: bool) -> str | None:
    if fold(line.text) != fold(second):
        return None
    found = list(_TOKEN.finditer(line.text))
    middles = [float(np.mean(line.middles[m.start() : m.end()])) for m in found]
    glyphs = _upright_glyphs(line.crop)
    if examples.height < _LEAST_HEIGHT_PX or not same_size(glyphs, examples):
        return None
    groups = _aligned(_groups(glyphs, examples), middles, examples.pitch)
    if groups is None:
        return None
    others = _TOKEN.findall(second)
    shown = [m.group() for m in found]
    digits = ((c, group[0]) for c, group in zip(shown, groups, strict=True) if c in _TRUE_DIGITS)
    same_set = is_same_set(digits, examples)
    if _hides_a_bar(shown, groups, examples):
        return None
    told = _told_zeros(shown, groups, examples)
    settled = [
        _settle(a, b, group, Setting(same_set=same_set, small=small, digits=_digits_beside(told, i)), examples)
        for i, (a, b, group) in enumerate(zip(shown, others, groups, strict=True))
    ]
    return "".join(part or "" for part in settled) if all(settled) else None


def _hides_a_bar(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], examples: Examples) -> bool:
    """Whether a letter beside underscores has one more hanging on its tail, as g and y have in some typefaces."""
    for index, (text, bars) in enumerate(zip(shown, groups, strict=True)):
        beside = [*groups[max(0, index - 1) : index], *groups[index + 1 : index + 2]] if text[0] == "_" else []
        runs = [longest_run(letter, bars[0].top, bars[0].bottom) for group in beside for letter in group]
        if max(runs, default=0.0) > _BAR_RUN * examples.pitch:
            return True
    return False


def _told_zeros(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], examples: Examples) -> list[str]:
    """The characters with 0, o and O as the ink tells them."""
    return [tell_zero(g[0], examples) or _OPEN if fold(c) == "0" else c for c, g in zip(shown, groups, strict=True)]


def _digits_beside(shown: Sequence[str], index: int) -> int:
    """How many of the two nearest characters that are not open are digits."""
    before = next((c for c in reversed(shown[:index]) if fold(c) != _OPEN), "")
    after = next((c for c in shown[index + 1 :] if fold(c) != _OPEN), "")
    return (before in _DIGITS) + (after in _DIGITS)


def _aligned(groups: Sequence[list[Glyph]], middles: Sequence[float], pitch: float) -> list[list[Glyph]] | None:
    """One group for each character; touching characters are cut apart. None where ink and characters do not match."""
    if len(groups) == len(middles):
        return list(groups)
    counts = share_out([(g[0].left, g[-1].right) for g in groups], middles, pitch)
    if counts is None:
        return None
    aligned: list[list[Glyph]] = []
    at = 0
    for group, count in zip(groups, counts, strict=True):
        parts = [group] if count == 1 else [[part] for part in split_glyph(group[0], middles[at : at + count])]
        if len(parts) != count:
            return None
        aligned += parts
        at += count
    return aligned


def _groups(glyphs: Sequence[Glyph], examples: Examples) -> list[list[Glyph]]:
    """Glyphs one by one, but underscores that follow one another together."""
    groups: list[list[Glyph]] = []
    floor = max((glyph.bottom for glyph in glyphs if not is_bar(glyph, examples)), default=0.0)
    for glyph in glyphs:
        low = is_bar(glyph, examples) and glyph.bottom > floor - 0.4 * examples.height
        if low and groups and is_bar(groups[-1][-1], examples) and abs(groups[-1][-1].top - glyph.top) < glyph.height:
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return groups


def _settle(first: str, second: str, group: Sequence[Glyph], setting: Setting, examples: Examples) -> str | None:
    """One character (or run of underscores) as the ink proves it; None where it does not."""
    glyph = group[0]
    if first[0] in "_-":
        return _settle_bars(first, second, group, examples)
    if len(group) > 1 or is_bar(glyph, examples):
        return None
    if fold(first) == "1":
        return tell_one(glyph, examples, setting)
    if fold(first) == "0":
        return tell_zero(glyph, examples)
    if first.lower() in SAME_SHAPES:
        told = tell_case(glyph, first, examples)
        return told if told == first == second or (first != second and not glyph.cut) else None
    if first.isdigit() and is_same_digit(glyph, first, examples) is False:
        return None
    return first


def _settle_bars(first: str, second: str, group: Sequence[Glyph], examples: Examples) -> str | None:
    if not all(is_bar(glyph, examples) for glyph in group):
        return None
    if first == "-":
        return first if len(group) == 1 and group[0].width < examples.pitch * 1.3 else None
    count = count_underscores(group, examples)
    return "_" * count if count in (len(first), len(second)) else None


def _upright_glyphs(crop: Gray) -> tuple[Glyph, ...]:
    """The line's glyphs without what is left of the table's rules beside it."""
    glyphs = cut_glyphs(crop)
    heights = sorted(glyph.height for glyph in glyphs)
    common = heights[len(heights) // 2] if heights else 0.0
    return tuple(g for g in glyphs if not (g.height > _NOT_LINING * common and g.width < 0.2 * g.height))
