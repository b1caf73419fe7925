"""The lines of a WeChat ID as ink: which glyph, or which row of underscores, each character that was read stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Line
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.glyphs import Glyph, cut_glyphs, joined, share_out, split_glyph
from pipeline.extract.raster.ink import Mask
from pipeline.extract.wechat.look_alikes import Examples, is_bar, line_size
from pipeline.extract.wechat.shapes import fold

_TOKEN: Final = re.compile(r"_+|[^_]")
_TWO: Final = 2  # middles, of which one lies a step from the other
_NOT_LINING: Final = 1.8
#: An r's ear, in heights of a common character; and how far from its stem's head and side it lies at most.
_EAR: Final = 0.4
_EAR_OFF_PX: Final = 1.5
#: By how much of their usual step digits may stand nearer or farther than it: the flag of a 1 moves its middle.
EVEN: Final = 0.3
#: So many red dots so near to a glyph are a seal's.
_RED_DOTS: Final = 4
_RED_BESIDE_PX: Final = 1
_TRUE_DIGITS: Final = frozenset("23456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class InkLine:
    """A line to be looked at: its text with the middles of its characters (pixels of the crop), how sure the engine
    was of the least sure one, and the crop (black on white, no rules). `red` is where in the crop a seal's ink lay."""

    text: str
    middles: tuple[float, ...]
    confidence: float
    crop: Gray
    red: Mask | None = None


def ink_lines(lines: Sequence[Line], rereader: PictureRereader) -> list[InkLine]:
    """The lines of one value as ink, each without that of the others: a tail from above or a head from below reaches into the
    little more that is looked at round a line, and seemed to be a character that no reader saw."""
    return [ink_line(line, rereader, [other.box for other in lines if other is not line]) for line in lines]


def ink_line(line: Line, rereader: PictureRereader, others: Sequence[Box] = ()) -> InkLine:
    """A line as it was first read, with the pixels it stands on; `others` are the boxes of lines whose ink is none of its own."""
    reading = rereader.first_reading(line.box)
    crop, left, right = rereader.line_crop(line.box, others)
    middles = tuple(left + centre * (right - left) for centre in reading.centres)
    red = rereader.line_red(line.box)
    return InkLine(text=reading.text, middles=middles, confidence=reading.confidence, crop=crop, red=red)


def tokens(text: str) -> list[str]:
    """The characters of a text, but underscores that follow one another together."""
    return _TOKEN.findall(text)


def align(line: InkLine, examples: Examples) -> list[list[Glyph]] | None:
    """One group of glyphs for each of the line's tokens, None where ink and characters do not match."""
    found = _TOKEN.finditer(line.text)
    middles = [float(np.mean(line.middles[m.start() : m.end()])) for m in found]
    rounds = [fold(shown) == "0" for shown in tokens(line.text)]
    return _aligned(_groups(upright_glyphs(line), examples), middles, rounds, examples.pitch)


def size_beside(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], examples: Examples) -> float:
    """How large a line is set beside the page's numbers, by its digits that have no look-alike; 1 where it has none."""
    digits = ((c, group[0]) for c, group in zip(shown, groups, strict=True) if c in _TRUE_DIGITS)
    return line_size(digits, examples) or 1.0


def _aligned(
    groups: Sequence[list[Glyph]], middles: Sequence[float], rounds: Sequence[bool], pitch: float
) -> list[list[Glyph]] | None:
    """One group for each character; touching characters are cut apart. None where ink and characters do not match."""
    if len(groups) == len(middles):
        return list(groups)
    counts = share_out([(g[0].left, g[-1].right) for g in groups], middles, pitch)
    if counts is None:
        return None
    aligned: list[list[Glyph]] = []
    at = 0
    for group, count in zip(groups, counts, strict=True):
        parts = [group] if count == 1 else _parts(group[0], middles[at : at + count], rounds[at : at + count])
        if len(parts) != count:
            return None
        aligned += parts
        at += count
    return aligned


def _parts(glyph: Glyph, middles: Sequence[float], rounds: Sequence[bool]) -> list[list[Glyph]]:
    return [[part] for part in split_glyph(glyph, middles, rounds)]


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


def upright_glyphs(line: InkLine) -> tuple[Glyph, ...]:
    """The line's glyphs without what is left of the table's rules beside it."""
    glyphs = cut_glyphs(line.crop)
    heights = sorted(glyph.height for glyph in glyphs)
    common = heights[len(heights) // 2] if heights else 0.0
    upright = [g for g in glyphs if not (g.height > _NOT_LINING * common and g.width < 0.2 * g.height)]
    whole = _with_ears(upright, common)
    return whole if line.red is None else tuple(_stained(glyph, line.red) for glyph in whole)


def digit_glyphs(line: InkLine) -> tuple[Glyph, ...]:
    """The glyphs of a line of digits, pieces put together: of hairlines digits fall apart where they are thinnest.

    Put together is what stands closest, as long as there are more pieces than digits; and only if the digits then stand evenly.
    """
    glyphs = list(upright_glyphs(line))
    if not len(glyphs) > len(line.text) > 1:
        return tuple(glyphs)
    while len(glyphs) > len(line.text):
        at = min(range(1, len(glyphs)), key=lambda i: glyphs[i].left - glyphs[i - 1].right)
        glyphs[at - 1 : at + 1] = [joined(glyphs[at - 1], glyphs[at])]
    steps = np.diff([glyph.middle for glyph in glyphs])
    return tuple(glyphs) if float(np.abs(steps / np.median(steps) - 1).max()) <= EVEN else ()


def digits_apart(line: InkLine) -> list[Glyph]:
    """One glyph for each digit of a number, those that touch cut apart; empty where ink and digits do not match."""
    glyphs = digit_glyphs(line)
    if len(glyphs) == len(line.text) or len(line.text) < _TWO:
        return list(glyphs)
    pitch = float(np.median(np.diff(line.middles)))
    rounds = [fold(shown) == "0" for shown in line.text]
    return [part for parts in _aligned([[g] for g in glyphs], line.middles, rounds, pitch) or () for part in parts]


def _stained(glyph: Glyph, red: Mask) -> Glyph:
    top, bottom = max(0, int(glyph.top) - _RED_BESIDE_PX), int(glyph.bottom) + 1 + _RED_BESIDE_PX
    left, right = max(0, int(glyph.left) - _RED_BESIDE_PX), int(glyph.right) + 1 + _RED_BESIDE_PX
    return replace(glyph, stained=True) if int((red[top:bottom, left:right] > 0).sum()) >= _RED_DOTS else glyph


def _with_ears(glyphs: Sequence[Glyph], common: float) -> tuple[Glyph, ...]:
    """An r whose ear hangs by a hairline falls in two: the ear goes back to its stem. Hyphens stand lower and further off."""
    whole: list[Glyph] = []
    for glyph in glyphs:
        stem = whole[-1] if whole else None
        ear = (
            stem is not None
            and glyph.height < _EAR * common < stem.height
            and glyph.left - stem.right <= _EAR_OFF_PX
            and abs(glyph.top - stem.top) <= _EAR_OFF_PX
        )
        if ear and stem is not None:
            whole[-1] = joined(stem, glyph)
        else:
            whole.append(glyph)
    return tuple(whole)
