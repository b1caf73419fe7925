"""What the store hands out of the ledger: places on servers, kept mails, and how a mailbox adds up. Times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.domain.decision import Decision
from pipeline.store.errors import NotReplaceableReason


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
