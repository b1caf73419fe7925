"""Findings as the case page lists them: blocking ones first, each with what settles it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.finding import TITLES, Finding
from pipeline.domain.finding_codes import OFFICE_MISMATCH
from pipeline.domain.life import OPEN_STAGES, SET_ASIDE_NAMES, SetAside, SetAsideReason
from pipeline.domain.masking import mask_identity_numbers
from pipeline.store.records import CaseDetail
from pipeline.wording import FIELD_NAMES

#: The reason that usually fits, chosen beforehand in the form that sets a finding aside.
_USUAL: Final[Mapping[str, SetAsideReason]] = {
    "field.doubtful": SetAsideReason.MISREAD,
    "field.invalid": SetAsideReason.MISWRITTEN,
    "match.subject": SetAsideReason.PAPER_PREVAILS,
    "match.owner": SetAsideReason.PAPER_PREVAILS,
    "match.admin": SetAsideReason.PAPER_PREVAILS,
    "match.code": SetAsideReason.PAPER_PREVAILS,
    "field.unverifiable": SetAsideReason.PAPER_SEEN,
    "material.missing": SetAsideReason.PAPER_SEEN,
    "material.unreadable": SetAsideReason.PAPER_SEEN,
    "attachment.unreadable": SetAsideReason.PAPER_SEEN,
}
#: Findings that a paper settles which stands in the mail after all: the officer says where.
PAPER_CODES: Final = frozenset({"material.missing", "material.unreadable", "form.unsigned", "operator.unclear"})
#: Findings that no correction settles but a person's judgement.
_CHANGE: Final = "submission.change"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding. `correctable` names the form's field it is about, if that can be typed; `set_aside` who settled it."""

    index: int
    code: str
    title: str
    detail: str = field(repr=False)
    remedy: str
    clause: str
    key: str
    field_name: str
    blocks: bool
    correctable: bool
    wants_paper: bool
    wants_office: bool
    usual: SetAsideReason
    set_aside: SetAside | None = field(repr=False)
    settled_by: str = field(repr=False)

    @property
    def open(self) -> bool:
        return self.blocks and self.set_aside is None


def finding_rows(case: CaseDetail, *, form_keys: Collection[str], names: Mapping[str, str]) -> tuple[FindingRow, ...]:
    """Every finding about the case and its mail once: open ones, then those set aside, then remarks.

    `names` are people's by login.
    """
    found = tuple(dict.fromkeys((*case.mail_findings, *case.findings)))
    rows = [_row(index, item, case, form_keys, names) for index, item in enumerate(found)]
    return tuple(sorted(rows, key=lambda row: (not row.open, not row.blocks)))


def find_finding(case: CaseDetail, index: int, code: str) -> Finding | None:
    """The finding a form of the page is about, None when the case has another one there by now."""
    found = tuple(dict.fromkeys((*case.mail_findings, *case.findings)))
    return found[index] if 0 <= index < len(found) and found[index].code == code else None


def is_change(case: CaseDetail) -> bool:
    """Whether the filing changes a record that is there."""
    return any(item.code == _CHANGE for item in case.findings)


def _row(
    index: int, item: Finding, case: CaseDetail, form_keys: Collection[str], names: Mapping[str, str]
) -> FindingRow:
    settled = next((one for one in case.set_aside if one.covers(item)), None)
    key = item.field or ""
    return FindingRow(
        index=index,
        code=item.code,
        title=TITLES.get(item.code, item.code),
        detail=mask_identity_numbers(item.detail),
        remedy=item.remedy or "",
        clause=item.clause or "",
        key=key,
        field_name=FIELD_NAMES.get(key, "") if key in form_keys else "",
        blocks=item.blocks,
        correctable=key in form_keys and case.stage in OPEN_STAGES,
        wants_paper=item.code in PAPER_CODES,
        wants_office=item.code == OFFICE_MISMATCH,
        usual=_USUAL.get(item.code, SetAsideReason.JUDGED),
        set_aside=settled,
        settled_by="" if settled is None else _settled_by(settled, names),
    )


def _settled_by(settled: SetAside, names: Mapping[str, str]) -> str:
    who = names.get(settled.actor, settled.actor)
    return f"{SET_ASIDE_NAMES[settled.reason]}：{mask_identity_numbers(settled.ground)}（{who}）"
