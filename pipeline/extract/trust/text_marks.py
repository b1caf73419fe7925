"""The marks of a sentence as readers see them, apart from its letters: all are likelier to pass over a mark than to make one
up, and hardly ever agree on how sure they are of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.domain.spelling import normalise
from pipeline.extract.ocr.characters import is_common
from pipeline.extract.ocr.readers import Reading

#: A sentence: a pen or a blur makes its marks so small that all readers pass over one together, or take 、 for ·.
_SENTENCE: Final = re.compile("[，。、；：！？,;!?·]")
#: With the narrow colon of a time of day, which may be read as a wide one.
_MARK: Final = re.compile(f"{_SENTENCE.pattern}|:")


def count_marks(text: str) -> int:
    """How many marks of a sentence stand in a text; 8:30 is none."""
    return len(_SENTENCE.findall(text))


def has_more_marks(text: str, other: str) -> bool:
    """Whether more marks stand in a reading than in another of the same line: that one passed over some. Of a colon readers seldom
    know whether it is wide or narrow."""
    return len(_MARK.findall(text)) > len(_MARK.findall(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A reading's letters, and its marks with the number of letters before each; widths and blanks do not count.

    `sure` and `sure_of_marks` are how sure the reader was of the least sure letter and mark, 1 where there is none.
    """

    letters: str
    marks: tuple[tuple[int, str], ...]
    sure: float
    sure_of_marks: float
    common: bool


def sentence_of(reading: Reading) -> Sentence:
    """What a reader saw, letters and marks apart."""
    pairs = [(c, chance) for c, chance in zip(reading.text, reading.chances, strict=True) if not c.isspace()]
    letters = [(c, chance) for c, chance in pairs if not _MARK.match(c)]
    marks: list[tuple[int, str]] = []
    before = 0
    for character, _ in pairs:
        if _MARK.match(character):
            marks.append((before, normalise(character)))
        else:
            before += 1
    return Sentence(
        letters=normalise("".join(c for c, _ in letters)),
        marks=tuple(marks),
        sure=min((chance for _, chance in letters), default=1.0),
        sure_of_marks=min((chance for c, chance in pairs if _MARK.match(c)), default=1.0),
        common=all(is_common(c) for c, _ in letters),
    )
