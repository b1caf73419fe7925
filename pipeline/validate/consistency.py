"""What the subject's own certificates say of each other and of the form: its codes, and its legal representative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.bodies import organisation_part
from pipeline.domain.document import ExtractedPaper
from pipeline.domain.finding import Finding, finding
from pipeline.domain.spelling import same_name
from pipeline.validate.case import Case, is_sure
from pipeline.validate.certificates import Agreement, compare_subject, own_certificates, paper_name

_KEYS: Final = ("credit_code", "organisation_code")


def check_consistency(case: Case) -> list[Finding]:
    """`match.code` and `match.representative` where certificates that name the subject contradict each other or the form."""
    own = [paper for paper in own_certificates(case) if compare_subject(case, paper) is Agreement.SAME]
    return [*_check_codes(own), *_check_representative(case, own)]


def _check_codes(own: Sequence[ExtractedPaper]) -> list[Finding]:
    """The organisation code inside a credit code is the body's own; old registration numbers hold none.

    Numbers that are doubtful or fail their check have findings of their own.
    """
    codes = {code: paper_name(paper) for paper in own for code in _codes_of(paper)}
    if len(codes) < 2:
        return []
    names = "、".join(dict.fromkeys(codes.values()))
    detail = (
        f"{names}都是该主体的，但其中的组织机构代码（统一社会信用代码第9至17位）互不相同，请核对后提供现行有效的证照。"
    )
    return [finding("match.code", detail, field="account_subject")]


def _codes_of(paper: ExtractedPaper) -> list[str]:
    sure = [paper.text(key) for key in _KEYS if is_sure(paper.field(key))]
    return [code for code in map(organisation_part, sure) if code is not None]


def _check_representative(case: Case, own: Sequence[ExtractedPaper]) -> list[Finding]:
    key = "legal_representative"
    if not case.is_sure(key) or not any(field.key == key for field in case.profile.form.fields):
        return []
    named = [paper for paper in own if is_sure(paper.field(key))]
    other = next((paper for paper in named if not same_name(paper.text(key), case.text(key))), None)
    if other is None:
        return []
    detail = f"“{case.name(key)}”与{paper_name(other)}上的不一致，请核对后更正，或提供变更后的证照。"
    return [finding("match.representative", detail, field=key)]
