"""Proves, mailbox by mailbox, that every mail the server listed has exactly one outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.store.archive import BlobArchive
from pipeline.store.ledger_records import LedgerEquation, LedgerRow, ServerPlace
from pipeline.store.models import Case
from pipeline.store.models_mail import LedgerEntry, Listing, Message, Poll
from pipeline.store.relations import end_of
from pipeline.store.uid_ranges import parse_uids

_Place = tuple[str, int, int, int]
#: What became of a place: a refused one has no message, an undecided message has no outcome.
_OUTCOME: ColumnElement[str] = func.coalesce(Message.outcome, Message.state, LedgerEntry.state)


def read_mailboxes(session: Session) -> tuple[str, ...]:
    """Every mailbox that was polled or has mail."""
    polled, mailed = session.scalars(select(Poll.mailbox)), session.scalars(select(Message.mailbox).distinct())
    return tuple(sorted({*polled, *mailed}))


def read_ledger(
    session: Session, *, mailbox: str | None, outcome: str | None, limit: int, after: int | None
) -> tuple[LedgerRow, ...]:
    """A page of ledger rows, newest first. `after` is the `id` of the last row of the page before."""
    query = select(LedgerEntry, Message).outerjoin(Message, Message.id == LedgerEntry.message_id)
    if mailbox is not None:
        query = query.where(LedgerEntry.mailbox == mailbox)
    if outcome is not None:
        query = query.where(_OUTCOME.in_([outcome]))
    if after is not None:
        query = query.where(LedgerEntry.id < after)
    found = session.execute(query.order_by(LedgerEntry.id.desc()).limit(limit))
    return tuple(_ledger_row(entry, message) for entry, message in found)


def reconcile(session: Session, archive: BlobArchive, mailbox: str) -> LedgerEquation:
    """The equation of one mailbox, with every exception named."""
    listed, recorded = _listed(session, mailbox), _recorded(session, mailbox)
    counts = Counter(recorded[place] for place in listed if place in recorded)
    poll = session.get(Poll, mailbox)
    digests = session.scalars(select(Message.sha256).where(Message.mailbox == mailbox)).all()
    return LedgerEquation(
        mailbox=mailbox,
        listed=len(listed),
        registered=counts["registered"],
        review=counts["review"],
        ignored=counts["ignored"],
        waiting=counts["waiting"],
        refused=counts["refused"],
        messages=len(digests),
        no_longer_listed=sum(place not in listed for place in recorded),
        unaccounted=tuple(
            ServerPlace(folder=folder, uidvalidity=validity, generation=generation, uid=uid)
            for folder, validity, generation, uid in sorted(listed - recorded.keys())
        ),
        missing_mails=tuple(digest for digest in digests if not archive.has(digest)),
        contradictions=tuple(_contradictions(session, mailbox)),
        last_poll=poll.last_poll if poll else None,
        last_ok=poll.last_ok if poll else None,
        last_error=poll.last_error if poll else None,
    )


def _listed(session: Session, mailbox: str) -> set[_Place]:
    rows = session.scalars(select(Listing).where(Listing.mailbox == mailbox))
    return {(row.folder, row.uidvalidity, row.generation, uid) for row in rows for uid in parse_uids(row.uids)}


def _recorded(session: Session, mailbox: str) -> Mapping[_Place, str]:
    query = (
        select(LedgerEntry.folder, LedgerEntry.uidvalidity, LedgerEntry.generation, LedgerEntry.uid, _OUTCOME)
        .outerjoin(Message, Message.id == LedgerEntry.message_id)
        .where(LedgerEntry.mailbox == mailbox)
    )
    return {
        (folder, validity, generation, uid): outcome
        for folder, validity, generation, uid, outcome in session.execute(query)
    }


def _contradictions(session: Session, mailbox: str) -> Iterator[int]:
    """Decided messages whose current cases do not add up to their outcome."""
    current = (Case.message_id == Message.id) & (Case.revision == Message.revision)
    query = (
        select(Message.id, Message.outcome, Case.state, Case.joined_into)
        .outerjoin(Case, current)
        .where(Message.mailbox == mailbox, Message.state == "decided")
        .order_by(Message.id)
    )
    states: dict[int, tuple[str | None, set[str]]] = {}
    for message_id, outcome, state, joined_into in session.execute(query):
        ended = state if joined_into is None else end_of(session, session.get_one(Case, joined_into)).state
        states.setdefault(message_id, (outcome, set()))[1].update({ended} - {None})
    yield from (message_id for message_id, (outcome, found) in states.items() if not _fits(outcome, found))


def _fits(outcome: str | None, states: set[str]) -> bool:
    if outcome == "ignored":
        return not states
    if outcome == "registered":
        return states == {"registered"}
    return states <= {"review", "registered", "closed"} and bool(states - {"registered"})


def _ledger_row(entry: LedgerEntry, message: Message | None) -> LedgerRow:
    return LedgerRow(
        id=entry.id,
        mailbox=entry.mailbox,
        folder=entry.folder,
        uidvalidity=entry.uidvalidity,
        generation=entry.generation,
        uid=entry.uid,
        outcome=(message.outcome or message.state) if message else entry.state,
        reason=message.postponed_for if message else entry.reason,
        attempts=message.attempts if message else entry.attempts,
        next_try=message.not_before if message else entry.next_try,
        message_id=entry.message_id,
        sha256=message.sha256 if message else None,
        received=message.received if message else None,
        size_bytes=message.size_bytes if message else None,
        recorded_at=entry.recorded_at,
    )
