"""Who files: a company, a person, or a body the notice names no papers for.

The form has no box for it. Three signs are compared: what the subject's name ends in, what the credit
code's prefix says, and which certificate came. Signs that contradict each other are for a reviewer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.domain.bodies import BODY_NAMES, code_prefix
from pipeline.domain.decision import Entity
from pipeline.domain.document import ExtractedPaper, PaperKind
from pipeline.domain.finding import Finding, finding
from pipeline.domain.identifiers import BodyKind
from pipeline.domain.spelling import same_name, squash
from pipeline.validate.body_names import ends_like_a_body, find_entity_by_ending
from pipeline.validate.case import Case
from pipeline.validate.certificates import (
    Agreement,
    certificate_body,
    compare_subject,
    is_owners,
    own_certificates,
    paper_name,
)

_COMPANY_BODIES: Final = frozenset({BodyKind.ENTERPRISE, BodyKind.INDIVIDUAL_BUSINESS, BodyKind.COOPERATIVE})
_PERSONAL_WORDS: Final = frozenset(
    {"个人", "本人", "自然人", "个人账号", "个人帐号", "个人用户", "个人主体", "个人注册", "私人"}
)
_LONGEST_NAME: Final = 4
_PERSON_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,12}·[\u3400-\u9fff·]{1,16}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityGuess:
    """Who files, None when it cannot be told; `findings` says so, or that papers are not specified for it.

    `reasons` are the signs that were compared, each a Chinese sentence.
    """

    entity: Entity | None
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """What tells who files. Two signs of the same kind say the same, whatever their reasons."""

    entity: Entity
    reason: str


def decide_entity(case: Case) -> EntityGuess:
    """Compare the signs; certificates that only may be the subject's count where its name says nothing.

    A subject that is blank or doubtful already has its finding; no second one is added.
    """
    signs = find_signs(case)
    kinds, reasons = {sign.entity for sign in signs}, tuple(dict.fromkeys(sign.reason for sign in signs))
    if len(kinds) == 1:
        return _sure(case, kinds.pop(), reasons)
    if not case.is_sure("account_subject"):
        return EntityGuess(entity=None, reasons=reasons)
    return EntityGuess(entity=None, findings=(_unclear(contradicting=bool(kinds)),), reasons=reasons)


def find_signs(case: Case) -> tuple[Sign, ...]:
    """Everything that tells who files: the subject's name first, then the papers in the order they came."""
    of_subject = _of_subject(case)
    papers = [p for p in own_certificates(case) if of_subject is None or compare_subject(case, p) is Agreement.SAME]
    signs = [sign for sign in (of_subject, *map(_of_paper, papers)) if sign is not None]
    if _is_owners_licence(case):
        signs.append(
            Sign(entity=Entity.COMPANY, reason=f"营业执照的法定代表人就是{case.person('owner')}，账号可能是该单位的")
        )
    return tuple(signs)


def _sure(case: Case, entity: Entity, reasons: tuple[str, ...]) -> EntityGuess:
    if not case.profile.materials_of(entity).unspecified:
        return EntityGuess(entity=entity, reasons=reasons)
    detail = (
        f"账号主体属于机关、事业单位、社会团体或村级集体，{case.profile.notice.word}没有规定此类主体的材料，"
        "由工作人员确认所交材料是否可用。"
    )
    clause = case.profile.materials_of(entity).need.clause
    found = finding("entity.materials_unspecified", detail, field="account_subject", clause=clause)
    return EntityGuess(entity=entity, findings=(found,), reasons=reasons)


def _unclear(*, contradicting: bool) -> Finding:
    if contradicting:
        detail = "账号主体的名称与所交证照的类别不一致，看不出是公司、个人还是其他单位，请说明账号以谁的名义开设。"
    else:
        detail = "从账号主体看不出是公司、个人还是其他单位；单位请填写证照上的全称并附证照复印件，个人请填写本人姓名。"
    return finding("entity.unclear", detail, field="account_subject")


def _of_paper(paper: ExtractedPaper) -> Sign | None:
    body, name = certificate_body(paper), paper_name(paper)
    if body is not None:
        entity = Entity.COMPANY if body in _COMPANY_BODIES else Entity.ORGANISATION
        prefix = code_prefix(paper.text("credit_code"))
        return Sign(entity=entity, reason=f"{name}的统一社会信用代码以{prefix}开头，是{BODY_NAMES[body]}")
    if paper.kind is PaperKind.BUSINESS_LICENCE:
        return Sign(entity=Entity.COMPANY, reason="所交证照是营业执照，是企业或个体工商户")
    if paper.kind is PaperKind.OTHER_CERTIFICATE:
        return Sign(entity=Entity.ORGANISATION, reason=f"所交证照是{name}，不是企业")
    return None


def _of_subject(case: Case) -> Sign | None:
    subject = squash(case.text("account_subject"))
    if not subject:
        return None
    if is_personal(case):
        owned = same_name(case.text("account_subject"), case.text("owner_name"))
        what = f"就是{case.person('owner')}" if owned else "填写的是个人"
        return Sign(entity=Entity.INDIVIDUAL, reason=f"“{case.name('account_subject')}”{what}")
    ending, entity = find_entity_by_ending(subject)
    if entity is None:
        return None
    what = "企业或个体工商户" if entity is Entity.COMPANY else "机关、事业单位、社会团体或村级集体"
    return Sign(entity=entity, reason=f"“{case.name('account_subject')}”以“{ending}”结尾，是{what}")


def is_personal(case: Case) -> bool:
    """Whether the subject is a person: the owner, 个人, or a bare name where the form's owner is not surely another.

    A firm that gives itself as owner as well is none.
    """
    subject = case.text("account_subject")
    if _is_long_body(subject):
        return False
    if squash(subject) in _PERSONAL_WORDS or same_name(subject, case.text("owner_name")):
        return True
    rest = squash(subject)
    for word in ("个人", "本人"):
        rest = rest.removeprefix(word).removesuffix(word)
    if rest != squash(subject) and same_name(rest, squash(case.text("owner_name"))):
        return True
    return not case.is_sure("owner_name") and _looks_personal(subject)


def _is_long_body(subject: str) -> bool:
    """Whether a name ends as bodies' do and is longer than most persons', whose last character may be 村 or 店."""
    solid = "".join(subject.split())
    return len(solid) > _LONGEST_NAME and ends_like_a_body(solid)


def _looks_personal(subject: str) -> bool:
    solid = "".join(subject.split())
    return _PERSON_NAME.fullmatch(solid) is not None and not ends_like_a_body(solid)


def _is_owners_licence(case: Case) -> bool:
    """A personal subject beside a licence whose legal representative is the owner: the account may be the firm's."""
    return is_personal(case) and any(is_owners(case, paper) for paper in case.papers(PaperKind.BUSINESS_LICENCE))
