"""What a request may cost: questions to the database, which a busy server pays for one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import four_doubts
from tests.review.client import Client
from tests.review.site import Site

#: Each database is asked in its own words.
BOTH = pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)


@contextmanager
def asked(store: Store) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        del connection, cursor, rest
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@BOTH
def test_a_save_reads_the_case_once(site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    client = Client(site)
    client.log_in("liumin")
    client.get(f"/case/{case_id}")
    with asked(store) as statements:
        answer = client.post(
            f"/case/{case_id}/fields", {"version": "1", "value.owner_name": "苏晓彤"}, Accept="application/json"
        )
    assert answer.status == 200, answer.text
    reads = [said for said in statements if said.lstrip().startswith("SELECT") and "FROM papers" in said]
    assert len(reads) == 1
    assert len(statements) <= 27, "\n".join(statements)


@BOTH
def test_the_queue_asks_the_same_of_the_database_however_many_rows_it_has(
    site: Site, store: Store, profile: Profile
) -> None:
    client = Client(site)
    client.log_in("liumin")
    counts = []
    for numbers in (range(1, 2), range(2, 9)):
        for number in numbers:
            four_doubts(store, profile, number=number, name=f"三河晨露{number}")
        with asked(store) as statements:
            assert client.get("/").status == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_cases_record_is_found_by_an_index(store: Store) -> None:
    with store._database.reading() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT id FROM record_versions WHERE case_id = ?", ("x",))
        assert "ix_record_versions_case" in str(plan.all())
