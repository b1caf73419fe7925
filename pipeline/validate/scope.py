"""Whether anything ties the account or its registrant to the region. Never by the ID number's prefix.

The notice's criteria are alternatives: a registrant who lives or sits here, a local name, a seat here, or publishing
here, which no form shows. The first that a text proves is enough; where none is proved the finding names the one that
is left for a person to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.decision import Entity
from pipeline.domain.finding import Finding, finding
from pipeline.validate.case import Case
from pipeline.validate.offices import licence_addresses
from pipeline.validate.territory import find_hint, find_offices, is_elsewhere, names_region, names_village_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """`reasons` say in Chinese what ties the filing to the region and by which clause; `findings` that nothing does."""

    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tie:
    """A text that may tie a filing to the region: what it is, and the criterion it would meet."""

    text: str
    what: str
    clause: str | None


def judge_scope(case: Case, entity: Entity | None) -> Scope:
    """What ties the filing to the region, or `scope.unclear` when neither name, address, subject nor licence does.

    Without a sure name and address nothing is said: they have their own findings, and the rules run again after them.
    """
    ties = tuple(_ties(case, entity))
    proved = [tie for tie in ties if _is_local(case, tie.text)]
    if proved:
        return Scope(reasons=tuple(dict.fromkeys(map(_reason, proved))))
    if not case.is_sure("address") or not case.is_sure("account_name"):
        return Scope()
    return Scope(findings=(_unclear(case, ties),))


def _ties(case: Case, entity: Entity | None) -> Iterator[_Tie]:
    clauses, names = case.profile.clauses, {key: f"“{case.name(key)}”" for key in ("account_name", "address")}
    if case.is_sure("account_name"):
        yield _Tie(text=case.text("account_name"), what=names["account_name"], clause=clauses.scope_name)
    if case.is_sure("address"):
        yield _Tie(text=case.text("address"), what=names["address"], clause=clauses.scope_seat)
    if entity is not Entity.INDIVIDUAL and case.text("account_subject"):
        subject = f"“{case.name('account_subject')}”"
        yield _Tie(text=case.text("account_subject"), what=subject, clause=clauses.scope_registrant)
    for text in licence_addresses(case):
        yield _Tie(text=text, what="证照住所", clause=clauses.scope_seat)


def _reason(tie: _Tie) -> str:
    return f"{tie.what}在本地或含有本地地名" + (f"（{tie.clause}）" if tie.clause else "")


def _unclear(case: Case, ties: tuple[_Tie, ...]) -> Finding:
    """The criterion that is left to judge: a word that may be a local name, else whether the account publishes here."""
    clauses = case.profile.clauses
    for tie in ties:
        if (word := find_hint(tie.text, case.profile.places)) is not None:
            detail = (
                f"{tie.what}中的“{word}”可能指本地，也可能是别处地名或普通词语，是否属于登记备案范围由工作人员认定，"
                "您可以补充说明。"
            )
            return finding("scope.unclear", detail, clause=tie.clause or clauses.scope)
    detail = (
        "从账号名称、主体和地址看不出与本地的关系；是否在本地发布信息、提供服务，因而属于登记备案范围，由工作人员认定，"
        "您可以补充说明。"
    )
    return finding("scope.unclear", detail, clause=clauses.scope_service or clauses.scope)


def _is_local(case: Case, text: str) -> bool:
    places = case.profile.places
    if find_offices(text, places):
        return True
    if is_elsewhere(text, places):
        return False
    county = next((item for item in places.counties if item.office == case.filing.office), None)
    return names_region(text, places) or (county is not None and names_village_of(text, county, places))
