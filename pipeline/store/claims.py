"""Who works on which case. A claim is a lease on the case's own row: nobody else is given the case until it ends.

A claim lasts 15 minutes from the last sign of life. It ends when it is released, when its case leaves review, goes to
another office or back to the submitter, or when a supervisor takes the case over. Claims serve the pages; what is saved is
protected by the case's version.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from pipeline.domain.joining import JoinState
from pipeline.domain.life import LifeError, Stage
from pipeline.domain.people import Permission, User, may
from pipeline.store.case_scope import awaited_by
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.errors import CaseDoneError, CaseHeldError, StoreDamagedError, UnknownCaseError
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.models import Case, Event
from pipeline.store.models_joining import CaseMail
from pipeline.store.models_notices import JoinedMail
from pipeline.store.models_people import UserRow
from pipeline.store.user_rows import UserRows

LEASE: Final = timedelta(minutes=15)
_FRESH: Final = timedelta(minutes=1)
FREE: Final[Mapping[str, None]] = {"claimed_by": None, "claimed_at": None, "lease_until": None}
_QUEUE_ORDER: Final = (Case.queue_rank, Case.received, Case.id)
_WITH_HOLDER: Final = select(Case, UserRow).join(UserRow, UserRow.id == Case.claimed_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody works on a case, until `until` unless they go on."""

    case_id: str
    user: User
    since: datetime
    until: datetime


class Claims:
    """Gives cases to people. Safe for many threads, processes and machines."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._rows = UserRows(cipher)
        self._events = events

    def claim_next(
        self, user: User, offices: frozenset[str] | None, at: datetime, *, after: str | None = None
    ) -> str | None:
        """Claim the most urgent case of those offices that nobody works on, in one atomic statement; None if there is none.

        `offices` as `visible_offices` gives them. `after` is the case just left: its followers come first, so that
        what was put back is not handed out again at once. What only waits for its submitter, or was handed over to another
        office, is not handed out.
        """
        if after is not None and (found := self._claim_first(user, offices, at, _behind(after))):
            return found
        return self._claim_first(user, offices, at)

    def hold(self, case_id: str, user: User, at: datetime) -> Claim:
        """Claim this case, or lengthen one's own claim.

        Raises `CaseHeldError` (somebody else works on it), `CaseDoneError` (it is no longer in review),
        `UnknownCaseError`.
        """
        identity, holder = _identity(case_id), uuid.UUID(user.user_id)
        if (fresh := self._fresh(identity, holder, at)) is not None:
            return fresh
        with self._database.writing() as connection:
            mine = or_(_free(at), Case.claimed_by == holder)
            if self._take(connection, and_(Case.id == identity, mine), user, at) is None:
                self._refuse(connection, identity)
            return self._claim(connection, identity)

    def _fresh(self, identity: uuid.UUID, holder: uuid.UUID, at: datetime) -> Claim | None:
        """The person's own claim if it was lengthened within the last minute: every save would write it again."""
        mine = and_(Case.id == identity, Case.claimed_by == holder, Case.lease_until > at + LEASE - _FRESH)
        with self._database.reading() as connection, Session(connection) as session:
            found = session.execute(_WITH_HOLDER.where(mine)).one_or_none()
            return None if found is None or found[0].state != "review" else self._made(*found)

    def heartbeat(self, case_id: str, user: User, at: datetime) -> datetime | None:
        """Lengthen one's own claim; returns until when, None when it is lost (see `hold` for why)."""
        until = at + LEASE
        return until if self._change(case_id, user, lease_until=until) else None

    def release(self, case_id: str, user: User) -> bool:
        """Give the case back; False when it was not this person's."""
        return self._change(case_id, user, **FREE)

    def release_all(self, user: User) -> int:
        """Give back whatever somebody holds, as at logging out; returns how many cases."""
        mine = update(Case).where(Case.state == "review", Case.claimed_by == uuid.UUID(user.user_id))
        with self._database.writing() as connection:
            return connection.execute(mine.values(FREE)).rowcount

    def take_over(self, case_id: str, user: User, at: datetime, *, ground: str = "") -> Claim:
        """Take a case from whoever works on it; the log says from whom.

        Raises `LifeError` (in Chinese) for somebody who may not, `CaseDoneError`, `UnknownCaseError`.
        """
        if not may(user, Permission.TAKE_OVER):
            raise LifeError("只有科室负责人或市网信办可以接管他人正在办理的案件。")
        identity = _identity(case_id)
        with self._database.writing() as connection:
            self._events.lock(connection)
            before = self._find(connection, identity, at)
            if self._take(connection, Case.id == identity, user, at) is None:
                self._refuse(connection, identity)
            if before is not None and before.user.user_id != user.user_id:
                note = json.dumps(
                    {"from": before.user.login} | ({"ground": ground} if ground else {}), ensure_ascii=False
                )
                draft = EventDraft(kind="case.taken_over", actor=user.login, at=at, case_id=identity, note=note)
                self._events.append(connection, draft)
            return self._claim(connection, identity)

    def holders(self, case_ids: Iterable[str], at: datetime) -> dict[str, Claim]:
        """The claims in force on those cases, by case."""
        wanted = [_identity(case_id) for case_id in case_ids]
        held = and_(Case.id.in_(wanted), Case.lease_until > at)
        with self._database.reading() as connection, Session(connection) as session:
            # The state is looked at here: named in the query, it leads through the whole queue.
            found = [row for row in session.execute(_WITH_HOLDER.where(held)) if row[0].state == "review"]
            return {claim.case_id: claim for claim in (self._made(*row) for row in found)}

    def _claim_first(
        self, user: User, offices: frozenset[str] | None, at: datetime, *more: ColumnElement[bool]
    ) -> str | None:
        if offices is not None and not offices:
            return None
        ready = (Case.state == "review", _free(at), _not_with_submitter(), *more)
        following = _first_of([_firsts(*ready, place) for place in awaited_by(offices)])
        with self._database.writing() as connection:
            taken = self._take(connection, Case.id == following, user, at)
        return None if taken is None else str(taken)

    @staticmethod
    def _take(connection: Connection, which: ColumnElement[bool], user: User, at: datetime) -> uuid.UUID | None:
        holder = uuid.UUID(user.user_id)
        goes_on = case((and_(Case.claimed_by == holder, Case.lease_until > at), Case.claimed_at), else_=at)
        statement = (
            update(Case)
            .where(which, Case.state == "review")
            .values(claimed_by=holder, claimed_at=goes_on, lease_until=at + LEASE)
            .returning(Case.id)
        )
        return connection.execute(statement).scalar_one_or_none()

    def _refuse(self, connection: Connection, identity: uuid.UUID) -> None:
        state = connection.execute(select(Case.state).where(Case.id == identity)).scalar_one_or_none()
        if state is None or state == "superseded":
            raise UnknownCaseError(f"case {identity}: there is none, or it was decided anew")
        if state != "review":
            raise CaseDoneError(str(identity))
        claim = self._claim(connection, identity)
        raise CaseHeldError(str(identity), holder=claim.user.name, login=claim.user.login, until=claim.until)

    def _claim(self, connection: Connection, identity: uuid.UUID) -> Claim:
        with Session(connection) as session:
            return self._made(*session.execute(_WITH_HOLDER.where(Case.id == identity)).one())

    def _find(self, connection: Connection, identity: uuid.UUID, at: datetime) -> Claim | None:
        """The claim in force, under a lock on the case."""
        held = select(Case.id).where(Case.id == identity, Case.state == "review", Case.lease_until > at)
        found = connection.execute(held.with_for_update()).scalar_one_or_none()
        return None if found is None else self._claim(connection, identity)

    def _change(self, case_id: str, user: User, **values: Any) -> bool:
        mine = update(Case).where(
            Case.id == _identity(case_id), Case.claimed_by == uuid.UUID(user.user_id), Case.state == "review"
        )
        with self._database.writing() as connection:
            return connection.execute(mine.values(values)).rowcount == 1

    def _made(self, held: Case, owner: UserRow) -> Claim:
        if held.claimed_at is None or held.lease_until is None:
            raise StoreDamagedError(f"case {held.id}: a claim without its times")
        return Claim(case_id=str(held.id), user=self._rows.user(owner), since=held.claimed_at, until=held.lease_until)


