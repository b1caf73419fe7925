"""The database: one way to read, one way to write, and the driver's errors as ours.

SQLite runs in WAL mode with FULL synchronisation, and a writer takes its lock at the start of the
transaction (BEGIN IMMEDIATE), so that nothing read in it can be overtaken before it writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline.store.errors import (
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from pipeline.store.turnstile import Turnstile

_BUSY_SECONDS: Final = 60
_WRITES: Final = "beian_writes"
_SQLITE_FULL: Final = 13
_SQLITE_READ_ONLY: Final = 8
_POSTGRES_READ_ONLY: Final = "25006"
_SQLITE_DAMAGED: Final = frozenset({11, 26})
#: As many connections as there are threads; and no value of a statement in an error's text.
_POOL: Final[Mapping[str, Any]] = {"max_overflow": -1, "hide_parameters": True}
_POSTGRES_FULL: Final = frozenset({"53100"})


class Database:
    """An engine with its two kinds of transaction. Safe for threads; a forked child opens its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._turn = Turnstile(seconds=_BUSY_SECONDS) if self.is_sqlite else nullcontext()

    def __repr__(self) -> str:
        return f"Database({self.engine.url.render_as_string(hide_password=True)})"

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the data and writes nothing."""
        with translated_errors(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or changes nothing when anything is raised."""
        with translated_errors(), self._turn, self.engine.connect() as connection:
            if self.is_sqlite:
                connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connect. `url` is `sqlite:///FILE` or `postgresql+psycopg://…`. Raises `StoreError`, never showing a password."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise StoreError(
                f"store url: {parsed.get_backend_name()} is not supported; sqlite or postgresql+psycopg is"
            )
        if parsed.get_backend_name() == "sqlite":
            return Database(_open_sqlite(parsed))
        return Database(create_engine(parsed, pool_pre_ping=True, **_POOL))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise StoreError(
            "store url: not understood; use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        ) from None


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StoreError("store url: SQLite needs a file")
    with translated_errors():
        if not url.database.startswith("file:"):  # an address with options names what is there already
            _make_private_file(Path(url.database))
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **_POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private_file(path: Path) -> None:
    """The file, and with it the WAL beside it, is for its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    connection.isolation_level = None  # the "begin" event below says BEGIN
    cursor = connection.cursor()
    for setting in (f"busy_timeout={_BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated_errors() -> Iterator[None]:
    """The driver's and the disk's errors as errors of the store. Constraint violations pass: they are bugs here."""
    try:
        yield
    except DBAPIError as error:
        known = _translate(error)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        place = error.filename or "the database's folder"
        raise StoreUnavailableError(f"{place}: cannot be used: {error.strerror}") from error


def _translate(error: DBAPIError) -> StoreError | None:
    code = getattr(error.orig, "sqlite_errorcode", 0)
    if code & 0xFF == _SQLITE_FULL or getattr(error.orig, "sqlstate", None) in _POSTGRES_FULL:
        return StoreFullError("the database's disk is full; free some room, nothing was lost")
    if code & 0xFF == _SQLITE_READ_ONLY or getattr(error.orig, "sqlstate", None) == _POSTGRES_READ_ONLY:
        return StoreReadOnlyError("the database takes no writes; see whether its disk is mounted read-only")
    if code & 0xFF in _SQLITE_DAMAGED:
        return StoreDamagedError("the database's file is damaged; restore it from its backup")
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "no connection"
        return StoreUnavailableError(f"the database cannot be used now ({name})")
    return None
