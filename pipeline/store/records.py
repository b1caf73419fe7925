"""What the store hands out of cases and the queue. Ids of cases are UUIDs as text; times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.domain.decision import DecidedCase, Decision, Entity, Filing, Verdict
from pipeline.domain.finding import Finding
from pipeline.domain.joining import JoinState, Way
from pipeline.domain.life import SetAside, Stage, open_findings


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedCase:
    """A case as written. `number` is its 备案号 when it was registered; `joined_into` the case of an earlier mail it joined."""

    case_id: str
    position: int
    decision: Decision
    number: str | None = None
    joined_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What was written for a mail. `repeated` is true when it had been decided before and nothing changed."""

    message_id: int
    revision: int
    outcome: Decision
    cases: tuple[CommittedCase, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCursor:
    """The place in the queue behind which the next page begins."""

    rank: date
    received: datetime
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueScope:
    """Which cases are listed.

    `offices` are those whose cases may be seen at all (None: every one), `office` one asked for. `late_on` asks for
    what was due before that day, `holder` (a user's id) for what that person holds a claim on at `held_at`, `done_by`
    for what that person decided. `account`, `subject` and `owner_id` are found by exact match, however spelt, the
    account by its name on any platform; `waiting` is False to look among the settled cases too.
    """

    offices: frozenset[str] | None = None
    office: str | None = None
    code: str | None = None
    entity: Entity | None = None
    stage: Stage | None = None
    late_on: date | None = None
    holder: str | None = None
    held_at: datetime | None = None
    done_by: str | None = None
    account: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    owner_id: str = field(default="", repr=False)
    waiting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """A case that waits for a person. `codes` are its blocking findings and those of its mail.

    `held_until` is when the last claim on it ends or ended, None where there is none.
    """

    case_id: str
    message_id: int
    mailbox: str
    position: int
    entity: Entity | None
    office: str | None
    received_office: str | None
    stage: Stage
    state: str
    due: date | None
    received: datetime
    account_name: str = field(repr=False)
    account_subject: str = field(repr=False)
    codes: tuple[str, ...]
    cursor: QueueCursor = field(repr=False)
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A mail that answered a notice of a case. `automatic` says what machine wrote it (bounce, auto-reply), None for a
    person; `case_ids` are the cases the mail itself led to.
    """

    message_id: int
    received: datetime
    automatic: str | None
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterMail:
    """A later mail that joined a case, was parted from it again, or may belong to it (`domain.joining`).

    `case_id` is the case it led to itself, `ways` how it was found to belong; `at` and `actor` are of the last change.
    """

    case_id: str
    message_id: int
    state: JoinState
    ways: tuple[Way, ...]
    mailbox: str
    received: datetime
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """One case whole.

    `state` is "review", "registered", "closed" or "superseded"; `stage` what officers made of it; `version` counts
    what they saved; `touched` says a person worked on it. `replies` answered its notices; `answers` are the cases
    whose notices its own mail answers. `also_office` received the same filing too; `mails` came later and joined it, or may
    belong to it; `joined_into` is the case this one joined.
    """

    case_id: str
    message_id: int
    mailbox: str
    sha256: str
    position: int
    revision: int
    state: str
    office: str | None
    received_office: str | None
    number: str | None
    touched: bool
    stage: Stage
    version: int
    set_aside: tuple[SetAside, ...] = field(repr=False)
    subject: str = field(repr=False)
    sender: str = field(repr=False)
    filing: Filing = field(repr=False)
    verdict: Verdict = field(repr=False)
    mail_findings: tuple[Finding, ...] = field(repr=False)
    replies: tuple[Reply, ...] = ()
    answers: tuple[str, ...] = ()
    also_office: str | None = None
    joined_into: str | None = None
    mails: tuple[LaterMail, ...] = ()

    def keeper(self, own: str | None) -> str | None:
        """The office that takes it where somebody of the office `own` finds that it is not another's."""
        return own if own is not None and own in self.offices else self.received_office

    @property
    def offices(self) -> tuple[str | None, ...]:
        """Whose it is, and whose mailboxes received it: those that may see it."""
        return self.office, self.received_office, self.also_office

    @property
    def decided(self) -> DecidedCase:
        return DecidedCase(filing=self.filing, verdict=self.verdict)

    @property
    def received(self) -> datetime:
        return self.filing.received

    @property
    def due(self) -> date | None:
        return self.verdict.due

    @property
    def entity(self) -> Entity | None:
        return self.verdict.entity

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the case; those about its mail are `mail_findings`."""
        return self.verdict.findings

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What still keeps it out of the register."""
        return open_findings((*self.mail_findings, *self.findings), self.set_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another case of the same mail, or of one that may belong to the case asked about or joined it (`joined`)."""

    case_id: str
    account_name: str = field(repr=False)
    has_form: bool
    is_open: bool
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One event of a case. `note` is JSON, or plain text from a time before, "" for none."""

    at: datetime
    actor: str
    kind: str
    note: str = field(repr=False)
