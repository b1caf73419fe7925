"""The JSON that `extract --json` and `check --json` promise; keys are added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from pipeline.domain.decision import DecidedCase, MailDecision
from pipeline.domain.document import (
    DocumentReading,
    ExtractedForm,
    ExtractedPaper,
    Field,
    FieldSet,
    FieldValue,
    PageBox,
    Place,
)
from pipeline.domain.finding import Finding


class BoxView(TypedDict):
    """A place on a page: fractions, origin top left. `file` is the mail's attachment, counted from 1; `check` alone knows."""

    page: int
    box: list[float]
    file: NotRequired[int]


class CellView(TypedDict):
    """A cell of a document's table; `file` as in `BoxView`."""

    table: int
    row: int
    column: int
    file: NotRequired[int]


class FieldView(TypedDict):
    """One value with its provenance."""

    value: FieldValue
    raw: str
    confidence: float | None
    doubtful: bool
    source: BoxView | CellView | None
    reader: str


class FindingView(TypedDict):
    """One finding."""

    code: str
    severity: str
    field: str | None
    detail: str
    clause: str | None
    remedy: str | None


class FormView(TypedDict):
    """One form."""

    profile: str
    pages: list[int]
    fields: dict[str, FieldView]


class PaperView(TypedDict):
    """One paper; `file` as in `BoxView`."""

    kind: str
    title: str | None
    file: NotRequired[int]
    pages: list[int]
    fields: dict[str, FieldView]


class OtherView(TypedDict):
    """A page that is neither form nor paper; without `page` the text of a Word file."""

    page: int | None
    looks_like: str


class DocumentView(TypedDict):
    """One line of `beian extract --json`."""

    file: str
    kind: str
    engine: str
    seconds: float | None
    problems: list[FindingView]
    forms: list[FormView]
    papers: list[PaperView]
    others: list[OtherView]


class CaseView(TypedDict):
    """One case of a mail. `form_file` is the attachment its form was read from, of several the one read best."""

    decision: str
    entity: str | None
    entity_reasons: list[str]
    scope_reasons: list[str]
    office: str | None
    form_file: int | None
    fields: dict[str, FieldView]
    papers: list[PaperView]
    findings: list[FindingView]
    due: str | None


class MailView(TypedDict):
    """One line of `beian check --json`."""

    file: str
    mailbox: str
    received: str
    decision: str
    cases: list[CaseView]
    findings: list[FindingView]


def _place(place: Place | None) -> BoxView | CellView | None:
    if place is None:
        return None
    view: BoxView | CellView
    if isinstance(place, PageBox):
        view = {"page": place.page, "box": [round(edge, 4) for edge in place.box]}
    else:
        view = {"table": place.table, "row": place.row, "column": place.column}
    if place.file is not None:
        view["file"] = place.file
    return view


def field_view(field: Field) -> FieldView:
    """One field as JSON."""
    return {
        "value": field.value,
        "raw": field.raw,
        "confidence": field.confidence,
        "doubtful": field.doubtful,
        "source": _place(field.source),
        "reader": field.reader,
    }


def fields_view(fields: FieldSet) -> dict[str, FieldView]:
    """All fields of a form or paper by key."""
    return {item.key: field_view(item) for item in fields}


def form_fields_view(form: ExtractedForm) -> dict[str, FieldView]:
    """All fields of a form by key; one that the form has no place for stands there as doubtful, so that it is seen."""
    nowhere: FieldView = {
        "value": None,
        "raw": "",
        "confidence": None,
        "doubtful": True,
        "source": None,
        "reader": "none",
    }
    return fields_view(form) | {key: nowhere for key in form.unplaced if form.field(key) is None}


def findings_view(findings: Iterable[Finding]) -> list[FindingView]:
    """Findings as JSON, in the order found."""
    return [
        {
            "code": item.code,
            "severity": item.severity.value,
            "field": item.field,
            "detail": item.detail,
            "clause": item.clause,
            "remedy": item.remedy,
        }
        for item in findings
    ]


def _form_view(form: ExtractedForm) -> FormView:
    return {"profile": form.profile, "pages": list(form.pages), "fields": form_fields_view(form)}


def paper_view(paper: ExtractedPaper) -> PaperView:
    """One paper as JSON."""
    view: PaperView = {
        "kind": paper.kind.value,
        "title": paper.title,
        "pages": list(paper.pages),
        "fields": fields_view(paper),
    }
    if paper.file is not None:
        view["file"] = paper.file
    return view


def document_view(file: str, reading: DocumentReading) -> DocumentView:
    """One file as `beian extract --json` prints it."""
    inner = [found for form in reading.forms for found in form.findings]
    inner += [found for paper in reading.papers for found in paper.findings]
    return {
        "file": file,
        "kind": reading.kind.value,
        "engine": reading.engine,
        "seconds": None if reading.seconds is None else round(reading.seconds, 3),
        "problems": findings_view(dict.fromkeys((*reading.all_findings, *inner))),
        "forms": [_form_view(form) for form in reading.forms],
        "papers": [paper_view(paper) for paper in reading.papers],
        "others": [{"page": other.page, "looks_like": other.looks_like} for other in reading.others],
    }


def _case_view(mail: MailDecision, case: DecidedCase) -> CaseView:
    verdict, form = case.verdict, case.filing.form
    return {
        "decision": mail.case_decision(case).value,
        "entity": verdict.entity.value if verdict.entity else None,
        "entity_reasons": list(verdict.entity_reasons),
        "scope_reasons": list(verdict.scope_reasons),
        "office": verdict.office,
        "form_file": form.file if form else None,
        "fields": form_fields_view(form) if form else {},
        "papers": [paper_view(paper) for paper in case.filing.papers],
        "findings": findings_view(verdict.findings),
        "due": verdict.due.isoformat() if verdict.due else None,
    }


def mail_view(file: str, mail: MailDecision) -> MailView:
    """One mail as `beian check --json` prints it."""
    return {
        "file": file,
        "mailbox": mail.mailbox,
        "received": mail.received.isoformat(timespec="seconds"),
        "decision": mail.decision.value,
        "cases": [_case_view(mail, case) for case in mail.cases],
        "findings": findings_view(mail.findings),
    }
