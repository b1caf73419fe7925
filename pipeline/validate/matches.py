"""Papers against the form, one requirement at a time: the best answer that the mail's papers give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from pipeline.domain.document import PAPER_NAMES, ExtractedPaper, PaperKind
from pipeline.domain.finding import Finding, finding
from pipeline.domain.identifiers import Reason, check_id_number
from pipeline.domain.values import is_blank, parse_id_number
from pipeline.profile.schema import Holder
from pipeline.validate.cards import (
    Likeness,
    Person,
    admin_of,
    compare_person,
    is_near,
    owner_of,
    portrait_cards,
    representative_of,
)
from pipeline.validate.case import Case, is_readable, is_sure
from pipeline.validate.certificates import (
    CERTIFICATES,
    Agreement,
    compare_subject,
    is_owners,
    paper_name,
    wrong_code_key,
)
from pipeline.validate.dates import named_days


class Rank(IntEnum):
    """How far a requirement is met, from worst to best."""

    MISSING = 0
    UNREADABLE = 1
    MISMATCH = 2
    DOUBTFUL = 3
    MET = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The answer to one requirement: its rank, what to say, and the papers that meet it."""

    rank: Rank
    findings: tuple[Finding, ...] = ()
    papers: tuple[ExtractedPaper, ...] = ()


def judge_certificate(case: Case, kind: PaperKind, clause: str | None) -> Outcome:
    """The best certificate of that kind: one that names the subject, else one that may, else another body's."""
    return _best(case, kind, [_judge_one_certificate(case, paper, clause) for paper in case.papers(kind)])


def _best(case: Case, kind: PaperKind, outcomes: list[Outcome]) -> Outcome:
    """The best outcome; beside others' papers one that nobody can read may be the right one."""
    best = choose_best(case, outcomes)
    if best.rank > Rank.MISMATCH or (best.rank is Rank.MISMATCH and best.papers):
        return best
    none = absent(case, kind)
    return none if none.rank is Rank.UNREADABLE else best


def choose_best(case: Case, outcomes: list[Outcome]) -> Outcome:
    """The highest rank; among equals the one whose papers are in force and whole, else what is said first below."""
    return max(outcomes, key=lambda outcome: _quality(case, outcome), default=Outcome(rank=Rank.MISSING))


#: Of several wrong cards the one nearest to being right is spoken of, in whatever order they came.
_TOLD_FIRST: Final = ("match.owner", "match.admin", "match.representative", "operator.unclear")


def _quality(case: Case, outcome: Outcome) -> tuple[Rank, bool, bool, int]:
    valid = not any(is_expired(case, paper) for paper in outcome.papers)
    whole = all(paper.value("side") != "front" for paper in outcome.papers)
    told = [_TOLD_FIRST.index(item.code) for item in outcome.findings if item.code in _TOLD_FIRST]
    return outcome.rank, valid, whole, -min(told, default=len(_TOLD_FIRST))


def is_expired(case: Case, paper: ExtractedPaper) -> bool:
    """Whether the paper's last day surely lies before receipt; without a date it is valid without end."""
    days = named_days(paper.text("valid_until")) if is_sure(paper.field("valid_until")) else ()
    return bool(days) and days[-1] < case.received_on


def _judge_one_certificate(case: Case, paper: ExtractedPaper, clause: str | None) -> Outcome:
    agreement, name = compare_subject(case, paper), paper_name(paper)
    if agreement is Agreement.DIFFERENT:
        found = finding("match.subject", _other_body(case, name), field="account_subject", clause=clause)
        return Outcome(rank=Rank.MISMATCH, findings=(found,))
    if agreement is not Agreement.SAME and case.is_sure("account_subject"):
        detail = f"{name}上的名称辨认不清，无法与“{case.name('account_subject')}”核对，请核对原件或重新拍照。"
        return Outcome(rank=Rank.DOUBTFUL, findings=(finding("field.doubtful", detail, field="name"),), papers=(paper,))
    wrong = wrong_code_key(paper)
    if wrong is not None:
        label = "组织机构代码" if wrong == "organisation_code" else "统一社会信用代码（注册号）"
        detail = f"{name}上的{label}校验不符，请核对原件并重新提供清晰的复印件。"
        return Outcome(rank=Rank.DOUBTFUL, findings=(finding("field.invalid", detail, field=wrong),), papers=(paper,))
    return Outcome(rank=Rank.MET, papers=(paper,))


def _other_body(case: Case, name: str) -> str:
    """Among several forms' papers the best of one kind is another account's, and nothing need be wrong with it or the form."""
    subject = f"“{case.name('account_subject')}”"
    if case.filing.shared:
        return f"来信所附{name}都不是本账号{subject}的，请补交该主体的证照；主体名称写错的，请更正登记表。"
    return f"{name}上的名称与{subject}不一致，请核对登记表，或补交该主体的证照。"


