"""Findings: what a stage has to say about a mail, a form or a paper.

The codes are the interface of `contract`: add, never rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pipeline.domain.base import Frozen


class Severity(StrEnum):
    """`BLOCK` keeps a filing out of the register until a person has looked; `NOTE` only informs."""

    BLOCK = "block"
    NOTE = "note"


#: Every code there is, with the severity it has unless a profile says otherwise.
SEVERITIES: Final[Mapping[str, Severity]] = {
    "form.missing": Severity.BLOCK,
    "form.unreadable": Severity.BLOCK,
    "form.deviates": Severity.BLOCK,
    "form.unsigned": Severity.NOTE,
    "field.missing": Severity.BLOCK,
    "field.doubtful": Severity.BLOCK,
    "field.invalid": Severity.BLOCK,
    "field.legacy": Severity.BLOCK,
    "field.unverifiable": Severity.BLOCK,
    "field.multiple": Severity.BLOCK,
    "field.approximate": Severity.NOTE,
    "field.unusual": Severity.NOTE,
    "type.none": Severity.BLOCK,
    "type.multiple": Severity.BLOCK,
    "type.outside_notice": Severity.NOTE,
    "entity.unclear": Severity.BLOCK,
    "entity.materials_unspecified": Severity.BLOCK,
    "material.missing": Severity.BLOCK,
    "material.unreadable": Severity.BLOCK,
    "material.one_side": Severity.NOTE,
    "material.expired": Severity.NOTE,
    "match.subject": Severity.BLOCK,
    "match.owner": Severity.BLOCK,
    "match.admin": Severity.BLOCK,
    "operator.unclear": Severity.BLOCK,
    "date.implausible": Severity.BLOCK,
    "date.imprecise": Severity.BLOCK,
    "deadline.late": Severity.BLOCK,
    "deadline.ambiguous": Severity.BLOCK,
    "office.mismatch": Severity.BLOCK,
    "scope.unclear": Severity.BLOCK,
    "attachment.unreadable": Severity.BLOCK,
    "attachment.unsupported": Severity.BLOCK,
    "attachment.remote": Severity.BLOCK,
    "attachment.rejected": Severity.BLOCK,
    "submission.duplicate": Severity.BLOCK,
    "submission.change": Severity.BLOCK,
    "submission.automatic": Severity.NOTE,
}


class Finding(Frozen):
    """One thing found.

    `detail` is one Chinese sentence a submitter would understand; it never holds a whole
    ID number. `clause` names the clause of the notice that was applied, if one was.
    """

    code: str
    severity: Severity
    field: str | None = None
    detail: str
    clause: str | None = None

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK


def finding(
    code: str,
    detail: str,
    *,
    field: str | None = None,
    clause: str | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding of a known code; a code outside the table is a programming error (KeyError)."""
    return Finding(code=code, severity=severity or SEVERITIES[code], field=field, detail=detail, clause=clause)
