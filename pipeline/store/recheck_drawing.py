"""Which cases are entered a second time.

A case is drawn when its lot, the keyed hash of its id, lies below the share. The key is the store's: nobody can tell
beforehand, or steer, what is drawn, and drawing again gives the same. Once a month is over, each office and kind of
decision that had none drawn gets the case with the lowest lot.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from pipeline.domain.recheck import RecheckState, Source
from pipeline.store.cipher import Cipher
from pipeline.store.events import SYSTEM, EventDraft, EventLog
from pipeline.store.models import Case, Event
from pipeline.store.models_rechecks import RecheckDraw, RecheckRow
from pipeline.store.statements import insert_into

_ONE: Final = 1
_LOT_BYTES: Final = 8
_SOURCES: Final[Mapping[str, Source]] = {"case.registered": Source.AUTOMATIC, "case.conclude": Source.PERSON}
_Group = tuple[date, str, Source]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """A case that came into the register."""

    case_id: uuid.UUID
    source: Source
    office: str
    actor: str
    at: datetime
    month: date
    lot: float


def draw_lot(cipher: Cipher, case_id: uuid.UUID) -> float:
    """The case's lot, from 0 up to 1."""
    return int.from_bytes(cipher.index("recheck", str(case_id))[:_LOT_BYTES], "big") / (1 << 8 * _LOT_BYTES)


class Drawing:
    """Goes through what came into the register since it was last done. Runs inside a transaction that holds the log."""

    def __init__(self, connection: Connection, cipher: Cipher, events: EventLog, zone: ZoneInfo) -> None:
        self._connection = connection
        self._cipher = cipher
        self._events = events
        self._zone = zone

    def draw(self, share: float, now: datetime) -> int:
        """Draw from what is new, and close the months that are over; returns how many were drawn."""
        last, open_month = self._reached()
        new = list(self._decided(Event.seq > last))
        drawn = [item for item in new if item.lot < share]
        count = self._keep(drawn, now)
        this_month = self._month(now)
        begin = open_month or min((item.month for item in new), default=this_month)
        if begin < this_month:
            count += self._keep(self._lowest(begin, this_month), now)
        reached = self._connection.execute(select(func.coalesce(func.max(Event.seq), last))).scalar_one()
        values = {"seq": reached, "month": max(begin, this_month)}
        self._connection.execute(update(RecheckDraw).where(RecheckDraw.id == _ONE).values(values))
        return count

    def _reached(self) -> tuple[int, date | None]:
        fresh = insert_into(self._connection, RecheckDraw.table()).values(id=_ONE, seq=0, month=None)
        self._connection.execute(fresh.on_conflict_do_nothing())
        row = self._connection.execute(select(RecheckDraw.seq, RecheckDraw.month).where(RecheckDraw.id == _ONE)).one()
        return row.seq, row.month

    def _decided(self, *conditions: object) -> Iterator[_Decided]:
        query = (
            select(Event.kind, Event.actor, Event.at, Case.id, func.coalesce(Case.office, Case.received_office, ""))
            .join(Case, Case.id == Event.case_id)
            .where(Event.kind.in_(_SOURCES), Case.state == "registered", *conditions)  # type: ignore[arg-type]
            .order_by(Event.seq)
        )
        for kind, actor, at, case_id, office in self._connection.execute(query):
            lot = draw_lot(self._cipher, case_id)
            source, month = _SOURCES[kind], self._month(at)
            yield _Decided(case_id=case_id, source=source, office=office, actor=actor, at=at, month=month, lot=lot)

    def _lowest(self, begin: date, end: date) -> list[_Decided]:
        """Of each office, kind and month in which nothing was drawn, the case with the lowest lot."""
        first, last = self._start(begin), self._start(end)
        query = select(RecheckRow.decided_at, RecheckRow.office, RecheckRow.source).where(
            RecheckRow.decided_at >= first, RecheckRow.decided_at < last
        )
        have = {(self._month(at), office, Source(source)) for at, office, source in self._connection.execute(query)}
        groups: defaultdict[_Group, list[_Decided]] = defaultdict(list)
        for item in self._decided(Event.at >= first, Event.at < last):
            groups[item.month, item.office, item.source].append(item)
        return [min(items, key=lambda item: item.lot) for group, items in groups.items() if group not in have]

    def _keep(self, items: Sequence[_Decided], now: datetime) -> int:
        kept = [item for item in items if self._insert(item, now)]
        if kept:
            self._events.append(self._connection, *_drafts(kept, now))
        return len(kept)

    def _insert(self, item: _Decided, now: datetime) -> bool:
        values = {
            "id": uuid.uuid4(),
            "case_id": item.case_id,
            "source": item.source.value,
            "office": item.office,
            "decided_by": item.actor,
            "decided_at": item.at,
            "drawn_at": now,
            "state": RecheckState.WAITING.value,
        }
        insert = insert_into(self._connection, RecheckRow.table()).values(values)
        kept = insert.on_conflict_do_nothing().returning(RecheckRow.table().c.id)
        return self._connection.execute(kept).first() is not None

    def _month(self, at: datetime) -> date:
        return at.astimezone(self._zone).date().replace(day=1)

    def _start(self, month: date) -> datetime:
        return datetime.combine(month, time(), self._zone)


def _drafts(items: Iterable[_Decided], now: datetime) -> Iterator[EventDraft]:
    return (EventDraft(kind="recheck.drawn", actor=SYSTEM, at=now, case_id=item.case_id) for item in items)
