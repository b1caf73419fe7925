"""What runs by itself at its times, in whichever process comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from pipeline.store.database import Database
from pipeline.store.models_watching import ChoreRow
from pipeline.store.statements import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoreRun:
    """When a chore ran last, and how many faults it found."""

    ran_at: datetime
    faults: int


class Chores:
    """Safe for many processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, *, every: timedelta, after_faults: timedelta, now: datetime) -> bool:
        """Whether the chore is due and this caller is to do it; `note` what it found.

        One that found faults is due again sooner, and so is one whose process ended before it noted anything.
        """
        table = ChoreRow.table()
        due = or_(table.c.ran_at <= now - every, (table.c.faults > 0) & (table.c.ran_at <= now - after_faults))
        with self._database.reading() as connection:
            known = connection.execute(select(due).where(table.c.name == name)).scalar_one_or_none()
        if known is False:
            return False
        fresh = {"name": name, "ran_at": now, "faults": 1}
        with self._database.writing() as connection:
            insert = insert_into(connection, table).values(fresh).on_conflict_do_nothing(index_elements=["name"])
            if connection.execute(insert.returning(table.c.name)).one_or_none() is not None:
                return True
            taken = update(table).where(table.c.name == name, due).values(ran_at=now, faults=1)
            return connection.execute(taken).rowcount == 1

    def note(self, name: str, *, faults: int, now: datetime) -> None:
        """The chore ran and found that many faults."""
        done = {"ran_at": now, "faults": faults}
        with self._database.writing() as connection:
            insert = insert_into(connection, ChoreRow.table()).values({"name": name} | done)
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=done))

    def last(self, name: str) -> ChoreRun | None:
        """The chore's last run, None before the first."""
        query = select(ChoreRow.ran_at, ChoreRow.faults).where(ChoreRow.name == name)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else ChoreRun(ran_at=row.ran_at, faults=row.faults)
