"""Where a stroke (l, 1 or I) stands in a WeChat ID: what the characters at its sides say of it, whatever its ink.

Lines come as their tokens; of 0, o and O those that the ink told, and as `TOLD_ONE` the 1s that it told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from pipeline.extract.wechat.name_words import NameWords, begins_with_l
from pipeline.extract.wechat.shapes import fold

STROKE: Final = "1"  # what l, 1 and I are folded to
#: A stroke that its ink alone told to be a 1: to its neighbours it is a digit as any other.
TOLD_ONE: Final = "¹"
MARKS: Final = frozenset("_-")
_DIGITS: Final = frozenset("023456789" + TOLD_ONE)
#: No syllable of pinyin ends with an l; where initials do, they are somebody's.
_BEFORE_A_LAST_L: Final = frozenset("aeiour")


def digits_beside(shown: Sequence[str], index: int) -> int:
    """How many of the two nearest characters that are not open are digits."""
    before = next((c for c in reversed(shown[:index]) if fold(c) != STROKE), "")
    after = next((c for c in shown[index + 1 :] if fold(c) != STROKE), "")
    return (before in _DIGITS) + (after in _DIGITS)


def goes_on_a_word(shown: Sequence[str], index: int, names: NameWords) -> bool:
    """Whether strokes stand behind a small letter: some that a small letter follows (hello), or one at the end of a word that may
    end with an l: behind a vowel or r (angel, girl), or in a name on the page (zxl), if there are names on it.

    Typefaces without serifs give l and I the same dots, and nobody writes a capital I within a word of small letters.
    """
    start, end = _run(shown, index)
    if start == 0 or not shown[start - 1].islower():
        return False
    if end < len(shown) and shown[end].islower():
        return True
    if end - start > 1:
        return False
    return not names.whole or shown[start - 1] in _BEFORE_A_LAST_L or _word_to(shown, end) in names.whole


def _word_to(shown: Sequence[str], end: int) -> str:
    letters = itertools.takewhile(lambda c: c.isalpha() or fold(c) == STROKE, reversed(shown[:end]))
    return "".join("l" if fold(c) == STROKE else c for c in letters)[::-1].lower()


def begins_a_word(shown: Sequence[str], index: int, names: NameWords, *, begins: bool) -> bool:
    """Whether a stroke stands at the head of a word of small letters that does not begin with a capital I: behind a mark, or
    first where nothing stands before it (`begins`)."""
    if fold(shown[index]) != STROKE or not (begins if index == 0 else shown[index - 1][0] in MARKS):
        return False
    letters = itertools.takewhile(lambda c: c.islower() or fold(c) == STROKE, shown[index:])
    return begins_with_l("".join("l" if fold(c) == STROKE else c for c in letters), names)


def is_within_a_word(shown: Sequence[str], index: int) -> bool:
    """Whether small letters stand at both sides of a stroke, or of several beside each other."""
    start, end = _run(shown, index)
    beside = (*shown[max(0, start - 1) : start], *shown[end : end + 1])
    return len(beside) > 1 and all(map(str.islower, beside))


def _run(shown: Sequence[str], index: int) -> tuple[int, int]:
    """Where the strokes beside each other begin and end of which one stands at `index`."""
    start, end = index, index + 1
    while start > 0 and fold(shown[start - 1]) == STROKE:
        start -= 1
    while end < len(shown) and fold(shown[end]) == STROKE:
        end += 1
    return start, end
