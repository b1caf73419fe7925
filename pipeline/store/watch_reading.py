"""How the mailboxes stand, for whoever watches them: counts and times only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.store.models_mail import LedgerEntry, Listing, Message, Poll
from pipeline.store.models_watching import LoginRow
from pipeline.store.uid_ranges import parse_uids


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """One mailbox as the ledger knows it.

    `waiting` mails are not decided yet, `retried` ones among them were tried and put off; `waiting_since` is when the
    oldest of them was fetched. `refused` places are listed by the server, which does not give their mails;
    `refused_since` is when the first was noted. `code_worked` is whether the credentials in use ever worked.
    """

    mailbox: str
    last_poll: datetime | None = None
    last_ok: datetime | None = None
    last_error: str | None = None
    problem: str | None = None
    failures: int = 0
    full_at: datetime | None = None
    held_until: datetime | None = None
    code_worked: bool = False
    listed: int = 0
    messages: int = 0
    waiting: int = 0
    retried: int = 0
    waiting_since: datetime | None = None
    refused: int = 0
    refused_since: datetime | None = None
    last_mail: datetime | None = None


@dataclass(slots=True)
class _Places:
    """Which places of each mailbox's folders were listed last."""

    uids: dict[tuple[str, str, int], frozenset[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def read_mailbox_states(session: Session, mailboxes: Iterable[str]) -> tuple[MailboxState, ...]:
    """One state for each mailbox asked for, those never polled included, in that order."""
    logins = {row.mailbox: row for row in session.scalars(select(LoginRow))}
    polled = {row.mailbox: _polled(row, logins.get(row.mailbox)) for row in session.scalars(select(Poll))}
    listed, work, refused = _listed(session), _work(session), _refused(session)
    states = []
    for mailbox in mailboxes:
        state = polled.get(mailbox, MailboxState(mailbox=mailbox))
        state = replace(state, listed=listed.counts.get(mailbox, 0), **work.get(mailbox, {}))
        states.append(_with_refused(state, refused.get(mailbox, ()), listed))
    return tuple(states)


def read_arrivals(session: Session, mailbox: str, since: datetime) -> tuple[datetime, ...]:
    """When the server took each mail of a mailbox since then."""
    query = select(Message.received).where(Message.mailbox == mailbox, Message.received >= since)
    return tuple(session.scalars(query))


def _polled(row: Poll, login: LoginRow | None) -> MailboxState:
    return MailboxState(
        mailbox=row.mailbox,
        last_poll=row.last_poll,
        last_ok=row.last_ok,
        last_error=row.last_error,
        problem=row.problem,
        failures=row.failures,
        full_at=row.full_at,
        held_until=login.held_until if login else None,
        code_worked=login is not None and login.good_mark == login.mark,
    )


def _listed(session: Session) -> _Places:
    places = _Places()
    for row in session.scalars(select(Listing)):
        uids = frozenset(parse_uids(row.uids))
        places.uids[row.mailbox, row.folder, row.uidvalidity] = uids
        places.counts[row.mailbox] += len(uids)
    return places


def _work(session: Session) -> Mapping[str, dict[str, Any]]:
    """Messages and what of them waits, by mailbox."""
    totals = select(Message.mailbox, func.count(), func.max(Message.received)).group_by(Message.mailbox)
    found: dict[str, dict[str, Any]] = {
        mailbox: {"messages": count, "last_mail": latest} for mailbox, count, latest in session.execute(totals)
    }
    fetched = select(func.min(LedgerEntry.recorded_at)).where(LedgerEntry.message_id == Message.id).scalar_subquery()
    waiting = select(Message.mailbox, Message.postponed_for, fetched).where(Message.state == "waiting")
    by_mailbox: dict[str, list[tuple[str | None, datetime | None]]] = defaultdict(list)
    for mailbox, postponed_for, since in session.execute(waiting):
        by_mailbox[mailbox].append((postponed_for, since))
    for mailbox, rows in by_mailbox.items():
        times = [since for _, since in rows if since is not None]
        retried = sum(reason is not None for reason, _ in rows)
        found[mailbox] |= {"waiting": len(rows), "retried": retried, "waiting_since": min(times, default=None)}
    return found


_RefusedRow = tuple[str, int, int, datetime]


def _refused(session: Session) -> Mapping[str, Sequence[_RefusedRow]]:
    query = select(LedgerEntry).where(LedgerEntry.state == "refused")
    found: dict[str, list[_RefusedRow]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.mailbox].append((row.folder, row.uidvalidity, row.uid, row.recorded_at))
    return found


def _with_refused(state: MailboxState, rows: Sequence[_RefusedRow], listed: _Places) -> MailboxState:
    """Only what is still listed: a mail that people deleted need not be given any more."""
    times = [
        since
        for folder, validity, uid, since in rows
        if uid in listed.uids.get((state.mailbox, folder, validity), frozenset())
    ]
    return replace(state, refused=len(times), refused_since=min(times, default=None))
