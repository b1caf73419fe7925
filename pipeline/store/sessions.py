"""Logins in force. The token is 32 random bytes that only the browser has; the store keeps its keyed hash.

A session ends after 30 minutes without a request, after 12 hours in any case, and at once when it is closed or its
account disabled. The CSRF token belongs to the session and is derived from its token, so it is nowhere kept either.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update
from sqlalchemy.orm import Session as Orm

from pipeline.domain.people import User
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.errors import LoginRefusedError
from pipeline.store.models_people import SessionRow, UserRow
from pipeline.store.user_rows import UserRows

_TOKEN_BYTES: Final = 32
_TOKEN_CHARACTERS: Final = 43
_TOUCH: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lasts: without a request, and in any case."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login in force, with the account as it is now. `ends_at` is when it ends without another request."""

    user: User
    csrf: str = field(repr=False)
    opened_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """A new session; `token` is for the cookie and cannot be had again."""

    token: str = field(repr=False)
    session: Session


class Sessions:
    """Opens, finds and closes sessions."""

    def __init__(self, database: Database, cipher: Cipher, limits: SessionLimits | None = None) -> None:
        self._database = database
        self._cipher = cipher
        self._rows = UserRows(cipher)
        self._limits = limits or SessionLimits()

    def with_limits(self, limits: SessionLimits) -> Sessions:
        """The same sessions under other limits."""
        return Sessions(self._database, self._cipher, limits)

    def open(self, user: User, at: datetime) -> OpenedSession:
        """A session for somebody whose login was checked. Raises `LoginRefusedError` when disabled meanwhile."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = SessionRow(token_index=self._index(token), user_id=uuid.UUID(user.user_id), opened_at=at, seen_at=at)
        with self._database.writing() as connection, Orm(connection) as orm:
            # The lock keeps the account from being disabled between the look and the new session.
            owner = orm.scalars(select(UserRow).where(UserRow.id == row.user_id).with_for_update()).one_or_none()
            if owner is None or owner.disabled_at is not None:
                raise LoginRefusedError
            orm.execute(delete(SessionRow).where(self._over(at)))
            orm.add(row)
            orm.flush()
            return OpenedSession(token=token, session=self._session(token, row, owner))

    def find(self, token: str, at: datetime) -> Session | None:
        """The session of that token, None if there is none (any more). Counts as a sign of life, kept to the minute."""
        if len(token) != _TOKEN_CHARACTERS:
            return None
        query = (
            select(SessionRow, UserRow)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(SessionRow.token_index == self._index(token), ~self._over(at), UserRow.disabled_at.is_(None))
        )
        with self._database.reading() as connection, Orm(connection) as orm:
            found = orm.execute(query).one_or_none()
            if found is None:
                return None
            session, seen_at = self._session(token, *found), found[0].seen_at
        if at - seen_at >= _TOUCH:
            self._touch(token, at)
        return session

    def close(self, token: str) -> None:
        """End a session; the token is worth nothing from now on."""
        with self._database.writing() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.token_index == self._index(token)))

    def close_all(self, user: User) -> int:
        """End every session of an account; returns how many."""
        with self._database.writing() as connection:
            return revoke_sessions(connection, uuid.UUID(user.user_id))

    def _touch(self, token: str, at: datetime) -> None:
        mine = update(SessionRow).where(SessionRow.token_index == self._index(token), SessionRow.seen_at < at)
        with self._database.writing() as connection:
            connection.execute(mine.values(seen_at=at))

    def _session(self, token: str, row: SessionRow, owner: UserRow) -> Session:
        return Session(
            user=self._rows.user(owner),
            # Not in hex: one in a few hundred of those holds eighteen figures, and looks like an ID number left uncovered.
            csrf=base64.urlsafe_b64encode(self._cipher.index("csrf", token)).decode(),
            opened_at=row.opened_at,
            ends_at=min(row.seen_at + self._limits.idle, row.opened_at + self._limits.absolute),
        )

    def _over(self, at: datetime) -> ColumnElement[bool]:
        return or_(SessionRow.seen_at <= at - self._limits.idle, SessionRow.opened_at <= at - self._limits.absolute)

    def _index(self, token: str) -> bytes:
        return self._cipher.index("session", token)


def revoke_sessions(connection: Connection, user_id: uuid.UUID) -> int:
    """End every session of an account inside the caller's transaction; returns how many."""
    return connection.execute(delete(SessionRow).where(SessionRow.user_id == user_id)).rowcount
