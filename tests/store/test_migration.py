"""A register from an earlier version, brought to today's tables."""

from __future__ import annotations

import uuid

from alembic import command
from sqlalchemy import text

from pipeline.store.database import open_database
from pipeline.store.migration import migration_config, upgrade
from tests.stores import Place

MESSAGE = (
    "INSERT INTO messages (id, mailbox, sha256, received, size_bytes, state, outcome, revision, attempts, decided_at) "
    "VALUES (:id, 'a@b.example', :sha256, '2018-12-15 02:20:00', 10, 'decided', :outcome, 1, 1, '2018-12-16 02:00:00')"
)
CASE = (
    "INSERT INTO cases (id, message_id, revision, position, state, queue_rank, received) "
    "VALUES (:id, :message, 1, 0, :state, '2018-12-31', '2018-12-15 02:20:00')"
)
RECORD = (
    "INSERT INTO registry (id, case_id, number, account_index, office, area_code, year, seq, registered_on, state) "
    "VALUES (7, :case, 'N-1', :index, 'sanhe', '131082', 2018, 1, '2018-12-16', 'active')"
)


def test_records_of_the_first_tables_get_their_first_version(empty_place: Place) -> None:
    registered, waiting = uuid.uuid4(), uuid.uuid4()
    empty_place.data_dir.mkdir(mode=0o700, exist_ok=True)
    database = open_database(empty_place.url)
    identity = (lambda value: value.hex) if empty_place.is_sqlite else (lambda value: value)
    with database.writing() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number, outcome in ((1, "registered"), (2, "review")):
            connection.execute(text(MESSAGE), {"id": number, "sha256": str(number) * 64, "outcome": outcome})
        connection.execute(text(CASE), {"id": identity(registered), "message": 1, "state": "registered"})
        connection.execute(text(CASE), {"id": identity(waiting), "message": 2, "state": "review"})
        connection.execute(text(RECORD), {"case": identity(registered), "index": b"i" * 32})
    upgrade(database)
    with database.reading() as connection:
        stages = connection.execute(text("SELECT state, stage, version FROM cases ORDER BY message_id")).all()
        versions = connection.execute(text("SELECT record_id, version, kind, actor FROM record_versions")).all()
    database.close()
    assert [tuple(row) for row in stages] == [("registered", "concluded", 1), ("review", "received", 1)]
    assert [tuple(row) for row in versions] == [(7, 1, "registered", "system")]
