"""Into the register: the next 备案号 and the record, inside the transaction that writes the case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from pipeline.profile.schema import Office, Profile
from pipeline.store.errors import AccountTakenError, UnstorableError
from pipeline.store.models import Case, Counter, RegistryRecord
from pipeline.store.statements import insert_into


class Registrar:
    """Registers the cases of one mail. A rollback of the transaction gives the numbers back: there are no gaps."""

    def __init__(self, connection: Connection, profile: Profile, now: datetime) -> None:
        self._connection = connection
        self._profile = profile
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
            "state": "active",
        }
        insert = insert_into(self._connection, RegistryRecord.table()).values(row)
        unless_taken = insert.on_conflict_do_nothing(
            index_elements=["account_index"], index_where=text("state = 'active'")
        )
        if self._connection.execute(unless_taken.returning(RegistryRecord.table().c.id)).one_or_none() is None:
            raise AccountTakenError(case.position, within_mail=case.account_index in self._accounts)
        self._accounts.add(case.account_index)
        return number

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
