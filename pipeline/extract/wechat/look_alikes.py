"""Which of l 1 I, 0 o O, or how many underscores stand in a line, told by the page's own proved digits.

Both readers confuse these shapes alike, so their agreement proves nothing. But the digits of an ID number that its
check digit proves, and of mobile numbers, are true examples of 1 and 0 in that very typeface, size and print. A glyph
that differs from them no more than they differ among themselves is one of them; one that differs clearly is told
by its height and serifs. Measured on 34 typefaces (scan and photo): a 1 differed by 0.008 at most, an l by 0.009 or
more, a 0 by 0.005 at most; an o stood at 0.79 of the digits' height at most. As drawn, without a scanner, an l of UKai
differs by as little as 0.003 and an O of WenQuanYi Zen Hei at 20 px by 0.014: hence `_may_be_one` and `_LEAST_RING_PX`.

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
_NOISE: Final = 0.006  # what two prints of one glyph always differ by
_MOST_NOISE: Final = 0.02  # above it the page is too rough to tell
_CLEARLY: Final = 2.0  # so many times what the examples differ among themselves
_LINING: Final = 0.93
_SMALL: Final = 0.83
_ASCENDING: Final = 1.08  # no typeface's capitals stand so far above its digits
_HIGHEST: Final = 1.25
_TALLER: Final = 1.02
_ANOTHER: Final = 0.06
_ANOTHER_ROUND: Final = 0.02
_ROUND_ALIKE: Final = 0.014
_AS_WIDE: Final = 0.03
_SAME_DIGIT: Final = 0.03
_SAME_DIGIT_CUT: Final = 0.07
LEVEL: Final = 0.0125  # of the fine height, which steadies at 0.008 or less
_UNSTEADY: Final = 0.006
_CLOSE: Final = 0.0105
_ALIKE: Final = 0.0085
_FLAG: Final = 0.035
_NO_FLAG: Final = 0.02
#: A 1 whose foot reaches so far to the left (a share of its height) is of a typeface without serifs, or of one whose l differs
#: from it by 5 % and more (60 typefaces at 26 to 50 px). Of UKai and UMing, whose l is nearly a 1, it is 0.158 to 0.188.
LONG_FOOT: Final = 0.2
#: How far letters stand above a 1 in whose typefaces an l does too: the bowls of b and d hang 2.1 % lower than its foot at most.
_ABOVE_ONE: Final = {"h": 1.026, "k": 1.026, "b": 1.047, "d": 1.047}
#: Of digits that are to tell l from a 1 of its own shape: scanned at 150 dpi (16 px) an l was a 1 to the pixel.
_LEAST_HEIGHT_PX: Final = 18.0
#: How many times as high as a 1 an l of most typefaces is: 1.04 to 1.12 times (64 faces on this machine), no more. A capital I with
#: serifs has one at its right; without serifs it was up to 1.046 times as high in print of 14 px and more. Of small digits the
#: height is known less exactly.
_TALL: Final = (1.04, 1.15)
_TALL_SMALL: Final = 1.045
_TALL_BARE: Final = 1.06
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
        one=make_template(digits.glyphs.get("1", ()), fewest=1 if rough else _FEWEST, most_noise=most_noise),
        zero=make_template(digits.glyphs.get("0", ()), fewest=1, most_noise=most_noise),
        height=height,
        pitch=float(np.median(digits.steps)),
    )


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
    """Whether a line is set in the size of the examples: something in it reaches their height, nothing is far higher."""
    highest = max((glyph.height for glyph in glyphs), default=0.0)
    return _LINING * examples.height <= highest <= 1.45 * examples.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of the place of a stroke: `same_set` that its line is as large as the examples, `small` that no
    capital letter stands there, `digits` how many of its neighbours are digits (2 to 9, look-alikes passed over);
    `apart`, where an l of this print is known to be no 1, how far from the height of a 1 that holds (a share of it);
    `scaled` that the examples were made smaller or larger to fit; `first` that an ID with letters begins there, which
    it does with a letter; `ascent` how many times as high as a 1 an h, k or l of this very print is, 0 where none is seen."""

    same_set: bool = False
    small: bool = False
    digits: int = 1
    apart: float = 0.0
    scaled: bool = False
    first: bool = False
    ascent: float = 0.0


