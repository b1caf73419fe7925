"""Which characters of a text read from a picture stand unproved.

A character is believed when the main reader was very sure of it and saw the same in a differently prepared crop,
or when it was fairly sure and the second reader saw the same in the same place.

A whole line is believed when the third reader, another network, reads the same and both were sure enough of each
character (`read_alike`): it is wrong where the main reader is far less often than that one's own second look (decision 29).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pipeline.domain.spelling import normalise
from pipeline.extract.ocr.readers import Reading

VERY_SURE: Final = 0.97
SURE: Final = 0.85
_AGAIN: Final = 0.90
_MARK_SURE: Final = 0.5
_MARK_SEEN: Final = 0.95
#: The row of GB 2312 with which its less used characters begin.
_SECOND_LEVEL: Final = 0xD8


def doubtful_at(first: Reading, again: Reading) -> frozenset[int]:
    """Positions in `first.text` that the second look of the same reader (`again`) does not settle."""
    same = same_places(first.text, again.text)
    return frozenset(
        index
        for index, character in enumerate(first.text)
        if not _settled(character, first.chances[index], again.chances[same[index]] if index in same else None)
    )


def still_doubtful(first: Reading, doubtful: frozenset[int], second: str) -> frozenset[int]:
    """What of `doubtful` the second reader's text does not settle either."""
    same = same_places(first.text, second)
    return frozenset(i for i in doubtful if i not in same or first.chances[i] < SURE)


def seen_by_another(first: Reading, third: Reading) -> frozenset[int]:
    """Positions in `first.text` where the third reader, another network, sees the same and both are sure; of marks the third
    one alone has to be, as the main reader is never sure of them in small print.

    It passes over characters of long lines: that says nothing against the others.
    """
    same = same_places(first.text, third.text)
    return frozenset(i for i, at in same.items() if _is_seen_twice(first.text[i], first.chances[i], third.chances[at]))


def _is_seen_twice(character: str, chance: float, third: float) -> bool:
    if _is_mark(character):
        return chance >= _MARK_SURE and third >= _MARK_SEEN
    return min(chance, third) >= SURE and is_common(character)


def settle_line(first: Reading, doubtful: frozenset[int], looks: Iterable[str]) -> tuple[bool, str | None]:
    """Whether all of a line is believed of which these positions are `doubtful`, and what the second reader saw where it was
    asked.

    `looks` are the second reader's readings, drawn one by one only while something stands unproved.
    """
    seen: str | None = None
    if not doubtful:
        return True, seen
    for look in looks:
        seen = look if seen is None else seen
        doubtful = still_doubtful(first, doubtful, look)
        if not doubtful:
            return True, look
    return False, seen


def read_alike(first: Reading, third: Reading, least: float) -> bool:
    """Whether the third reader reads the same whole line, marks included, and neither was less sure of any character.

    Only everyday characters: where a hand or a blur makes one network return a traditional form, the other does too.
    """
    return (
        is_same(first.text, third.text)
        and min(least_sure(first), least_sure(third)) >= least
        and all(is_common(character) for character in first.text)
    )


def least_sure(reading: Reading) -> float:
    """How sure a reader is of its least sure character; of blanks it is never sure, and they are no difference."""
    pairs = zip(reading.text, reading.chances, strict=True)
    return min((chance for character, chance in pairs if not character.isspace()), default=0.0)


def is_same(text: str, other: str) -> bool:
    """Whether two readings are the same but for widths and blanks; nothing read is the same as nothing."""
    return _solid(text) == _solid(other) != ""


def _solid(text: str) -> str:
    return "".join(normalise(text).split())


def _settled(character: str, chance: float, again: float | None) -> bool:
    if character.isspace():
        return True
    if _is_mark(character):
        return chance >= VERY_SURE or (chance >= _MARK_SURE and again is not None)
    return chance >= VERY_SURE and again is not None and again >= _AGAIN and is_common(character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


@lru_cache(maxsize=4096)  # of a page some three thousand are asked about, most of them again and again
def is_common(character: str) -> bool:
    """Whether a character is ASCII or in everyday use (GB 2312): the engine likes to return traditional forms and
    rare look-alikes, which then need a second witness."""
    try:
        unicodedata.normalize("NFKC", character).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def is_frequent(character: str) -> bool:
    """Whether a character is ASCII, a mark or of the 3,755 most used (the first level of GB 2312)."""
    try:
        code = unicodedata.normalize("NFKC", character).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 1 or code[0] < _SECOND_LEVEL


def same_places(text: str, other: str) -> dict[int, int]:
    """Positions of `text` whose character stands in the same place of `other`, and which place that is; widths and blanks do not
    count."""
    left, right = _plain(text), _plain(other)
    blocks = SequenceMatcher(None, [c for _, c in left], [c for _, c in right], autojunk=False).get_matching_blocks()
    return {left[b.a + i][0]: right[b.b + i][0] for b in blocks for i in range(b.size)}


def _plain(text: str) -> Sequence[tuple[int, str]]:
    return [(i, unicodedata.normalize("NFKC", c)) for i, c in enumerate(text) if not c.isspace()]
