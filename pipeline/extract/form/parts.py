"""Parts of forms that came apart, as photos, scans or files of one page, put together again.

An upper part begins with the form's first row and a lower one ends with its last. The two are joined where nothing else in
the mail could belong to either: what both hold has to agree, and rows that only one of them has have to follow each
other. More than two are joined where all parts of the mail follow each other so. A part that shows rows of a whole form
which came as well, a close-up, is held against it. Whatever remains open is left as it came, with a word to the officer;
two whole forms are never joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pipeline.domain.document import DocumentReading, ExtractedForm
from pipeline.domain.finding import finding
from pipeline.domain.spelling import squash
from pipeline.extract.form.agreement import may_show, surely_shows
from pipeline.extract.form.id_elsewhere import is_number_elsewhere, uncovered
from pipeline.extract.form.joins import add_close_up, join_forms
from pipeline.extract.form.rivals import Piece, Rivals, find_pieces
from pipeline.profile.form import FormSpec

#: What is said of parts that stay by themselves.
_SEVERAL: Final = "“{}”是登记表的一部分，来信中不止一份登记表可与它拼合，无法确定属于哪一份，请核对。"
_CLOSE_UP: Final = (
    "“{}”是登记表的一部分，内容与来信中的登记表一致，可能是其局部照片，也可能属于另一份没有发全的登记表，请核对。"
)


def join_parts(
    readings: Sequence[DocumentReading], names: Sequence[str], spec: FormSpec
) -> tuple[DocumentReading, ...]:
    """The readings of a mail's files in order, a form that came in two parts standing with its upper one. Pure.

    `names` is how findings call the files. A part that may belong to several forms says so in place of being unreadable.
    """
    pieces = [piece for at, reading in enumerate(readings) for piece in find_pieces(reading, at, spec)]
    made = _Made(pieces, spec)
    settled = [_settled(reading, name, made) for reading, name in zip(readings, names, strict=True)]
    for part in made.without_number():
        settled[part.file] = uncovered(settled[part.file], part.form)
    return tuple(settled)


class _Made:
    """What becomes of the pieces, by the identity of their forms.

    `forms` are those that take the place of a piece's; `gone` those that are in another one now; `asked` is said of parts
    that stay by themselves.
    """

    def __init__(self, pieces: Sequence[Piece], spec: FormSpec) -> None:
        self._spec = spec
        rivals = Rivals(pieces)
        groups = rivals.groups()
        self._members = {id(group[0].form): list(group) for group in groups}
        self.forms = {id(group[0].form): _join(group, spec) for group in groups}
        self.gone = {id(piece.form) for group in groups for at, piece in enumerate(group) if at or not piece.counts}
        self.asked = {id(piece.form): _SEVERAL for piece in rivals.unclear(groups)}
        wholes = [*(piece for piece in pieces if piece.is_whole and piece.counts), *(group[0] for group in groups)]
        for part in pieces:
            if not part.counts and id(part.form) not in {*self.forms, *self.gone, *self.asked}:
                self._add_close_up(part, wholes)

    def _add_close_up(self, part: Piece, wholes: Sequence[Piece]) -> None:
        shown = [whole for whole in wholes if may_show(part.form, self._form(whole))]
        if _is_close_up(part, [self._form(whole) for whole in shown]):
            key = id(shown[0].form)
            self.forms[key] = add_close_up(self._form(shown[0]), part.form, self._spec)
            self._members.setdefault(key, [shown[0]]).append(part)
            self.gone.add(id(part.form))
        elif shown:
            self.asked[id(part.form)] = _CLOSE_UP

    def _form(self, piece: Piece) -> ExtractedForm:
        return self.forms.get(id(piece.form), piece.form)

    def without_number(self) -> Iterator[Piece]:
        """The pieces that surely do not show the ID number of the form they belong to."""
        for members in self._members.values():
            for piece in members:
                others = [other.form for other in members if other is not piece]
                if is_number_elsewhere(piece.form, others, self._spec):
                    yield piece


def _join(group: Sequence[Piece], spec: FormSpec) -> ExtractedForm:
    form = group[0].form
    for above, piece in pairwise(group):
        form = join_forms(form, piece.form, spec, above=above.form)
    return form


def _is_close_up(part: Piece, shown: Sequence[ExtractedForm]) -> bool:
    """Whether it shows one account's form, which may have come twice."""
    names = {squash(form.text("account_name")) for form in shown}
    return len(names) == 1 and all(surely_shows(part.form, form) for form in shown)


def _settled(reading: DocumentReading, name: str, made: _Made) -> DocumentReading:
    forms = tuple(made.forms.get(id(form), form) for form in reading.forms if id(form) not in made.gone)
    grown = tuple(made.forms[id(part)] for part in reading.parts if id(part) in made.forms)
    parts = tuple(
        _asking(part, made.asked[id(part)].format(name)) if id(part) in made.asked else part
        for part in reading.parts
        if id(part) not in made.gone
    )
    used = {page for item in (*reading.forms, *reading.parts) if id(item) in made.gone for page in item.pages}
    others = tuple(other for other in reading.others if other.page not in used)
    return reading.model_copy(update={"forms": (*forms, *grown), "parts": parts, "others": others})


def _asking(part: ExtractedForm, detail: str) -> ExtractedForm:
    return part.model_copy(update={"findings": (finding("form.deviates", detail),)})
