"""Proof of a WeChat ID read from a picture: two readers for its shapes, the page's own digits for its look-alikes.

A WeChat ID has no check digit. Where the readers agree on everything but characters that both confuse, the ink
itself decides those (`wechat.look_alikes`), one by one; a single one that stays open leaves the whole ID to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.identifiers import check_wechat_id
from pipeline.extract.raster.glyphs import Glyph, longest_run
from pipeline.extract.wechat.contradiction import is_contradicted
from pipeline.extract.wechat.ink import InkLine, tokens
from pipeline.extract.wechat.look_alikes import (
    LEVEL,
    Examples,
    count_underscores,
    is_bar,
    is_nearly_zero,
    is_same_digit,
    tell_case,
    tell_zero,
)
from pipeline.extract.wechat.name_numbers import spell_out
from pipeline.extract.wechat.name_words import NO_NAMES, NameWords
from pipeline.extract.wechat.placed import TRUE_DIGITS, Placed, is_of_one_face, place, told_by_ink
from pipeline.extract.wechat.shapes import SAME_SHAPES, fold, is_open
from pipeline.extract.wechat.stroke_places import (
    STROKE,
    begins_a_word,
    digits_beside,
    goes_on_a_word,
    is_within_a_word,
)
from pipeline.extract.wechat.strokes import Setting, ascends, ascent_of, is_flagged, is_no_one, tell_one

#: How the IDs begin that WeChat gives out itself; they have no capital letters.
_GIVEN: Final = "wxid_"
_NEARLY_LEVEL: Final = 0.008
_TWO_AT_MOST: Final = 2.05
#: Of a digit's pitch: no letter's tail is so long, and no tail with an underscore so short.
_BAR_RUN: Final = 0.75
#: With fewer letters it may be a number, of which one digit was read as a letter.
_LETTERS: Final = 2
#: From here up an l is no 1 (decision 30).
_RISES: Final = 1.026


#: A line's tokens (`ink.tokens`) as its ink proves them, None where it does not; nothing at all where it does not say.
Settled = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPage:
    """What other lines of a page tell.

    `apart`: an l was told from a 1. `ascent`: how many times as high as a 1 an h, k or l is, 0 where that is not known.
    `ells`: strokes that are l for where they stand, and no 1 for their dots. `names`: what the names on it spell; `numbers`:
    what stands behind names (`name_numbers`).
    """

    apart: bool = False
    ascent: float = 0.0
    ells: tuple[Glyph, ...] = ()
    names: NameWords = NO_NAMES
    numbers: frozenset[str] = frozenset()


NOTHING_ELSE: Final = OnPage()


def prove_wechat_id(
    lines: Sequence[InkLine],
    seconds: Sequence[str],
    examples: Examples,
    known: OnPage = NOTHING_ELSE,
    *,
    begins: bool = False,
) -> str | None:
    """The ID, line by line, when every character of it is settled; None otherwise."""
    settled = settle(lines, seconds, examples, known, begins=begins)
    if is_contradicted(lines, examples) or not all(map(is_whole, settled)):
        return None
    value = "".join(part or "" for line in settled for part in line)
    return value if check_wechat_id(value).ok else None


def is_given(texts: Iterable[str]) -> bool:
    """Whether WeChat made the ID itself: there letters and digits stand by chance."""
    return "".join(texts).lower().startswith(_GIVEN)


def is_whole(settled: Settled) -> bool:
    """Whether every token of a line is."""
    return bool(settled) and None not in settled


def settle(
    lines: Sequence[InkLine],
    seconds: Sequence[str],
    examples: Examples,
    known: OnPage = NOTHING_ELSE,
    *,
    begins: bool = False,
) -> list[Settled]:
    """What the ink settles of each line. Of each both readings must be equal when folded. `begins` says that no ink stands before
    the first line: what comes first there is what the ID begins with."""
    given = is_given(line.text for line in lines)
    letters = _letters(lines)
    begins = begins and len(letters) >= _LETTERS
    plain = all(map(str.islower, letters))
    return [
        _settle_line(line, second, examples, known, given=given, plain=plain, begins=begins and number == 0)
        for number, (line, second) in enumerate(zip(lines, seconds, strict=True))
    ]


def _letters(lines: Iterable[InkLine]) -> list[str]:
    """Those that have no look-alike."""
    return [c for line in lines for c in line.text if c.isalpha() and not is_open(c)]


def tells_l(lines: Iterable[InkLine], examples: Examples) -> bool:
    """Whether one of the lines holds an l that has the flag of a 1 and yet was told from it by its ink."""
    return any(_tells_l(placed) for placed in (place(line, examples) for line in lines) if placed is not None)


def page_ells(lines: Iterable[tuple[InkLine, bool]], examples: Examples) -> tuple[Glyph, ...]:
    """The strokes that are l for where they stand, in lines as large as the page's digits. Each line comes with whether an ID
    begins with it."""
    placed = [(place(line, examples), begins and len(_letters([line])) >= _LETTERS) for line, begins in lines]
    return tuple(
        ell
        for line, begins in placed
        if line is not None and line.same_set
        for ell in _ells_of(line, told_by_ink(line), begins=begins).values()
    )


def page_ascent(lines: Iterable[InkLine], examples: Examples) -> float:
    """How many times as high as a 1 an h, k or l is in lines of the typeface and size of the page's digits; 0 where there is none,
    or two differ."""
    placed = [line for line in (place(line, examples) for line in lines) if line is not None and is_of_one_face(line)]
    found = [
        high
        for line in placed
        for c, g in zip(line.shown, line.groups, strict=True)
        if (high := ascent_of(c, g[0], line.examples)) is not None
    ]
    return min(found) if found and max(found) - min(found) <= LEVEL else 0.0


def _settle_line(
    line: InkLine, second: str, examples: Examples, known: OnPage, *, given: bool, plain: bool, begins: bool
) -> Settled:
    placed = place(line, examples) if fold(line.text) == fold(second) else None
    if placed is None or _hides_a_bar(placed.shown, placed.groups, placed.examples):
        return ()
    told = told_by_ink(placed, given=given)
    spelled = spell_out(told, known.names, known.numbers, begins=begins)
    ascent = known.ascent if is_of_one_face(placed) else 0.0
    own = _ells_of(placed, told, begins=begins)
    ells = (*known.ells, *own.values()) if placed.same_set else ()
    apart = LEVEL if _tells_l(placed) or (known.apart and placed.same_set and not placed.scaled) else _tall_l(placed)
    apart = apart or (_NEARLY_LEVEL if ascent >= _RISES else 0.0)
    return tuple(
        "l"
        if i in own
        else _settle(
            a,
            b,
            group,
            Setting(
                same_set=placed.same_set,
                small=given
                or (
                    plain
                    and (goes_on_a_word(told, i, known.names) or begins_a_word(told, i, known.names, begins=begins))
                ),
                given=given,
                digits=digits_beside(told, i),
                apart=apart,
                scaled=placed.scaled,
                first=begins and i == 0,
                ascent=ascent,
                ells=ells,
                letter=i in spelled.letters,
                digit=i in spelled.digits,
                low=placed.low,
                foot=placed.foot,
            ),
            placed.examples,
        )
        for i, (a, b, group) in enumerate(zip(placed.shown, tokens(second), placed.groups, strict=True))
    )


def _ells_of(placed: Placed, told: Sequence[str], *, begins: bool) -> dict[int, Glyph]:
    """Strokes that have the flag of a 1 and are none by their dots, by their places in a line: where a letter must stand (first in
    an ID) or small letters stand at both sides."""
    of_another_size = placed.scaled or (not placed.same_set and not TRUE_DIGITS.isdisjoint(placed.shown))
    if of_another_size or "".join(told).lower().startswith(_GIVEN):  # there letters and digits stand by chance
        return {}
    return {
        i: group[0]
        for i, group in enumerate(placed.groups)
        if fold(told[i]) == STROKE
        and len(group) == 1
        and (is_within_a_word(told, i) or (begins and i == 0))
        and is_no_one(group[0], placed.examples, same_set=placed.same_set)
    }


def _tells_l(placed: Placed) -> bool:
    setting = Setting(same_set=placed.same_set, digits=0, scaled=placed.scaled)
    return any(
        tell_one(group[0], placed.examples, setting) == "l"
        for text, group in zip(placed.shown, placed.groups, strict=True)
        if fold(text) == "1" and is_flagged(group[0]) and not group[0].spoiled
    )


def _tall_l(placed: Placed) -> float:
    """How near to a 1 in height a stroke must be to be no l, told by the h, k, b and d of its line; 0 where they say nothing."""
    tall = (ascends(c, g[0], placed.examples) for c, g in zip(placed.shown, placed.groups, strict=True))
    return _NEARLY_LEVEL if not placed.scaled and any(tall) else 0.0


def _hides_a_bar(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], examples: Examples) -> bool:
    """Whether a letter beside underscores has one more hanging on its tail, as g and y have in some typefaces."""
    for index, (text, bars) in enumerate(zip(shown, groups, strict=True)):
        beside = [*groups[max(0, index - 1) : index], *groups[index + 1 : index + 2]] if text[0] == "_" else []
        runs = [longest_run(letter, bars[0].top, bars[0].bottom) for group in beside for letter in group]
        if max(runs, default=0.0) > _BAR_RUN * examples.pitch:
            return True
    return False


def _settle(first: str, second: str, group: Sequence[Glyph], setting: Setting, examples: Examples) -> str | None:
    """One character (or run of underscores) as the ink proves it; None where it does not."""
    glyph = group[0]
    if first[0] in "_-":
        return _settle_bars(first, second, group, examples)
    if len(group) > 1 or is_bar(glyph, examples):
        return None
    if fold(first) == "1":
        told = tell_one(glyph, examples, setting)
        return None if setting.digit and told != "1" else told  # a name says that it is one
    if fold(first) == "0":
        told = tell_zero(glyph, examples, small=setting.given, low=setting.low)
        if told is None and setting.digit and is_nearly_zero(glyph, examples):
            return "0"
        return None if told == "O" and setting.scaled else told  # at another size rings are rounded otherwise
    if first.lower() in SAME_SHAPES:
        told = tell_case(glyph, first, examples, low=setting.low, foot=setting.foot)
        return told if told == first == second or (first != second and not glyph.spoiled) else None
    if first.isdigit() and is_same_digit(glyph, first, examples) is False:
        return None
    return first


def _settle_bars(first: str, second: str, group: Sequence[Glyph], examples: Examples) -> str | None:
    if not all(is_bar(glyph, examples) and not glyph.stained for glyph in group):
        return None
    if first == "-":
        return first if len(group) == 1 and group[0].width < examples.pitch * 1.3 else None
    count = count_underscores(group, examples)
    if count == 2 and len(group) == 1 and group[0].width < _TWO_AT_MOST * examples.pitch:
        return "__"  # too wide for one, too narrow for three
    return "_" * count if count in (len(first), len(second)) else None
