"""Statements are compiled once in a process, not once for each store that a test opens.

SQLAlchemy keeps what it compiled with the engine that it was for: a service compiles each statement once in its life, a test
compiled all of its own, which was a fifth of its work. What is kept here is what one long-lived process keeps, found by the
same key; only that every engine of the same kind finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, Final

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from pipeline.store import database

#: As it is outside of tests.
REAL_OPENING = database.create_engine
#: Several times what there are: Alembic asks each store by another object, and those are the ones that go.
_STATEMENTS: Final = 3_000
_compiled: LRUCache[Hashable, Any] = LRUCache(_STATEMENTS)


def _is_alike(dialect: object, other: object) -> bool:
    """A dialect is a part of the key: those of two engines that were opened alike are alike."""
    return type(dialect) is type(other)


def _hash_alike(dialect: object) -> int:
    return hash(type(dialect))


class _Sqlite(SQLiteDialect_pysqlite):
    supports_statement_cache = True
    __eq__, __hash__ = _is_alike, _hash_alike


class _Postgres(PGDialect_psycopg):
    supports_statement_cache = True
    __eq__, __hash__ = _is_alike, _hash_alike


_ALIKE: Final[dict[type[Dialect], type[Dialect]]] = {
    SQLiteDialect_pysqlite: _Sqlite,
    PGDialect_psycopg: _Postgres,
}


def use() -> Callable[[], None]:
    """From now on in this process; returns what ends that."""
    before = database.create_engine
    vars(database)["create_engine"] = _open
    return partial(_put_back, before)


def _open(url: Any, **options: Any) -> Engine:
    engine = REAL_OPENING(url, **options)
    if kind := _ALIKE.get(type(engine.dialect)):
        engine.dialect.__class__ = kind
        engine._compiled_cache = _compiled
    return engine


def _put_back(before: Callable[..., Engine]) -> None:
    vars(database)["create_engine"] = before
