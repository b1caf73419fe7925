"""Rare characters that the networks also think of where they read another one.

A network reads a rare character as the everyday one that resembles it, sure of it at every look (汽 at 0.96 where 汔 is
printed), and another network of its family does the same. But both leave the rare one a chance there that they do not leave
it where the everyday one stands: of 祆 in six typefaces the main reader left 袄's place 0.007 to 0.4, of 锒 in 银's 0.03 to 0.5 and
of 银 0.0001 at most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.characters import is_common, is_frequent, same_places
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.ocr.simplified import load_simplifier
from pipeline.extract.surnames import begins_with_surname

#: From which chance on the main reader thinks of a rare character: one of the second level of GB 2312, and one outside of it. The
#: networks know Japanese and old forms as well (県, 倶), and think of those in ordinary print.
_CHANCE: Final = 0.001
_CHANCE_OUTSIDE: Final = 0.005
#: The same of the third reader, of any. Both did in 4 of 1,922 ordinary lines, in nine typefaces at 19 to 33 px.
_SEEN: Final = 0.002
#: Of text that is nobody's name, in which a rare character is far rarer: 爱 left 爰 0.013 and 0.002, 颖 left 颍 0.006 and 0.007.
_IN_WORDS: Final = 0.005
_SEEN_IN_WORDS: Final = 0.01
_LONGEST_NAME: Final = 4
_IDEOGRAPHS: Final = ("\u4e00", "\u9fff")
_SPARED: Final = np.float32(_CHANCE / _CHANCE_OUTSIDE)

Chances = npt.NDArray[np.float32]


class RareCharacters:
    """Those among a network's characters: ideographs in simplified script that are not of the 3,755 commonest."""

    def __init__(self, characters: npt.NDArray[np.str_]) -> None:
        rare = [number for number, character in enumerate(characters) if _is_rare(str(character))]
        self._characters = characters
        self._numbers = np.array(rare, dtype=np.intp)
        self._weights = np.array([1 if is_common(str(characters[i])) else _SPARED for i in rare], dtype=np.float32)

    def rival(self, chances: Chances, read: int) -> tuple[str, float]:
        """The rare character likeliest to stand where the ideograph with the number `read` was read, and its chance; those outside
        of GB 2312 have to be so much likelier. ("", 0.0) where there is none."""
        if not _is_ideograph(str(self._characters[read])):
            return "", 0.0
        found = chances[self._numbers] * self._weights
        found[self._numbers == read] = 0.0
        number = self._numbers[found.argmax()] if found.any() else 0
        return (str(self._characters[number]), float(chances[number])) if number else ("", 0.0)


def rare_at(first: Reading, third: Callable[[], Reading], *, start: int = 0) -> frozenset[int]:
    """Positions at which a rare character may stand instead of what the main reader saw `first`: it thought of one there, and the
    third reader, asked only then, did too or does not see the same.

    The value begins at `start`. Of a name that begins with a surname none is thought of with which it would not: 薛 is one, 薜 is
    nobody's.
    """
    value = first.text[start:]
    named = _is_name(value) or any(
        rival and _is_name(rival + value[1:]) for rival, _ in first.rivals[start : start + 1]
    )
    thought = frozenset(
        i
        for i, (rival, chance) in enumerate(first.rivals)
        if rival
        and chance >= max(_least(rival, first.text[i]), 0.0 if named else _IN_WORDS)
        and not (named and i == start and not begins_with_surname(rival + value[1:]))
    )
    if not thought:
        return thought
    other = third()
    same = same_places(first.text, other.text)
    least = _SEEN if named else _SEEN_IN_WORDS
    return frozenset(i for i in thought if i not in same or _chance(other, same[i], first.rivals[i][0]) >= least)


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and all(map(_is_ideograph, text)) and begins_with_surname(text)


def with_rivals(reading: Reading, places: frozenset[int]) -> str:
    """The text with the rare characters that may stand at these places."""
    return "".join(reading.rivals[i][0] if i in places else character for i, character in enumerate(reading.text))


def _chance(reading: Reading, at: int, rare: str) -> float:
    """Of a rare character at a place; a reader that thinks of another one there, or knows of none, gives it none."""
    rival, chance = reading.rivals[at] if at < len(reading.rivals) else ("", 0.0)
    return chance if rival == rare else 0.0


def _least(rival: str, read: str) -> float:
    """From which chance on a rare character may be what was read as another one; as another rare one, far less easily."""
    return _CHANCE if is_common(rival) and is_frequent(read) else _CHANCE_OUTSIDE


def _is_rare(character: str) -> bool:
    """Nobody's name is written with a traditional character where there is a simplified one: the readers return such by
    themselves, which is seen to elsewhere."""
    return _is_ideograph(character) and not is_frequent(character) and load_simplifier()(character) == character


def _is_ideograph(character: str) -> bool:
    return len(character) == 1 and _IDEOGRAPHS[0] <= character <= _IDEOGRAPHS[1]
