"""What a hand wrote, by all that three networks think of at each place of its lines: what is offered of it, and how surely a number
is that one and no other.

A look's text is its likeliest one; where looks differ, another may be likelier than either: the only one with a right check
digit, a mobile number, a date, a text of words. How much likelier the best number is than the next best one is its `margin`.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pipeline.domain.counts import parse_count
from pipeline.domain.document import Box, FieldValue
from pipeline.domain.identifiers import check_id_number, check_mobile
from pipeline.domain.spelling import normalise
from pipeline.domain.values import parse_date, parse_id_number
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.places import Choices
from pipeline.extract.ocr.simplified import simplify
from pipeline.extract.surnames import load_surnames
from pipeline.extract.words import Words, spell
from pipeline.profile.form import FieldKind

_DIGITS: Final = "0123456789"
_ALPHABETS: Final[Mapping[FieldKind, str]] = {
    FieldKind.PHONE: _DIGITS,
    FieldKind.COUNT: _DIGITS + ",人",
    FieldKind.DATE: _DIGITS + "年月日.-/",
    FieldKind.ID_NUMBER: _DIGITS + "X",
}
#: Texts kept at each place, and what one that no look thought of is given.
_KEPT: Final = 200
_LEAST: Final = 1e-3
_LONGEST_ID: Final = 18
_WHOLE_DATE: Final = 10
#: The year in which WeChat began.
_FIRST_DAY: Final = "2011-01-01"
#: Of a name: how much the share of a character in all texts counts, and what a first character costs that is no surname.
_FREQUENT: Final = 0.15
_USUAL: Final = -9.0
_NO_SURNAME: Final = -4.0
#: Of a text that is believed, at each of its places (a natural logarithm): one look of five that passes over a place makes it 2.3.
_ONE_TEXT: Final = 2.2
_THOUGHT_OF: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """The likeliest value of a number, and how much likelier it is than the next one (a natural logarithm)."""

    value: FieldValue
    text: str
    margin: float


def likely_number(boxes: Sequence[Box], kind: FieldKind, rereader: PictureRereader) -> Likely | None:
    """The likeliest number of a kind that stands in these lines; None where none may, or numbers of that kind have no form."""
    alphabet = _ALPHABETS.get(kind)
    if alphabet is None:
        return None
    return likeliest([choices for box in boxes for choices in rereader.places(box, alphabet=alphabet)], kind)


def likeliest(places: Sequence[Choices], kind: FieldKind) -> Likely | None:
    """The same, of what may stand at each place."""
    best: tuple[float, str, FieldValue] | None = None
    for score, text in _texts(places):
        value = _PARSERS[kind](text)
        if value is None:
            continue
        if best is None:
            best = score, text, value
        elif value != best[2]:
            return Likely(value=best[2], text=best[1], margin=best[0] - score)
    return None if best is None else Likely(value=best[2], text=best[1], margin=-math.log(_LEAST))


def _texts(places: Sequence[Choices]) -> Sequence[tuple[float, str]]:
    """The likeliest texts, the best first."""
    kept: list[tuple[float, str]] = [(0.0, "")]
    for choices in places:
        told = [(c, math.log(chance)) for c, chance in choices.items() if chance > _LEAST]
        if not told:
            continue
        scores: dict[str, float] = {}
        for before, text in kept:
            for character, score in told:
                longer = text + character
                scores[longer] = max(scores.get(longer, -math.inf), before + score)
        kept = heapq.nlargest(_KEPT, ((score, text) for text, score in scores.items()))
    return kept


def _phone(text: str) -> FieldValue:
    return text if text.isdigit() and check_mobile(text).ok else None


def _count(text: str) -> FieldValue:
    count = parse_count(text)
    return None if count is None else count.value


def _date(text: str) -> FieldValue:
    day = parse_date(text)
    return day if day is not None and len(day) == _WHOLE_DATE and day >= _FIRST_DAY else None


def _id_number(text: str) -> FieldValue:
    number = parse_id_number(text)
    return number if number is not None and len(number) == _LONGEST_ID and check_id_number(number).ok else None


_PARSERS: Final[Mapping[FieldKind, Callable[[str], FieldValue]]] = {
    FieldKind.PHONE: _phone,
    FieldKind.COUNT: _count,
    FieldKind.DATE: _date,
    FieldKind.ID_NUMBER: _id_number,
}


def likely_text(places: Sequence[Choices], kind: FieldKind, words: Words) -> str:
    """The likeliest text of a line in simplified characters: of words, or as a name begins."""
    simple = [_in_simplified(choices) for choices in places]
    return _as_name(simple, words) if kind is FieldKind.PERSON_NAME else spell(simple, words)


def one_text(places: Sequence[Choices], kind: FieldKind, words: Words) -> str | None:
    """The line in simplified characters, where at every place one is far likelier than anything else, nothing included, and words
    do not speak for another text; None where it may be another. Passing over a place speaks against what others saw there.

    A traditional character is a simplified one only where a network thought of that by itself: some names keep theirs (昇).
    """
    simple = [_in_simplified(choices) for choices in places]
    text = "".join(max(choices, key=lambda c, own=choices: own[c], default="") for choices in simple)  # type: ignore[misc]
    if not text or text != normalise(likely_text(places, kind, words)):
        return None
    if any(_margin(choices) < _ONE_TEXT for choices in simple):
        return None
    thought_of = all(
        max(own.get(c, 0.0), own.get("", 0.0)) >= _THOUGHT_OF for own, c in zip(places, text, strict=False)
    )
    return text if thought_of and len(text) == len(places) else None


def _margin(choices: Choices) -> float:
    best, other = heapq.nlargest(2, (*choices.values(), _LEAST, _LEAST))
    return math.log(best / max(other, _LEAST))


def _in_simplified(choices: Choices) -> Choices:
    found: dict[str, float] = {}
    for character, chance in choices.items():
        simple = simplify(character)
        found[simple] = found.get(simple, 0.0) + chance
    return found


def _as_name(places: Sequence[Choices], words: Words) -> str:
    """The likeliest name: it begins with a surname, and goes on with characters that are written often."""
    name = ""
    for choices in places:
        score = partial(_of_name, words=words) if name else _of_surname
        name += max(choices, key=lambda c, own=choices, of=score: math.log(max(own[c], _LEAST)) + of(c), default="")  # type: ignore[misc]
    return name


def _of_surname(character: str) -> float:
    surnames = load_surnames()
    begins = not character or character in surnames.single or any(name[0] == character for name in surnames.double)
    return 0.0 if begins else _NO_SURNAME


def _of_name(character: str, words: Words) -> float:
    return _FREQUENT * (words.of(character) if character else _USUAL)