def tell_one(glyph: Glyph, examples: Examples, setting: Setting) -> str | None:
    """`1`, `l`, `I`, or None where it cannot be told."""
    one = examples.one
    if one is None or glyph.height < 0.9 * examples.height or serifs(one.glyph)[0] < _FLAG:
        return None
    if setting.same_set and not setting.scaled and is_tall_l(glyph, examples):
        return "l"
    if examples.height < _LEAST_HEIGHT_PX and serifs(one.glyph)[2] < LONG_FOOT and setting.ascent < _TALL_SMALL:
        return None
    if setting.first and _has_serifs_of_an_l(glyph, one):
        return "l"
    off, taller = one.difference(glyph), fine_height(glyph) / one.height
    if _is_one(off, taller, one, inside=setting.digits == 2):
        return "1" if _may_be_one(one, setting, abs(taller - 1)) else None
    if not setting.same_set:  # a line set a little smaller than the numbers must not pass for another character
        off = min(off, one.difference(resized(glyph, one.glyph.height)))
    elif taller >= _TALLER and one.unsteady < _UNSTEADY:
        off = max(off, _CLEARLY * one.noise)  # a 1 of that size is never so tall
    if glyph.spoiled or off < max(_CLEARLY * one.noise, _NOISE if setting.same_set else 1.5 * _NOISE):
        return None
    return _other_stroke(glyph, off, taller, examples, setting)


def _has_serifs_of_an_l(glyph: Glyph, one: Template) -> bool:
    """Whether a stroke that cannot be a 1 is an l: it has a flag at one side of its head, where an I has two or none, and a
    foot. Only of typefaces with serifs: where a 1 stands on a long foot or on none, an l looks otherwise."""
    foot = min(serifs(glyph)[2:])
    return not glyph.spoiled and is_flagged(glyph) and foot >= _NO_FLAG and serifs(one.glyph)[2] < LONG_FOOT


def _may_be_one(one: Template, setting: Setting, off_height: float) -> bool:
    """Whether what has the pixels of a 1 can be one only.

    There are typefaces and sizes in which an l is a 1 but for a few grey dots (UKai at 34 px and at 300 dpi). Their 1 stands
    on a short foot as their l does; there nothing is sure, not between two digits either. The long foot that typefaces
    without serifs give to a 1 no l has. And where an l of the same print was told from the 1, what is as the 1 is no l.
    """
    if serifs(one.glyph)[2] >= LONG_FOOT:
        return setting.digits > 0
    return off_height < setting.apart


def _is_one(off: float, taller: float, one: Template, *, inside: bool) -> bool:
    """Whether a glyph that differs by `off` and is so many times as tall is a 1.

    Only inside a number (`inside`) may a print of it be a little rough.
    """
    if abs(taller - 1) > LEVEL:
        return False
    rough = inside and off <= _ALIKE and one.unsteady < _UNSTEADY
    return rough or off <= max(_NOISE, 1.1 * one.noise) or off <= min(_CLOSE, 1.6 * one.noise)


def _other_stroke(glyph: Glyph, off: float, taller: float, examples: Examples, setting: Setting) -> str | None:
    """`l` or `I` for a stroke that is no 1; None where its shape is that of neither."""
    flag, right_flag, _, _ = serifs(glyph)
    small = setting.small
    if flag >= _FLAG and right_flag >= _FLAG:
        return None if small else "I"
    if flag >= _FLAG and right_flag < _NO_FLAG:
        tall = 1.0 if setting.scaled else taller  # at another size a typeface's heights are rounded otherwise
        return "l" if _is_flagged_l(off, tall, examples.one) else None
    if max(flag, right_flag) >= _NO_FLAG or glyph.height > _HIGHEST * examples.height:
        return None
    return "l" if glyph.height >= _ASCENDING * examples.height or (small and off >= _ANOTHER) else None


