"""Measures the statistics page's figures over many filings: `python -m bench.statistics [COUNT [FOLDER]]`.

Fills a new SQLite database with invented filings (a course, a few fields and findings each), then counts.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.reports.figures import Figures, FigureScope
from pipeline.store.cipher import Cell
from pipeline.store.models import Case, Event, EventHead, FieldValueRow, FindingRow, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.models_mail import Message
from pipeline.store.store import Store, open_store

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
KEYS = ("account_name", "account_type", "account_subject", "address", "owner_name", "owner_phone")
CODES = ("field.doubtful", "material.missing", "match.subject", "deadline.late", "field.missing", "office.mismatch")
BATCH = 5_000
USUAL = 20_000


def main(folder: str, count: int) -> None:
    """Fill and measure."""
    profile = load_profile("langfang-2018")
    Path(folder).mkdir(parents=True, exist_ok=True)
    with open_store(f"sqlite:///{folder}/beian.sqlite3", data_dir=Path(folder)) as store:
        if store.count_kept() == 0:
            _timed("fill", lambda: _fill(store, profile, count))
        figures = Figures(store, profile, lambda: NOW)
        year = FigureScope(office=None, first=date(2025, 12, 1), last=date(2026, 11, 1))
        _timed("city, a year, cold", lambda: figures.show(year))
        _timed("city again", lambda: figures.show(year))
        _timed("one office", lambda: figures.show(FigureScope(office="sanhe", first=year.first, last=year.last)))
        later = FigureScope(office=None, first=date(2026, 1, 1), last=date(2026, 11, 1))
        _timed("city, other months", lambda: figures.show(later))
        _timed("findings", lambda: store.count_findings(None, since=BEGAN, until=NOW))
        _timed("open", lambda: store.count_open(None, today=NOW.date()))


def _timed(name: str, act: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    sys.stdout.write(f"{name:24} {time.perf_counter() - wall:7.2f} s, CPU {time.process_time() - cpu:7.2f} s\n")
    sys.stdout.flush()


def _fill(store: Store, profile: Profile, count: int) -> None:
    chance = random.Random(1)
    for start in range(0, count, BATCH):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Message, Case, FieldValueRow, FindingRow, Event, RegistryRecord, RecordVersion)
        }
        for number in range(start + 1, min(start + BATCH, count) + 1):
            for table, row in _filing(store, profile, chance, number, count):
                rows[table].append(row)
        with store._database.writing() as connection:
            for table, values in rows.items():
                if values:
                    connection.execute(insert(table), values)
            connection.execute(update(EventHead).values(seq=(start + BATCH) * 2))


def _filing(
    store: Store, profile: Profile, chance: random.Random, number: int, count: int
) -> Iterator[tuple[Any, dict[str, Any]]]:
    received = BEGAN + (NOW - BEGAN) * (number / (count + 1))
    office = chance.choice(profile.offices)
    registered = chance.random() < 0.9 and received < NOW - timedelta(days=10)
    case_id, due = uuid.UUID(int=chance.getrandbits(128)), (received + timedelta(days=30)).date()
    kind = chance.choice(["wechat", "wechat", "app"])
    yield (
        Message,
        {"id": number, "mailbox": office.mailbox, "sha256": f"{number:064x}", "received": received, "size_bytes": 1000}
        | {"state": "decided", "outcome": "registered" if registered else "review", "revision": 1, "attempts": 1},
    )
    yield (
        Case,
        {"id": case_id, "message_id": number, "revision": 1, "position": 0, "entity": "company", "office": office.key}
        | {"state": "registered" if registered else "review", "received_office": office.key, "due": due}
        | {"queue_rank": due, "received": received, "stage": "concluded" if registered else "received"}
        | {"version": 1, "verdict_revision": 1, "account_index": number.to_bytes(32), "account_type": kind},
    )
    for ordinal, key in enumerate(KEYS):
        row_id = uuid.UUID(int=chance.getrandbits(128))
        cell = Cell(table="fields", column="value", row=str(row_id))
        value = kind if key == "account_type" else f"测试{number}"
        yield (
            FieldValueRow,
            {"id": row_id, "case_id": case_id, "document": 0, "ordinal": ordinal, "key": key, "revision": 1}
            | {"value": store._cipher.seal(f'"{value}"', cell), "doubtful": False}
            | {"approximate": False, "reader": "docx"},
        )
    for code in chance.sample(CODES, 3):
        yield (
            FindingRow,
            {"id": uuid.UUID(int=chance.getrandbits(128)), "message_id": number, "message_revision": 1}
            | {"case_id": case_id, "case_revision": 1, "origin": "verdict", "document": 0, "ordinal": 0}
            | {"code": code, "severity": "block", "detail": b"x"},
        )
    for step, kind in enumerate(("message.decided", "case.return" if number % 3 == 0 else "case.queued")):
        yield (
            Event,
            {"seq": number * 2 - 1 + step, "at": received + timedelta(hours=step), "actor": "system", "kind": kind}
            | {"message_id": number, "case_id": case_id if step else None, "mac": b"x" * 32},
        )
    if registered:
        at = received + timedelta(days=chance.randrange(1, 9))
        yield (
            RegistryRecord,
            {"id": number, "case_id": case_id, "number": f"N{number}", "account_index": number.to_bytes(32)}
            | {"office": office.key, "area_code": office.area_code, "year": at.year, "seq": number}
            | {"registered_on": at.date(), "state": "active"},
        )
        yield (
            RecordVersion,
            {"id": number, "record_id": number, "version": 1, "case_id": case_id, "kind": "registered"}
            | {"actor": "system", "at": at},
        )


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    with tempfile.TemporaryDirectory() as place:
        main(sys.argv[2] if len(sys.argv) > 2 else place, many)
