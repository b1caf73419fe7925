"""Which of l, 1 and I a stroke of a WeChat ID is: held against the page's own ones, and told by its height and serifs.

See `wechat.look_alikes` for what was measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.extract.raster.glyphs import Glyph, Template, difference, fine_height, resized
from pipeline.extract.wechat.look_alikes import (
    ANOTHER_ROUND,
    CLOSE,
    LEVEL,
    LONG_FOOT,
    Examples,
    is_like_no_l,
    serifs,
)

_NOISE: Final = 0.006  # what two prints of one glyph always differ by
_CLEARLY: Final = 2.0  # so many times what the examples differ among themselves
_ASCENDING: Final = 1.08  # no typeface's capitals stand so far above its digits
_HIGHEST: Final = 1.25
_TALLER: Final = 1.02
_ANOTHER: Final = 0.06
#: By how much less a stroke differs from the one than from the other (UKai at 42 px: a 1 by 0.004 at most from others and by 0.012
#: or more from an l).
_NEARER: Final = 0.006
#: So far from a 1 no other 1 of the page is drawn, beside letters either: an l of UMing at 21 px differed by 0.028 and more.
_FAR: Final = 0.025
#: How many times as far as the farthest true 1.
_BEYOND: Final = 1.3
_UNSTEADY: Final = 0.006
_ALIKE: Final = 0.0085
_FLAG: Final = 0.035
_NO_FLAG: Final = 0.02
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
#: By how much less than an h or k of its print, as a share of a 1's height, a bare stroke rises that is no l (Carlito: an I 0.10).
_LOWER: Final = 0.03
#: How near to the page's 1s in height a stroke in a number behind a name must be to be one; seldom a 1 varied by more.
_SURELY_LEVEL: Final = 0.008


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of the place of a stroke.

    `same_set`: its line is as large as the examples; `scaled`: these were made smaller or larger to fit.
    `small`: no capital letter stands there; `given`: none stands anywhere in the ID.
    `digits`: how many of its neighbours are digits (2 to 9, look-alikes passed over).
    `apart`, where an l of this print is known to be no 1: how far from the height of a 1 that holds (a share of it).
    `ells`: strokes of this print that are known to be l and no 1.
    `first`: an ID with letters begins there, which it does with a letter.
    `ascent`: how many times as high as a 1 an h, k or l of this very print is, 0 where none is seen.
    `letter`, `digit`: what is spelled there says that it is a letter of a name, or belongs to a number behind one
    (`name_numbers`).
    `low`: how high small letters of the line are, as a share of the digits' height, 0 where none is seen.
    `foot`: where the line's digits stand, in pixels of its crop, None where it has none.
    """

    same_set: bool = False
    small: bool = False
    given: bool = False
    digits: int = 1
    apart: float = 0.0
    scaled: bool = False
    first: bool = False
    ascent: float = 0.0
    ells: tuple[Glyph, ...] = ()
    letter: bool = False
    digit: bool = False
    low: float = 0.0
    foot: float | None = None


def tell_one(glyph: Glyph, examples: Examples, setting: Setting) -> str | None:
    """`1`, `l`, `I`, or None where it cannot be told."""
    one = examples.one
    if one is None or glyph.height < 0.9 * examples.height or serifs(one.glyph)[0] < _FLAG:
        return None
    if setting.same_set and not setting.scaled and is_tall_l(glyph, examples):
        return "l"
    if _is_too_small(examples, one) and setting.ascent < _TALL_SMALL:
        return None
    if setting.first and _has_serifs_of_an_l(glyph, one):
        return "l"
    off, taller = one.difference(glyph), fine_height(glyph) / one.height
    if setting.ells and setting.same_set and not setting.scaled and not glyph.spoiled:
        nearer = _nearer(glyph, off, taller, one, setting.ells)
        if nearer is not None:
            return nearer
    if _is_one(off, taller, one, inside=setting.digits == 2):
        return "1" if _may_be_one(off, abs(taller - 1), one, setting) else None
    if setting.letter and _is_l_of_a_name(glyph, off, taller, one, setting):
        return "l"
    if not setting.same_set:  # a line set a little smaller than the numbers must not pass for another character
        off = min(off, one.difference(resized(glyph, one.glyph.height)))
    elif taller >= _TALLER and one.unsteady < _UNSTEADY and off > one.noise:
        off = max(off, _CLEARLY * one.noise)  # a 1 of that size is never so tall
    if glyph.spoiled or off < max(_CLEARLY * one.noise, _NOISE if setting.same_set else 1.5 * _NOISE):
        return None
    return _other_stroke(glyph, off, taller, examples, setting)


def _is_l_of_a_name(glyph: Glyph, off: float, taller: float, one: Template, setting: Setting) -> bool:
    """Whether a stroke that is an l by the name it stands in has the flag of a 1 and is none of the page's, if only by a little."""
    flag, right_flag, _, _ = serifs(glyph)
    if glyph.spoiled or not right_flag < _NO_FLAG <= flag or setting.scaled or not setting.same_set:
        return False
    return taller > 1 + LEVEL or off >= max(_CLEARLY * one.noise, _NOISE)