def _is_flagged_l(off: float, taller: float, one: Template | None) -> bool:
    """Some typefaces draw a digit beside letters a little otherwise than among digits, but not taller."""
    steady = one is not None and one.unsteady < _UNSTEADY / 1.5
    another = one is not None and off >= max(_ANOTHER_ROUND, 3.5 * one.noise)
    return off >= _ANOTHER or taller >= _TALLER or (steady and another and taller > 1 + LEVEL)


def ascends(letter: str, glyph: Glyph, examples: Examples) -> bool:
    """Whether an h, k, b or d stands so far above a 1 that an l does, too: it is no more than a hundredth lower, or far higher."""
    least = _ABOVE_ONE.get(letter)
    if examples.one is None or glyph.spoiled or least is None:
        return False
    return fine_height(glyph) / examples.one.height >= least


def is_tall_l(glyph: Glyph, examples: Examples) -> bool:
    """Whether a stroke as large as the examples stands so far above a 1 as no capital I does."""
    if examples.one is None or glyph.spoiled:
        return False
    least = _TALL[0] if examples.height >= _LEAST_HEIGHT_PX else _TALL_SMALL
    flag, right_flag, left_foot, _ = serifs(glyph)
    least = max(least, _TALL_BARE) if min(flag, left_foot) < _NO_FLAG else least
    other = examples.one.difference(glyph) >= max(_CLEARLY * examples.one.noise, _NOISE)
    return other and least <= fine_height(glyph) / examples.one.height <= _TALL[1] and right_flag < _NO_FLAG


def ascent_of(character: str, glyph: Glyph, examples: Examples) -> float | None:
    """How many times as high as a 1 an h or k is, or a stroke that is an l for its height: any l of the same print is, too."""
    if (
        examples.one is None
        or glyph.spoiled
        or not (character in "hk" or (character in "l1I" and is_tall_l(glyph, examples)))
    ):
        return None
    return fine_height(glyph) / examples.one.height


def is_flagged(glyph: Glyph) -> bool:
    """Whether a stroke has a serif at the left of its head as a 1 has, and none at the right."""
    flag, right_flag, _, _ = serifs(glyph)
    return flag >= _FLAG and right_flag < _NO_FLAG


def tell_zero(glyph: Glyph, examples: Examples) -> str | None:
    """`0`, `o`, `O`, or None where it cannot be told."""
    if examples.zero is None:
        return _small_ring(glyph, examples)
    height = glyph.height / examples.zero.glyph.height
    if height <= _SMALL:
        return "o" if height > 0.6 and 0.75 < glyph.width / glyph.height < 1.35 else None
    off = examples.zero.difference(glyph)
    wide = glyph.width / examples.zero.glyph.width
    level = (
        examples.height >= _LEAST_RING_PX
        and abs(fine_height(glyph) / examples.zero.height - 1) <= LEVEL
        and abs(wide - 1) <= _AS_WIDE
    )
    if off <= max(_CLOSE, 1.5 * examples.zero.noise) or (level and off <= _ROUND_ALIKE):
        return "0"
    if glyph.spoiled:
        return None
    # A single 0 says what is as it is, not how far prints of it differ.
    another = off >= max(_ANOTHER_ROUND, 4 * examples.zero.noise) and 0.95 < height < 1.1 and examples.zero.noise > 0
    return "O" if another and wide > 1.03 else None


def _small_ring(glyph: Glyph, examples: Examples) -> str | None:
    """An o where the page has no 0: as its 1 is as high as its other digits, so would a 0 be."""
    small = 0.6 < glyph.height / examples.height <= _SMALL and 0.75 < glyph.width / glyph.height < 1.35
    return "o" if small and examples.digits.get("1") else None


def tell_case(glyph: Glyph, letter: str, examples: Examples) -> str | None:
    """A letter of `SAME_SHAPES` as small or capital by its height against the digits; None between the two."""
    height = glyph.height / examples.height
    if height <= _SMALL:
        return letter.lower()
    return letter.upper() if height >= _LINING else None


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
