"""Which parts of forms could belong together, and which belong nowhere else. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from pipeline.domain.document import DocumentReading, ExtractedForm
from pipeline.extract.form.agreement import PROOF, compare_forms
from pipeline.profile.form import FormSpec

#: A row of the form holds no more values than this: more may be missing between two parts only if another part is missing.
_MOST_BETWEEN: Final = 2
#: So many rows inside of a part may be unread; a form with more of them missing is no part of one, but another form.
_MOST_UNREAD: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """A form or part with its file (from 0) and the first and last of the form's required rows that it has.

    `counts`: it has the rows that tell a form.
    """

    form: ExtractedForm
    file: int
    first: int
    last: int
    of: int
    counts: bool

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


def find_pieces(reading: DocumentReading, file: int, spec: FormSpec) -> Iterator[Piece]:
    """The forms and parts of a reading that may go on elsewhere, and the whole forms."""
    keys = [field.key for field in spec.fields if field.required and field.labels]
    for form in (*reading.forms, *reading.parts):
        has = [at for at, key in enumerate(keys) if form.field(key) is not None and key not in form.unplaced]
        if is_unbroken(has):
            counts = any(form is item for item in reading.forms)
            yield Piece(form=form, file=file, first=has[0], last=has[-1], of=len(keys), counts=counts)
        elif form in reading.forms:
            yield Piece(form=form, file=file, first=0, last=len(keys) - 1, of=len(keys), counts=True)


def is_unbroken(rows: Sequence[int]) -> bool:
    """Whether a part with these of the form's required rows, in order, can be one: hardly any row inside of it is missing."""
    return bool(rows) and rows[-1] - rows[0] + 1 - len(rows) <= _MOST_UNREAD


class Rivals:
    """Who could be joined to whom."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._uppers = [piece for piece in pieces if piece.is_upper]
        self._lowers = [piece for piece in pieces if piece.is_lower]
        self._wholes = [piece for piece in pieces if piece.is_whole]
        self._bonds = {
            (id(upper), id(lower)): bond
            for upper in self._uppers
            for lower in self._lowers
            if (bond := _bond(upper, lower)) is not None
        }

    def groups(self) -> Sequence[tuple[Piece, ...]]:
        """Parts that belong together and nowhere else, from the uppermost to the lowest."""
        return [chain] if (chain := self._chain()) else list(self._pairs())

    def _chain(self) -> tuple[Piece, ...]:
        """All parts of the mail, where there are more than two and they make one form; none where they do not."""
        chain = sorted(self._pieces, key=lambda piece: (piece.first, piece.last))
        if len(chain) < 3 or self._wholes or not (chain[0].is_upper and chain[-1].is_lower):
            return ()
        follow = all(_bond(above, below) is not None for above, below in pairwise(chain))
        agree = all(compare_forms(one.form, other.form) is not None for one, other in combinations(chain, 2))
        return tuple(chain) if follow and agree else ()

    def _pairs(self) -> Iterator[tuple[Piece, Piece]]:
        for upper in self._uppers:
            for lower in self._lowers:
                if self._lowers_of(upper) == [lower] and self._uppers_of(lower) == [upper]:
                    proved = self._bonds[id(upper), id(lower)] >= PROOF
                    if proved or not self._copies(upper, lower):
                        yield upper, lower

    def unclear(self, groups: Sequence[tuple[Piece, ...]]) -> Iterator[Piece]:
        """Lower parts that could be joined, but not to one form only."""
        settled = {id(piece) for group in groups for piece in group}
        for lower in self._lowers:
            if id(lower) not in settled and any((id(upper), id(lower)) in self._bonds for upper in self._uppers):
                yield lower

    def _lowers_of(self, upper: Piece) -> list[Piece]:
        return self._best([(lower, (id(upper), id(lower))) for lower in self._lowers])

    def _uppers_of(self, lower: Piece) -> list[Piece]:
        return self._best([(upper, (id(upper), id(lower))) for upper in self._uppers])

    def _best(self, candidates: Sequence[tuple[Piece, tuple[int, int]]]) -> list[Piece]:
        """Those that fit; where some hold the same values, only these."""
        fitting = [(piece, self._bonds[key]) for piece, key in candidates if key in self._bonds]
        proved = [piece for piece, bond in fitting if bond >= PROOF]
        return proved or [piece for piece, _ in fitting]

    def _copies(self, upper: Piece, lower: Piece) -> bool:
        """Whether the lower part may be one of a whole form that was sent as well, and is another account's."""
        return any(
            compare_forms(whole.form, lower.form) is not None and not self._is_copy(whole, upper)
            for whole in self._wholes
        )

    @staticmethod
    def _is_copy(whole: Piece, part: Piece) -> bool:
        return (compare_forms(whole.form, part.form) or 0) >= PROOF


def _bond(upper: Piece, lower: Piece) -> int | None:
    """How many values both hold alike; None where they cannot be one form's."""
    follows = lower.first > upper.first and lower.last > upper.last
    if not follows or lower.first - upper.last - 1 > _MOST_BETWEEN:
        return None
    return compare_forms(upper.form, lower.form)