def _identity(case_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(case_id)
    except ValueError:
        raise UnknownCaseError("there is no such case") from None


def _free(at: datetime) -> ColumnElement[bool]:
    return or_(Case.claimed_by.is_(None), Case.lease_until <= at)


def _firsts(*conditions: ColumnElement[bool]) -> Select[date, datetime, uuid.UUID]:
    """The first case that meets the conditions, passing over those that somebody is just being given."""
    return select(*_QUEUE_ORDER).where(*conditions).order_by(*_QUEUE_ORDER).limit(1).with_for_update(skip_locked=True)


def _first_of(firsts: Sequence[Select[date, datetime, uuid.UUID]]) -> ScalarSelect[Any]:
    """The first of the firsts of several places, each of which an index finds at once."""
    found = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    return select(found.c.id).order_by(found.c.queue_rank, found.c.received, found.c.id).limit(1).scalar_subquery()


def _behind(case_id: str) -> ColumnElement[bool]:
    place = select(Case.queue_rank, Case.received, Case.id).where(Case.id == _identity(case_id))
    return tuple_(*_QUEUE_ORDER) > place.scalar_subquery()


def _not_with_submitter() -> ColumnElement[bool]:
    """Returned cases come back by themselves once a person has answered, or a mail joined them, after the return."""
    returned = select(func.max(Event.at)).where(Event.case_id == Case.id, Event.kind == "case.return")
    answered = exists().where(
        JoinedMail.case_id == Case.id, JoinedMail.automatic.is_(None), JoinedMail.at > returned.scalar_subquery()
    )
    supplied = exists().where(
        CaseMail.case_id == Case.id,
        CaseMail.state == JoinState.JOINED.value,
        CaseMail.at > returned.scalar_subquery(),
    )
    return or_(Case.stage != Stage.RETURNED.value, answered, supplied)
