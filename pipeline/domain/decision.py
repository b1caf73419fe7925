"""Cases and verdicts. A decision is computed from findings, never set."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from pipeline.domain.base import Frozen
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from pipeline.domain.finding import Finding
from pipeline.domain.message import KeptFile


class Decision(StrEnum):
    """What becomes of a case or a mail."""

    REGISTERED = "registered"
    REVIEW = "review"
    IGNORED = "ignored"


class Entity(StrEnum):
    """Who files. `ORGANISATION` covers 机关, 事业单位, 社会团体 and 村级集体, which the notice names no papers for."""

    COMPANY = "company"
    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


class Filing(Frozen):
    """One case before it is decided: a form (or none) with the papers that came with it.

    `office` is the key of the office whose mailbox received it; `received` is when the mail
    server did. `unreadable` names attachments of this mail that could not be opened; `findings`
    are what reading already found out about this filing (a form nobody can read). `shared` says that
    other forms came with the same papers, which may be theirs.
    """

    office: str | None
    received: AwareDatetime
    form: ExtractedForm | None = None
    papers: tuple[ExtractedPaper, ...] = ()
    unreadable: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    shared: bool = False


class KnownFiling(Frozen):
    """What the register or the queue already holds of an account.

    `reference` is the 备案号 of a record or the number of a waiting case. `values` are the
    form's values by key, as text.
    """

    reference: str
    office: str | None
    registered: bool
    values: dict[str, str]


class Verdict(Frozen):
    """What the rules say of a filing. `office` is the office it belongs to; `due` the last day on time.

    `entity_reasons` say in Chinese what tells who files, and `scope_reasons` what ties the account to the region; both
    are worked out anew with every verdict and not stored.
    """

    entity: Entity | None = None
    office: str | None = None
    due: date | None = None
    findings: tuple[Finding, ...] = ()
    entity_reasons: tuple[str, ...] = ()
    scope_reasons: tuple[str, ...] = ()

    @property
    def decision(self) -> Decision:
        return Decision.REVIEW if any(f.blocks for f in self.findings) else Decision.REGISTERED


class DecidedCase(Frozen):
    """A filing with its verdict."""

    filing: Filing
    verdict: Verdict


class MailDecision(Frozen):
    """What becomes of one mail. Mail-wide blocking findings (an attachment nobody could open) hold back each of its cases.

    `files` are its attachments as they are kept for showing; no rule looks at them.
    """

    mailbox: str
    received: AwareDatetime
    cases: tuple[DecidedCase, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: tuple[KeptFile, ...] = ()

    @property
    def _blocked(self) -> bool:
        return any(f.blocks for f in self.findings)

    def case_decision(self, case: DecidedCase) -> Decision:
        """The decision of one of this mail's cases."""
        return Decision.REVIEW if self._blocked else case.verdict.decision

    @property
    def decision(self) -> Decision:
        if self._blocked:
            return Decision.REVIEW
        if not self.cases:
            return Decision.IGNORED
        held = any(c.verdict.decision is Decision.REVIEW for c in self.cases)
        return Decision.REVIEW if held else Decision.REGISTERED
