"""A number by hand, held against all that three networks think of at its places (`trust.written`): believed where it is far
likelier than the next one, asked about where it is not, and offered where it is likelier than what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.spelling import squash
from pipeline.extract.doubts import NO_VALUE, NOT_TWICE, NUMBER
from pipeline.extract.form.judge import Parsed
from pipeline.extract.trust.evidence import Evidence
from pipeline.extract.trust.written import likely_number
from pipeline.profile.form import FieldKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Margins:
    """How much likelier than the next one (natural logarithms) a number must be: one that is believed anyway, and one that is
    believed for this alone."""

    kept: float
    believed: float


_MARGINS: Final = _Margins(kept=1.0, believed=2.5)
#: A count has no form that tells a right one from a wrong one.
_OF_COUNTS: Final = _Margins(kept=2.0, believed=3.0)
#: Doubts that say no more than that looks differ.
_OPEN: Final = frozenset({NOT_TWICE, NUMBER, NO_VALUE})


def weigh_number(field: Field, kind: FieldKind, evidence: Evidence, may_be_all: Callable[[str], bool]) -> Field:
    """The field as it was judged, or as what stands there is far likelier to be; asked about where that may be another.

    `may_be_all` says of a number whether it is all that was read.
    """
    likely = likely_number([line.box for line in evidence.lines], kind, evidence.rereader)
    if likely is None or field.candidates or abs(len(likely.text) - len(squash(evidence.reading.raw))) > 1:
        return field
    margins = _OF_COUNTS if kind is FieldKind.COUNT else _MARGINS
    is_same = likely.value == field.value
    if not field.doubtful:
        return field if is_same and likely.margin >= margins.kept else evidence.doubted(NOT_TWICE, field.second)
    if field.doubt in _OPEN and likely.margin >= margins.believed and may_be_all(likely.text):
        return evidence.believed(field.second, value=likely.value)
    if is_same:
        return field
    return evidence.doubted(field.doubt or NOT_TWICE, field.second, value=Parsed(value=likely.value))
