"""What the database counts is what following each filing through its life counts."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text

from pipeline.profile.schema import Profile
from pipeline.reports.month_counting import count_months, sum_months
from pipeline.reports.monthly import By, Figure
from pipeline.store.course_counts import CountScope
from pipeline.store.course_sql import zone_offsets
from pipeline.store.models import Case, Event, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.models_mail import Message
from pipeline.store.store import Store, open_store
from tests.officer.conftest import Desk
from tests.officer.filings import doubtful_owner, filing, hand_in
from tests.stores import Place

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BEGAN = datetime(2018, 9, 1, tzinfo=UTC)
NOW = datetime(2019, 2, 10, 4, tzinfo=UTC)
OFFICES = ("sanhe", "dachang", "city")
Row = tuple[Any, dict[str, Any]]


def _moment(chance: random.Random, after: datetime) -> datetime:
    """At any time up to now, often at a month's very end, sometimes seconds before what came before it."""
    edge = datetime(2018, chance.randint(9, 12), 1, tzinfo=SHANGHAI).astimezone(UTC)
    if chance.random() < 0.2 and edge > after:
        return edge + timedelta(microseconds=chance.randint(-1, 1))
    if chance.random() < 0.1:
        return after - timedelta(seconds=chance.randint(0, 90))
    return after + (NOW - after) * chance.random()


def _life(chance: random.Random, number: int) -> Iterator[Row]:
    case_id, received = uuid.UUID(int=chance.getrandbits(128)), _moment(chance, BEGAN)
    office = chance.choice((*OFFICES, None))
    due = None if chance.random() < 0.2 else received.date() + timedelta(days=chance.randint(-3, 90))
    yield (
        Message,
        {"id": number, "mailbox": "a@b.example", "sha256": f"{number:064x}", "received": received, "size_bytes": 1}
        | {"state": "decided", "outcome": "review", "revision": 1, "attempts": 1},
    )
    yield (
        Case,
        {"id": case_id, "message_id": number, "revision": 1, "position": 0, "office": office, "due": due}
        | {"state": chance.choice(("review", "review", "registered", "superseded")), "received": received}
        | {"received_office": chance.choice((*OFFICES, None)), "queue_rank": due or date.max, "stage": "received"}
        | {"version": 1, "verdict_revision": 1, "account_type": chance.choice(("wechat", "app", "", None))},
    )
    at, is_open = received, True
    for version in range(1, 1 + chance.choice((0, 1, 1, 2, 3, 5))):
        at = _moment(chance, at)
        kinds = ("case.return", "case.return", "case.refuse", "registered", "changed", "case.transfer", "viewed")
        kind = chance.choice(kinds) if is_open else chance.choice(("case.reopen", "cancelled", "corrected"))
        if kind in {"registered", "changed", "cancelled", "corrected"}:
            yield (
                RecordVersion,
                {"record_id": number, "version": version, "case_id": case_id, "kind": kind, "actor": "x", "at": at},
            )
        else:
            yield Event, {"at": at, "actor": "x", "kind": kind, "case_id": case_id, "mac": b"x" * 32, "note": None}
        is_open = kind == "case.reopen" or (is_open and kind not in {"case.refuse", "registered", "changed"})
    yield (
        RegistryRecord,
        {"id": number, "case_id": case_id, "number": f"N{number}", "account_index": number.to_bytes(32), "seq": number}
        | {"office": "sanhe", "area_code": "1", "year": 2018, "registered_on": at.date(), "state": "cancelled"},
    )


def _fill(store: Store, chance: random.Random, count: int) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {t: [] for t in (Message, Case, RegistryRecord, RecordVersion, Event)}
    for number in range(1, count + 1):
        for table, row in _life(chance, number):
            rows[table].append(row)
    for number, event in enumerate(rows[Event], 1000):
        event["seq"] = number
    with store._database.writing() as connection:
        for table, values in rows.items():
            connection.execute(insert(table), values)


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN], ids=str)
def test_counting_together_gives_what_counting_one_by_one_gives(store: Store, zone: ZoneInfo) -> None:
    _fill(store, random.Random(str(zone)), 400)
    courses = list(store.iter_activity())
    months: Sequence[tuple[date, date]] = (
        (date(2018, 9, 1), date(2019, 2, 1)),
        (date(2018, 11, 1), date(2018, 12, 1)),
        (date(2019, 2, 1), date(2019, 2, 1)),
        (date(2019, 1, 1), date(2019, 4, 1)),
        (date(2017, 1, 1), date(2017, 2, 1)),
    )
    for first, last in months:
        for office in (None, *OFFICES):
            scope = CountScope(zone=zone, first=first, last=last, today=NOW.astimezone(zone).date(), office=office)
            together = sum_months(store.count_courses(scope), scope, NOW)
            assert together == count_months(courses, zone=zone, first=first, last=last, at=NOW, office=office)
    (row,) = together_of(store, zone)
    assert row[Figure.RECEIVED] > 200
    assert min(row[figure] for figure in Figure) > 0


def together_of(store: Store, zone: ZoneInfo) -> list[Any]:
    scope = CountScope(zone=zone, first=date(2018, 9, 1), last=date(2019, 2, 1), today=NOW.astimezone(zone).date())
    monthly = sum_months(store.count_courses(scope), scope, NOW)
    return [row.figures for row in monthly.of(By.TOTAL, whole=True)]


def test_an_empty_register_counts_to_nothing(store: Store) -> None:
    (figures,) = together_of(store, SHANGHAI)
    assert set(figures.values()) == {0}


def test_a_zone_that_changes_its_clocks_has_its_offsets_to_the_second() -> None:
    first, last = datetime(2018, 1, 1, tzinfo=UTC), datetime(2018, 12, 31, tzinfo=UTC)
    found = zone_offsets(BERLIN, first, last)
    assert [(item.seconds, item.until) for item in found] == [
        (3600, datetime(2018, 3, 25, 1, tzinfo=UTC)),
        (7200, datetime(2018, 10, 28, 1, tzinfo=UTC)),
        (3600, None),
    ]
    assert [item.seconds for item in zone_offsets(SHANGHAI, first, last)] == [28800]
    midnight = datetime.combine(date(2018, 4, 1), time.min, tzinfo=BERLIN)
    assert [item.seconds for item in zone_offsets(BERLIN, midnight, midnight)] == [7200]


def test_the_account_type_stands_beside_the_filing(desk: Desk, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    assert _types(store) == {case_id: "wechat"}
    desk("刘").correct(case_id, {"account_type": "app"})
    assert _types(store) == {case_id: "app"}


def test_types_that_an_earlier_version_wrote_are_opened_once(
    desk: Desk, store: Store, profile: Profile, place: Place
) -> None:
    typed = hand_in(store, profile, filing(owner_name=doubtful_owner()))
    without = hand_in(store, profile, filing(account_name="三河乙", account_type=None), number=2)
    desk("刘").correct(typed, {"account_type": "app"})
    with store._database.writing() as connection:
        connection.execute(text("UPDATE cases SET account_type = NULL"))
    with open_store(place.url, data_dir=place.data_dir) as again:
        assert _types(again) == {typed: "app", without: ""}


def _types(store: Store) -> dict[str, str | None]:
    with store._database.reading() as connection:
        return {str(row.id): row.account_type for row in connection.execute(select(Case.id, Case.account_type))}
