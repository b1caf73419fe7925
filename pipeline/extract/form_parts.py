"""Parts of forms that came apart, as photos, scans or files of one page, put together again.

An upper part begins with the form's first row and a lower one ends with its last. The two are joined where nothing else in
the mail could belong to either: what both hold has to agree, and rows that only one of them has have to follow each
other. More than two are joined where all parts of the mail follow each other so. A part that shows rows of a whole form
which came as well, a close-up, is held against it. Whatever remains open is left as it came, with a word to the officer;
two whole forms are never joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from pipeline.domain.document import DocumentReading, ExtractedForm
from pipeline.domain.finding import finding
from pipeline.domain.spelling import squash
from pipeline.extract.form_agreement import PROOF, compare_forms, may_show, surely_shows
from pipeline.extract.form_joins import add_close_up, join_forms
from pipeline.profile.form import FormSpec

#: A row of the form holds no more values than this: more may be missing between two parts only if another part is missing.
_MOST_BETWEEN: Final = 2
#: So many rows inside of a part may be unread; a form with more of them missing is no part of one, but another form.
_MOST_UNREAD: Final = 2
#: What is said of parts that stay by themselves.
_SEVERAL: Final = "“{}”是登记表的一部分，来信中不止一份登记表可与它拼合，无法确定属于哪一份，请核对。"
_CLOSE_UP: Final = (
    "“{}”是登记表的一部分，内容与来信中的登记表一致，可能是其局部照片，也可能属于另一份没有发全的登记表，请核对。"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
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


def join_parts(
    readings: Sequence[DocumentReading], names: Sequence[str], spec: FormSpec
) -> tuple[DocumentReading, ...]:
    """The readings of a mail's files in order, a form that came in two parts standing with its upper one. Pure.

    `names` is how findings call the files. A part that may belong to several forms says so in place of being unreadable.
    """
    pieces = [piece for at, reading in enumerate(readings) for piece in _pieces(reading, at, spec)]
    rivals = _Rivals(pieces)
    groups = rivals.groups()
    forms = {id(group[0].form): _join(group, spec) for group in groups}
    gone = {id(piece.form) for group in groups for at, piece in enumerate(group) if at or not piece.counts}
    asked = {id(piece.form): _SEVERAL for piece in rivals.unclear(groups)}
    wholes = [piece for piece in pieces if piece.is_whole and piece.counts] + [group[0] for group in groups]
    for part in (piece for piece in pieces if not piece.counts and id(piece.form) not in {*forms, *gone, *asked}):
        shown = [whole for whole in wholes if may_show(part.form, forms.get(id(whole.form), whole.form))]
        if _is_close_up(part, [forms.get(id(whole.form), whole.form) for whole in shown]):
            key = id(shown[0].form)
            forms[key] = add_close_up(forms.get(key, shown[0].form), part.form, spec)
            gone.add(id(part.form))
        elif shown:
            asked[id(part.form)] = _CLOSE_UP
    return tuple(_settled(reading, name, forms, gone, asked) for reading, name in zip(readings, names, strict=True))


def _join(group: Sequence[_Piece], spec: FormSpec) -> ExtractedForm:
    form = group[0].form
    for above, piece in pairwise(group):
        form = join_forms(form, piece.form, spec, above=above.form)
    return form


def _is_close_up(part: _Piece, shown: Sequence[ExtractedForm]) -> bool:
    """Whether it shows one account's form, which may have come twice."""
    names = {squash(form.text("account_name")) for form in shown}
    return len(names) == 1 and all(surely_shows(part.form, form) for form in shown)


def _settled(
    reading: DocumentReading,
    name: str,
    joined: Mapping[int, ExtractedForm],
    gone: set[int],
    asked: Mapping[int, str],
) -> DocumentReading:
    forms = tuple(joined.get(id(form), form) for form in reading.forms if id(form) not in gone)
    grown = tuple(joined[id(part)] for part in reading.parts if id(part) in joined)
    parts = tuple(
        _asking(part, asked[id(part)].format(name)) if id(part) in asked else part
        for part in reading.parts
        if id(part) not in gone
    )
    used = {page for item in (*reading.forms, *reading.parts) if id(item) in gone for page in item.pages}
    others = tuple(other for other in reading.others if other.page not in used)
    return reading.model_copy(update={"forms": (*forms, *grown), "parts": parts, "others": others})


def _asking(part: ExtractedForm, detail: str) -> ExtractedForm:
    return part.model_copy(update={"findings": (finding("form.deviates", detail),)})


def _pieces(reading: DocumentReading, file: int, spec: FormSpec) -> Iterator[_Piece]:
    keys = [field.key for field in spec.fields if field.required and field.labels]
    for form in (*reading.forms, *reading.parts):
        has = [at for at, key in enumerate(keys) if form.field(key) is not None and key not in form.unplaced]
        if has and has[-1] - has[0] + 1 - len(has) <= _MOST_UNREAD:
            counts = any(form is item for item in reading.forms)
            yield _Piece(form=form, file=file, first=has[0], last=has[-1], of=len(keys), counts=counts)
        elif form in reading.forms:
            yield _Piece(form=form, file=file, first=0, last=len(keys) - 1, of=len(keys), counts=True)


class _Rivals:
    """Who could be joined to whom."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
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

    def groups(self) -> Sequence[tuple[_Piece, ...]]:
        """Parts that belong together and nowhere else, from the uppermost to the lowest."""
        return [chain] if (chain := self._chain()) else list(self._pairs())

    def _chain(self) -> tuple[_Piece, ...]:
        """All parts of the mail, where there are more than two and they make one form; none where they do not."""
        chain = sorted(self._pieces, key=lambda piece: (piece.first, piece.last))
        if len(chain) < 3 or self._wholes or not (chain[0].is_upper and chain[-1].is_lower):
            return ()
        follow = all(_bond(above, below) is not None for above, below in pairwise(chain))
        agree = all(compare_forms(one.form, other.form) is not None for one, other in combinations(chain, 2))
        return tuple(chain) if follow and agree else ()

    def _pairs(self) -> Iterator[tuple[_Piece, _Piece]]:
        for upper in self._uppers:
            for lower in self._lowers:
                if self._lowers_of(upper) == [lower] and self._uppers_of(lower) == [upper]:
                    proved = self._bonds[id(upper), id(lower)] >= PROOF
                    if proved or not self._copies(upper, lower):
                        yield upper, lower

    def unclear(self, groups: Sequence[tuple[_Piece, ...]]) -> Iterator[_Piece]:
        """Lower parts that could be joined, but not to one form only."""
        settled = {id(piece) for group in groups for piece in group}
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
        proved = [piece for piece, bond in fitting if bond >= PROOF]
        return proved or [piece for piece, _ in fitting]

    def _copies(self, upper: _Piece, lower: _Piece) -> bool:
        """Whether the lower part may be one of a whole form that was sent as well, and is another account's."""
        return any(
            compare_forms(whole.form, lower.form) is not None and not self._is_copy(whole, upper)
            for whole in self._wholes
        )

    @staticmethod
    def _is_copy(whole: _Piece, part: _Piece) -> bool:
        return (compare_forms(whole.form, part.form) or 0) >= PROOF


def _bond(upper: _Piece, lower: _Piece) -> int | None:
    """How many values both hold alike; None where they cannot be one form's."""
    follows = lower.first > upper.first and lower.last > upper.last
    if not follows or lower.first - upper.last - 1 > _MOST_BETWEEN:
        return None
    return compare_forms(upper.form, lower.form)
