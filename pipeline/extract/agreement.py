"""Lifts doubts that two documents settle: what form and paper both say, each read by itself, is so.

One of the two must be sure by itself: the same engine makes the same mistake on the same rare character twice
(垡 is 垄 to it wherever it stands).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, FieldSet, PaperKind
from pipeline.domain.spelling import told
from pipeline.extract.ocr.simplified import simplify

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


def agreed_value(doubted: Field | None, sure: Field | None) -> str | None:
    """What a doubtful field holds for certain, as it reads as the sure one does, or would with simplified characters."""
    if doubted is None or sure is None or doubted.value is None or sure.value is None:
        return None
    if not doubted.doubtful or sure.doubtful:
        return None
    known, own = told(str(sure.value)), str(doubted.value)
    if told(own) == known:
        return own
    return str(sure.value) if known in (told(doubted.raw or ""), told(simplify(own))) else None


def _pairs(kind: PaperKind) -> dict[str, str]:
    return _PERSONS if kind is PaperKind.ID_CARD else _BODIES


def _settle_form(form: ExtractedForm, papers: Iterable[ExtractedPaper]) -> ExtractedForm:
    agreed = {
        key: value
        for paper in papers
        for key, paper_key in _pairs(paper.kind).items()
        if (value := agreed_value(form.field(key), paper.field(paper_key))) is not None
    }
    return form.model_copy(update={"fields": _without_doubt(form, agreed)}) if agreed else form


def _settle_paper(paper: ExtractedPaper, forms: Iterable[ExtractedForm]) -> ExtractedPaper:
    agreed = {
        paper_key: value
        for form in forms
        for key, paper_key in _pairs(paper.kind).items()
        if (value := agreed_value(paper.field(paper_key), form.field(key))) is not None
    }
    return paper.model_copy(update={"fields": _without_doubt(paper, agreed)}) if agreed else paper


def _without_doubt(fields: FieldSet, agreed: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(
        item.model_copy(update={"value": agreed[item.key], "doubtful": False, "doubt": None})
        if item.key in agreed
        else item
        for item in fields
    )
