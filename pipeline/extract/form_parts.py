"""Parts of forms that came apart, as two photos, scans or files of one page, put together again.

An upper part begins with the form's first row and a lower one ends with its last. The two are joined where nothing else in
the mail could belong to either: what both hold has to agree, and rows that only one of them has have to follow each
other. Whatever remains open is left as it came, with a word to the officer; two whole forms are never joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from pipeline.domain.document import DocumentReading, ExtractedForm, Field
from pipeline.domain.finding import finding
from pipeline.domain.spelling import squash
from pipeline.extract.form_joins import join_forms
from pipeline.profile.form import FormSpec

#: A row of the form holds no more values than this: more may be missing between two parts only if another part is missing.
_MOST_BETWEEN: Final = 2
#: So many rows inside of a part may be unread; a form with more of them missing is no part of one, but another form.
_MOST_UNREAD: Final = 2
#: So many values that both parts hold, all alike, prove that they are one form's.
_PROOF: Final = 2
#: Two readings of one value that are this much alike may be one that was cut or misread.
_ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """A form or part with its file (from 0) and the first and last of the form's required rows that it has."""

    form: ExtractedForm
    file: int
    first: int
    last: int
    of: int

    @property
    def is_upper(self) -> bool:
        head, tail = self.first, self.of - 1 - self.last
        return tail > 0 and head <= 1 and head < tail

    @property
    def is_lower(self) -> bool:
        head, tail = self.first, self.of - 1 - self.last
        return head > 0 and tail <= 1 and tail < head

    @property
    def is_whole(self) -> bool:
        return self.first <= 1 and self.last >= self.of - 2 and not self.is_upper and not self.is_lower


def join_parts(
    readings: Sequence[DocumentReading], names: Sequence[str], spec: FormSpec
) -> tuple[DocumentReading, ...]:
    """The readings of a mail's files in order, a form that came in two parts standing with its upper one. Pure.

    `names` is how findings call the files. A part that may belong to several forms says so in place of being unreadable.
    """
    pieces = [piece for at, reading in enumerate(readings) for piece in _pieces(reading, at, spec)]
    rivals = _Rivals(pieces, spec)
    pairs = list(rivals.pairs())
    joined = {id(upper.form): join_forms(upper.form, lower.form, spec) for upper, lower in pairs}
    gone = {id(lower.form): lower for _, lower in pairs} | {
        id(upper.form): upper for upper, _ in pairs if any(upper.form is part for part in readings[upper.file].parts)
    }
    unclear = {id(piece.form) for piece in rivals.unclear()}
    return tuple(_settled(reading, name, joined, gone, unclear) for reading, name in zip(readings, names, strict=True))


def _settled(
    reading: DocumentReading,
    name: str,
    joined: Mapping[int, ExtractedForm],
    gone: Mapping[int, _Piece],
    unclear: set[int],
) -> DocumentReading:
    forms = tuple(joined.get(id(form), form) for form in reading.forms if id(form) not in gone)
    grown = tuple(joined[id(part)] for part in reading.parts if id(part) in joined)
    parts = tuple(
        _asking(part, name) if id(part) in unclear else part for part in reading.parts if id(part) not in gone
    )
    used = {page for item in (*reading.forms, *reading.parts) if id(item) in gone for page in item.pages}
    others = tuple(other for other in reading.others if other.page not in used)
    return reading.model_copy(update={"forms": (*forms, *grown), "parts": parts, "others": others})


def _asking(part: ExtractedForm, name: str) -> ExtractedForm:
    detail = f"“{name}”是登记表的一部分，来信中不止一份登记表可与它拼合，无法确定属于哪一份，请核对。"
    return part.model_copy(update={"findings": (finding("form.deviates", detail),)})


