"""A case's papers, and the other cases of its mail, as what can be split and joined."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.people import is_visible, visible_offices
from pipeline.review.call import Call
from pipeline.store.records import CaseDetail
from pipeline.wording import paper_title


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A paper by its title and the name on it; `number` counts from 1."""

    number: int
    title: str = field(repr=False)
    name: str = field(repr=False)
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingLine:
    """Another case of the mail: one that can be joined, or one that was."""

    case_id: str
    reference: str
    name: str = field(repr=False)
    joined: bool


def paper_lines(case: CaseDetail) -> tuple[PaperLine, ...]:
    """The case's papers in order."""
    return tuple(
        PaperLine(
            number=number,
            title=mask_identity_numbers(paper_title(paper)),
            name=mask_identity_numbers(paper.text("name")),
            place=f"附件{paper.file}第{paper.pages[0]}页" if paper.file and paper.pages else "",
        )
        for number, paper in enumerate(case.filing.papers, 1)
    )


def sibling_lines(call: Call, case: CaseDetail) -> tuple[SiblingLine, ...]:
    """The open cases of the same mail that whoever asks may see, and those that were joined into this one."""
    offices = visible_offices(call.user, call.parts.office_keys)
    found = []
    for item in call.parts.store.siblings(case.case_id):
        other = call.parts.store.show_case(item.case_id) if item.is_open or item.joined else None
        if other is not None and is_visible(offices, *other.offices):
            name = mask_identity_numbers(item.account_name) or ("（无账号名）" if item.has_form else "（无登记表）")
            found.append(
                SiblingLine(case_id=item.case_id, reference=item.case_id[:8].upper(), name=name, joined=item.joined)
            )
    return tuple(found)