def check_strangers(case: Case) -> list[Finding]:
    """`match.subject` where a subject that needs no certificate, or is not understood, comes with another body's.

    Nothing is said where the papers may belong to another form of the same mail, or one of them names the subject;
    the owner's own firm's licence makes the type unclear, which is said there.
    """
    papers = [paper for paper in case.papers(*CERTIFICATES) if not is_owners(case, paper)]
    others = [paper for paper in papers if compare_subject(case, paper) is Agreement.DIFFERENT]
    if case.filing.shared or not others or any(compare_subject(case, paper) is Agreement.SAME for paper in papers):
        return []
    paper = others[0]
    detail = (
        f"来信附有另一主体的{paper_name(paper)}，与“{case.name('account_subject')}”不一致，请说明账号以谁的名义开设。"
    )
    return [finding("match.subject", detail, field="account_subject", clause=case.profile.clauses.form)]


def absent(case: Case, kind: PaperKind) -> Outcome:
    """No readable paper of that kind: unreadable when there is one nobody can read, else missing."""
    unread = tuple(paper for paper in case.filing.papers if paper.kind is kind and not is_readable(paper))
    if not unread:
        return Outcome(rank=Rank.MISSING)
    detail = f"{PAPER_NAMES[kind]}看不清，请重新拍照或扫描后发来。"
    return Outcome(rank=Rank.UNREADABLE, findings=(finding("material.unreadable", detail),))


def judge_card(case: Case, holder: Holder, clause: str | None) -> Outcome:
    """The best ID copy for that holder among all in the mail."""
    judge = _JUDGES[holder]
    return _best(case, PaperKind.ID_CARD, [judge(case, card, clause) for card in portrait_cards(case)])


def _judge_owner(case: Case, card: ExtractedPaper, clause: str | None) -> Outcome:
    """The registrant's own card: name and number both have to agree, and neither may be in doubt."""
    owner = owner_of(case)
    likeness = compare_person(owner, card)
    if Agreement.DIFFERENT in (likeness.name, likeness.number):
        return _judge_other_than_owner(case, likeness, card, clause)
    if likeness.name is Agreement.SAME and (likeness.number is Agreement.SAME or not owner.number):
        return _met(case, card)
    return _judge_unsure_owner(case, owner, likeness, card)


def _judge_other_than_owner(case: Case, likeness: Likeness, card: ExtractedPaper, clause: str | None) -> Outcome:
    named, numbered = f"“{case.name('owner_name')}”", f"“{case.name('owner_id_number')}”"
    if not likeness.is_contradicted:
        owner = case.person("owner")
        detail = f"身份证复印件不是{owner}的，请提供{owner}本人的身份证复印件，或更正{named}和{numbered}。"
        return Outcome(
            rank=Rank.MISMATCH, findings=(finding("match.owner", detail, field="owner_name", clause=clause),)
        )
    if likeness.name is Agreement.SAME:
        detail = f"身份证复印件的号码与{numbered}不一致，请核对后更正。"
        found = finding("match.owner", detail, field="owner_id_number", clause=clause)
    else:
        detail = f"身份证复印件的姓名与{named}不一致，请核对后更正。"
        found = finding("match.owner", detail, field="owner_name", clause=clause)
    return Outcome(rank=Rank.MISMATCH, findings=(found,), papers=(card,))


def _judge_unsure_owner(case: Case, owner: Person, likeness: Likeness, card: ExtractedPaper) -> Outcome:
    """Something on the card or the form is doubtful. What the form's own findings say is not said again."""
    if likeness.name is not Agreement.SAME and case.is_sure("owner_name"):
        return _doubtful(card, "name", "姓名", case.name("owner_name"))
    if likeness.number is not Agreement.SAME and owner.number_sure:
        return _doubtful(card, "id_number", "号码", case.name("owner_id_number"))
    return Outcome(rank=Rank.DOUBTFUL, papers=(card,))


def _judge_operator(case: Case, card: ExtractedPaper, clause: str | None) -> Outcome:
    """A company's ID copy: the administrator's (by name) or the owner's (by name and number) will do."""
    owner, admin = owner_of(case), admin_of(case)
    as_owner, as_admin = compare_person(owner, card), compare_person(admin, card)
    if as_owner.is_contradicted:
        if as_admin.name is Agreement.SAME and as_owner.name is not Agreement.SAME:
            detail = (
                f"身份证复印件的姓名是{case.person('admin')}的，号码却与{case.person('owner')}的相同，"
                "请核对登记表中两人的姓名和身份证号。"
            )
            found = finding("match.admin", detail, field="admin_name", clause=clause)
            return Outcome(rank=Rank.MISMATCH, findings=(found,), papers=(card,))
        return _judge_other_than_owner(case, as_owner, card, clause)
    if as_owner.name is Agreement.SAME or as_admin.name is Agreement.SAME:
        return _met(case, card)
    if Agreement.UNSURE in (as_owner.name, as_admin.name) or not card.text("name"):
        return _judge_unsure_operator(case, card)
    if _is_reported_blank(case, "admin_name") or _is_reported_blank(case, "owner_name"):
        return Outcome(rank=Rank.DOUBTFUL, papers=(card,))
    if is_near(admin.name, card.text("name")):
        return _near_admin(case, clause, card)
    return _stranger(case, clause)


