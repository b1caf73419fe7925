"""A store of many cases, made fast: every row has the shape, the seals and the look-up values the store itself writes."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Table, insert, select, text
from sqlalchemy.dialects import postgresql

from pipeline.domain.decision import DecidedCase, Filing
from pipeline.domain.message import KeptFile, Media
from pipeline.domain.people import Role
from pipeline.profile.schema import Profile
from pipeline.store.case_rows import NO_DUE, MessageRevision, RowWriter
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.events import EventDraft
from pipeline.store.file_rows import write_files
from pipeline.store.identity import index_named_account, index_subject
from pipeline.store.models import Case, Counter, FieldValueRow, FindingRow, Paper, RegistryRecord
from pipeline.store.models_base import Base
from pipeline.store.models_files import FileRow
from pipeline.store.models_life import RecordVersion
from pipeline.store.models_mail import Message
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from tests.review.cases import FOUR
from tests.validate.builders import COMPANY_PAPERS, doubtful, form, licence

PASSWORD: Final = "correct horse 电池 staple"
NOW: Final = datetime(2018, 12, 20, 1, 0, tzinfo=UTC)
_OPEN_SHARE: Final = 0.4
_BATCH: Final = 1000
_ONE_MAIL: Final = 1
_LISTED: Final = frozenset({"account_name", "account_type", "account_subject", "owner_name"})
#: Columns whose values are sealed for their row, by table.
_SEALED: Final[Mapping[str, tuple[str, ...]]] = {
    "fields": ("value", "raw", "second", "remark"),
    "papers": ("title",),
    "findings": ("detail",),
    "files": ("content",),
}
_TABLES: Final = (Message, Case, Paper, FieldValueRow, FindingRow, FileRow, RegistryRecord, RecordVersion, Counter)


@dataclass(frozen=True)
class Row:
    """A row of a table to be made again and again; `sealed` are texts to be sealed for each new row."""

    table: str
    plain: Mapping[str, Any]
    sealed: Mapping[str, str]


def people(store: Store, offices: Sequence[str]) -> list[str]:
    """Twenty people: two officers for each of seven offices, three supervisors, three of the city. Returns the logins."""
    found: list[tuple[str, Role, str | None]] = []
    for number, office in enumerate(offices[:7]):
        found += [(f"jingban{number}{letter}", Role.OFFICER, office) for letter in "ab"]
    found += [(f"kezhang{number}", Role.SUPERVISOR, offices[number]) for number in range(3)]
    found += [(f"shiban{number}", Role.CITY, None) for number in range(3)]
    for login, role, office in found:
        store.people.add_user(login, name=login, role=role, office=office, password=PASSWORD, actor="bench", at=NOW)
    return [login for login, _, _ in found]


def fill(store: Store, profile: Profile, count: int) -> None:
    """So many cases of as many mails, two fifths of them waiting, the others in the register."""
    database, cipher = store._database, store._cipher
    maker = _Maker(cipher, profile)
    for batch in _batches(count):
        rows: dict[str, list[dict[str, Any]]] = {table.__tablename__: [] for table in _TABLES}
        drafts = [maker.case(number, rows) for number in batch]
        with database.writing() as connection:
            if database.is_sqlite:
                connection.exec_driver_sql("PRAGMA cache_size=-400000")
            for table in _TABLES:
                if rows[table.__tablename__]:
                    connection.execute(insert(table.table()), rows[table.__tablename__])
            store.events.append(connection, *drafts)
    analyse(database)


def copy(source: Database, target: Database) -> None:
    """Everything of one store into the empty tables of another that has the same key."""
    with source.reading() as reading:
        connection = target.engine.raw_connection()
        try:
            for table in Base.metadata.sorted_tables:
                _copy_table(reading, connection, table)
            connection.commit()
        finally:
            connection.close()
    analyse(target)


def analyse(database: Database) -> None:
    """What an installation has after its first nights."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _copy_table(reading: Any, connection: Any, table: Table) -> None:
    dialect = postgresql.dialect()
    columns = ", ".join(column.name for column in table.columns)
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table.name} CASCADE") if table.name in ("event_head", "store_keys") else None
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as out:
            for row in reading.execution_options(yield_per=5000).execute(select(table)):
                out.write_row([_bound(value, process) for value, process in zip(row, processors, strict=True)])


def _bound(value: Any, process: Any) -> Any:
    return value if process is None or isinstance(value, uuid.UUID) else process(value)


def _batches(count: int) -> Iterator[range]:
    return (range(start, min(start + _BATCH, count + 1)) for start in range(1, count + 1, _BATCH))


