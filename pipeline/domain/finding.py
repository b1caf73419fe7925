"""Findings: what a stage has to say about a mail, a form or a paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from pipeline.domain.base import Frozen
from pipeline.domain.finding_codes import CODES, Severity, remedy_of

__all__ = ["SEVERITIES", "TITLES", "Finding", "Severity", "finding"]

SEVERITIES: Final[Mapping[str, Severity]] = {code: known.severity for code, known in CODES.items()}
TITLES: Final[Mapping[str, str]] = {code: known.title for code, known in CODES.items()}


def _usual_remedy(given: dict[str, Any]) -> str | None:
    return remedy_of(given["code"], given.get("field")) if "code" in given else None


class Finding(Frozen):
    """One thing found.

    `detail` is one Chinese sentence a submitter would understand; it never holds a whole
    ID number. `clause` names the clause of the notice that was applied, if one was. `remedy` tells the
    officer what settles it; without one given it is the code's own, so that findings read back have it too.
    """

    code: str
    severity: Severity
    field: str | None = None
    detail: str
    clause: str | None = None
    remedy: str | None = Field(default_factory=_usual_remedy)

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
    remedy: str | None = None,
) -> Finding:
    """Make a finding of a known code; a code outside the table is a programming error (KeyError)."""
    return Finding(
        code=code,
        severity=severity or SEVERITIES[code],
        field=field,
        detail=detail,
        clause=clause,
        remedy=remedy or remedy_of(code, field),
    )
