"""A database that was used before is as a new one: see `tests.clean_databases`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, text

from pipeline.store.database import open_database
from pipeline.store.store import open_store
from tests.clean_databases import CleanDatabases
from tests.postgres import Cluster

NOW = datetime(2018, 12, 17, 1, tzinfo=UTC)


def _rows(url: str) -> dict[str, list[object]]:
    database = open_database(url)
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        found = {name: list(connection.execute(text(f'SELECT * FROM "{name}"'))) for name in tables}
    database.close()
    return found


def _use(url: str, data_dir: Path) -> list[int]:
    """Write something; returns the numbers the database gave."""
    with open_store(url, data_dir=data_dir) as store:
        store.events.record("test.used", actor="cli", at=NOW)
        with store._database.reading() as connection:
            return list(connection.execute(text("SELECT seq FROM events")).scalars())


def test_a_database_given_back_is_as_new(
    postgres_cluster: Cluster, postgres_databases: CleanDatabases, tmp_path: Path
) -> None:
    name = postgres_databases.take()
    url = postgres_cluster.url(name)
    new = _rows(url)
    numbers = _use(url, tmp_path / "first")
    assert numbers
    assert _rows(url) != new
    hanging = psycopg.connect(host="127.0.0.1", port=postgres_cluster.port, user=postgres_cluster.user, dbname=name)
    hanging.execute("LOCK TABLE events")
    postgres_databases.give_back(name)
    with pytest.raises(psycopg.OperationalError):
        hanging.execute("SELECT 1")
    assert postgres_databases.take() == name
    assert _rows(url) == new
    assert _use(url, tmp_path / "second") == numbers
    postgres_databases.give_back(name)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "CREATE TABLE more (id int)",
        "ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
        "CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "UPDATE alembic_version SET version_num = '0001'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database()); END $$",
    ],
)
def test_one_with_other_tables_is_not_used_again(
    postgres_cluster: Cluster, postgres_databases: CleanDatabases, change: str
) -> None:
    name = postgres_databases.take()
    postgres_cluster.execute(change, database=name)
    postgres_databases.give_back(name)
    other = postgres_databases.take()
    assert other != name
    postgres_databases.give_back(other)
