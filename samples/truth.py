"""The truth beside a sample, in the shape of `beian extract --json` with bare values instead of fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from samples.filing import FilingTruth, IdCardTruth, LicenceTruth, OrganisationCodeTruth, Value
from samples.form_layout import PLAIN, FormStyle
from samples.picture import Box

PaperKind = Literal["business_licence", "organisation_code_certificate", "id_card", "other_certificate"]
PROFILE = "langfang-2018"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTruth:
    """A form in a file. `boxes` are fractions of the upright page, where the carrier has pages."""

    fields: Mapping[str, Value]
    pages: tuple[int, ...] = (1,)
    boxes: Mapping[str, Box] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTruth:
    """A paper in a file."""

    kind: PaperKind
    fields: Mapping[str, Value]
    pages: tuple[int, ...] = (1,)
    boxes: Mapping[str, Box] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTruth:
    """What is in a file. `channel` says how it was made ("docx", "pdf-text", "scan", "fax", "photo", …)."""

    channel: str
    forms: Sequence[FormTruth] = ()
    papers: Sequence[PaperTruth] = ()

    @property
    def kind(self) -> str:
        """The file's main content, as the contract names it."""
        kinds = {"form" for _ in self.forms} | {paper.kind for paper in self.papers}
        return "other" if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"

    def to_json(self) -> str:
        """Readable JSON, keys in a fixed order."""
        forms = [
            {"profile": PROFILE, "pages": list(f.pages), "fields": dict(f.fields), **_boxes(f.boxes)}
            for f in self.forms
        ]
        papers = [
            {"kind": p.kind, "pages": list(p.pages), "fields": dict(p.fields), **_boxes(p.boxes)} for p in self.papers
        ]
        whole = {"channel": self.channel, "kind": self.kind, "forms": forms, "papers": papers}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _boxes(boxes: Mapping[str, Box]) -> dict[str, object]:
    return {"boxes": {key: list(box) for key, box in boxes.items()}} if boxes else {}


def form_truth(
    filing: FilingTruth,
    style: FormStyle = PLAIN,
    *,
    pages: tuple[int, ...] = (1,),
    boxes: Mapping[str, Box] | None = None,
) -> FormTruth:
    """The form's values; `signed` is false where the style leaves the signature out, dropped fields are left out."""
    values = {key: value for key, value in filing.expected.items() if key not in style.dropped}
    if style.signature == "none":
        values["signed"] = False
    return FormTruth(fields=values, pages=pages, boxes=boxes or {})


def paper_truth(
    paper: LicenceTruth | OrganisationCodeTruth | IdCardTruth,
    *,
    side: str = "both",
    pages: tuple[int, ...] = (1,),
    boxes: Mapping[str, Box] | None = None,
) -> PaperTruth:
    """A paper's values; `side` matters for ID cards."""
    kind: PaperKind
    if isinstance(paper, IdCardTruth):
        return PaperTruth(kind="id_card", fields=paper.expected(side), pages=pages, boxes=boxes or {})
    if isinstance(paper, OrganisationCodeTruth):
        kind = "organisation_code_certificate"
    else:
        kind = "business_licence" if paper.title == "营业执照" else "other_certificate"
    return PaperTruth(kind=kind, fields=paper.expected, pages=pages, boxes=boxes or {})
