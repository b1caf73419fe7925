"""Whether anything ties the account or its registrant to the region. Never by the ID number's prefix."""

from __future__ import annotations

from pipeline.domain.decision import Entity
from pipeline.domain.finding import Finding, finding
from pipeline.validate.case import Case
from pipeline.validate.offices import licence_addresses
from pipeline.validate.territory import find_offices, is_elsewhere, names_region, names_village_of


def check_scope(case: Case, entity: Entity | None) -> list[Finding]:
    """`scope.unclear` when neither name, address, subject nor licence names the region.

    Without a sure address nothing is said: the address has its own finding, and the rules run again after it.
    """
    if not case.is_sure("address") or not case.is_sure("account_name"):
        return []
    names = [case.text("account_name")]
    if entity is not Entity.INDIVIDUAL:
        names.append(case.text("account_subject"))
    if any(_is_local(case, text) for text in (*names, case.text("address"), *licence_addresses(case))):
        return []
    detail = "从账号名称、主体和地址看不出与本地的关系，是否属于登记备案范围由工作人员认定，您可以补充说明。"
    return [finding("scope.unclear", detail, clause=case.profile.clauses.scope)]


def _is_local(case: Case, text: str) -> bool:
    places = case.profile.places
    if find_offices(text, places):
        return True
    if is_elsewhere(text, places):
        return False
    county = next((item for item in places.counties if item.office == case.filing.office), None)
    return names_region(text, places) or (county is not None and names_village_of(text, county))
