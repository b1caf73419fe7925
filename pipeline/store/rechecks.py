"""The blind second entry (复核): who enters what, what came of it, and the counts the error rate is made of.

A case is entered by somebody who did nothing in it and never saw it. Every call is one transaction with its event.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.life import Action, LifeError
from pipeline.domain.people import Permission, User, may
from pipeline.domain.recheck import Checked, Outcome, RecheckState, Source
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.errors import UnknownCaseError
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.models import Case, Event
from pipeline.store.models_rechecks import RecheckField, RecheckRow
from pipeline.store.recheck_drawing import Drawing
from pipeline.store.record_correction import Correction, RecordCorrector

LEASE: Final = timedelta(minutes=30)
#: Whoever did one of these in a case can neither enter nor settle its check.
_ACTS: Final = ("case.corrected", "case.set_aside", *(f"case.{action.value}" for action in Action))
#: Whoever looked at the case or its record has seen what was read: the entry would not be blind.
_LOOKS: Final = ("case.viewed", "record.viewed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCheck:
    """One field of a second entry, as texts; `corrected` is what the record says since, if the record was wrong."""

    key: str
    registered: str = field(repr=False)
    entered: str = field(repr=False)
    outcome: Outcome | None = None
    corrected: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A case drawn for a second entry. `checker` is a login, "" before it is entered."""

    recheck_id: str
    case_id: str
    source: Source
    office: str
    decided_by: str
    decided_at: datetime
    state: RecheckState
    checker: str = ""
    entered_at: datetime | None = None
    settled_at: datetime | None = None
    fields: tuple[FieldCheck, ...] = field(default=(), repr=False)

    @property
    def differing(self) -> tuple[FieldCheck, ...]:
        """The fields on which the two entries disagree."""
        return tuple(item for item in self.fields if item.outcome is not Outcome.AGREED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What somebody made of the disagreements: an outcome for each field, what is right where the record was wrong."""

    outcomes: Mapping[str, Outcome]
    corrected: Mapping[str, str] = field(default_factory=dict, repr=False)
    correction: Correction | None = field(default=None, repr=False)
    ground: str = field(default="", repr=False)


class Rechecks:
    """Draws, hands out and keeps second entries. `offices` as `visible_offices` gives them."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._events = events

    def draw(self, share: float, zone: ZoneInfo, now: datetime) -> int:
        """Draw what has become due (see `recheck_drawing`); returns how many cases."""
        with self._database.writing() as connection:
            self._events.lock(connection)
            return Drawing(connection, self._cipher, self._events, zone).draw(share, now)

    def waiting(
        self, user: User, offices: frozenset[str] | None, at: datetime, limit: int = 100
    ) -> tuple[Recheck, ...]:
        """What this person may enter now, the oldest decision first."""
        free = or_(RecheckRow.held_until.is_(None), RecheckRow.held_until <= at, RecheckRow.held_by == _of(user))
        query = _listed(offices, RecheckState.WAITING).where(free, ~_took_part(user))
        return self._list(query.order_by(RecheckRow.decided_at, RecheckRow.id).limit(limit))

    def unsettled(self, user: User, offices: frozenset[str] | None, limit: int = 100) -> tuple[Recheck, ...]:
        """Disagreements this person has to settle: the own ones, a supervisor everybody's."""
        query = _listed(offices, RecheckState.COMPARED).where(~_took_part(user))
        if not may(user, Permission.TAKE_OVER):
            query = query.where(RecheckRow.checker == user.login)
        return self._list(query.order_by(RecheckRow.entered_at, RecheckRow.id).limit(limit))

    def done(self, offices: frozenset[str] | None, limit: int = 50) -> tuple[Recheck, ...]:
        """What was settled last."""
        query = _listed(offices, RecheckState.DONE)
        return self._list(query.order_by(RecheckRow.settled_at.desc(), RecheckRow.id).limit(limit))

    def find(self, recheck_id: str) -> Recheck | None:
        """One with its fields, None for an unknown id."""
        try:
            identity = uuid.UUID(recheck_id)
        except ValueError:
            return None
        with self._database.reading() as connection, Session(connection) as session:
            row = session.get(RecheckRow, identity)
            return None if row is None else self._recheck(row, self._fields(session, row))

    def of_case(self, case_id: str) -> Recheck | None:
        """The finished one of a case, with its fields; None while there is none."""
        query = select(RecheckRow).where(
            RecheckRow.case_id == uuid.UUID(case_id), RecheckRow.state == RecheckState.DONE.value
        )
        with self._database.reading() as connection, Session(connection) as session:
            row = session.scalars(query).one_or_none()
            return None if row is None else self._recheck(row, self._fields(session, row))

    def may_check(self, recheck_id: str, user: User) -> bool:
        """Whether this person did nothing in the case and, before it is entered, never saw it either."""
        query = select(RecheckRow.id).where(RecheckRow.id == uuid.UUID(recheck_id), ~_took_part(user))
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def open(self, recheck_id: str, user: User, at: datetime) -> None:
        """Take it on for half an hour. Raises `LifeError`: somebody else has it, or it is entered already."""
        with self._held(recheck_id, user) as (session, row):
            self._require_free(row, user, at)
            row.held_by, row.held_until = _of(user), at + LEASE
            self._note(session, row, "recheck.opened", user, at)

    def keep_entry(self, recheck_id: str, user: User, fields: Sequence[FieldCheck], at: datetime) -> Recheck:
        """Keep a second entry and how it compares; done at once where every field agrees. Raises `LifeError`."""
        with self._held(recheck_id, user) as (session, row):
            self._require_free(row, user, at)
            session.add_all(self._field_row(row, number, item) for number, item in enumerate(fields))
            differing = [item.key for item in fields if item.outcome is not Outcome.AGREED]
            row.checker, row.entered_at, row.held_by, row.held_until = user.login, at, None, None
            row.state = RecheckState.COMPARED.value if differing else RecheckState.DONE.value
            if not differing:
                row.settled_at, row.fields_compared, row.fields_wrong = at, len(fields), 0
            kind = "recheck.differs" if differing else "recheck.agreed"
            self._note(session, row, kind, user, at, fields=differing)
            return self._recheck(row, tuple(fields))

    def settle(self, recheck_id: str, user: User, settlement: Settlement, at: datetime) -> Recheck:
        """Say of every disagreement who was right; a wrong record is corrected in the same transaction.

        Raises `LifeError`: it is no longer to be settled, or not by this person; `AccountTakenError`.
        """
        with self._held(recheck_id, user) as (session, row):
            self._require_settler(row, user)
            rows = session.scalars(select(RecheckField).where(RecheckField.recheck_id == row.id)).all()
            settled = [self._settled(item, settlement) for item in rows]
            self._correct(session, row, user, settlement, at)
            row.state, row.settled_at = RecheckState.DONE.value, at
            row.fields_compared = len(settled)
            row.fields_wrong = sum(outcome is Outcome.WRONG for outcome in settled)
            wrong = [key for key, outcome in settlement.outcomes.items() if outcome is Outcome.WRONG]
            self._note(session, row, "recheck.settled", user, at, fields=wrong, ground=settlement.ground)
            session.flush()
            return self._recheck(row, self._fields(session, row))

    def checked(
        self, offices: frozenset[str] | None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Checked, ...]:
        """What is done, of cases decided from `since` up to, not including, `until`."""
        query = _listed(offices, RecheckState.DONE)
        if since is not None:
            query = query.where(RecheckRow.decided_at >= since)
        if until is not None:
            query = query.where(RecheckRow.decided_at < until)
        with self._database.reading() as connection, Session(connection) as session:
            return tuple(_checked(row) for row in session.scalars(query.order_by(RecheckRow.decided_at)))

    @contextmanager
    def _held(self, recheck_id: str, user: User) -> Iterator[tuple[Session, RecheckRow]]:
        """The row under a lock, for somebody who may check it, in a transaction that commits at the end."""
        with self._database.writing() as connection:
            self._events.lock(connection)
            with Session(connection, autoflush=False) as session:
                query = select(RecheckRow).where(RecheckRow.id == uuid.UUID(recheck_id)).with_for_update()
                row = session.scalars(query).one_or_none()
                if row is None:
                    raise UnknownCaseError(f"recheck {recheck_id}: there is none")
                if session.scalar(select(_took_part(user)).where(RecheckRow.id == row.id)):
                    raise LifeError("您办理过或者查看过这一件，须由他人复核。")
                yield session, row
                session.flush()

    @staticmethod
    def _require_free(row: RecheckRow, user: User, at: datetime) -> None:
        if row.state != RecheckState.WAITING.value:
            raise LifeError("这一件已经录入复核，不能再次录入。")
        if row.held_by not in (None, _of(user)) and row.held_until is not None and row.held_until > at:
            raise LifeError("他人正在复核这一件。")

    @staticmethod
    def _require_settler(row: RecheckRow, user: User) -> None:
        if row.state != RecheckState.COMPARED.value:
            raise LifeError("这一件没有待认定的出入。")
        if row.checker != user.login and not may(user, Permission.TAKE_OVER):
            raise LifeError("只有录入的人或科室负责人可以认定。")

    def _correct(self, session: Session, row: RecheckRow, user: User, settlement: Settlement, at: datetime) -> None:
        if settlement.correction is None:
            return
        case = session.scalars(select(Case).where(Case.id == row.case_id).with_for_update()).one()
        corrector = RecordCorrector(session, self._cipher, self._events, actor=user.login, at=at)
        record = corrector.record_of(case)
        if record is not None:
            corrector.correct(case, record, settlement.correction)

    def _settled(self, row: RecheckField, settlement: Settlement) -> Outcome:
        """The field with what was said of it."""
        if row.outcome is not None:
            return Outcome(row.outcome)
        outcome = settlement.outcomes.get(row.key)
        if outcome not in (Outcome.SLIP, Outcome.WRONG):
            raise LifeError("每一处出入都须认定是哪一方有误。")
        kept = json.loads(self._cipher.open(row.content, _cell(row.id)))
        corrected = settlement.corrected.get(row.key, "")
        row.outcome = outcome.value
        row.content = self._cipher.seal(json.dumps(kept | {"corrected": corrected}), _cell(row.id))
        return outcome

    def _field_row(self, owner: RecheckRow, ordinal: int, item: FieldCheck) -> RecheckField:
        row_id = uuid.uuid4()
        content = json.dumps({"registered": item.registered, "entered": item.entered})
        outcome = item.outcome.value if item.outcome else None
        sealed = self._cipher.seal(content, _cell(row_id))
        return RecheckField(
            id=row_id, recheck_id=owner.id, ordinal=ordinal, key=item.key, outcome=outcome, content=sealed
        )

    def _list(self, query: Select[RecheckRow]) -> tuple[Recheck, ...]:
        with self._database.reading() as connection, Session(connection) as session:
            return tuple(self._recheck(row, ()) for row in session.scalars(query))

    def _fields(self, session: Session, row: RecheckRow) -> tuple[FieldCheck, ...]:
        query = select(RecheckField).where(RecheckField.recheck_id == row.id).order_by(RecheckField.ordinal)
        return tuple(self._field(item) for item in session.scalars(query))

    def _field(self, row: RecheckField) -> FieldCheck:
        said = json.loads(self._cipher.open(row.content, _cell(row.id)))
        outcome = Outcome(row.outcome) if row.outcome else None
        return FieldCheck(key=row.key, outcome=outcome, **said)

    @staticmethod
    def _recheck(row: RecheckRow, fields: tuple[FieldCheck, ...]) -> Recheck:
        return Recheck(
            recheck_id=str(row.id),
            case_id=str(row.case_id),
            source=Source(row.source),
            office=row.office,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            state=RecheckState(row.state),
            checker=row.checker or "",
            entered_at=row.entered_at,
            settled_at=row.settled_at,
            fields=fields,
        )

    def _note(self, session: Session, row: RecheckRow, kind: str, user: User, at: datetime, **said: Any) -> None:
        kept = {key: value for key, value in said.items() if value}
        note = json.dumps(kept, ensure_ascii=False) if kept else None
        session.flush()
        draft = EventDraft(kind=kind, actor=user.login, at=at, case_id=row.case_id, note=note)
        self._events.append(session.connection(), draft)


def _listed(offices: frozenset[str] | None, state: RecheckState) -> Select[RecheckRow]:
    query = select(RecheckRow).where(RecheckRow.state == state.value)
    return query if offices is None else query.where(RecheckRow.office.in_(sorted(offices)))


def _took_part(user: User) -> ColumnElement[bool]:
    """Whether this person decided the case or did anything else in it; while the entry is open, looking is enough."""
    waits = RecheckRow.state == RecheckState.WAITING.value
    return or_(RecheckRow.decided_by == user.login, _did(user, _ACTS), and_(waits, _did(user, _LOOKS)))


def _did(user: User, kinds: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(Event.case_id == RecheckRow.case_id, Event.actor == user.login, Event.kind.in_(kinds))


def _checked(row: RecheckRow) -> Checked:
    return Checked(
        source=Source(row.source),
        office=row.office,
        decided_at=row.decided_at,
        compared=row.fields_compared or 0,
        wrong=row.fields_wrong or 0,
    )


def _of(user: User) -> uuid.UUID:
    return uuid.UUID(user.user_id)


def _cell(row_id: uuid.UUID) -> Cell:
    return Cell(table="recheck_fields", column="content", row=str(row_id))
