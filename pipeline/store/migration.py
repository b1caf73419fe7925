"""Brings a database to the tables this program knows. The steps are in `migrations/versions`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from pipeline.store.database import Database
from pipeline.store.errors import StoreVersionError

_FOLDER: Final = Path(__file__).parent / "migrations"
#: Any number that nothing else in the same PostgreSQL database locks.
_LOCK: Final = 0x6265_6961_6E


def migration_config() -> Config:
    """Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def upgrade(database: Database) -> None:
    """Migrate to the newest tables, all or nothing. Several processes may do it at once.

    Raises `StoreVersionError` when the database was migrated by a newer program.
    """
    scripts = known_steps()
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        found = _revision(connection)
        if found == scripts.get_current_head():
            return
        if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreVersionError(f"the database is at version {found}, which this program does not know; update it")
        _take_steps(connection)


@cache
def known_steps() -> ScriptDirectory:
    """The steps this program knows, looked up once for a process."""
    return ScriptDirectory.from_config(migration_config())


def _take_steps(connection: Connection) -> None:
    """Every step that the database has not taken yet, in the transaction that is open."""
    config = migration_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
