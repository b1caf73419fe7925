"""A line of a WeChat ID laid upon its ink: which glyph each character is, and the page's digits in the size of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from pipeline.extract.raster.glyphs import Glyph
from pipeline.extract.wechat.ink import InkLine, align, tokens, upright_glyphs
from pipeline.extract.wechat.look_alikes import (
    Examples,
    at_size,
    is_same_digit,
    is_same_set,
    same_size,
    steady_size,
    tell_zero,
)
from pipeline.extract.wechat.shapes import fold
from pipeline.extract.wechat.stroke_places import STROKE, TOLD_ONE
from pipeline.extract.wechat.strokes import Setting, tell_one

TRUE_DIGITS: Final = frozenset("23456789")
_LEAST_HEIGHT_PX: Final = 14.0
_SAME: Final = 0.015  # beyond it a line is set in another size than the numbers
#: So many digits that look as the page's show that a line is of one typeface with them.
_OF_ONE_FACE: Final = 2
#: Small letters that stand on the line and reach no higher than all others, and whose capital looks otherwise.
_LOW: Final = frozenset("aemnr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A line's tokens with their glyphs, and the examples in its size."""

    shown: Sequence[str]
    groups: Sequence[Sequence[Glyph]]
    examples: Examples
    same_set: bool
    scaled: bool

    @property
    def low(self) -> float:
        """How high the line's small letters without ascender are, as a share of the digits' height; 0 where it has none."""
        found = (
            group[0].height / self.examples.height
            for c, group in zip(self.shown, self.groups, strict=True)
            if c in _LOW and not group[0].spoiled
        )
        return max(found, default=0.0)

    @property
    def foot(self) -> float | None:
        """Where the line's digits stand, in pixels of its crop; None where it has none."""
        found = [
            group[0].bottom
            for c, group in zip(self.shown, self.groups, strict=True)
            if c in TRUE_DIGITS and not group[0].spoiled
        ]
        return median(found) if found else None


def place(line: InkLine, examples: Examples) -> Placed | None:
    """None where its ink does not match what was read, or is not about as large as the page's digits."""
    if examples.height < _LEAST_HEIGHT_PX or not same_size(upright_glyphs(line), examples):
        return None
    groups = align(line, examples)
    if groups is None:
        return None
    shown = tokens(line.text)
    digits = [(c, group[0]) for c, group in zip(shown, groups, strict=True) if c in TRUE_DIGITS]
    size = steady_size(digits, examples)
    scaled = size is not None and abs(size - 1) > _SAME
    used = at_size(examples, size) if size is not None and scaled else examples
    same_set = is_same_set(digits, used)
    return Placed(shown=shown, groups=groups, examples=used, same_set=same_set, scaled=scaled)


def is_of_one_face(placed: Placed) -> bool:
    """Whether a line is as large as the page's digits, and its own are of their typeface."""
    alike = [
        is_same_digit(group[0], c, placed.examples)
        for c, group in zip(placed.shown, placed.groups, strict=True)
        if c in TRUE_DIGITS
    ]
    return placed.same_set and not placed.scaled and False not in alike and alike.count(True) >= _OF_ONE_FACE


def told_by_ink(placed: Placed, *, given: bool = False) -> list[str]:
    """The characters with 0, o and O, and what is a 1 whatever stands beside it, as the ink tells them."""
    return [_told(c, group, placed, given=given) for c, group in zip(placed.shown, placed.groups, strict=True)]


def _told(character: str, group: Sequence[Glyph], placed: Placed, *, given: bool) -> str:
    shape, glyph = fold(character), group[0]
    if shape == "0":
        return tell_zero(glyph, placed.examples, small=given, low=placed.low) or STROKE
    alone = Setting(same_set=placed.same_set, digits=1, scaled=placed.scaled)
    return TOLD_ONE if shape == STROKE and tell_one(glyph, placed.examples, alone) == "1" else character
