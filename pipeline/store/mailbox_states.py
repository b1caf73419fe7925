"""How the mailboxes do: when each was looked at last, and what of it still waits. No sender, no subject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.store.models import LedgerEntry, Message, Poll


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """One mailbox. `failures` are the polls that failed since the last good one, `last_error` what the last one said;
    `waiting` mails are kept and not decided yet, the oldest came `oldest`; `refused` could not be fetched so far.
    """

    mailbox: str
    last_poll: datetime | None
    last_ok: datetime | None
    last_error: str | None
    failures: int
    waiting: int
    oldest: datetime | None
    refused: int


def read_mailbox_states(session: Session) -> tuple[MailboxState, ...]:
    """Every mailbox that was polled or has something waiting, by address."""
    polls = {row.mailbox: row for row in session.scalars(select(Poll))}
    waits = select(Message.mailbox, func.count().label("many"), func.min(Message.received).label("oldest"))
    waiting = {
        row.mailbox: row for row in session.execute(waits.where(Message.state == "waiting").group_by(Message.mailbox))
    }
    refusals = select(LedgerEntry.mailbox, func.count()).where(LedgerEntry.state == "refused")
    refused = {row[0]: row[1] for row in session.execute(refusals.group_by(LedgerEntry.mailbox))}
    return tuple(
        MailboxState(
            mailbox=mailbox,
            last_poll=poll.last_poll if (poll := polls.get(mailbox)) else None,
            last_ok=poll.last_ok if poll else None,
            last_error=poll.last_error if poll else None,
            failures=poll.failures if poll else 0,
            waiting=waiting[mailbox].many if mailbox in waiting else 0,
            oldest=waiting[mailbox].oldest if mailbox in waiting else None,
            refused=refused.get(mailbox, 0),
        )
        for mailbox in sorted({*polls, *waiting, *refused})
    )