def _pieces(reading: DocumentReading, file: int, spec: FormSpec) -> Iterator[_Piece]:
    keys = [field.key for field in spec.fields if field.required and field.labels]
    for form in (*reading.forms, *reading.parts):
        has = [at for at, key in enumerate(keys) if form.field(key) is not None and key not in form.unplaced]
        if has and has[-1] - has[0] + 1 - len(has) <= _MOST_UNREAD:
            yield _Piece(form=form, file=file, first=has[0], last=has[-1], of=len(keys))
        elif form in reading.forms:
            yield _Piece(form=form, file=file, first=0, last=len(keys) - 1, of=len(keys))


class _Rivals:
    """Who could be joined to whom."""

    def __init__(self, pieces: Sequence[_Piece], spec: FormSpec) -> None:
        self._spec = spec
        self._uppers = [piece for piece in pieces if piece.is_upper]
        self._lowers = [piece for piece in pieces if piece.is_lower]
        self._wholes = [piece for piece in pieces if piece.is_whole]
        self._bonds = {
            (id(upper), id(lower)): bond
            for upper in self._uppers
            for lower in self._lowers
            if (bond := self._bond(upper, lower)) is not None
        }

    def pairs(self) -> Iterator[tuple[_Piece, _Piece]]:
        """Upper and lower parts that belong together and nowhere else."""
        for upper in self._uppers:
            for lower in self._lowers:
                if self._lowers_of(upper) == [lower] and self._uppers_of(lower) == [upper]:
                    proved = self._bonds[id(upper), id(lower)] >= _PROOF
                    if proved or not self._copies(upper, lower):
                        yield upper, lower

    def unclear(self) -> Iterator[_Piece]:
        """Lower parts that could be joined, but not to one form only."""
        settled = {id(lower) for _, lower in self.pairs()}
        for lower in self._lowers:
            if id(lower) not in settled and any((id(upper), id(lower)) in self._bonds for upper in self._uppers):
                yield lower

    def _lowers_of(self, upper: _Piece) -> list[_Piece]:
        return self._best([(lower, (id(upper), id(lower))) for lower in self._lowers])

    def _uppers_of(self, lower: _Piece) -> list[_Piece]:
        return self._best([(upper, (id(upper), id(lower))) for upper in self._uppers])

    def _best(self, candidates: Sequence[tuple[_Piece, tuple[int, int]]]) -> list[_Piece]:
        """Those that fit; where some hold the same values, only these."""
        fitting = [(piece, self._bonds[key]) for piece, key in candidates if key in self._bonds]
        proved = [piece for piece, bond in fitting if bond >= _PROOF]
        return proved or [piece for piece, _ in fitting]

    def _copies(self, upper: _Piece, lower: _Piece) -> bool:
        """Whether the lower part may be one of a whole form that was sent as well, and is another account's."""
        return any(
            _compare(whole.form, lower.form) is not None and not self._is_copy(whole, upper) for whole in self._wholes
        )

    @staticmethod
    def _is_copy(whole: _Piece, part: _Piece) -> bool:
        return (_compare(whole.form, part.form) or 0) >= _PROOF

    def _bond(self, upper: _Piece, lower: _Piece) -> int | None:
        """How many values both hold alike; None where they cannot be one form's."""
        follows = lower.first > upper.first and lower.last > upper.last
        if not follows or lower.first - upper.last - 1 > _MOST_BETWEEN:
            return None
        return _compare(upper.form, lower.form)


def _compare(one: ExtractedForm, other: ExtractedForm) -> int | None:
    """How many values both are sure of and agree on; None where they contradict each other."""
    same = different = 0
    for field in one:
        twin = other.field(field.key)
        if twin is None or not (_is_sure(field) and _is_sure(twin)):
            continue
        said = squash(str(field.value)), squash(str(twin.value))
        same += said[0] == said[1]
        different += not _is_alike(*said)
    return None if different and same < _PROOF * different else same


def _is_sure(field: Field) -> bool:
    return field.value is not None and not field.doubtful and not isinstance(field.value, bool)


def _is_alike(one: str, other: str) -> bool:
    """Whether the two may be one value, one of them cut off or misread."""
    return one in other or other in one or SequenceMatcher(None, one, other).ratio() >= _ALIKE
