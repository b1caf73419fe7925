"""Ink of a WeChat ID that reaches where what was read does not: another character is in it, which no reader saw.

In small print a g and the j behind it touch, and all readers see the g alone; two underscores that touch are one to them. Small
letters without ascender were 0.83 of a digit's height at most, as they stand on the page (13 typefaces, 13 px and more), but
for the g of WenQuanYi Zen Hei, whose ear is up there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

import numpy as np

from pipeline.extract.raster.glyphs import Glyph, inked_columns
from pipeline.extract.wechat.look_alikes import Examples

#: Small letters without ascender, and what is as high as a digit. f, t, i and j are neither everywhere; what has the shape of a
#: capital one, and o, l, 0 and 1, may have been misread.
_LOW: Final = frozenset("aegmnpqry")
_HIGH: Final = frozenset("23456789bdhk")
#: What stands on the foot of the line in every typeface.
_STANDING: Final = frozenset("23456789abcdehkmnrstuvwx")
#: Of a digit's height: a low letter reaches no higher, and what stands on the line no deeper below it.
_LOW_TO: Final = 0.89
_DEEP: Final = 0.12
_EARED: Final = "g"
_EARED_WIDE: Final = 0.95  # of a digit's step
#: Of a cut glyph's width, at its sides: what a neighbour may have left there.
_RIM: Final = 0.15
_BLACK: Final = 0.45
#: An underscore is 0.7 to 1.1 times as wide as a digit with its gap (34 typefaces); and what a blur adds, of any count of them.
_NARROWEST_BAR: Final = 0.65
_WIDEST_BAR: Final = 1.15
_BAR_EDGES: Final = 0.1
#: So much more, of a digit's step, is white over it beside the letters.
_MARGINS: Final = 0.3
#: From the head of a digit, as a share of its height: there is no underscore yet.
_ABOVE_FOOT: Final = 0.95


def is_as_wide(count: int, bars: Sequence[Glyph], pitch: float) -> bool:
    """Whether bars are as wide as so many underscores may be; a dash is no wider than one of them. Nothing is said of bars that
    were cut from a letter."""
    if any(bar.cut for bar in bars):
        return True
    wide = sum(bar.width for bar in bars) / pitch
    return wide <= _WIDEST_BAR * count + _BAR_EDGES and (count == 1 or wide >= _NARROWEST_BAR * count)


def over_the_foot(glyphs: Iterable[Glyph], examples: Examples) -> list[tuple[float, float]]:
    """Where a line has ink above its foot, from left to right: pixels of the crop. Underscores and tails are below."""
    line = list(glyphs)
    head = min((glyph.top for glyph in line), default=0.0)
    foot = head + _ABOVE_FOOT * examples.height
    return sorted((g.left + a, g.left + b) for g in line for a, b in inked_columns(g, head, foot))


def leaves_room(count: int, bars: Sequence[Glyph], inked: Sequence[tuple[float, float]], pitch: float) -> bool:
    """Whether the gap in which so many underscores stand, between what is `over_the_foot`, has room for no more of them. True at an
    end of the line."""
    middle = (bars[0].left + bars[-1].right) / 2
    before = max((right for left, right in inked if (left + right) / 2 < middle), default=None)
    behind = min((left for left, right in inked if (left + right) / 2 >= middle), default=None)
    if before is None or behind is None:
        return True
    return (behind - before) / pitch <= _WIDEST_BAR * count + _MARGINS


def stands_out(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], pitch: float) -> bool:
    """Whether a letter of a line reaches as high as digits do, or below the line, and should not. False where the line has
    nothing to hold it against."""
    single = [(text, group[0]) for text, group in zip(shown, groups, strict=True) if len(group) == 1]
    head = _middle(glyph.top for text, glyph in single if text in _HIGH and not glyph.cut)
    foot = _middle(glyph.bottom for text, glyph in single if text in _STANDING and not glyph.cut)
    if head is None or foot is None:
        return False
    return any(_is_out(text, glyph, head, foot, pitch) for text, glyph in single if not glyph.stained)


def _middle(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None


def _is_out(text: str, glyph: Glyph, head: float, foot: float, pitch: float) -> bool:
    high = foot - head
    top, bottom = _extent(glyph)
    eared = text == _EARED and glyph.width <= _EARED_WIDE * pitch
    too_high = text in _LOW and not eared and foot - top >= _LOW_TO * high
    return too_high or (text in _STANDING and bottom - foot >= _DEEP * high)


def _extent(glyph: Glyph) -> tuple[float, float]:
    """Where a glyph's ink begins and ends (pixels of the crop), of one that was cut apart without its sides."""
    if not glyph.cut:
        return glyph.top, glyph.bottom
    rim = round(_RIM * glyph.ink.shape[1])
    inner = glyph.ink[:, rim : glyph.ink.shape[1] - rim]
    rows = np.flatnonzero((inner > _BLACK * float(glyph.ink.max())).any(axis=1))
    if not rows.size:
        return glyph.bottom, glyph.top
    scale = glyph.height / glyph.ink.shape[0]
    return glyph.top + int(rows[0]) * scale, glyph.top + (int(rows[-1]) + 1) * scale
