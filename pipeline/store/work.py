"""What waits to be decided, and who is at it. The queue is the messages themselves: nothing can fall out of step."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, func, or_, select, update

from pipeline.store.database import Database
from pipeline.store.models_mail import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessage:
    """A claimed mail. `attempts` counts claims that did not end in a decision, this one included."""

    message_id: int
    mailbox: str
    sha256: str
    received: datetime
    size_bytes: int
    attempts: int


class Work:
    """Claims on waiting messages. Safe for many threads, processes and machines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self,
        owner: str,
        *,
        now: datetime,
        lease_seconds: float,
        message_id: int | None = None,
        but: Collection[str] = (),
    ) -> WaitingMessage | None:
        """Take the next mail, or that one if it is free, in one atomic statement; None when nothing is due.

        Mails tried least come first, so that one that kills its worker cannot hold up the others; among
        these the one that its server received first, so that of two filings of one account the earlier
        is registered, whichever mailbox was polled faster. Those of the mailboxes `but` come only when nothing else is
        due. A claim ends with its lease.
        """
        if but and message_id is None:
            found = self._claim(owner, Message.mailbox.not_in(sorted(but)), now=now, lease_seconds=lease_seconds)
            if found is not None:
                return found
        asked = () if message_id is None else (Message.id == message_id,)
        return self._claim(owner, *asked, now=now, lease_seconds=lease_seconds)

    def _claim(
        self, owner: str, *asked: ColumnElement[bool], now: datetime, lease_seconds: float
    ) -> WaitingMessage | None:
        free = or_(Message.claimed_by.is_(None), Message.lease_until < now)
        due = or_(Message.not_before.is_(None), Message.not_before <= now)
        following = (
            select(Message.id)
            .where(Message.state == "waiting", due, free, *asked)
            .order_by(Message.attempts, Message.received, Message.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            update(Message)
            .where(Message.id == following)
            .values(
                claimed_by=owner,
                lease_until=now + timedelta(seconds=lease_seconds),
                attempts=Message.attempts + 1,
            )
            .returning(
                Message.id.label("message_id"),
                Message.mailbox,
                Message.sha256,
                Message.received,
                Message.size_bytes,
                Message.attempts,
            )
        )
        with self._database.writing() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else WaitingMessage(**row)

    def renew(self, message_id: int, owner: str, *, now: datetime, lease_seconds: float) -> bool:
        """Lengthen a claim; False when it is no longer this owner's."""
        return self._change(message_id, owner, lease_until=now + timedelta(seconds=lease_seconds))

    def release(self, message_id: int, owner: str) -> bool:
        """Give a mail back undecided, as if it had never been claimed; False when it is no longer this owner's."""
        return self._change(message_id, owner, **_FREE, attempts=Message.attempts - 1)

    def postpone(self, message_id: int, owner: str, *, reason: str, not_before: datetime) -> bool:
        """Give a mail back until later. `reason` is a short category without personal data."""
        return self._change(message_id, owner, **_FREE, postponed_for=reason, not_before=not_before)

    def free_dead_claims(self, is_alive: Callable[[str], bool]) -> int:
        """Give back what workers held that no longer live; returns how many mails."""
        query = select(Message.claimed_by).where(Message.state == "waiting", Message.claimed_by.is_not(None)).distinct()
        with self._database.reading() as connection:
            owners = [owner for owner in connection.scalars(query) if owner is not None]
        dead = [owner for owner in owners if not is_alive(owner)]
        if not dead:
            return 0
        statement = update(Message).where(Message.state == "waiting", Message.claimed_by.in_(dead)).values(**_FREE)
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount

    def waiting_count(self) -> int:
        """How many mails are not decided yet, claimed or not."""
        query = select(func.count()).select_from(Message).where(Message.state == "waiting")
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def _change(self, message_id: int, owner: str, **values: Any) -> bool:
        with self._database.writing() as connection:
            return connection.execute(_held(message_id, owner).values(**values)).rowcount == 1


_FREE: dict[str, None] = {"claimed_by": None, "lease_until": None}


def _held(message_id: int, owner: str) -> Update:
    mine: tuple[ColumnElement[bool], ...] = (Message.id == message_id, Message.claimed_by == owner)
    return update(Message).where(*mine, Message.state == "waiting")
