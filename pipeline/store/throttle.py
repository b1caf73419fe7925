"""How often somebody may fail to log in: growing pauses for an account and for an address, never a lock.

After 5 failures of an account in a row (20 from an address within the hour) each next attempt has to wait 1, 2, 4 …
seconds, up to 5 minutes. An attempt is counted before anything is checked and taken back when it was good, so that
many at once gain nothing; what comes during a pause is neither checked nor counted. A good login clears its account;
an address only gets the one attempt back, so that an attacker's own account does not help him. Risk that remains:
whoever keeps failing for somebody else's account can make that person wait, five minutes at most each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, case, delete, update

from pipeline.store.models_people import LoginAttempts
from pipeline.store.statements import insert_into

_LONGEST_SECONDS: Final = 300
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What failures are counted for: an account or an address, by its keyed hash."""

    index: bytes
    free: int
    remembered: timedelta

    def pause(self, failures: int) -> timedelta:
        """How long to wait after that many failures."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta(0)
        return timedelta(seconds=min(2 ** min(beyond, 30), _LONGEST_SECONDS))


def account_subject(index: bytes) -> Subject:
    """An account, whether there is such a one or not."""
    return Subject(index=index, free=5, remembered=_KEPT)


def address_subject(index: bytes) -> Subject:
    """An address; many people may share it."""
    return Subject(index=index, free=20, remembered=timedelta(hours=1))


def count_attempt(connection: Connection, subjects: Sequence[Subject], at: datetime) -> int:
    """Count an attempt and return 0, or return the whole seconds to wait and count nothing."""
    ordered = sorted(subjects, key=lambda subject: subject.index)
    wait = max(_wait(connection, subject, at) for subject in ordered)
    if wait == 0:
        for subject in ordered:
            _count(connection, subject, at)
    return wait


def take_back(connection: Connection, *subjects: Subject) -> None:
    """The attempt was no failure."""
    for subject in sorted(subjects, key=lambda subject: subject.index):
        mine = update(LoginAttempts).where(LoginAttempts.subject_index == subject.index, LoginAttempts.failures > 0)
        connection.execute(mine.values(failures=LoginAttempts.failures - 1))


def clear(connection: Connection, subject: Subject) -> None:
    """Forget the failures of a subject."""
    connection.execute(delete(LoginAttempts).where(LoginAttempts.subject_index == subject.index))


def prune(connection: Connection, at: datetime) -> None:
    """Remove what no longer counts."""
    connection.execute(delete(LoginAttempts).where(LoginAttempts.last_at < at - _KEPT))


def first_in_pause(connection: Connection, subjects: Sequence[Subject]) -> bool:
    """Whether this is the first refusal since the last counted attempt: the log takes one line a pause, not a flood."""
    fresh = False
    for subject in sorted(subjects, key=lambda subject: subject.index):
        mine = update(LoginAttempts).where(LoginAttempts.subject_index == subject.index, LoginAttempts.noted.is_(False))
        fresh |= connection.execute(mine.values(noted=True)).rowcount == 1
    return fresh


def _wait(connection: Connection, subject: Subject, at: datetime) -> int:
    """Whole seconds that are left of the pause. The row is locked, and made first: of many at once each sees the others.

    In one statement: between two, whoever is let in may have removed the row (`clear`).
    """
    fresh = insert_into(connection, LoginAttempts.table()).values(
        subject_index=subject.index, failures=0, last_at=at, noted=False
    )
    locked = fresh.on_conflict_do_update(
        index_elements=[LoginAttempts.subject_index], set_={"failures": LoginAttempts.failures}
    )
    found = connection.execute(locked.returning(LoginAttempts.failures, LoginAttempts.last_at)).one()
    if found.last_at < at - subject.remembered:
        return 0
    seconds: float = (found.last_at + subject.pause(found.failures) - at).total_seconds()
    return max(0, math.ceil(seconds))


def _count(connection: Connection, subject: Subject, at: datetime) -> None:
    forgotten = LoginAttempts.last_at < at - subject.remembered
    failures = case((forgotten, 1), else_=LoginAttempts.failures + 1)
    mine = update(LoginAttempts).where(LoginAttempts.subject_index == subject.index)
    connection.execute(mine.values(failures=failures, last_at=at, noted=False))
