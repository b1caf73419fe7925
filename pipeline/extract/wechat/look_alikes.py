"""Which of l 1 I, 0 o O, or how many underscores stand in a line, told by the page's own proved digits.

Both readers confuse these shapes alike, so their agreement proves nothing. But the digits of an ID number that its
check digit proves, and of mobile numbers, are true examples of 1 and 0 in that very typeface, size and print. A glyph
that differs from them no more than they differ among themselves is one of them; one that differs clearly is told
by its height and serifs. Measured on 34 typefaces (scan and photo): a 1 differed by 0.008 at most, an l by 0.009 or
more, a 0 by 0.005 at most; an o stood at 0.79 of the digits' height at most. As drawn, without a scanner, an l of UKai
differs by as little as 0.003 and an O of WenQuanYi Zen Hei at 20 px by 0.014: hence `strokes._may_be_one` and `_LEAST_RING_PX`.

Whatever is not clear stays open: a 1 without a flag, bare strokes that may be l or I, figures of unequal height,
a line set smaller than the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from pipeline.extract.raster.glyphs import Glyph, Template, fine_height, make_template, resized
from pipeline.extract.wechat.true_digits import Digits

_FEWEST: Final = 3
_MOST_NOISE: Final = 0.02  # above it the page is too rough to tell
_LINING: Final = 0.93
_BELOW: Final = 0.08
_SMALL: Final = 0.83
#: What rounder small letters (c, o, s) are higher than others of their line, as a share of the digits' height; and up to which
#: height of small letters capital ones (0.97 and more) are told from them.
_ROUNDER: Final = 0.03
_LOWEST_GAP: Final = 0.89
ANOTHER_ROUND: Final = 0.02
#: A 1 whose foot reaches so far to the left (a share of its height) is of a typeface without serifs, or of one whose l differs
#: from it by 5 % and more (60 typefaces at 26 to 50 px). Of UKai and UMing, whose l is nearly a 1, it is 0.158 to 0.188.
LONG_FOOT: Final = 0.2
#: Nor does any l look like a 1 whose flag reaches so far: it differed by 0.039 at least (93 of 211 typefaces, at 14 px and more).
#: The flag of UKai's 1 reaches 0.183 at most.
LONG_FLAG: Final = 0.2
_ROUND_ALIKE: Final = 0.014
_AS_WIDE: Final = 0.03
_SAME_DIGIT: Final = 0.03
_SAME_DIGIT_CUT: Final = 0.07
LEVEL: Final = 0.0125  # of the fine height, which steadies at 0.008 or less
CLOSE: Final = 0.0105
#: Smaller ones (14.5 px) an O of WenQuanYi Zen Hei differed from a 0 by 0.0137, in height not at all.
_LEAST_RING_PX: Final = 15.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """The page's proved digits: their glyphs by digit, the templates of 1 and 0; how high digits are and how far
    one stands from the next (px)."""

    digits: Mapping[str, tuple[Glyph, ...]]
    one: Template | None
    zero: Template | None
    height: float
    pitch: float


def make_examples(digits: Digits, *, rough: bool = False) -> Examples | None:
    """None where the digits are too few, too rough or of unequal height (old-style figures) to compare with.

    `rough` ones are to guess by, not to prove: a single 1 or 0 will do, however far they differ."""
    glyphs = [glyph for same in digits.glyphs.values() for glyph in same]
    if len(glyphs) < 2 * _FEWEST:
        return None
    height = float(np.median([glyph.height for glyph in glyphs]))
    lows = [g.height for key in "01" for g in digits.glyphs.get(key, ())]
    if not lows or np.median(lows) < _LINING * height:
        return None
    most_noise = 1.0 if rough else _MOST_NOISE
    return Examples(
        digits=digits.glyphs,
        one=_one_of(digits.glyphs.get("1", ()), fewest=1 if rough else _FEWEST, most_noise=most_noise),
        zero=make_template(digits.glyphs.get("0", ()), fewest=1, most_noise=most_noise),
        height=height,
        pitch=float(np.median(digits.steps)),
    )


def _one_of(ones: Sequence[Glyph], *, fewest: int, most_noise: float) -> Template | None:
    """The 1. A single one will do where no l looks like it."""
    found = make_template(ones, fewest=fewest, most_noise=most_noise)
    if found is not None:
        return found
    few = make_template(ones, fewest=1, most_noise=most_noise)
    return few if few is not None and is_like_no_l(few) else None


def is_like_no_l(one: Template) -> bool:
    """Whether a 1 has a flag or a foot so long that no typeface has an l like it."""
    flag, _, foot, _ = serifs(one.glyph)
    return flag >= LONG_FLAG or foot >= LONG_FOOT


def at_size(examples: Examples, size: float) -> Examples:
    """The examples as they would be in a line `size` times as large."""
    return replace(
        examples,
        digits={
            digit: tuple(resized(glyph, size * glyph.height) for glyph in same)
            for digit, same in examples.digits.items()
        },
        one=_template_at(examples.one, size),
        zero=_template_at(examples.zero, size),
        height=size * examples.height,
        pitch=size * examples.pitch,
    )


def _template_at(template: Template | None, size: float) -> Template | None:
    if template is None:
        return None
    glyph = resized(template.glyph, size * template.glyph.height)
    return replace(template, glyph=glyph, height=size * template.height)


def same_size(glyphs: Sequence[Glyph], examples: Examples) -> bool:
    """Whether a line is set about in the size of the examples: something in it reaches their height, nothing is far higher."""
    highest = max((glyph.height for glyph in glyphs), default=0.0)
    return _LINING * examples.height <= highest <= 1.45 * examples.height


def tell_zero(glyph: Glyph, examples: Examples, *, small: bool = False, low: float = 0.0) -> str | None:
    """`0`, `o`, `O`, or None where it cannot be told. `small` says that no capital letter stands there: then the height tells.
    `low` is how high small letters of the line are, as a share of the digits' height, 0 where that is not known."""
    if small and _is_as_high_as_digits(glyph, examples):
        return "0"
    if examples.zero is None:
        return _small_ring(glyph, examples)
    height = glyph.height / examples.zero.glyph.height
    if height <= _highest_small(low):
        return "o" if height > 0.6 and 0.75 < glyph.width / glyph.height < 1.35 else None
    off = examples.zero.difference(glyph)
    wide = glyph.width / examples.zero.glyph.width
    level = (
        examples.height >= _LEAST_RING_PX
        and abs(fine_height(glyph) / examples.zero.height - 1) <= LEVEL
        and abs(wide - 1) <= _AS_WIDE
    )
    if off <= max(CLOSE, 1.5 * examples.zero.noise) or (level and off <= _ROUND_ALIKE):
        return "0"
    if glyph.spoiled:
        return None
    # A single 0 says what is as it is, not how far prints of it differ.
    another = off >= max(ANOTHER_ROUND, 4 * examples.zero.noise) and 0.95 < height < 1.1 and examples.zero.noise > 0
    return "O" if another and wide > 1.03 else None


