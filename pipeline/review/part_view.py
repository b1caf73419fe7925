"""A case's papers, the other cases of its mail, and later mails, as what can be split and joined."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.domain.joining import JOIN_STATE_NAMES, JoinState, name_ways
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """A later mail of the case, or one that may belong to it. `case_id` is for taking it out again, "" where it is not in."""

    case_id: str
    reference: str
    at: str
    office: str
    state: str
    ways: str


def mail_lines(call: Call, case: CaseDetail) -> tuple[MailLine, ...]:
    """Those that joined the case, and of the others those that whoever asks may see, in the order in which they came."""
    offices, wording = visible_offices(call.user, call.parts.office_keys), call.parts.wording
    found = []
    for mail in case.mails:
        joined = mail.state is JoinState.JOINED
        other = call.parts.store.show_case(mail.case_id)
        if other is None or not (joined or is_visible(offices, *other.offices)):
            continue
        found.append(
            MailLine(
                case_id=mail.case_id if joined and other.joined_into == case.case_id else "",
                reference=mail.case_id[:8].upper(),
                at=wording.moment(mail.received),
                office=wording.office(other.received_office),
                state=JOIN_STATE_NAMES[mail.state],
                ways=name_ways(mail.ways),
            )
        )
    return tuple(found)


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
    """The open cases that can be joined and that whoever asks may see: those of the same mail, and of later ones that may
    belong to this one; and those of the same mail that were joined into it."""
    offices = visible_offices(call.user, call.parts.office_keys)
    later = {mail.case_id: mail for mail in case.mails}
    found = []
    for item in call.parts.store.siblings(case.case_id):
        if item.joined and item.case_id in later:
            continue
        other = call.parts.store.show_case(item.case_id) if item.is_open or item.joined else None
        if other is not None and is_visible(offices, *other.offices):
            name = mask_identity_numbers(item.account_name) or ("（无账号名）" if item.has_form else "（无登记表）")
            if item.case_id in later:
                name = f"{call.parts.wording.moment(later[item.case_id].received)} 来信 {name}"
            found.append(
                SiblingLine(case_id=item.case_id, reference=item.case_id[:8].upper(), name=name, joined=item.joined)
            )
    return tuple(found)
