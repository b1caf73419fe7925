"""Licences and certificates: whose they are, against the form's 账号主体."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from pipeline.domain.document import PAPER_NAMES, ExtractedPaper, PaperKind
from pipeline.domain.identifiers import BodyKind, check_licence_number, check_organisation_code, credit_code_body
from pipeline.domain.spelling import normalise, same_body, same_name
from pipeline.validate.case import Case, is_sure

#: Papers that name a body.
CERTIFICATES: Final = (
    PaperKind.BUSINESS_LICENCE,
    PaperKind.ORGANISATION_CODE_CERTIFICATE,
    PaperKind.OTHER_CERTIFICATE,
)


class Agreement(IntEnum):
    """How well two readings of the same thing agree, from worst to best."""

    DIFFERENT = 0
    UNKNOWN = 1  # one of the two is not there
    UNSURE = 2  # they differ, but one of the two is doubtful
    SAME = 3


def compare_subject(case: Case, paper: ExtractedPaper) -> Agreement:
    """Whether a certificate names the form's subject."""
    subject, name = case.text("account_subject"), paper.text("name")
    if not normalise(subject) or not normalise(name):
        return Agreement.UNKNOWN
    if same_body(subject, name) or same_name(subject, name):
        return Agreement.SAME
    sure = case.is_sure("account_subject") and is_sure(paper.field("name"))
    return Agreement.DIFFERENT if sure else Agreement.UNSURE


def own_certificates(case: Case) -> tuple[ExtractedPaper, ...]:
    """The readable certificates that name the subject, else those that may.

    Other bodies' papers in the same mail are not its own.
    """
    judged = [(compare_subject(case, paper), paper) for paper in case.papers(*CERTIFICATES)]
    best = max((agreement for agreement, _ in judged), default=Agreement.DIFFERENT)
    if best is Agreement.DIFFERENT:
        return ()
    wanted = (Agreement.SAME,) if best is Agreement.SAME else (Agreement.UNSURE, Agreement.UNKNOWN)
    return tuple(paper for agreement, paper in judged if agreement in wanted)


def is_owners(case: Case, paper: ExtractedPaper) -> bool:
    """Whether the paper surely names the form's owner as its legal representative."""
    name = paper.field("legal_representative")
    return is_sure(name) and same_name(paper.text("legal_representative"), case.text("owner_name"))


def certificate_body(paper: ExtractedPaper) -> BodyKind | None:
    """The kind of body a certificate's credit code tells, None without a valid, sure one."""
    return credit_code_body(paper.text("credit_code")) if is_sure(paper.field("credit_code")) else None


def wrong_code_key(paper: ExtractedPaper) -> str | None:
    """The key of a code on the certificate that is read surely and yet fails its check digit."""
    checks = (("credit_code", check_licence_number), ("organisation_code", check_organisation_code))
    for key, check in checks:
        if is_sure(paper.field(key)) and not check(paper.text(key)).ok:
            return key
    return None


def paper_name(paper: ExtractedPaper) -> str:
    """What messages call the paper."""
    return paper.title if paper.kind is PaperKind.OTHER_CERTIFICATE and paper.title else PAPER_NAMES[paper.kind]
