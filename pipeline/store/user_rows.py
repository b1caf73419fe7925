"""The rows of accounts, with what is sealed in them."""

from __future__ import annotations

import uuid
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipeline.domain.people import LOGIN_PATTERN, Role, User, fold_login
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.errors import StoreDamagedError, UnknownUserError
from pipeline.store.models_people import UserRow
from pipeline.store.passwords import StoredPassword, unpack_password

Sealed = Literal["name", "password", "totp_secret", "totp_pending"]


class UserRows:
    """Seals and opens the columns of accounts."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def seal(self, user_id: uuid.UUID, column: Sealed, text: str) -> bytes:
        """A value for that column of that account."""
        return self._cipher.seal(text, _cell(user_id, column))

    def open(self, row: UserRow, column: Sealed) -> str | None:
        """What stands in that column, None for nothing."""
        sealed: bytes | None = getattr(row, column)
        return None if sealed is None else self._cipher.open(sealed, _cell(row.id, column))

    def user(self, row: UserRow) -> User:
        """The account as everything else sees it."""
        name = self.open(row, "name")
        if name is None:
            raise StoreDamagedError(f"users, row {row.id}: no name")
        return User(
            user_id=str(row.id),
            login=row.login,
            name=name,
            role=Role(row.role),
            office=row.office,
            has_totp=row.totp_secret is not None,
            disabled=row.disabled_at is not None,
            must_change_password=self.password(row).once_until is not None,
        )

    def password(self, row: UserRow) -> StoredPassword:
        """The account's password as it is kept."""
        return unpack_password(self.open(row, "password") or "")


def find_row(session: Session, login: str) -> UserRow | None:
    """The account of that login as somebody typed it."""
    return session.scalars(_of_login(login)).one_or_none()


def require_row(session: Session, login: str, *, lock: bool = True) -> UserRow:
    """The same, under a lock unless told not to. Raises `UnknownUserError`."""
    query = _of_login(login)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise UnknownUserError
    return row


def _of_login(login: str) -> Select[UserRow]:
    """What no login can be is looked for as "", which nobody has: it may hold what a database does not take."""
    folded = fold_login(login)
    return select(UserRow).where(UserRow.login == (folded if LOGIN_PATTERN.fullmatch(folded) else ""))


def _cell(user_id: uuid.UUID, column: Sealed) -> Cell:
    return Cell(table="users", column=column, row=str(user_id))
