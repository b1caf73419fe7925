"""What lies on the disk, and what the database itself refuses."""

from __future__ import annotations

import subprocess

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from pipeline.domain.finding import finding
from pipeline.profile.schema import Profile
from pipeline.store.database import open_database
from pipeline.store.errors import (
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreUnavailableError,
    StoreVersionError,
)
from pipeline.store.events import LogHead
from pipeline.store.migration import migration_config, upgrade
from pipeline.store.models_base import Base
from pipeline.store.store import Store
from tests.postgres import Cluster
from tests.store.filings import SECRETS, case, decide, doubt, mail
from tests.stores import Place


def _spellings(secret: str) -> set[bytes]:
    return {secret.encode(code) for code in ("utf-8", "gb18030", "utf-16-le", "unicode_escape")}


def _assert_nothing_readable(content: bytes) -> None:
    shown = [secret for secret in SECRETS for spelling in _spellings(secret) if spelling in content]
    assert shown == []


def test_no_byte_on_the_disk_shows_a_person(place: Place, profile: Profile, request: pytest.FixtureRequest) -> None:
    with place.open() as store:
        blocked = finding("attachment.unreadable", "附件密码附件.zip打不开")
        decide(store, profile, mail(case()), number=1)
        decide(store, profile, mail(case(doubt(), name="三河小测二号"), findings=(blocked,)), number=2)
        store.events.record("case.viewed", actor="tester", note="王小测 sender@example.cn")
        store.archive.keep(["\n".join(SECRETS).encode()])
        files = [path for path in place.data_dir.rglob("*") if path.is_file()]
        assert len(files) >= (6 if place.is_sqlite else 4)
        for path in files:
            _assert_nothing_readable(path.read_bytes())
        if place.is_sqlite:
            wal = place.data_dir / "beian.sqlite3-wal"
            assert wal.stat().st_size > 0
            assert {path.stat().st_mode & 0o077 for path in files} == {0}
            return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    dump = subprocess.run(
        [cluster.binaries / "pg_dump", "-h", "127.0.0.1", "-p", str(cluster.port), "-U", cluster.user, place.url[-33:]],
        capture_output=True,
        check=True,
    ).stdout
    assert b"field.doubtful" in dump
    _assert_nothing_readable(dump)
    for secret in SECRETS:
        assert secret.encode().hex().encode() not in dump


@pytest.mark.parametrize(("table", "column"), [("fields", "value"), ("findings", "detail"), ("messages", "subject")])
def test_exchanged_rows_do_not_open(store: Store, profile: Profile, table: str, column: str) -> None:
    decide(store, profile, mail(case(doubt())), number=1)
    other = decide(store, profile, mail(case(doubt(), name="另一个")), number=2)
    where = f"WHERE {column} IS NOT NULL ORDER BY id"
    swap = f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} {where} LIMIT 1)"
    with store._database.writing() as connection:
        connection.execute(text(swap))
    with pytest.raises(StoreDamagedError, match=rf"{table}\.{column}") as caught:
        store.show_case(other.cases[0].case_id)
    assert not any(secret in str(caught.value) for secret in SECRETS)


def test_migrated_tables_are_the_models_tables(empty_place: Place) -> None:
    empty_place.data_dir.mkdir()
    database = open_database(empty_place.url)
    upgrade(database)
    upgrade(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        found = MigrationContext.configure(connection).get_current_revision()
        assert found == ScriptDirectory.from_config(migration_config()).get_current_head()
    database.close()


def test_a_newer_database_is_left_alone(place: Place) -> None:
    database = open_database(place.url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreVersionError, match="9999"):
        place.open()
    database.close()


def test_sqlite_runs_as_it_should(store: Store, place: Place) -> None:
    if not place.is_sqlite:
        pytest.skip("SQLite's own settings")
    with store._database.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def _decide_many(store: Store, profile: Profile, count: int) -> None:
    for number in range(2, count):
        decide(store, profile, mail(case(name=f"账号{number}")), number=number)


def test_a_full_database_is_said_to_be_full(store: Store, place: Place, profile: Profile) -> None:
    if not place.is_sqlite:
        pytest.skip("PostgreSQL's disk is not ours to fill")
    decide(store, profile, mail(case()), number=1)
    with store._database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFullError):
        _decide_many(store, profile, 50)
    with store._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    assert len(store.list_registry()) >= 1
    assert store.events.verify().whole


def test_a_damaged_file_is_said_to_be_damaged(place: Place) -> None:
    if not place.is_sqlite:
        pytest.skip("one file")
    (place.data_dir / "beian.sqlite3").write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreDamagedError):
        place.open()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("mysql://x", StoreError),
        ("nonsense", StoreError),
        ("sqlite://", StoreError),
        ("postgresql+psycopg://tester:geheim@127.0.0.1:1/x", StoreUnavailableError),
        ("sqlite:////proc/nowhere/x", StoreUnavailableError),
    ],
)
def test_a_wrong_url_is_said_plainly(tmp_path, url: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        Place(url, tmp_path).open()
    assert "geheim" not in str(caught.value)


def test_events_chain_and_cannot_be_changed(store: Store, profile: Profile) -> None:
    decide(store, profile, mail(case()), number=1)
    head = store.events.head()
    store.events.record("registry.exported", actor="tester", note="一切")
    check = store.events.verify(since=head)
    assert (check.whole, check.count, check.head) == (True, 3, store.events.head())
    for statement in ("UPDATE events SET actor = 'x'", "DELETE FROM events"):
        with pytest.raises(Exception, match="append-only"), store._database.writing() as connection:
            connection.execute(text(statement))
    assert store.events.verify().whole


def _tamper(store: Store, place: Place, *statements: str) -> None:
    """As somebody could who owns the database."""
    drop = (
        ["DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"]
        if place.is_sqlite
        else ["ALTER TABLE events DISABLE TRIGGER ALL"]
    )
    with store._database.writing() as connection:
        for statement in (*drop, *statements):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE events SET actor = 'x' WHERE seq = 2", 2),
        ("UPDATE events SET case_id = NULL WHERE seq = 2", 2),
        ("UPDATE events SET note = NULL WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 2", 2),
        ("DELETE FROM events WHERE seq = 4", 4),
        ("DELETE FROM events", 1),
    ],
)
def test_a_changed_or_cut_log_shows(store: Store, place: Place, profile: Profile, statement: str, fault: int) -> None:
    decide(store, profile, mail(case()), number=1)
    decide(store, profile, mail(case(doubt(), name="另一个")), number=2)
    assert store.events.verify().count == 4
    _tamper(store, place, statement)
    assert store.events.verify().fault == fault


def test_a_log_cut_with_an_old_head_shows_against_an_exported_one(store: Store, place: Place, profile: Profile) -> None:
    decide(store, profile, mail(case()), number=1)
    with store._database.reading() as connection:
        mac = connection.exec_driver_sql("SELECT mac FROM event_head").scalar()
    decide(store, profile, mail(case(doubt(), name="另一个")), number=2)
    exported: LogHead = store.events.head()
    _tamper(store, place, "DELETE FROM events WHERE seq > 2")
    with store._database.writing() as connection:
        connection.execute(text("UPDATE event_head SET seq = 2, mac = :mac"), {"mac": mac})
    assert store.events.verify().whole
    assert store.events.verify(since=exported).fault == 3