def is_nearly_zero(glyph: Glyph, examples: Examples) -> bool:
    """Whether a ring that is no other character for being otherwise, and no 0 for being alike, is as high as one and not far from
    it: in a number it is one."""
    zero = examples.zero
    return zero is not None and _is_as_high_as_digits(glyph, examples) and zero.difference(glyph) < ANOTHER_ROUND


def _is_as_high_as_digits(glyph: Glyph, examples: Examples) -> bool:
    high = examples.height if examples.zero is None else examples.zero.glyph.height
    return not glyph.spoiled and _LINING <= glyph.height / high <= 1 / _LINING


def _small_ring(glyph: Glyph, examples: Examples) -> str | None:
    """An o where the page has no 0: as its 1 is as high as its other digits, so would a 0 be."""
    small = 0.6 < glyph.height / examples.height <= _SMALL and 0.75 < glyph.width / glyph.height < 1.35
    return "o" if small and examples.digits.get("1") else None


def _highest_small(low: float) -> float:
    """How high a small letter without ascender may be, as a share of the digits' height."""
    return max(_SMALL, low + _ROUNDER) if low <= _LOWEST_GAP else _SMALL


def tell_case(
    glyph: Glyph, letter: str, examples: Examples, *, low: float = 0.0, foot: float | None = None
) -> str | None:
    """A letter of `SAME_SHAPES` as small or capital by its height against the digits; None between the two. `low` as above.

    No capital reaches below `foot`, where the digits of its line stand: the tail of a j that a z touched was part of it.
    """
    height = glyph.height / examples.height
    if height <= _highest_small(low):
        return letter.lower()
    below = foot is not None and glyph.bottom > foot + _BELOW * examples.height
    return letter.upper() if height >= _LINING and not below else None