def _nearer(glyph: Glyph, off: float, taller: float, one: Template, ells: Iterable[Glyph]) -> str | None:
    """`1` or `l` where a stroke is as one of them and clearly not as the other; None between the two."""
    like = max(_NOISE, one.noise)
    from_l = min(difference(ell, glyph) for ell in ells)
    if from_l <= like and off - from_l >= _NEARER and is_flagged(glyph):
        return "l"
    return "1" if off <= like and from_l - off >= _NEARER and abs(taller - 1) <= LEVEL else None


def is_no_one(glyph: Glyph, examples: Examples, *, same_set: bool) -> bool:
    """Whether a stroke has the flag of a 1, and yet its dots are farther from those of the page's than any of these: an l, where a
    letter must stand or small letters stand at its sides. `same_set` as in `Setting`."""
    one = examples.one
    if one is None or glyph.spoiled or not is_flagged(glyph) or _is_too_small(examples, one):
        return False
    off = one.difference(glyph)
    if not same_set:
        off = min(off, one.difference(resized(glyph, one.glyph.height)))
    return off >= max(CLOSE, _CLEARLY * one.noise, _BEYOND * _farthest(one, examples.digits.get("1", ())))


def _is_too_small(examples: Examples, one: Template) -> bool:
    """Whether an l may be a 1 to the pixel."""
    return examples.height < _LEAST_HEIGHT_PX and not is_like_no_l(one)


@lru_cache(maxsize=8)
def _farthest(one: Template, ones: tuple[Glyph, ...]) -> float:
    """How far a true 1 of the page is from what they have in common, strangers among them not left out."""
    return max((one.difference(glyph) for glyph in ones if not glyph.spoiled), default=0.0)


def _has_serifs_of_an_l(glyph: Glyph, one: Template) -> bool:
    """Whether a stroke that cannot be a 1 is an l: it has a flag at one side of its head, where an I has two or none, and a
    foot. Only of typefaces with serifs: where a 1 stands on a long foot or on none, an l looks otherwise."""
    foot = min(serifs(glyph)[2:])
    return not glyph.spoiled and is_flagged(glyph) and foot >= _NO_FLAG and serifs(one.glyph)[2] < LONG_FOOT


def _may_be_one(off: float, off_height: float, one: Template, setting: Setting) -> bool:
    """Whether what has the pixels of a 1 can be one only.

    There are typefaces and sizes in which an l is a 1 but for a few grey dots (UKai at 34 px and at 300 dpi). Their 1 stands
    on a short foot as their l does; there nothing is sure, not between two digits either, but behind a name. The long foot or
    flag that typefaces without serifs give to a 1 no l has: it differed by 0.027 at least (96 faces at 18 to 44 px, as drawn).
    And where an l of the same print was told from the 1, what is as the 1 is no l.
    """
    if is_like_no_l(one):
        return setting.digits > 0 or one.noise <= _NOISE
    if setting.digit and off <= max(_NOISE, 1.1 * one.noise) and off_height < _SURELY_LEVEL:
        return True
    return off_height < setting.apart


def _is_one(off: float, taller: float, one: Template, *, inside: bool) -> bool:
    """Whether a glyph that differs by `off` and is so many times as tall is a 1.

    Only inside a number (`inside`) may a print of it be a little rough.
    """
    if abs(taller - 1) > LEVEL:
        return False
    rough = inside and off <= _ALIKE and one.unsteady < _UNSTEADY
    if off <= CLOSE and is_like_no_l(one):
        return True
    return rough or off <= max(_NOISE, 1.1 * one.noise) or off <= min(CLOSE, 1.6 * one.noise)


def _other_stroke(glyph: Glyph, off: float, taller: float, examples: Examples, setting: Setting) -> str | None:
    """`l` or `I` for a stroke that is no 1; None where its shape is that of neither."""
    flag, right_flag, _, _ = serifs(glyph)
    small = setting.small
    if flag >= _FLAG and right_flag >= _FLAG:
        return None if small else "I"
    if flag >= _FLAG and right_flag < _NO_FLAG:
        tall = 1.0 if setting.scaled else taller  # at another size a typeface's heights are rounded otherwise
        far = setting.same_set and not setting.scaled and _is_far(off, examples)
        return "l" if far or _is_flagged_l(off, tall, examples.one) else None
    if max(flag, right_flag) >= _NO_FLAG or glyph.height > _HIGHEST * examples.height:
        return None
    if small and setting.ascent - taller > _LOWER:
        return None  # the h and k of this print stand higher, and so would an l
    ascending = max(glyph.height / examples.height, taller) >= _ASCENDING
    return "l" if ascending or (small and off >= _ANOTHER) else None


def _is_far(off: float, examples: Examples) -> bool:
    """Whether a stroke is far from all 1s of the page. Of a line in another size this says nothing: a typeface draws its 1 there
    up to 0.028 otherwise (DejaVu Serif at 28 px and at 30)."""
    ones = examples.digits.get("1", ())
    return examples.one is not None and off >= max(_FAR, _CLEARLY * _farthest(examples.one, ones))


def _is_flagged_l(off: float, taller: float, one: Template | None) -> bool:
    """Some typefaces draw a digit beside letters a little otherwise than among digits, but not taller."""
    steady = one is not None and one.unsteady < _UNSTEADY / 1.5
    another = one is not None and off >= max(ANOTHER_ROUND, 3.5 * one.noise)
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
