"""Checks who somebody is. An unknown login and a wrong password take the same steps, the same time, and say the same.

The log notes every login and every refusal: of an account by its login, of an unknown one by the keyed hash of what
was typed, because people type their passwords there. During a pause it notes the first refusal only.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from pipeline.domain.people import User, fold_login, fold_password
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.errors import LoginRefusedError, LoginThrottledError, SecondFactorNeededError
from pipeline.store.events import SYSTEM, EventDraft, EventLog
from pipeline.store.models_people import UserRow
from pipeline.store.passwords import StoredPassword, verify_password
from pipeline.store.second_factor import find_step
from pipeline.store.throttle import (
    Subject,
    account_subject,
    address_subject,
    clear,
    count_attempt,
    first_in_pause,
    prune,
    take_back,
)
from pipeline.store.user_rows import UserRows, find_row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """Who tries from where."""

    login: str
    login_index: bytes
    account: Subject
    origin: Subject
    address: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The account that the login names."""

    user: User
    password: StoredPassword
    totp_secret: str | None
    totp_step: int | None

    def is_over(self, at: datetime) -> bool:
        """Whether its one-time password was not used in time."""
        return self.password.once_until is not None and at >= self.password.once_until


class Logins:
    """Holds passwords and codes against the accounts."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._rows = UserRows(cipher)
        self._events = events

    def check(self, login: str, password: str, code: str | None, *, address: str, at: datetime) -> User:
        """Who that is. Raises `LoginRefusedError`, `SecondFactorNeededError` or `LoginThrottledError`."""
        attempt = self._attempt(login, address, at)
        known = self._checked(attempt, password)
        if known.totp_secret is not None:
            self._check_code(attempt, known, known.totp_secret, code)
        self._accept(attempt, known)
        return known.user

    def confirm(self, user: User, password: str, *, address: str, at: datetime) -> None:
        """The password once more, of somebody who is logged in."""
        attempt = self._attempt(user.login, address, at)
        self._checked(attempt, password)
        with self._database.writing() as connection:
            take_back(connection, attempt.account, attempt.origin)

    def _attempt(self, login: str, address: str, at: datetime) -> _Attempt:
        folded = fold_login(login)
        index = self._cipher.index("login-account", folded)
        origin = address_subject(self._cipher.index("login-address", address))
        return _Attempt(
            login=folded, login_index=index, account=account_subject(index), origin=origin, address=address, at=at
        )

    def _checked(self, attempt: _Attempt, password: str) -> _Known:
        """The account, once the password was right."""
        self._count(attempt)
        known = self._find(attempt.login)
        right = verify_password(fold_password(password), None if known is None else known.password.hashed)
        if known is None or not right or known.user.disabled or known.is_over(attempt.at):
            self._refuse(attempt, known)
        return known

    def _count(self, attempt: _Attempt) -> None:
        subjects = (attempt.account, attempt.origin)
        with self._database.writing() as connection:
            seconds = count_attempt(connection, subjects, attempt.at)
        if not seconds:
            return
        known = self._find(attempt.login)
        with self._database.writing() as connection:
            self._events.lock(connection)
            if first_in_pause(connection, subjects):
                self._events.append(connection, self._draft("login.throttled", attempt, known))
        raise LoginThrottledError(seconds)

    def _check_code(self, attempt: _Attempt, known: _Known, secret: str, code: str | None) -> None:
        if code is None or not code.strip():
            with self._database.writing() as connection:
                take_back(connection, attempt.account, attempt.origin)
            raise SecondFactorNeededError
        step = find_step(secret, code, attempt.at, after=known.totp_step)
        if step is None or not self._use_up(known, step):
            self._refuse(attempt, known)

    def _use_up(self, known: _Known, step: int) -> bool:
        """Whether the code of that step was still unused; of two at once only one gets it."""
        unused = or_(UserRow.totp_step.is_(None), UserRow.totp_step < step)
        mine = update(UserRow).where(UserRow.id == uuid.UUID(known.user.user_id), unused)
        with self._database.writing() as connection:
            return connection.execute(mine.values(totp_step=step)).rowcount == 1

    def _accept(self, attempt: _Attempt, known: _Known) -> None:
        with self._database.writing() as connection:
            self._events.lock(connection)
            clear(connection, attempt.account)
            take_back(connection, attempt.origin)
            prune(connection, attempt.at)
            self._events.append(connection, self._draft("login.accepted", attempt, known))

    def _refuse(self, attempt: _Attempt, known: _Known | None) -> NoReturn:
        with self._database.writing() as connection:
            self._events.append(connection, self._draft("login.refused", attempt, known))
        raise LoginRefusedError

    def _draft(self, kind: str, attempt: _Attempt, known: _Known | None) -> EventDraft:
        said = {"address": attempt.address}
        if known is None:
            said["login_hash"] = attempt.login_index.hex()
        actor = SYSTEM if known is None else known.user.login
        return EventDraft(kind=kind, actor=actor, at=attempt.at, note=json.dumps(said, ensure_ascii=False))

    def _find(self, login: str) -> _Known | None:
        with self._database.reading() as connection, Session(connection) as session:
            row = find_row(session, login)
            if row is None:
                return None
            return _Known(
                user=self._rows.user(row),
                password=self._rows.password(row),
                totp_secret=self._rows.open(row, "totp_secret"),
                totp_step=row.totp_step,
            )
