"""Databases of PostgreSQL that are emptied after a test and used again: that costs a tenth of making and dropping one."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.postgres import Cluster

#: What was deleted stays in the files, as nothing vacuums here: after so many tests a database goes.
_USES = 40
_WAIT_MILLISECONDS = 10_000
_VERSION_TABLE = "alembic_version"
#: Every change of the tables, of a trigger or of a setting leaves its transaction's number here.
_CATALOGS = ("attrdef", "attribute", "class", "constraint", "index", "proc", "rewrite", "sequence", "trigger", "type")
_MARKS = (
    "SELECT "
    + ", ".join(f"(SELECT (count(*), max(xmin::text::bigint)) FROM pg_{name})::text" for name in _CATALOGS)
    + ", (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase "
    "WHERE d.datname = current_database())" + f", (SELECT array_agg(version_num) FROM {_VERSION_TABLE})"
)
_END_OTHERS = (
    f"SELECT bool_and(pg_terminate_backend(pid, {_WAIT_MILLISECONDS})) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_TABLES = (
    f"SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> '{_VERSION_TABLE}'"
)
_NUMBER_ANEW = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
    "FROM pg_sequences WHERE last_value IS NOT NULL"
)


class CleanDatabases:
    """Copies of `template`, whose tables have no rows. One that a test changed otherwise than by rows is dropped."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self._free: list[str] = []
        self._uses: dict[str, int] = {}
        with self._connect(template) as connection:
            self._marks = connection.execute(_MARKS).fetchone()
            tables = [name for (name,) in connection.execute(_TABLES)]
        self._emptying = ";".join(
            ["SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables), _NUMBER_ANEW]
        )

    def take(self) -> str:
        """The name of an empty one."""
        name = self._free.pop() if self._free else self._cluster.create_database(template=self._template)
        self._uses[name] = self._uses.get(name, 0) + 1
        return name

    def give_back(self, name: str) -> None:
        """End whoever is still connected, and make it empty again, or drop it."""
        if self._uses[name] < _USES and self._make_empty(name):
            self._free.append(name)
        else:
            self._cluster.drop_database(name)

    def _make_empty(self, name: str) -> bool:
        with self._connect(name) as connection:
            (ended,) = connection.execute(_END_OTHERS).fetchone() or (None,)
            if ended is False or connection.execute(_MARKS).fetchone() != self._marks:
                return False
            connection.execute(self._emptying)
        return True

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self._cluster.port, user=self._cluster.user, dbname=name, autocommit=True
        )
