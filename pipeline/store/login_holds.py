"""Accounts that must not be logged in to for a while, whoever asks: the provider would lock them for good.

A hold is for the credentials it was earned with. New ones are tried at once; the ledger knows them by a keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.models_watching import LoginRow
from pipeline.store.statements import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginHold:
    """Why and until when a mailbox is left alone. `error` is the category of the error that earned it."""

    until: datetime
    error: str


class LoginHolds:
    """Asked before every login of the poller. Safe for many processes."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def find(self, mailbox: str, *, username: str, password: str, now: datetime) -> LoginHold | None:
        """The hold in force for these credentials. Without one they are noted as those now in use."""
        mark = self._cipher.index("login", mailbox, username, password)
        query = select(LoginRow.mark, LoginRow.held_until, LoginRow.held_for).where(LoginRow.mailbox == mailbox)
        with self._database.reading() as connection:
            known = connection.execute(query).one_or_none()
        if known is not None and known.mark == mark:
            held = known.held_until is not None and known.held_until > now
            return LoginHold(until=known.held_until, error=known.held_for or "login_refused") if held else None
        self._note(mailbox, mark)
        return None

    def _note(self, mailbox: str, mark: bytes) -> None:
        with self._database.writing() as connection:
            changed = {"mark": mark, "held_until": None, "held_for": None}
            insert = insert_into(connection, LoginRow.table()).values({"mailbox": mailbox} | changed)
            connection.execute(insert.on_conflict_do_update(index_elements=["mailbox"], set_=changed))
