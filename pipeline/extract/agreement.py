"""Lifts doubts that two documents settle: what form and paper both say, each read by itself, is so.

One of the two must be sure by itself: the same engine makes the same mistake on the same rare character twice
(垡 is 垄 to it wherever it stands).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, FieldSet, PaperKind
from pipeline.domain.spelling import squash

#: Keys of the form and the keys of papers that must say the same of the same thing.
_PERSONS: Final = {"owner_name": "name", "owner_id_number": "id_number", "admin_name": "name"}
_BODIES: Final = {"account_subject": "name"}


def settle(
    forms: Sequence[ExtractedForm], papers: Sequence[ExtractedPaper]
) -> tuple[tuple[ExtractedForm, ...], tuple[ExtractedPaper, ...]]:
    """The same forms and papers in the same order, with the doubt gone from fields that agree. Pure."""
    settled_forms = tuple(_settle_form(form, papers) for form in forms)
    settled_papers = tuple(_settle_paper(paper, forms) for paper in papers)
    return settled_forms, settled_papers


def _pairs(kind: PaperKind) -> dict[str, str]:
    return _PERSONS if kind is PaperKind.ID_CARD else _BODIES


def _settle_form(form: ExtractedForm, papers: Iterable[ExtractedPaper]) -> ExtractedForm:
    agreed = {
        key
        for paper in papers
        for key, paper_key in _pairs(paper.kind).items()
        if _agree(form.field(key), paper.field(paper_key))
    }
    return form.model_copy(update={"fields": _without_doubt(form, agreed)}) if agreed else form


def _settle_paper(paper: ExtractedPaper, forms: Iterable[ExtractedForm]) -> ExtractedPaper:
    agreed = {
        paper_key
        for form in forms
        for key, paper_key in _pairs(paper.kind).items()
        if _agree(form.field(key), paper.field(paper_key))
    }
    return paper.model_copy(update={"fields": _without_doubt(paper, agreed)}) if agreed else paper


def _agree(one: Field | None, other: Field | None) -> bool:
    if one is None or other is None or one.value is None or other.value is None:
        return False
    if one.doubtful and other.doubtful:
        return False
    return squash(str(one.value)) == squash(str(other.value))


def _without_doubt(fields: FieldSet, keys: set[str]) -> tuple[Field, ...]:
    return tuple(
        item.model_copy(update={"doubtful": False, "doubt": None}) if item.key in keys and item.doubtful else item
        for item in fields
    )
