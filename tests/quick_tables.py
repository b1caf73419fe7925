"""A new store's tables in a moment: by the statements that all the steps came to the first time in this process.

Only a database that has nothing in it yet is made so, in the same transaction as ever; any other takes its steps as
outside of tests. `tests/store/test_quick_tables.py` shows that what is made so does not differ from what the steps make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, event, inspect

from pipeline.store import migration
from pipeline.store.database import open_database

#: As it is outside of tests.
REAL_STEPS = migration._take_steps

Statements = list[tuple[str, Any]]
_LOOKS = ("SELECT", "PRAGMA")
_known: dict[str, Statements] = {}


def use() -> Callable[[], None]:
    """From now on in this process; returns what ends that."""
    return _replace(_take_known_steps)


def do_not_use() -> Callable[[], None]:
    """Every step, as outside of tests; returns what ends that."""
    return _replace(REAL_STEPS)


def learn() -> None:
    """Learn SQLite's statements now, so that whoever is forked from this process knows them."""
    with TemporaryDirectory(prefix="tables-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'beian.sqlite3'}")
        migration.upgrade(database)
        database.close()


def _take_known_steps(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        REAL_STEPS(connection)
        return
    known = _known.get(connection.dialect.name)
    if known is None:
        with _noting(connection) as noted:
            REAL_STEPS(connection)
        _known[connection.dialect.name] = noted
        return
    for statement, parameters in known:
        connection.exec_driver_sql(statement, parameters)


@contextmanager
def _noting(connection: Connection) -> Iterator[Statements]:
    """Every statement that changes something, with its parameters as the driver gets them."""
    noted: Statements = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if not statement.lstrip().upper().startswith(_LOOKS):
            noted.append((statement, parameters or None))

    event.listen(connection, "before_cursor_execute", note)
    yield noted
    event.remove(connection, "before_cursor_execute", note)


def _replace(steps: Callable[[Connection], None]) -> Callable[[], None]:
    before = migration._take_steps
    vars(migration)["_take_steps"] = steps
    return partial(_put_back, before)


def _put_back(before: Callable[[Connection], None]) -> None:
    vars(migration)["_take_steps"] = before