def count_underscores(bars: Sequence[Glyph], examples: Examples) -> int | None:
    """How many underscores a row of bars is: neighbours run together. None where a bar is not clearly one, two or three.

    An underscore is 0.7 to 1.1 times as wide as a digit with its gap (34 typefaces).
    """
    total = 0
    for bar in bars:
        wide = bar.width / examples.pitch
        count = next((n for n, low, high in ((1, 0.6, 1.25), (2, 1.4, 2.35), (3, 2.6, 3.4)) if low <= wide <= high), 0)
        if not count:
            return None
        total += count
    return total


def is_bar(glyph: Glyph, examples: Examples) -> bool:
    """Whether a glyph is flat: a dash or an underscore."""
    return glyph.height < 0.28 * examples.height and glyph.width > 1.3 * glyph.height


def is_same_digit(glyph: Glyph, digit: str, examples: Examples) -> bool | None:
    """Whether a digit of the line looks like the page's proved ones; None where there is none to compare with."""
    template = _rough_template(examples.digits.get(digit, ()))
    most = _SAME_DIGIT_CUT if glyph.spoiled else _SAME_DIGIT
    return None if template is None else template.difference(glyph) < max(most, 2 * template.noise)


@lru_cache(maxsize=32)
def _rough_template(same: tuple[Glyph, ...]) -> Template | None:
    """What a page's prints of a digit have in common, however few and rough. A page is asked for the same ones many times."""
    return make_template(same, fewest=1, most_noise=1.0)


def line_size(digits: Iterable[tuple[str, Glyph]], examples: Examples) -> float | None:
    """How large a line is set, as a share of the examples' size, by its digits that have no look-alike, each with its glyph."""
    ratios = _ratios(digits, examples)
    return float(np.median(ratios)) if ratios else None


def steady_size(digits: Iterable[tuple[str, Glyph]], examples: Examples) -> float | None:
    """The same where several digits say it alike, to a hundredth."""
    ratios = _ratios(digits, examples)
    return float(np.median(ratios)) if len(ratios) > 1 and max(ratios) - min(ratios) <= LEVEL else None


def _ratios(digits: Iterable[tuple[str, Glyph]], examples: Examples) -> list[float]:
    ratios = []
    for digit, glyph in digits:
        template = _rough_template(examples.digits.get(digit, ()))
        if template is not None and not glyph.spoiled:
            ratios.append(fine_height(glyph) / template.height)
    return ratios


def is_same_set(digits: Iterable[tuple[str, Glyph]], examples: Examples) -> bool:
    """Whether a line is set exactly as large as the examples.

    `same_size` lets a line pass that is a few hundredths smaller; here a hundredth counts."""
    size = line_size(digits, examples)
    return size is not None and abs(size - 1) <= LEVEL


def serifs(glyph: Glyph) -> tuple[float, float, float, float]:
    """How far ink reaches beyond the stem, as shares of the height: left and right at the top, left and right at the foot."""
    black = glyph.ink > 0.45 * float(glyph.ink.max())
    rows = np.flatnonzero(black.any(axis=1))
    black = black[rows[0] : rows[-1] + 1] if rows.size else black
    height = black.shape[0]
    stem = np.flatnonzero(black[int(0.35 * height) : int(0.7 * height)].mean(axis=0) > 0.5)
    top = np.flatnonzero(black[: max(1, height // 4)].any(axis=0))
    foot = np.flatnonzero(black[int(0.85 * height) :].any(axis=0))
    if not (stem.size and top.size and foot.size):
        return 0.0, 0.0, 0.0, 0.0
    left, right = int(stem[0]), int(stem[-1])
    reaches = (left - top[0], top[-1] - right, left - foot[0], foot[-1] - right)
    first, second, third, fourth = (float(reach) / height for reach in reaches)
    return first, second, third, fourth
