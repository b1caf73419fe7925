"""The tables that most tests work on are those that the steps make: see `tests.quick_tables`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from pipeline.store import migration
from pipeline.store.database import open_database
from pipeline.store.migration import upgrade
from tests import quick_tables
from tests.postgres import Cluster
from tests.stores import Place

#: What a database of PostgreSQL has besides tables and their columns, indexes and constraints.
_MORE = {
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "constraints": "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "columns": "SELECT table_name, ordinal_position, column_name, data_type, column_default, is_nullable, is_identity "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "sequences": "SELECT sequencename, start_value, last_value FROM pg_sequences ORDER BY 1",
}


@pytest.fixture
def places(place: Place, request: pytest.FixtureRequest) -> Iterator[tuple[Place, Place]]:
    """One with the tables made already, and one of the same kind where nothing is yet."""
    other = place.data_dir.parent / "other"
    other.mkdir()
    if place.is_sqlite:
        yield place, Place(f"sqlite:///{other / 'beian.sqlite3'}", other)
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = cluster.create_database()
    yield place, Place(cluster.url(name), other)
    cluster.drop_database(name)


@pytest.fixture
def learned(places: tuple[Place, Place]) -> None:
    """Statements were noted in this process, if none had been so far."""
    if places[0].is_sqlite:
        quick_tables.learn()
    assert migration._take_steps is not quick_tables.REAL_STEPS
    assert ("sqlite" if places[0].is_sqlite else "postgresql") in quick_tables._known


@pytest.mark.usefixtures("learned")
def test_tables_made_quickly_are_those_the_steps_make(places: tuple[Place, Place], place: Place) -> None:
    end = quick_tables.do_not_use()
    by_steps = _made(places[1])
    end()
    _empty(places[1])
    assert _made(places[1]) == by_steps
    assert _made(place) == by_steps  # the copied one
    assert len(by_steps["tables"]) > 30


def _made(place: Place) -> dict[str, Any]:
    database = open_database(place.url)
    upgrade(database)
    with database.reading() as connection:
        found = _describe(connection)
    database.close()
    return found


def _describe(connection: Connection) -> dict[str, Any]:
    """Everything in a database: what there is, and every row."""
    tables = sorted(inspect(connection).get_table_names())
    rows = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables}
    if connection.dialect.name == "sqlite":
        more = {"all": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"}
    else:
        more = _MORE
    found = {key: connection.execute(text(query)).all() for key, query in more.items()}
    return {"tables": rows} | {key: [_in_any_order(row) for row in value] for key, value in found.items()}


def _in_any_order(row: Iterable[Any]) -> list[Any]:
    """Where Alembic copies a table of SQLite's, its constraints stand in another order each time."""
    return [sorted(part.strip(" ,\t") for part in str(item).splitlines()) for item in row]


def _empty(place: Place) -> None:
    """As it was before anything was made in it."""
    if place.is_sqlite:
        for path in place.data_dir.glob("beian.sqlite3*"):
            path.unlink()
        return
    database = open_database(place.url)
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.close()