def _stranger(case: Case, clause: str | None) -> Outcome:
    owner, admin = case.person("owner"), case.person("admin")
    detail = f"身份证复印件既不是{admin}的，也不是{owner}的，请补交运维负责人（{admin}）的身份证复印件或更正登记表。"
    found = finding("operator.unclear", detail, field="admin_name", clause=clause)
    return Outcome(rank=Rank.MISMATCH, findings=(found,))


def _is_reported_blank(case: Case, key: str) -> bool:
    """Whether the form leaves a required name out, so that the card may well be that person's."""
    required = any(field.key == key and field.required for field in case.profile.form.fields)
    return required and is_blank(case.text(key))


def _near_admin(case: Case, clause: str | None, card: ExtractedPaper) -> Outcome:
    detail = f"身份证复印件的姓名与“{case.name('admin_name')}”只差一个字，请核对后更正。"
    found = finding("match.admin", detail, field="admin_name", clause=clause)
    return Outcome(rank=Rank.MISMATCH, findings=(found,), papers=(card,))


def _judge_unsure_operator(case: Case, card: ExtractedPaper) -> Outcome:
    if is_sure(card.field("name")):  # the doubt is the form's, and is reported there
        return Outcome(rank=Rank.DOUBTFUL, papers=(card,))
    return _doubtful(card, "name", "姓名", f"{case.name('admin_name')}”“{case.name('owner_name')}")


def _judge_admin(case: Case, card: ExtractedPaper, clause: str | None) -> Outcome:
    detail = f"身份证复印件的姓名与“{case.name('admin_name')}”不一致，请提供{case.person('admin')}的身份证复印件或更正登记表。"
    found = finding("match.admin", detail, field="admin_name", clause=clause)
    return _judge_by_name(case, case.name("admin_name"), admin_of(case), card, found)


def _judge_representative(case: Case, card: ExtractedPaper, clause: str | None) -> Outcome:
    person = representative_of(case)
    if person is None:
        detail = "没有可供核对法定代表人的证照，无法确认身份证复印件是否为法定代表人的。"
        found = finding("match.representative", detail, clause=clause)
        return Outcome(rank=Rank.DOUBTFUL, findings=(found,), papers=(card,))
    detail = "身份证复印件不是法定代表人的，请提供法定代表人的身份证复印件。"
    found = finding("match.representative", detail, clause=clause)
    return _judge_by_name(case, "法定代表人", person, card, found)


def _judge_by_name(case: Case, label: str, person: Person, card: ExtractedPaper, mismatch: Finding) -> Outcome:
    agreement = compare_person(person, card).name
    if agreement is Agreement.SAME:
        return _met(case, card)
    if agreement is Agreement.DIFFERENT:
        return Outcome(rank=Rank.MISMATCH, findings=(mismatch,))
    if is_sure(card.field("name")) and person == admin_of(case):  # the form's doubt is reported there
        return Outcome(rank=Rank.DOUBTFUL, papers=(card,))
    return _doubtful(card, "name", "姓名", label)


def _met(case: Case, card: ExtractedPaper) -> Outcome:
    """The card is the person's; a number on it that is read surely and fails its check is still a fault.

    The same number on the form already has its finding.
    """
    number = parse_id_number(card.text("id_number"))
    refused = number and is_sure(card.field("id_number")) and check_id_number(number).reason in _FAULTS
    if not refused or number == parse_id_number(case.text("owner_id_number")):
        return Outcome(rank=Rank.MET, papers=(card,))
    detail = "身份证复印件上的号码校验不符，请核对原件并重新提供清晰的复印件。"
    return Outcome(rank=Rank.DOUBTFUL, findings=(finding("field.invalid", detail, field="id_number"),), papers=(card,))


_FAULTS = (Reason.LENGTH, Reason.CHARACTERS, Reason.AREA, Reason.BIRTH_DATE, Reason.CHECK_DIGIT)


def _doubtful(card: ExtractedPaper, key: str, what: str, label: str) -> Outcome:
    detail = f"身份证复印件上的{what}辨认不清，无法与“{label}”核对，请核对原件或重新拍照。"
    return Outcome(rank=Rank.DOUBTFUL, findings=(finding("field.doubtful", detail, field=key),), papers=(card,))


_JUDGES = {
    Holder.OWNER: _judge_owner,
    Holder.OPERATOR: _judge_operator,
    Holder.ADMIN: _judge_admin,
    Holder.LEGAL_REPRESENTATIVE: _judge_representative,
}
