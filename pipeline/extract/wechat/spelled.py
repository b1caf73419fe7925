"""What the Latin reader makes of a line of a WeChat ID, character by character, and how sure it is of each.

It is the only reader that was taught to tell l from 1 and o from 0 by their ink alone. Its word counts where it sees the shapes
that the main reader saw: two networks that learnt apart, of which one says what the characters are and the other which of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.wechat.ink import tokens
from pipeline.extract.wechat.proof import Settled
from pipeline.extract.wechat.shapes import fold, is_open
from pipeline.extract.wechat.stroke_places import MARKS

#: What may stand in a character's place; beside these a letter in its other case.
_ALIKE: Final = ("l1Ii", "0oO", "-_.", "5sS", "2zZ", "9gq", "jJi", "ce", "uv", "hb", "nr", "8B")
_OF_TWO_CASES: Final = frozenset("cfijkmopstuvwxyz")
#: What readers lose between two characters that touch.
_LOST: Final = "_il1"
_STROKES: Final = frozenset("l1I")
#: How sure it has to be of a character that the main reader cannot tell, and of another.
_SURE: Final = 0.95
_SURE_TOO: Final = 0.9
_TRUE_DIGITS: Final = frozenset("23456789")
#: Initials are shorter.
_WORD: Final = 4
_YEAR: Final = re.compile(r"19[4-9]\d|20[0-2]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpelledLine:
    """A line's tokens (`ink.tokens`), and the chance of each that none of those stands there that it may be taken for (0-1)."""

    tokens: tuple[str, ...]
    chances: tuple[float, ...]


def spell(line: LatinLine, shown: str, *, begins: bool = False) -> SpelledLine | None:
    """The line as the Latin reader sees it; None where that has other shapes than what was read. `begins` says that a WeChat ID
    begins with it, and so with a letter."""
    text = line.text
    if not text or fold(text) != fold(shown):
        return None
    if begins and text[0] in _STROKES:
        text = max((stroke + text[1:] for stroke in "lI"), key=line.chance)
    own = tuple(tokens(text))
    rivals = [(index, rival) for index, rival in _rivals(own) if not begins or not rival[:1].isdigit()]
    return SpelledLine(tokens=own, chances=_beside(line, text, rivals, len(own)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of places in a line (numbers of tokens) that its ink does not settle: `digits` that stand behind a name.
    `given`: WeChat made the ID, where letters and digits stand by chance."""

    digits: frozenset[int] = frozenset()
    given: bool = False


def spelled_out(line: SpelledLine, settled: Settled, known: Known) -> str | None:
    """The line where each token is what its ink proves or the Latin reader is sure of, and neither says another; else None."""
    inks = settled or (None,) * len(line.tokens)
    if len(inks) != len(line.tokens):
        return None
    told = [_told(line, index, ink, known) for index, ink in enumerate(inks)]
    return "".join(part or "" for part in told) if all(told) else None


def is_in_place(line: SpelledLine, known: Known) -> bool:
    """Whether each look-alike stands where nobody sets its other."""
    return all(
        not is_open(shown[0]) or shown[0] == "_" or _is_where_it_belongs(line.tokens, index, known)
        for index, shown in enumerate(line.tokens)
    )


def _told(line: SpelledLine, index: int, ink: str | None, known: Known) -> str | None:
    shown, chance = line.tokens[index], line.chances[index]
    if ink is not None:
        return shown if ink == shown else None
    if not is_open(shown[0]) or shown[0] == "_":
        return shown if chance >= (_SURE if shown[0] == "_" else _SURE_TOO) else None
    return shown if chance >= _SURE and _is_where_it_belongs(line.tokens, index, known) else None


def _is_where_it_belongs(shown: Sequence[str], index: int, known: Known) -> bool:
    """Whether a look-alike stands where nobody sets its other: in typefaces that draw both alike (an l as a 1 in those of Song, an
    O as a 0 in narrow ones) the Latin reader is sure of what others draw so."""
    before, after = shown[index - 1] if index else "", shown[index + 1] if index + 1 < len(shown) else ""
    match shown[index]:
        case "o":
            return _is_by_a_letter(before, after)
        case "l":
            return not known.given and _is_by_a_letter(before, after)
        case "1":
            told = index in known.digits or _is_in_number(shown, index) or _is_in_a_year(shown, index)
            return told and not known.given
        case "0":
            lone = _is_lone_ring(before, after) and _is_in_number(shown, index)
            return (lone or _is_in_a_year(shown, index)) and not known.given
    return False


def _is_by_a_letter(before: str, after: str) -> bool:
    return (before.islower() or after.islower()) and not {before, after} & _TRUE_DIGITS


def _is_lone_ring(before: str, after: str) -> bool:
    """Whether no other ring stands beside one: of O0 the ink has to say which is which."""
    return before.isdigit() and before != "0" and (after == "" or (after.isdigit() and after != "0"))


def _is_in_number(shown: Sequence[str], index: int) -> bool:
    """Whether a digit is within or at the end of a row of digits, or first behind a mark, of which two have no look-alike."""
    start, end = _row(shown, index)
    behind_mark = start > 0 and shown[start - 1][0] in MARKS
    return (index > start or behind_mark) and sum(c in _TRUE_DIGITS for c in shown[start:end]) > 1


def _is_in_a_year(shown: Sequence[str], index: int) -> bool:
    """Whether a year follows a word (love1996): one longer than initials, which may end with an l (zhl986)."""
    start, end = _row(shown, index)
    word = shown[:start]
    is_word = len(word) >= _WORD and all(map(str.isalpha, word))
    return is_word and _YEAR.fullmatch("".join(shown[start:end])) is not None


def _row(shown: Sequence[str], index: int) -> tuple[int, int]:
    """Where the digits beside each other begin and end of which one stands at `index`."""
    start, end = index, index
    while start > 0 and shown[start - 1].isdigit():
        start -= 1
    while end < len(shown) and shown[end].isdigit():
        end += 1
    return start, end


def _beside(line: LatinLine, text: str, rivals: Sequence[tuple[int, str]], count: int) -> tuple[float, ...]:
    """The chance of the text beside all rivals at each of its tokens."""
    against = [0.0] * count
    for length in {len(rival) for _, rival in rivals}:
        same = [(index, rival) for index, rival in rivals if len(rival) == length]
        for (index, _), chance in zip(same, line.chances([rival for _, rival in same]), strict=True):
            against[index] += chance
    wanted = line.chance(text)
    return tuple(wanted / (wanted + other) if wanted else 0.0 for other in against)


def _rivals(own: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each other text that has another token in a place, none, or one more after it, with the number of that token."""
    for index, token in enumerate(own):
        before, after = "".join(own[:index]), "".join(own[index + 1 :])
        for rival in _instead(token):
            yield index, f"{before}{rival}{after}"
        if len(own) > 1:
            yield index, before + after
        for lost in _LOST:
            if lost != token[-1] and not after.startswith(lost):
                yield index, f"{before}{token}{lost}{after}"


def _instead(token: str) -> frozenset[str]:
    if token[0] == "_":
        fewer = {token[:-1]} if len(token) > 1 else {"-", "."}
        return frozenset({token + "_", *fewer})
    alike = {c for group in _ALIKE if token in group for c in group}
    if token.lower() in _OF_TWO_CASES:
        alike.add(token.swapcase())
    return frozenset(alike - {token})
