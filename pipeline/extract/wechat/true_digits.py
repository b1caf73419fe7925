"""The digits of a page that are known to be true, as glyphs: look-alikes are held against them, and they tell print from a hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipeline.extract.raster.glyphs import Glyph, make_template

#: Lines of one size: the mean heights of their digits differ by less (a share). Half a point of ten is 5 %, and lines of one size
#: were 1 % apart.
_ONE_SIZE: Final = 0.018
#: Prints of one digit in two typefaces differ by more (as `look_alikes` has it of a digit of a WeChat ID).
_ALIKE: Final = 0.03
#: Of digits that two sets have in common: fewer tell no typeface.
_FEWEST_COMMON: Final = 2


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
    """The digits with those of `more` that they lack, if all others are drawn alike in both; else as they are: a page may be set in
    two typefaces."""
    common = [(same, digits.glyphs[key]) for key, same in more.glyphs.items() if key in digits.glyphs]
    if len(common) < _FEWEST_COMMON or not all(_are_alike(*pair) for pair in common):
        return digits
    return replace(digits, glyphs={**more.glyphs, **digits.glyphs})


def _are_alike(some: Sequence[Glyph], known: Sequence[Glyph]) -> bool:
    """Whether prints of a digit are as large as what is known of it, and are no other typeface's."""
    template = make_template(known, fewest=1, most_noise=1.0)
    most = max(_ALIKE, 2 * template.noise) if template is not None else 0.0
    return template is not None and all(template.difference(glyph) <= most for glyph in some)


_Lines = Sequence[tuple[str, Sequence[Glyph]]]


def gather_digits(lines: Iterable[tuple[str, Sequence[Glyph]]], *, finely: bool = False) -> Digits:
    """From lines of true digits, each with its glyphs; lines whose glyphs are not as many as their characters are left out.

    An ID number is often made smaller until it fits its cell. `finely`: a line's size is that of its digits alone; the / of a date
    is higher, its - lower, and what was cut apart is cut short.
    """
    kept = [(text, glyphs) for text, glyphs in lines if text and len(text) == len(glyphs)]
    sizes = _by_size(kept, _digit_height if finely else _mean_height)
    kinds = [_by_digit(same) for same in sizes]
    usual = sizes[0] if sizes else []
    steps = (b.middle - a.middle for _, found in usual for a, b in itertools.pairwise(found))
    return Digits(
        glyphs=kinds[0] if kinds else {},
        steps=tuple(steps),
        repeated=tuple(same for kind in kinds for same in kind.values() if len(same) > 1),
    )


def _by_size(lines: _Lines, size_of: Callable[[str, Sequence[Glyph]], float]) -> list[_Lines]:
    """Lines of one size together, those first in which most digits are set."""
    if not lines:
        return []
    sizes = [size_of(*line) for line in lines]
    alike = [{i for i, other in enumerate(sizes) if abs(other - size) <= _ONE_SIZE * size} for size in sizes]
    most = max(alike, key=lambda group: sum(len(lines[i][0]) for i in group))
    rest = [line for i, line in enumerate(lines) if i not in most]
    return [[line for i, line in enumerate(lines) if i in most], *_by_size(rest, size_of)]


def _mean_height(text: str, glyphs: Sequence[Glyph]) -> float:
    return float(np.mean([glyph.height for glyph in glyphs]))


def _digit_height(text: str, glyphs: Sequence[Glyph]) -> float:
    digits = [glyph for character, glyph in zip(text, glyphs, strict=True) if character.isdigit()]
    return _mean_height(text, [glyph for glyph in digits if not glyph.cut] or digits)


def _by_digit(lines: _Lines) -> dict[str, tuple[Glyph, ...]]:
    digits: dict[str, list[Glyph]] = {}
    for text, found in lines:
        for character, glyph in zip(text, found, strict=True):
            if character.isdigit() and not glyph.stained:
                digits.setdefault(character, []).append(glyph)
    return {key: tuple(same) for key, same in digits.items()}
