"""What officers do about later mails: let one join a case, and take a joining back. Each in one transaction with its events."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.joining import JoinState, Way
from pipeline.domain.life import LifeError, Stage, require_open
from pipeline.profile.schema import Profile
from pipeline.store.case_joining import CaseJoiner
from pipeline.store.case_life import CaseLife, Handled, Handling
from pipeline.store.case_parting import Parted
from pipeline.store.case_reading import CaseReader
from pipeline.store.errors import UnknownCaseError
from pipeline.store.events import EventDraft
from pipeline.store.joining_records import JoiningRules
from pipeline.store.joining_writing import joining_events
from pipeline.store.models import Case
from pipeline.store.models_joining import CaseMail
from pipeline.store.outcomes import settle_outcomes

_GONE: Final = "其中一件已经合并或重新核对，请刷新后再看。"


class MailJoinings(CaseLife):
    """As everything else that people decide about a case."""

    def join(
        self,
        case_id: str,
        other_id: str,
        handling: Handling,
        *,
        other_version: int,
        rules: JoiningRules,
        profile: Profile,
    ) -> Handled:
        """Let the case of a later mail, which may belong to this one, join it. Raises `LifeError` where it may not."""
        with self._held(case_id, handling) as (session, case):
            other, row = self._other(session, case, other_id)
            for one in (case, other):
                require_open(Stage(one.stage))
            if row.state == JoinState.JOINED or other.state == "superseded":
                raise LifeError(_GONE)
            if other.version != other_version:
                raise self._stale(session, other)
            if (
                other.lease_until is not None
                and other.lease_until > handling.at
                and other.claimed_by != case.claimed_by
            ):
                raise LifeError("他人正在办理要合并的一件。")
            joiner = self._joiner(session, rules, profile, handling)
            brought = CaseReader(session, self._cipher).detail(other).filing
            joiner.join(case, other, brought, _ways(row), actor=handling.actor)
            joiner.judge(case)
            self._settle(session, case, other, row, "case.joined", handling)
            return _handled(case)

    def part(self, case_id: str, other_id: str, handling: Handling, *, rules: JoiningRules, profile: Profile) -> Parted:
        """Take the case of a later mail out again; it is there as it was decided, for review.

        A case that is settled keeps what it was decided by: its record is mended by 更正, 变更 or 注销.
        """
        with self._held(case_id, handling) as (session, case):
            other, row = self._other(session, case, other_id)
            if row.state != JoinState.JOINED or other.joined_into != case.id:
                raise LifeError("这两件没有合并。")
            joiner = self._joiner(session, rules, profile, handling)
            joiner.part(case, other, row, actor=handling.actor)
            if case.state == "review":
                joiner.judge(case)
            joiner.judge(other)
            self._settle(session, case, other, row, "case.unjoined", handling)
            return Parted(kept=_handled(case), other=_handled(other))

    def _joiner(self, session: Session, rules: JoiningRules, profile: Profile, handling: Handling) -> CaseJoiner:
        return CaseJoiner(session=session, cipher=self._cipher, rules=rules, profile=profile, now=handling.at)

    @staticmethod
    def _other(session: Session, case: Case, other_id: str) -> tuple[Case, CaseMail]:
        wanted = select(Case).where(Case.id == uuid.UUID(other_id)).with_for_update()
        other = session.scalars(wanted).one_or_none()
        if other is None:
            raise UnknownCaseError(f"case {other_id}: there is none")
        row = session.get(CaseMail, (case.id, other.id))
        if row is None:
            raise LifeError("只能合并同一来信中的件，或系统提示可能有关的后续来信；其他补来的材料请办理“收到补正”。")
        return other, row

    def _settle(self, session: Session, case: Case, other: Case, row: CaseMail, kind: str, handling: Handling) -> None:
        for one in (case, other):
            one.touched_at = handling.at
        session.flush()
        settle_outcomes(session, case, other)
        session.flush()
        about = partial(EventDraft, actor=handling.actor, at=handling.at)
        self._events.append(session.connection(), *joining_events(about, kind, case.id, other.id, _ways(row)))


def _ways(row: CaseMail) -> frozenset[Way]:
    return frozenset(Way(way) for way in row.ways.split(",") if way)


def _handled(case: Case) -> Handled:
    return Handled(case_id=str(case.id), stage=Stage(case.stage), version=case.version)
