"""Into the register: the next 备案号 and the record, inside the transaction that writes the case."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update

from pipeline.domain.life import RecordChange, RecordState
from pipeline.profile.schema import Office, Profile
from pipeline.store.errors import AccountTakenError, UnknownRecordError, UnstorableError
from pipeline.store.events import SYSTEM
from pipeline.store.models import Case, Counter, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.statements import insert_into


class Registrar:
    """Registers the cases of one mail. A rollback of the transaction gives the numbers back: there are no gaps."""

    def __init__(self, connection: Connection, profile: Profile, now: datetime, *, actor: str = SYSTEM) -> None:
        self._connection = connection
        self._profile = profile
        self._now = now
        self._actor = actor
        self._today = now.astimezone(profile.zone).date()
        self._accounts: set[bytes] = set()

    def register(self, case: Case) -> str:
        """Write the record of a case that is already written; returns its 备案号.

        Raises `AccountTakenError` when an active record holds the account (the unique index decides,
        not a look-up), `UnstorableError` for a case without account or office.
        """
        office = self._profile.office(case.office or case.received_office)
        if office is None or case.account_index is None:
            raise UnstorableError(f"case {case.position}: a record needs an account and an office")
        year = self._today.year
        seq = self._next(office, year)
        number = self._profile.filing_number(area_code=office.area_code, year=year, seq=seq)
        row = {
            "case_id": case.id,
            "number": number,
            "account_index": case.account_index,
            "office": office.key,
            "area_code": office.area_code,
            "year": year,
            "seq": seq,
            "registered_on": self._today,
            "state": RecordState.ACTIVE.value,
        }
        insert = insert_into(self._connection, RegistryRecord.table()).values(row)
        unless_taken = insert.on_conflict_do_nothing(
            index_elements=["account_index"], index_where=text("state = 'active'")
        )
        record = self._connection.execute(unless_taken.returning(RegistryRecord.table().c.id)).scalar_one_or_none()
        if record is None:
            raise AccountTakenError(case.position, within_mail=case.account_index in self._accounts)
        self._accounts.add(case.account_index)
        self._add_version(record, case.id, RecordChange.REGISTERED)
        return number

    def change(self, case: Case, number: str) -> str:
        """Let the record of that 备案号 speak with this case from now on (变更); its number stays.

        Raises `UnknownRecordError` when no active record has the number, `AccountTakenError` when the case's
        account is another active record's.
        """
        table = RegistryRecord.table()
        record = self._connection.execute(
            select(table).where(table.c.number == number, table.c.state == RecordState.ACTIVE.value).with_for_update()
        ).one_or_none()
        if record is None:
            raise UnknownRecordError(f"record {number}: there is none in force")
        if case.account_index is None:
            raise UnstorableError(f"case {case.position}: a record needs an account")
        holder = select(table.c.id).where(
            table.c.account_index == case.account_index, table.c.state == "active", table.c.id != record.id
        )
        if self._connection.execute(holder).first() is not None:
            raise AccountTakenError(case.position, within_mail=False)
        changed = update(table).where(table.c.id == record.id)
        self._connection.execute(changed.values(case_id=case.id, account_index=case.account_index))
        self._add_version(record.id, case.id, RecordChange.CHANGED)
        return number

    def cancel(self, number: str) -> uuid.UUID:
        """Take the record out of force (注销); its number is never given again. Returns its case's id.

        Raises `UnknownRecordError` when no active record has the number.
        """
        table = RegistryRecord.table()
        ended = update(table).where(table.c.number == number, table.c.state == RecordState.ACTIVE.value)
        record = self._connection.execute(
            ended.values(state=RecordState.CANCELLED.value).returning(table.c.id, table.c.case_id)
        ).one_or_none()
        if record is None:
            raise UnknownRecordError(f"record {number}: there is none in force")
        self._add_version(record.id, record.case_id, RecordChange.CANCELLED)
        case_id: uuid.UUID = record.case_id
        return case_id

    def _add_version(self, record_id: int, case_id: uuid.UUID, change: RecordChange) -> None:
        """The next version; the unique constraint stops two at once."""
        table = RecordVersion.table()
        last = select(func.coalesce(func.max(table.c.version), 0)).where(table.c.record_id == record_id)
        version = self._connection.execute(last).scalar_one() + 1
        row = {"record_id": record_id, "version": version, "case_id": case_id, "kind": change.value}
        self._connection.execute(insert(table).values(row | {"actor": self._actor, "at": self._now}))

    def _next(self, office: Office, year: int) -> int:
        """Count up. A number format without area or year counts through all areas or years."""
        area = office.area_code if self._varies("area_code") else ""
        counter = {"area_code": area, "year": year if self._varies("year") else 0, "last": 1}
        table = Counter.table()
        insert = insert_into(self._connection, table).values(counter)
        upsert = insert.on_conflict_do_update(
            index_elements=["area_code", "year"], set_={"last": table.c.last + 1}
        ).returning(table.c.last)
        last: int = self._connection.execute(upsert).scalar_one()
        return last

    def _varies(self, part: str) -> bool:
        one = self._profile.filing_number(area_code="000001", year=2001, seq=1)
        other = self._profile.filing_number(
            area_code="000002" if part == "area_code" else "000001", year=2002 if part == "year" else 2001, seq=1
        )
        return one != other
