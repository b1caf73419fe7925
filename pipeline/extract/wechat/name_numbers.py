"""What a WeChat ID spells out: a name on the page and, behind it, a number. Then it is known which strokes are letters.

People call themselves zhl1986, wangwei730217, lijuan_2014. Where the letters are all of somebody's name and digits follow, a
stroke among these is a 1, unless somebody wanted to be mistaken; and the l of zhl is an l. This is no word of the ink's, and is
asked only of strokes whose ink says the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.identifiers import check_id_number, check_mobile
from pipeline.extract.page import Page
from pipeline.extract.wechat.name_words import NameWords
from pipeline.extract.wechat.shapes import fold
from pipeline.extract.wechat.stroke_places import MARKS, STROKE, TOLD_ONE

#: Of a person's birth or of something later.
_YEAR: Final = re.compile(r"19[4-9]\d|20[0-2]\d")
#: A name of one letter is no name.
_SHORTEST: Final = 2
#: How much of a telephone number people put behind their names, at least; and of a day of birth.
_TAIL: Final = 4
#: So many digits that are no strokes are a number.
_DIGITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """Places in a line, of strokes only: those that are `letters` of a name, and those that are `digits` behind one."""

    letters: frozenset[int] = frozenset()
    digits: frozenset[int] = frozenset()


NOTHING: Final = Spelled()


def numbers_on(page: Page) -> frozenset[str]:
    """What people put behind their names of the numbers on a page: days of birth, whole and in part, of ID numbers with the right
    check digit; ends of mobile numbers."""
    cells = ["".join(line.text for line in cell.lines) for grid in page.grids for cell in grid.cells]
    return frozenset(itertools.chain.from_iterable(map(_parts, cells or (line.text for line in page.lines))))


def _parts(text: str) -> Iterator[str]:
    if check_id_number(text).ok:
        born = text[6:14]
        yield from (born, born[2:], born[4:])
    elif text.isascii() and text.isdigit() and check_mobile(text).ok:
        yield from (text[-length:] for length in range(_TAIL, len(text) + 1))


def spell_out(told: Sequence[str], names: NameWords, numbers: Iterable[str], *, begins: bool) -> Spelled:
    """The strokes of a line that its names and numbers tell. `told` are its tokens, rings told; `begins` as in `proof`."""
    word = _word(told)
    behind = word + (word < len(told) and told[word][0] in MARKS)
    rest = told[behind:]
    if not begins or not all(fold(c) == STROKE or c.isdigit() for c in rest) or behind == len(told) > word:
        return NOTHING
    return _split(told, word, behind, names, numbers)


def _word(told: Sequence[str]) -> int:
    """Where the letters that a line begins with end, strokes at their end included."""
    return sum(1 for _ in itertools.takewhile(lambda c: c.isalpha() or fold(c) == STROKE, told))


def _split(told: Sequence[str], word: int, behind: int, names: NameWords, numbers: Iterable[str]) -> Spelled:
    """The one way in which the letters are a name and the rest is a number; nothing where there are several."""
    least = word if behind > word else max((i + 1 for i in range(word) if fold(told[i]) != STROKE), default=word)
    ends = [end for end in range(least, word + 1) if end >= _SHORTEST and _letters(told[:end]) in names.whole]
    if len(ends) != 1:
        return NOTHING
    start = ends[0] if behind == word else behind
    rest = told[start:]
    number = "".join("1" if c == TOLD_ONE or fold(c) == STROKE else c for c in rest)
    true = [i for i, c in enumerate(rest) if fold(c) != STROKE]
    if _YEAR.match(number) or any(number == one or (len(one) > _TAIL and number.startswith(one)) for one in numbers):
        first = start
    elif len(true) >= _DIGITS:
        first = start + true[0]  # what stands behind a digit
    else:
        return NOTHING
    strokes = [i for i, c in enumerate(told) if fold(c) == STROKE]
    return Spelled(
        letters=frozenset(i for i in strokes if i < ends[0]),
        digits=frozenset(i for i in strokes if i >= first),
    )


def _letters(tokens: Iterable[str]) -> str:
    return "".join("l" if fold(c) == STROKE else c for c in tokens).lower()
