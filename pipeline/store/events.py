"""The event log: who did what, when. Rows are only added, and each is chained to the one before by an HMAC.

A changed or removed row breaks the chain; a cut tail disagrees with the head. Whoever can write the
database and kept an old head could still cut back to it: export `head()` daily and hand it to `verify`.
"""

from __future__ import annotations

import hmac
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, insert, select, update

from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.errors import StoreDamagedError
from pipeline.store.keyring import Keyring
from pipeline.store.models import Case, Event, EventHead
from pipeline.store.statements import insert_into

SYSTEM: Final = "system"
_HEAD_ID: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """Where the log ended at some time: the last row's number and its chain value (hex)."""

    seq: int
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """What `verify` found. `fault` is the first row number that is missing, changed or cut, None when all is well."""

    count: int
    head: LogHead
    fault: int | None = None

    @property
    def whole(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event to be added. `note` will be sealed; `kind` is a short code such as `case.registered`."""

    kind: str
    actor: str
    at: datetime
    case_id: uuid.UUID | None = None
    message_id: int | None = None
    note: str | None = field(default=None, repr=False)


class EventLog:
    """Adds to the log and checks it."""

    def __init__(self, database: Database, keyring: Keyring, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._key = keyring.oldest.derive("events")

    def record(
        self,
        kind: str,
        *,
        actor: str,
        case_id: str | uuid.UUID | None = None,
        message_id: int | None = None,
        note: str | None = None,
        at: datetime | None = None,
        touches: bool = False,
    ) -> int:
        """Add an event in a transaction of its own; returns its number. `note` is sealed.

        `touches` marks the case as worked on by a person, so that no batch run replaces its decision.
        """
        case = uuid.UUID(str(case_id)) if case_id is not None else None
        at = at or datetime.now(UTC)
        with self._database.writing() as connection:
            self.lock(connection)
            if touches and case is not None:
                connection.execute(update(Case).where(Case.id == case).values(touched_at=at))
            draft = EventDraft(kind=kind, actor=actor, at=at, case_id=case, message_id=message_id, note=note)
            return self.append(connection, draft)

    def prepare(self, connection: Connection) -> None:
        """Make the head of an empty log."""
        start = {"id": _HEAD_ID, "seq": 0, "mac": self._head_mac(0, self._start)}
        fresh = insert_into(connection, EventHead.table()).values(start)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["id"]))

    def lock(self, connection: Connection) -> int:
        """Hold back every other writer of the log until this transaction ends; returns the last number.

        Transactions that write cases take this lock first, so that no two of them wait for each other.
        """
        query = select(EventHead.seq).where(EventHead.id == _HEAD_ID)
        return _require_head(connection.execute(query.with_for_update()).scalar_one_or_none())

    def append(self, connection: Connection, *drafts: EventDraft) -> int:
        """Add events inside the caller's transaction; returns the number of the last."""
        before = self.lock(connection)
        mac = self._mac_of(connection, before)
        rows: list[dict[str, object]] = []
        for number, draft in enumerate(drafts, before + 1):
            row = self._row(number, draft)
            mac = self._chain(mac, row)
            rows.append({column: getattr(row, column) for column in _COLUMNS} | {"mac": mac})
        seq = before + len(rows)
        connection.execute(insert(Event), rows)
        head = update(EventHead).where(EventHead.id == _HEAD_ID)
        connection.execute(head.values(seq=seq, mac=self._head_mac(seq, mac)))
        return seq

    def note_of(self, row: Event) -> str:
        """The opened note of an event, "" where it has none."""
        return "" if row.note is None else self._cipher.open(row.note, _note_cell(row.seq))

    def head(self) -> LogHead:
        """Where the log ends now; kept elsewhere, it shows a cut tail later."""
        with self._database.reading() as connection:
            query = select(EventHead.seq).where(EventHead.id == _HEAD_ID)
            seq = _require_head(connection.execute(query).scalar_one_or_none())
            return LogHead(seq=seq, mac=self._mac_of(connection, seq).hex())

    def verify(self, *, since: LogHead | None = None) -> LogCheck:
        """Walk the whole chain. `since` is an earlier `head()`, which must still be part of it."""
        with self._database.reading() as connection:
            known = connection.execute(select(EventHead.seq, EventHead.mac)).one_or_none()
            mac, count = self._start, 0
            rows = connection.execute(select(Event.table()).order_by(Event.seq).execution_options(yield_per=1000))
            for row in rows:
                mac = self._chain(mac, Event(**{column: getattr(row, column) for column in _COLUMNS}))
                if row.seq != count + 1 or not hmac.compare_digest(mac, row.mac) or _differs(since, row.seq, mac):
                    return self._check(count, mac, fault=count + 1)
                count += 1
        cut = known is None or known.seq != count or not hmac.compare_digest(known.mac, self._head_mac(count, mac))
        if cut or (since is not None and since.seq > count):
            return self._check(count, mac, fault=count + 1)
        return self._check(count, mac, fault=None)

    @staticmethod
    def _check(count: int, mac: bytes, *, fault: int | None) -> LogCheck:
        return LogCheck(count=count, head=LogHead(seq=count, mac=mac.hex()), fault=fault)

    def _row(self, seq: int, draft: EventDraft) -> Event:
        note = None if draft.note is None else self._cipher.seal(draft.note, _note_cell(seq))
        return Event(
            seq=seq,
            at=draft.at.astimezone(UTC),
            actor=draft.actor,
            kind=draft.kind,
            message_id=draft.message_id,
            case_id=draft.case_id,
            note=note,
        )

    @property
    def _start(self) -> bytes:
        return hmac.new(self._key, b"start", sha256).digest()

    def _mac_of(self, connection: Connection, seq: int) -> bytes:
        if seq == 0:
            return self._start
        mac = connection.execute(select(Event.mac).where(Event.seq == seq)).scalar_one_or_none()
        if mac is None:
            raise StoreDamagedError(f"event log: row {seq} is missing")
        return mac

    def _head_mac(self, seq: int, mac: bytes) -> bytes:
        return hmac.new(self._key, json.dumps(["head", seq, mac.hex()]).encode(), sha256).digest()

    def _chain(self, previous: bytes, row: Event) -> bytes:
        case = row.case_id.hex if row.case_id else None
        note = row.note.hex() if row.note is not None else None
        parts = [previous.hex(), row.seq, row.at.isoformat(), row.actor, row.kind, row.message_id, case, note]
        return hmac.new(self._key, json.dumps(parts).encode(), sha256).digest()


_COLUMNS: Final = ("seq", "at", "actor", "kind", "message_id", "case_id", "note")


def _require_head(seq: int | None) -> int:
    if seq is None:
        raise StoreDamagedError("event log: its head is missing; see `beian audit verify`")
    return seq


def _note_cell(seq: int) -> Cell:
    return Cell(table="events", column="note", row=str(seq))


def _differs(since: LogHead | None, seq: int, mac: bytes) -> bool:
    return since is not None and since.seq == seq and since.mac != mac.hex()
