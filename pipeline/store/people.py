"""The accounts of people: made, changed and disabled, each in one transaction with the event that says by whom."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.people import (
    PeopleError,
    Role,
    User,
    parse_login,
    parse_name,
    parse_password,
    require_place,
)
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.logins import Logins
from pipeline.store.models_people import UserRow
from pipeline.store.passwords import StoredPassword, hash_password, make_one_time_password
from pipeline.store.second_factor import enrolment_uri, find_step, make_secret
from pipeline.store.sessions import revoke_sessions
from pipeline.store.user_rows import UserRows, find_row, require_row

#: How long a one-time password can be used.
ONE_TIME: Final = timedelta(days=3)


class People:
    """Accounts. A login is taken in any spelling; accounts are never deleted, so that the log stays readable.

    Every change raises `UnknownUserError` for a login nobody has, and `PeopleError` (in Chinese) for what is not allowed.
    """

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._rows = UserRows(cipher)
        self._events = events
        self._logins: Final = Logins(database, cipher, events)

    def check_login(self, login: str, password: str, code: str | None, *, address: str, at: datetime) -> User:
        """Who that is. Raises `LoginRefusedError`, `SecondFactorNeededError` or `LoginThrottledError` (`logins`)."""
        return self._logins.check(login, password, code, address=address, at=at)

    def confirm_password(self, user: User, password: str, *, address: str, at: datetime) -> None:
        """Ask somebody who is logged in once more, before a grave act. Raises as `check_login`; needs no code."""
        self._logins.confirm(user, password, address=address, at=at)

    def list(self) -> tuple[User, ...]:
        """Every account, by login."""
        with self._database.reading() as connection, Session(connection) as session:
            return tuple(self._rows.user(row) for row in session.scalars(select(UserRow).order_by(UserRow.login)))

    def show(self, login: str) -> User | None:
        """The account of that login, None if there is none."""
        with self._database.reading() as connection, Session(connection) as session:
            row = find_row(session, login)
            return None if row is None else self._rows.user(row)

    def add_user(
        self,
        login: str,
        *,
        name: str,
        role: Role,
        office: str | None,
        password: str,
        actor: str,
        at: datetime,
        once: bool = False,
    ) -> User:
        """Make an account. `office` is a key of the profile, which the caller has checked.

        `once`: the password has to be changed at the first login, within `ONE_TIME`.
        """
        login, name, user_id = parse_login(login), parse_name(name), uuid.uuid4()
        require_place(role, office)
        hashed = hash_password(parse_password(password, login=login, name=name))
        row = UserRow(
            id=user_id,
            login=login,
            name=self._rows.seal(user_id, "name", name),
            role=role.value,
            office=office,
            password=self._rows.seal(user_id, "password", _stored(hashed, at, once=once).pack()),
            created_at=at,
        )
        with self._database.writing() as connection:
            self._events.lock(connection)  # also keeps a second one from taking the login meanwhile
            with Session(connection) as session:
                if find_row(session, login) is not None:
                    raise PeopleError(f"登录名“{login}”已被使用。")
                session.add(row)
                session.flush()
                self._note(session, row, "user.added", actor, at, role=role.value, office=office)
                return self._rows.user(row)

    def reset_password(self, login: str, *, actor: str, at: datetime) -> str:
        """Give a one-time password and return it, to be told to the person once; every session of the account ends."""
        password = make_one_time_password()
        self.change_password(login, password, actor=actor, at=at, once=True)
        return password

    def change_password(self, login: str, password: str, *, actor: str, at: datetime, once: bool = False) -> None:
        """Give a new password; every session of the account ends. `once` as for `add_user`."""
        known = self._require(login)
        hashed = hash_password(parse_password(password, login=known.login, name=known.name))
        with self._changing(login) as (session, row):
            row.password = self._rows.seal(row.id, "password", _stored(hashed, at, once=once).pack())
            revoke_sessions(session.connection(), row.id)
            self._note(session, row, "user.password_reset" if once else "user.password_changed", actor, at)

    def disable(self, login: str, *, actor: str, at: datetime) -> None:
        """Shut an account; every session of it ends at once. Doing it twice changes nothing.

        The last enabled administrator stays: nobody would be left to open an account again.
        """
        with self._changing(login) as (session, row):
            if row.disabled_at is None:
                _require_another_administrator(session, row)
                row.disabled_at = at
                revoke_sessions(session.connection(), row.id)
                self._note(session, row, "user.disabled", actor, at)

    def enable(self, login: str, *, actor: str, at: datetime) -> None:
        """Open an account again. Doing it twice changes nothing."""
        with self._changing(login) as (session, row):
            if row.disabled_at is not None:
                row.disabled_at = None
                self._note(session, row, "user.enabled", actor, at)

    def set_role(self, login: str, role: Role, office: str | None, *, actor: str, at: datetime) -> None:
        """Give another role or office; it holds from the next request on. The last enabled administrator remains one."""
        require_place(role, office)
        with self._changing(login) as (session, row):
            if role is not Role.ADMINISTRATOR:
                _require_another_administrator(session, row)
            row.role, row.office = role.value, office
            self._note(session, row, "user.role_set", actor, at, role=role.value, office=office)

    def enrol_totp(self, login: str, *, actor: str, at: datetime) -> str:
        """The otpauth URI with a new secret, shown once. Nothing is asked for at login before a code confirmed it."""
        secret = make_secret()
        with self._changing(login) as (session, row):
            row.totp_pending = self._rows.seal(row.id, "totp_pending", secret)
            self._note(session, row, "user.totp_enrolled", actor, at)
            return enrolment_uri(secret, row.login)

    def confirm_totp(self, login: str, code: str, *, actor: str, at: datetime) -> None:
        """Put the new secret in force with its first code, which is thereby used up; every session of the account ends."""
        with self._changing(login) as (session, row):
            secret = self._rows.open(row, "totp_pending")
            step = None if secret is None else find_step(secret, code, at, after=None)
            if secret is None or step is None:
                raise PeopleError("动态口令不对，或者还没有开始绑定。")
            row.totp_secret, row.totp_pending = self._rows.seal(row.id, "totp_secret", secret), None
            row.totp_step = step
            revoke_sessions(session.connection(), row.id)
            self._note(session, row, "user.totp_confirmed", actor, at)

    def remove_totp(self, login: str, *, actor: str, at: datetime) -> None:
        """Ask for no code any more; every session of the account ends."""
        with self._changing(login) as (session, row):
            row.totp_secret = row.totp_pending = row.totp_step = None
            revoke_sessions(session.connection(), row.id)
            self._note(session, row, "user.totp_removed", actor, at)

    def _require(self, login: str) -> User:
        with self._database.reading() as connection, Session(connection) as session:
            return self._rows.user(require_row(session, login, lock=False))

    @contextmanager
    def _changing(self, login: str) -> Iterator[tuple[Session, UserRow]]:
        """The account under a lock, in a transaction that commits at the end."""
        with self._database.writing() as connection:
            self._events.lock(connection)
            with Session(connection, autoflush=False) as session:
                yield session, require_row(session, login)
                session.flush()

    def _note(self, session: Session, row: UserRow, kind: str, actor: str, at: datetime, **said: str | None) -> None:
        note = {"login": row.login} | {key: value for key, value in said.items() if value}
        draft = EventDraft(kind=kind, actor=actor, at=at, note=json.dumps(note, ensure_ascii=False))
        self._events.append(session.connection(), draft)


def _stored(hashed: str, at: datetime, *, once: bool) -> StoredPassword:
    return StoredPassword(hashed=hashed, once_until=at + ONE_TIME if once else None)


def _require_another_administrator(session: Session, row: UserRow) -> None:
    """The lock on the log keeps two administrators from shutting each other out at once."""
    administrator = Role.ADMINISTRATOR.value
    if row.role != administrator or row.disabled_at is not None:
        return
    others = select(UserRow.id).where(
        UserRow.role == administrator, UserRow.disabled_at.is_(None), UserRow.id != row.id
    )
    if session.scalar(others.limit(1)) is None:
        raise PeopleError("这是最后一个在用的管理员账号，不能停用，也不能改为其他角色。")