class _Maker:
    """Makes cases from a few decided filings, each with ids, names and seals of its own."""

    def __init__(self, cipher: Cipher, profile: Profile) -> None:
        self._cipher = cipher
        self._profile = profile
        self._random = Random(20181220)
        self._waiting = [self._template(filing) for filing in _waiting_filings()]
        self._clean = [row for row in self._template(_filing(papers=COMPANY_PAPERS)) if _is_listed(row)]
        self._next: dict[str, int] = {}
        self._records = itertools.count(1)

    def case(self, number: int, rows: dict[str, list[dict[str, Any]]]) -> EventDraft:
        """One mail with one case; its rows go into `rows`, its event is returned."""
        waits = self._random.random() < _OPEN_SHARE
        template = self._random.choice(self._waiting) if waits else self._clean
        office = self._random.choice(self._profile.offices)
        received = NOW - timedelta(minutes=self._random.randrange(1, 500_000))
        case_id, name = uuid.uuid4(), f"廊坊账号{number}号"
        rows["messages"].append(self._message(number, office.mailbox, received, waits=waits))
        due = received.date() + timedelta(days=30)
        for row in template:
            made = self._row(row, case_id, number, name)
            if row.table == "cases":
                made |= {"office": office.key, "received_office": office.key, "received": received}
                made |= {"due": due, "queue_rank": due or NO_DUE}
                made |= {"account_index": index_named_account(name, "wechat", self._cipher)}
                made |= {"subject_index": index_subject(f"廊坊测试{number % 5000}公司", self._cipher)}
            rows[row.table].append(made)
        kind = "case.queued"
        if not waits:
            kind = "case.registered"
            self._record(case_id, name, office.key, office.area_code, received, rows)
        return EventDraft(kind=kind, actor="system", at=received, case_id=case_id, message_id=number)

    def _row(self, row: Row, case_id: uuid.UUID, number: int, name: str) -> dict[str, Any]:
        row_id = case_id if row.table == "cases" else uuid.uuid4()
        made = dict(row.plain) | {"id": row_id}
        if "case_id" in made:
            made["case_id"] = case_id
        if "message_id" in made:
            made["message_id"] = number
        for column, plain in row.sealed.items():
            told = plain.replace("三河晨露生活", name)
            made[column] = self._cipher.seal(told, Cell(table=row.table, column=column, row=str(row_id)))
        return made

    def _message(self, number: int, mailbox: str, received: datetime, *, waits: bool) -> dict[str, Any]:
        values = {column.name: None for column in Message.table().columns}
        sealed = {
            column: self._cipher.seal(said, Cell(table="messages", column=column, row=str(number)))
            for column, said in (("subject", f"备案申请{number}"), ("sender", f"a{number}@example.cn"), ("mail_id", ""))
        }
        return (
            values
            | sealed
            | {
                "id": number,
                "mailbox": mailbox,
                "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
                "received": received,
                "size_bytes": 400_000,
                "state": "decided",
                "outcome": "review" if waits else "registered",
                "revision": _ONE_MAIL,
                "attempts": 1,
                "decided_at": received,
            }
        )

    def _record(
        self, case_id: uuid.UUID, name: str, office: str, area: str, at: datetime, rows: dict[str, list[dict[str, Any]]]
    ) -> None:
        record, seq = next(self._records), self._next.get(area, 0) + 1
        self._next[area] = seq
        rows["registry"].append(
            {
                "id": record,
                "case_id": case_id,
                "number": self._profile.filing_number(area_code=area, year=2018, seq=seq),
                "account_index": index_named_account(name, "wechat", self._cipher),
                "office": office,
                "area_code": area,
                "year": 2018,
                "seq": seq,
                "registered_on": at.date(),
                "state": "active",
            }
        )
        version = {"record_id": record, "version": 1, "case_id": case_id, "kind": "registered", "actor": "system"}
        rows["record_versions"].append(version | {"id": record, "at": at})

    def _template(self, filing: Filing) -> list[Row]:
        """The rows the store would write for that filing, opened again."""
        decided = DecidedCase(filing=filing, verdict=decide_filing(filing, profile=self._profile))
        writer = RowWriter(self._cipher, MessageRevision(message_id=_ONE_MAIL, revision=1))
        made = writer.case(decided, decided.verdict.decision, 0, filing.office)
        kept = KeptFile(file=1, name="登记表.jpg", media=Media.JPEG, size_bytes=300_000, sha256="0" * 64)
        files = write_files((kept,), _ONE_MAIL, 1, self._cipher)
        return [self._opened(row) for row in (made.case, *made.papers, *made.fields, *made.findings, *files)]

    def _opened(self, row: Base) -> Row:
        table = row.table()
        sealed = {}
        for column in _SEALED.get(table.name, ()):
            value = getattr(row, column)
            if value is not None:
                sealed[column] = self._cipher.open(value, Cell(table=table.name, column=column, row=str(row.id)))  # type: ignore[attr-defined]
        plain = {column.name: getattr(row, column.name) for column in table.columns if column.name not in sealed}
        return Row(table=table.name, plain=plain, sealed=sealed)


def _is_listed(row: Row) -> bool:
    """Of a record nobody opens, only what lists and searches touch: it saves most of the time this takes."""
    return row.table == "cases" or row.plain.get("key") in _LISTED


def _filing(papers: Iterable[Any] = (), **changes: Any) -> Filing:
    return Filing(office="sanhe", received=NOW - timedelta(days=3), form=form(**changes), papers=tuple(papers))


def _waiting_filings() -> list[Filing]:
    return [
        _filing(COMPANY_PAPERS, **FOUR),
        _filing(COMPANY_PAPERS, owner_name=doubtful("owner_name", "苏晓彤", doubt="看不清")),
        _filing((licence(),)),
        _filing(COMPANY_PAPERS, address=None, owner_phone=doubtful("owner_phone", "13803161234")),
    ]
