"""Which clause of the notice a finding applies where the rule itself, or the reader, has not named it.

Format checks (a check digit, a phone number's length, a damaged attachment) apply none: the notice says nothing of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.domain.finding import Finding
from pipeline.profile.schema import Profile

#: By code, the name of the clause among the profile's.
_CLAUSES: Final[Mapping[str, str]] = {
    "form.missing": "form",
    "form.unreadable": "form",
    "form.deviates": "form",
    "form.unsigned": "signature",
    "field.missing": "form",
    "type.none": "form",
    "type.multiple": "form",
    "type.outside_notice": "scope",
    "entity.unclear": "materials",
    "entity.materials_unspecified": "materials",
    "material.missing": "materials",
    "material.unreadable": "materials",
    "match.subject": "materials",
    "match.owner": "materials",
    "match.admin": "materials",
    "match.representative": "materials",
    "match.code": "materials",
    "operator.unclear": "materials",
    "office.mismatch": "place",
    "scope.unclear": "scope",
    "submission.duplicate": "upkeep",
    "submission.change": "after_change",
    "submission.annual_review": "annual_review",
    "submission.subject": "subject_line",
}


def name_clause(item: Finding, profile: Profile) -> Finding:
    """The finding with its clause, if the profile has one for its code."""
    name = _CLAUSES.get(item.code)
    if item.clause is not None or name is None:
        return item
    clause: str | None = getattr(profile.clauses, name)
    return item if clause is None else item.model_copy(update={"clause": clause})
