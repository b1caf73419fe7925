"""The digits of a page that are known to be true, as glyphs: look-alikes are held against them, and they tell print from a hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipeline.extract.raster.glyphs import Glyph

#: Lines of one size: the mean heights of their digits differ by less (a share). Half a point of ten is 5 %, and lines of one size
#: were 1 % apart.
_ONE_SIZE: Final = 0.018


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """The glyphs of a page's true digits by digit, of the size in which most are set, and how far one stands from the next (px).

    `repeated` are glyphs of one digit in one size, of every size on the page: digits of two sizes are as unlike as a hand's.
    """

    glyphs: Mapping[str, tuple[Glyph, ...]]
    steps: tuple[float, ...]
    repeated: tuple[tuple[Glyph, ...], ...]


def without_cut(digits: Digits) -> Digits:
    """Those alone that touch no other."""
    return Digits(
        glyphs={digit: kept for digit, same in digits.glyphs.items() if (kept := tuple(g for g in same if not g.cut))},
        steps=digits.steps,
        repeated=tuple(kept for same in digits.repeated if len(kept := tuple(g for g in same if not g.cut)) > 1),
    )


def completed(digits: Digits, more: Digits) -> Digits:
    """The digits with those of `more` that they lack; as they are where the two are of different sizes."""
    steps = [
        _mean_height(same) / _mean_height(digits.glyphs[key])
        for key, same in more.glyphs.items()
        if key in digits.glyphs
    ]
    if not steps or abs(float(np.median(steps)) - 1) > _ONE_SIZE:
        return digits
    return replace(digits, glyphs={**more.glyphs, **digits.glyphs})


def _mean_height(glyphs: Sequence[Glyph]) -> float:
    return float(np.mean([glyph.height for glyph in glyphs]))


_Lines = Sequence[tuple[str, Sequence[Glyph]]]


def gather_digits(lines: Iterable[tuple[str, Sequence[Glyph]]]) -> Digits:
    """From lines of true digits, each with its glyphs; lines whose glyphs are not as many as their characters are left out.

    An ID number is often made smaller until it fits its cell.
    """
    sizes = _by_size([(text, glyphs) for text, glyphs in lines if text and len(text) == len(glyphs)])
    kinds = [_by_digit(same) for same in sizes]
    usual = sizes[0] if sizes else []
    steps = (b.middle - a.middle for _, found in usual for a, b in itertools.pairwise(found))
    return Digits(
        glyphs=kinds[0] if kinds else {},
        steps=tuple(steps),
        repeated=tuple(same for kind in kinds for same in kind.values() if len(same) > 1),
    )


def _by_size(lines: _Lines) -> list[_Lines]:
    """Lines of one size together, those first in which most digits are set."""
    if not lines:
        return []
    sizes = [_size(*line) for line in lines]
    alike = [{i for i, other in enumerate(sizes) if abs(other - size) <= _ONE_SIZE * size} for size in sizes]
    most = max(alike, key=lambda group: sum(len(lines[i][0]) for i in group))
    rest = [line for i, line in enumerate(lines) if i not in most]
    return [[line for i, line in enumerate(lines) if i in most], *_by_size(rest)]


def _size(text: str, glyphs: Sequence[Glyph]) -> float:
    """How high a line's digits are: the / of a date is higher, its - lower, and what was cut apart is cut short."""
    digits = [glyph for character, glyph in zip(text, glyphs, strict=True) if character.isdigit()]
    return _mean_height([glyph for glyph in digits if not glyph.cut] or digits)


def _by_digit(lines: _Lines) -> dict[str, tuple[Glyph, ...]]:
    digits: dict[str, list[Glyph]] = {}
    for text, found in lines:
        for character, glyph in zip(text, found, strict=True):
            if character.isdigit() and not glyph.stained:
                digits.setdefault(character, []).append(glyph)
    return {key: tuple(same) for key, same in digits.items()}
