"""Numbers on a page of black and white whose level strokes may be gone: what is left of a 4 can be a 1, of an 8 a 0.

Those digits have to be proved by their ink (`raster.lost_bars`), but for those that can be no other: a mobile number begins with 1,
and there is no month 40.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from pipeline.domain.identifiers import IdKind, check_mobile
from pipeline.extract.form.judge import Parsed
from pipeline.extract.image.dots import Dots
from pipeline.extract.raster.lost_bars import is_as_it_seems
from pipeline.extract.trust.evidence import Evidence
from pipeline.profile.form import FieldKind

#: What a digit may have been before it lost its level stroke.
_BEFORE: Final = {"1": "4", "0": "8"}
#: A 1 in the tens of a year is no 4 before that year.
_NOT_YET: Final = "2040"


def keeps_its_bars(evidence: Evidence) -> bool:
    """Whether no digit of a number can be another one that lost its level strokes. False of pages on which that cannot be told:
    those that were drawn at another size since."""
    rereader = evidence.rereader
    picture = rereader.picture
    if picture.dots not in (Dots.OWN_ROWS, Dots.DOUBLED) or len(evidence.lines) != 1:
        return False
    box = evidence.lines[0].box
    if box in rereader.slopes:
        return False
    seen = rereader.first_reading(box)
    left, top, right, bottom = picture.rect(box)
    open_at = frozenset(_open_at(seen.text, evidence))
    return is_as_it_seems(seen.text, seen.centres, picture.clean[top:bottom, left:right], open_at)


def _open_at(text: str, evidence: Evidence) -> Iterator[int]:
    """Where another digit would make another value, alone or together with one more."""
    places = [i for i, character in enumerate(text) if character in _BEFORE]
    for changed in [*combinations(places, 1), *combinations(places, 2)]:
        other = "".join(_BEFORE[c] if i in changed else c for i, c in enumerate(text))
        if _is_possible(evidence.parse(other), evidence.reading.field.kind):
            yield from changed


def _is_possible(parsed: Parsed, kind: FieldKind) -> bool:
    value = str(parsed.value or "")
    if kind is FieldKind.PHONE and value:
        check = check_mobile(value)
        return check.ok or check.kind is IdKind.LANDLINE
    if kind is FieldKind.DATE:
        return "" < value < _NOT_YET
    return bool(value or parsed.candidates)
