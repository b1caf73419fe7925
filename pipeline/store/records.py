"""What the store hands out. Ids of cases are UUIDs as text; times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.domain.decision import DecidedCase, Decision, Entity, Filing, Verdict
from pipeline.domain.finding import Finding
from pipeline.domain.joining import JoinState, Way
from pipeline.domain.life import RecordState, SetAside, Stage, open_findings
from pipeline.store.errors import NotReplaceableReason


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVersionRow:
    """One version of a record: from `at` on the values of `case_id` were in force. `kind`: registered, changed, cancelled."""

    version: int
    kind: str
    case_id: str
    actor: str
    at: datetime


class RegisterOrder(StrEnum):
    """In which order records are listed: as they came into the register, by 备案号 (area, year, seq), or by a day."""

    ENTERED = "entered"
    NUMBER = "number"
    REGISTERED = "registered"
    RECEIVED = "received"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterScope:
    """Which records, and in which order. `offices` as `visible_offices` gives them; `first` and `last` are days of
    registration, both included; `entity` and `account_type` are those in force.

    `account`, `subject` and `owner_id` are found by exact match, however spelt, in any version of a record; "" asks for
    nothing, as `number` (备案号).
    """

    offices: frozenset[str] | None = None
    office: str | None = None
    first: date | None = None
    last: date | None = None
    state: RecordState | None = None
    entity: Entity | None = None
    account_type: str | None = None
    account: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    owner_id: str = field(default="", repr=False)
    number: str = ""
    order: RegisterOrder = RegisterOrder.ENTERED


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """A record of the register. `values` are the form's values by key, as text. `id` orders the pages."""

    id: int
    number: str
    office: str
    area_code: str
    year: int
    seq: int
    registered_on: date
    state: str
    case_id: str
    entity: Entity | None
    received: datetime
    due: date | None
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChangeRow:
    """A version of a record that was changed or cancelled. `before` and `values` are the form's values by key, as text.

    `before` is empty for the first version. `ground` is in the officer's words, "" where none was given.
    """

    number: str
    office: str
    version: int
    kind: str
    at: datetime
    actor: str
    ground: str = field(repr=False)
    before: Mapping[str, str] = field(repr=False)
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDetail:
    """A record with the case it came from."""

    record: RegistryRow
    case: CaseDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A place on a server and what became of it: registered, review, ignored, waiting or refused."""

    id: int
    mailbox: str
    folder: str
    uidvalidity: int
    generation: int
    uid: int
    outcome: str
    reason: str | None
    attempts: int
    next_try: datetime | None
    message_id: int | None
    sha256: str | None
    received: datetime | None
    size_bytes: int | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A mail the ledger holds, for working through it again.

    `decided_at` is when it was first decided. `fixed` says why its decision may not be replaced: a case of
    it is registered, was touched by a person, joined another mail's case or was joined by one.
    """

    message_id: int
    mailbox: str
    sha256: str
    received: datetime
    size_bytes: int
    revision: int
    outcome: Decision | None
    decided_at: datetime | None = None
    fixed: NotReplaceableReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """Where a mail lies in a mailbox."""

    folder: str
    uidvalidity: int
    generation: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEquation:
    """A mailbox's reconciliation: listed = registered + review + ignored + waiting + refused.

    Counts are of the places the server listed at the last poll. `unaccounted` are listed without a
    ledger row; `missing_mails` are messages whose kept file is gone; `contradictions` are decided
    messages whose cases do not fit their outcome. `no_longer_listed` places are no fault: mail was
    moved or deleted by people.
    """

    mailbox: str
    listed: int
    registered: int
    review: int
    ignored: int
    waiting: int
    refused: int
    messages: int
    no_longer_listed: int
    unaccounted: tuple[ServerPlace, ...] = ()
    missing_mails: tuple[str, ...] = ()
    contradictions: tuple[int, ...] = ()
    last_poll: datetime | None = None
    last_ok: datetime | None = None
    last_error: str | None = None

    @property
    def holds(self) -> bool:
        """Whether every listed mail has exactly one outcome, is kept, and has the cases it should."""
        total = self.registered + self.review + self.ignored + self.waiting + self.refused
        return total == self.listed and not (self.unaccounted or self.missing_mails or self.contradictions)
