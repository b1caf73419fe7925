"""The oracle: what the clauses say of a situation."""

from __future__ import annotations

from tests.oracle.dates import allowed_due, rule_on_dates
from tests.oracle.papers import possible_entities, rule_on_papers
from tests.oracle.ruling import Expected
from tests.oracle.situation import Situation
from tests.oracle.territory import allowed_offices, rule_on_known, rule_on_office, rule_on_scope


def answer(situation: Situation) -> Expected:
    """The answer a careful officer would give with the notice in hand, with room where it gives none."""
    ruling = rule_on_papers(situation) & rule_on_dates(situation)
    ruling &= rule_on_scope(situation) & rule_on_office(situation) & rule_on_known(situation)
    return Expected(ruling, possible_entities(situation), allowed_offices(situation), allowed_due(situation))
