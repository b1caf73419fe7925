"""Who files: a company, a person, or a body the notice names no papers for.

The form has no box for it. Three signs are compared: what the subject's name ends in, what the credit
code's prefix says, and which certificate came. Signs that contradict each other are for a reviewer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.domain.decision import Entity
from pipeline.domain.document import ExtractedPaper, PaperKind
from pipeline.domain.finding import Finding, finding
from pipeline.domain.identifiers import BodyKind
from pipeline.domain.spelling import same_name, squash
from pipeline.validate.body_names import ends_like_a_body, find_entity_by_ending
from pipeline.validate.case import Case, is_sure
from pipeline.validate.certificates import Agreement, certificate_body, compare_subject, own_certificates

_COMPANY_BODIES: Final = frozenset({BodyKind.ENTERPRISE, BodyKind.INDIVIDUAL_BUSINESS, BodyKind.COOPERATIVE})
_PERSONAL_WORDS: Final = frozenset(
    {"个人", "本人", "自然人", "个人账号", "个人帐号", "个人用户", "个人主体", "个人注册", "私人"}
)
_PERSON_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,12}·[\u3400-\u9fff·]{1,16}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityGuess:
    """Who files, None when it cannot be told; `findings` says so, or that papers are not specified for it."""

    entity: Entity | None
    findings: tuple[Finding, ...] = ()


def decide_entity(case: Case) -> EntityGuess:
    """Compare the signs; certificates that only may be the subject's count where its name says nothing.

    A subject that is blank or doubtful already has its finding; no second one is added.
    """
    of_subject = _of_subject(case)
    papers = [p for p in own_certificates(case) if of_subject is None or compare_subject(case, p) is Agreement.SAME]
    signs = {sign for sign in (of_subject, *map(_of_paper, papers)) if sign is not None}
    if _is_owners_licence(case):
        signs.add(Entity.COMPANY)
    if len(signs) == 1:
        return _sure(case, signs.pop())
    if not case.is_sure("account_subject"):
        return EntityGuess(entity=None)
    return EntityGuess(entity=None, findings=(_unclear(contradicting=bool(signs)),))


def _sure(case: Case, entity: Entity) -> EntityGuess:
    if not case.profile.materials_of(entity).unspecified:
        return EntityGuess(entity=entity)
    detail = (
        "账号主体属于机关、事业单位、社会团体或村级集体，通告没有规定此类主体的材料，由工作人员确认所交材料是否可用。"
    )
    clause = case.profile.materials_of(entity).need.clause
    found = finding("entity.materials_unspecified", detail, field="account_subject", clause=clause)
    return EntityGuess(entity=entity, findings=(found,))


def _unclear(*, contradicting: bool) -> Finding:
    if contradicting:
        detail = "账号主体的名称与所交证照的类别不一致，看不出是公司、个人还是其他单位，请说明账号以谁的名义开设。"
    else:
        detail = "从账号主体看不出是公司、个人还是其他单位；单位请填写证照上的全称并附证照复印件，个人请填写本人姓名。"
    return finding("entity.unclear", detail, field="account_subject")


def _of_paper(paper: ExtractedPaper) -> Entity | None:
    body = certificate_body(paper)
    if body is not None:
        return Entity.COMPANY if body in _COMPANY_BODIES else Entity.ORGANISATION
    if paper.kind is PaperKind.BUSINESS_LICENCE:
        return Entity.COMPANY
    return Entity.ORGANISATION if paper.kind is PaperKind.OTHER_CERTIFICATE else None


def _of_subject(case: Case) -> Entity | None:
    subject = squash(case.text("account_subject"))
    if not subject:
        return None
    if is_personal(case):
        return Entity.INDIVIDUAL
    return find_entity_by_ending(subject)


def is_personal(case: Case) -> bool:
    """Whether the subject is a person: the owner, 个人, or a bare name where the form's owner is not surely another."""
    subject = case.text("account_subject")
    if squash(subject) in _PERSONAL_WORDS or same_name(subject, case.text("owner_name")):
        return True
    rest = squash(subject)
    for word in ("个人", "本人"):
        rest = rest.removeprefix(word).removesuffix(word)
    if rest != squash(subject) and same_name(rest, squash(case.text("owner_name"))):
        return True
    return not case.is_sure("owner_name") and _looks_personal(subject)


def _looks_personal(subject: str) -> bool:
    solid = "".join(subject.split())
    return _PERSON_NAME.fullmatch(solid) is not None and not ends_like_a_body(solid)


def _is_owners_licence(case: Case) -> bool:
    """A personal subject beside a licence whose legal representative is the owner: the account may be the firm's."""
    owner = case.text("owner_name")
    licences = case.papers(PaperKind.BUSINESS_LICENCE)
    sure = (paper for paper in licences if is_sure(paper.field("legal_representative")))
    return is_personal(case) and any(same_name(paper.text("legal_representative"), owner) for paper in sure)
