"""The alarms: raised once until they change, cleared once, and told once on each channel."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.orm import Session

from pipeline.domain.alarm import Alarm, AlarmKind, Condition
from pipeline.store.database import Database
from pipeline.store.errors import StoreDamagedError
from pipeline.store.events import SYSTEM, EventDraft, EventLog
from pipeline.store.models_watching import AlarmRow

Key = tuple[AlarmKind, str]


class Channel(StrEnum):
    """How alarms reach people."""

    WEBHOOK = "webhook"
    MAIL = "mail"


_TOLD: Final = {Channel.WEBHOOK: AlarmRow.webhook_version, Channel.MAIL: AlarmRow.mail_version}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What a row becomes; `event` is None where only the numbers in its sentence are others."""

    key: Key
    condition: Condition | None
    row: AlarmRow | None
    event: str | None


class AlarmBook:
    """Safe for threads and processes."""

    def __init__(self, database: Database, events: EventLog) -> None:
        self._database = database
        self._events = events

    def settle(
        self,
        conditions: Collection[Condition],
        *,
        kinds: Collection[AlarmKind],
        undecided: Collection[Key] = (),
        now: datetime,
    ) -> tuple[Alarm, ...]:
        """Make the alarms of `kinds` what the conditions say; returns what was raised, changed or cleared.

        Of `undecided` ones nobody knows: they stay as they are.
        """
        wanted = {item.key: item for item in conditions}
        with self._database.reading() as connection:
            if not _changes(connection, wanted, kinds, undecided):
                return ()
        with self._database.writing() as connection:
            # An alarm must be kept even when the log it would be noted in is the thing that is damaged.
            with suppress(StoreDamagedError):
                self._events.lock(connection)
            changes = _changes(connection, wanted, kinds, undecided)
            for change in changes:
                _write(connection, change, now)
            self._note(connection, changes, now)
            told = [change.key for change in changes if change.event]
            return tuple(alarm for alarm in _read(connection) if (alarm.kind, alarm.subject) in told)

    def in_force(self) -> tuple[Alarm, ...]:
        """What is wrong now, the oldest first."""
        return tuple(alarm for alarm in self.every() if alarm.state == "raised")

    def every(self) -> tuple[Alarm, ...]:
        """Every alarm there ever was, as it is now, the oldest first."""
        with self._database.reading() as connection:
            return _read(connection)

    def untold(self, channel: Channel) -> tuple[Alarm, ...]:
        """What has not been told on that channel. Nothing is said of the end of what was never told."""
        told = _TOLD[channel]
        query = select(AlarmRow).where(told < AlarmRow.version, or_(AlarmRow.state == "raised", told > 0))
        with self._database.reading() as connection, Session(connection) as session:
            return tuple(map(_alarm, session.scalars(query.order_by(AlarmRow.changed_at, AlarmRow.id))))

    def note_told(self, channel: Channel, alarm: Alarm) -> None:
        """That version of the alarm has been told."""
        told = _TOLD[channel]
        mine = (AlarmRow.id == uuid.UUID(alarm.id), told < alarm.version)
        with self._database.writing() as connection:
            connection.execute(update(AlarmRow).where(*mine).values({told.key: alarm.version}))

    def _note(self, connection: Connection, changes: Sequence[_Change], now: datetime) -> None:
        drafts = [_event(change, now) for change in changes if change.event]
        if drafts:
            with suppress(StoreDamagedError):
                self._events.append(connection, *drafts)


def _changes(
    connection: Connection, wanted: Mapping[Key, Condition], kinds: Collection[AlarmKind], undecided: Collection[Key]
) -> tuple[_Change, ...]:
    with Session(connection) as session:
        rows = {(AlarmKind(row.kind), row.subject): row for row in session.scalars(select(AlarmRow))}
        session.expunge_all()
    keys = sorted(key for key in {*rows, *wanted} if key[0] in kinds and key not in undecided)
    changes = (_change(key, wanted.get(key), rows.get(key)) for key in keys)
    return tuple(change for change in changes if change is not None)


def _change(key: Key, condition: Condition | None, row: AlarmRow | None) -> _Change | None:
    raised = row is not None and row.state == "raised"
    if condition is None:
        return _Change(key=key, condition=None, row=row, event="alarm.cleared") if raised else None
    if row is None or not raised:
        return _Change(key=key, condition=condition, row=row, event="alarm.raised")
    if row.reason != condition.reason:
        return _Change(key=key, condition=condition, row=row, event="alarm.changed")
    return _Change(key=key, condition=condition, row=row, event=None) if row.detail != condition.detail else None


def _write(connection: Connection, change: _Change, now: datetime) -> None:
    condition, row = change.condition, change.row
    values: dict[str, object] = {}
    if condition is not None:
        values |= {"reason": condition.reason, "detail": condition.detail}
    if change.event:
        values |= {"state": "cleared" if condition is None else "raised", "changed_at": now}
        values["version"] = 1 if row is None else row.version + 1
    if change.event == "alarm.raised":
        values["raised_at"] = now
    if row is None:
        fresh = {"id": uuid.uuid4(), "kind": change.key[0].value, "subject": change.key[1]}
        connection.execute(insert(AlarmRow).values(fresh | values | {"webhook_version": 0, "mail_version": 0}))
    else:
        connection.execute(update(AlarmRow).where(AlarmRow.id == row.id).values(values))


def _event(change: _Change, now: datetime) -> EventDraft:
    kind, subject = change.key
    said = {"alarm": kind.value, "mailbox": subject, "why": change.condition.reason if change.condition else ""}
    note = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return EventDraft(kind=change.event or "", actor=SYSTEM, at=now, note=note)


def _read(connection: Connection) -> tuple[Alarm, ...]:
    with Session(connection) as session:
        rows = session.scalars(select(AlarmRow).order_by(AlarmRow.raised_at, AlarmRow.kind, AlarmRow.subject))
        return tuple(map(_alarm, rows))


def _alarm(row: AlarmRow) -> Alarm:
    return Alarm(
        id=str(row.id),
        kind=AlarmKind(row.kind),
        subject=row.subject,
        reason=row.reason,
        detail=row.detail,
        state="cleared" if row.state == "cleared" else "raised",
        version=row.version,
        raised_at=row.raised_at,
        changed_at=row.changed_at,
    )
