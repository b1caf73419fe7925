"""Apply every rule to a filing. Pure: the same filing, profile and facts give the same verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.domain.decision import Filing, KnownFiling, Verdict
from pipeline.domain.finding import Finding
from pipeline.profile.schema import Profile
from pipeline.validate.account_types import check_type
from pipeline.validate.case import Case
from pipeline.validate.clauses import name_clause
from pipeline.validate.consistency import check_consistency
from pipeline.validate.dates import check_dates
from pipeline.validate.deadlines import check_deadline, due_day
from pipeline.validate.entity import decide_entity
from pipeline.validate.fields import check_fields
from pipeline.validate.forms import check_layout, check_presence, check_signature, is_unreadable
from pipeline.validate.known import check_known, is_upkeep
from pipeline.validate.materials import check_materials
from pipeline.validate.offices import check_office, decide_office, find_territory
from pipeline.validate.scope import judge_scope
from pipeline.validate.thresholds import check_threshold, find_missed_threshold


def decide_filing(filing: Filing, *, profile: Profile, known: Sequence[KnownFiling] = ()) -> Verdict:
    """The verdict on a filing.

    `known` are the filings the register or the queue holds of the same account. Findings stand in the
    form's order: form, fields, what is known, entity, papers, dates, office, scope; each is said once.
    """
    found = [*filing.findings, *check_presence(filing, profile)]
    if filing.form is None:
        return Verdict(office=filing.office, findings=settle_findings(found, profile))
    case = Case(filing=filing, form=filing.form, profile=profile)
    if is_unreadable(case):
        return Verdict(office=filing.office, findings=settle_findings([*found, *case.form.findings], profile))
    return _decide_form(case, found, known)


def _decide_form(case: Case, found: list[Finding], known: Sequence[KnownFiling]) -> Verdict:
    found += [*case.form.findings, *check_layout(case), *check_fields(case), *check_type(case), *check_signature(case)]
    found += check_known(case, known)
    guess = decide_entity(case)
    found += [*guess.findings, *check_materials(case, guess.entity), *check_consistency(case), *check_dates(case)]
    upkeep = is_upkeep(known)
    missed = find_missed_threshold(case)
    has_deadline = not upkeep and missed is None
    if has_deadline:
        found += check_deadline(case)
    territory = find_territory(case)
    scope = judge_scope(case, guess.entity)
    found += [*check_threshold(case, missed), *check_office(case, territory), *scope.findings]
    return Verdict(
        entity=guess.entity,
        entity_reasons=guess.reasons,
        scope_reasons=scope.reasons,
        office=decide_office(case, territory),
        due=due_day(case) if has_deadline else None,
        findings=settle_findings(found, case.profile),
    )


def settle_findings(found: Iterable[Finding], profile: Profile) -> tuple[Finding, ...]:
    """Each finding once, in order, with its clause and the severity the profile gives its code."""
    weighed = (
        item.model_copy(update={"severity": profile.severities[item.code]}) if item.code in profile.severities else item
        for item in found
    )
    return tuple(dict.fromkeys(name_clause(item, profile) for item in weighed))
