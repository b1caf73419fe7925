"""Which office a filing belongs to (属地管理): by the form's address, else by the licence's."""

from __future__ import annotations

from pipeline.domain.finding import Finding, finding
from pipeline.validate.case import Case, is_sure
from pipeline.validate.certificates import Agreement, compare_subject, own_certificates
from pipeline.validate.territory import find_offices


def find_territory(case: Case) -> frozenset[str]:
    """The offices whose territory the form's address, else that of the subject's own licence, lies in.

    Doubtful addresses tell nothing.
    """
    texts = [case.text("address")] if case.is_sure("address") else []
    texts += licence_addresses(case)
    for text in texts:
        if offices := find_offices(text, case.profile.places):
            return offices
    return frozenset()


def licence_addresses(case: Case) -> list[str]:
    """The addresses on the certificates that name the subject."""
    own = (paper for paper in own_certificates(case) if compare_subject(case, paper) is Agreement.SAME)
    return [paper.text("address") for paper in own if is_sure(paper.field("address"))]


def decide_office(case: Case, territory: frozenset[str]) -> str | None:
    """The key of the office the filing belongs to: the territorial one when it is known, else the receiving one."""
    received = case.filing.office
    return next(iter(territory)) if len(territory) == 1 and received not in territory else received


def check_office(case: Case, territory: frozenset[str]) -> list[Finding]:
    """`office.mismatch` when a county's mailbox received another county's filing; the city's may receive anyone's."""
    received = case.profile.office(case.filing.office)
    if received is None or received.accepts_all or not territory or received.key in territory:
        return []
    rightful = [office.name for office in case.profile.offices if office.key in territory]
    detail = f"该账号所在地由{'或'.join(rightful)}受理，建议由{received.name}移交，您无需重新提交。"
    return [finding("office.mismatch", detail, field="address", clause=case.profile.clauses.place)]
