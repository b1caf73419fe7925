"""Splits a filing, joins two of one mail, and takes a join back; each in one transaction, with its event on both cases.

Papers move as they were read: their rows change their case and nothing else. A case that was joined into another is
superseded and keeps its form and its history.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from pipeline.domain.decision import DecidedCase, Decision, Verdict
from pipeline.domain.life import LifeError, Stage, require_open
from pipeline.store.case_life import CaseLife, Handled, Handling
from pipeline.store.case_mails import joined_rows
from pipeline.store.case_rows import NO_DUE
from pipeline.store.claims import FREE
from pipeline.store.errors import UnknownCaseError
from pipeline.store.models import Case, FieldValueRow, FindingRow, Paper
from pipeline.store.outcomes import settle_outcomes

_FREE: Final = tuple(FREE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Both cases after a split or the end of a join."""

    kept: Handled
    other: Handled


class CaseParting(CaseLife):
    """As everything else that people decide about a case."""

    def split(
        self, case_id: str, papers: Collection[int], kept: Verdict, new: DecidedCase, handling: Handling
    ) -> Parted:
        """Give those papers (counted from 1 in the case's order) to a new case. `kept` is the verdict on what stays."""
        with self._held(case_id, handling) as (session, case):
            require_open(Stage(case.stage))
            rows = list(session.scalars(_papers(case)))
            moved = [row for number, row in enumerate(rows, 1) if number in papers]
            other = self._new_case(session, case, new, handling)
            self._give(session, moved, case, other)
            self._judge(session, case, kept, handling)
            session.flush()
            settle_outcomes(session, case)
            self._note_both(session, (case, other), "case.split", handling, papers=len(moved))
            return Parted(kept=_handled(case), other=_handled(other))

    def join(self, case_id: str, other_id: str, verdict: Verdict, handling: Handling, *, other_version: int) -> Handled:
        """Give the other case's papers to this one. Raises `LifeError` unless both are open cases of one mail and office."""
        with self._held(case_id, handling) as (session, case):
            other = _other(session, other_id)
            _require_together(case, other, handling)
            if joined_rows(session, other.id):
                raise LifeError("要合并的一件并入了后续来信，请先在那一件中拆出。")
            if other.version != other_version:
                raise self._stale(session, other)
            self._give(session, list(session.scalars(_papers(other))), other, case)
            other.state, other.superseded_at, other.joined_into = "superseded", handling.at, case.id
            for column in _FREE:
                setattr(other, column, None)
            self._touch(other, handling)
            self._judge(session, case, verdict, handling)
            session.flush()
            settle_outcomes(session, case)
            self._note_both(session, (case, other), "case.joined", handling)
            return _handled(case)

    def unjoin(self, case_id: str, other_id: str, kept: Verdict, back: Verdict, handling: Handling) -> Parted:
        """Take a join back: the other case is there again, with the papers it had brought."""
        with self._held(case_id, handling) as (session, case):
            require_open(Stage(case.stage))
            other = _other(session, other_id)
            if other.joined_into != case.id:
                raise LifeError("这两件没有合并。")
            brought = _papers(case).where(Paper.came_from == other.id)
            other.state, other.superseded_at, other.joined_into = "review", None, None
            self._give(session, list(session.scalars(brought)), case, other, came_from=None)
            self._judge(session, case, kept, handling)
            self._judge(session, other, back, handling)
            session.flush()
            settle_outcomes(session, case)
            self._note_both(session, (case, other), "case.unjoined", handling)
            return Parted(kept=_handled(case), other=_handled(other))

    def _new_case(self, session: Session, case: Case, new: DecidedCase, handling: Handling) -> Case:
        """The rows of the new case but its papers, which move to it."""
        bare = new.model_copy(update={"filing": new.filing.model_copy(update={"papers": ()})})
        last = select(func.max(Case.position)).where(Case.message_id == case.message_id, Case.revision == case.revision)
        position = (session.scalar(last) or 0) + 1
        rows = self._writer(case).case(bare, Decision.REVIEW, position, case.received_office)
        rows.case.office = case.office
        rows.case.touched_at = handling.at
        session.add(rows.case)
        session.flush()
        session.add_all((*rows.fields, *rows.findings))
        return rows.case

    def _give(
        self, session: Session, papers: Iterable[Paper], giver: Case, taker: Case, **came: uuid.UUID | None
    ) -> None:
        last = session.scalar(select(func.max(Paper.ordinal)).where(Paper.case_id == taker.id)) or 0
        for ordinal, paper in enumerate(papers, last + 1):
            fields = update(FieldValueRow).where(
                FieldValueRow.case_id == giver.id, FieldValueRow.document == paper.ordinal
            )
            findings = update(FindingRow).where(
                FindingRow.case_id == giver.id, FindingRow.origin == "paper", FindingRow.document == paper.ordinal
            )
            for rows in (fields, findings):
                session.execute(rows.values(case_id=taker.id, document=ordinal))
            paper.case_id, paper.ordinal, paper.came_from = taker.id, ordinal, came.get("came_from", giver.id)
            session.flush()

    def _judge(self, session: Session, case: Case, verdict: Verdict, handling: Handling) -> None:
        """The verdict of the rules on the case as it is now; whose it is does not change by that."""
        case.verdict_revision += 1
        session.add_all(self._writer(case).later_findings(case.id, verdict, case.verdict_revision))
        case.entity = verdict.entity.value if verdict.entity else None
        case.due, case.queue_rank = verdict.due, verdict.due or NO_DUE
        self._touch(case, handling)

    def _note_both(
        self, session: Session, cases: tuple[Case, Case], kind: str, handling: Handling, **said: object
    ) -> None:
        for case, other in (cases, cases[::-1]):
            self._note(session, case, kind, handling, {"with": str(other.id)[:8].upper(), **said})


def _papers(case: Case) -> Select[Paper]:
    return select(Paper).where(Paper.case_id == case.id).order_by(Paper.ordinal)


def _other(session: Session, case_id: str) -> Case:
    other = session.scalars(select(Case).where(Case.id == uuid.UUID(case_id)).with_for_update()).one_or_none()
    if other is None:
        raise UnknownCaseError(f"case {case_id}: there is none")
    return other


def _require_together(case: Case, other: Case, handling: Handling) -> None:
    for one in (case, other):
        if one.state == "superseded":
            raise LifeError("其中一件已经合并或重新核对，请刷新后再看。")
        require_open(Stage(one.stage))
    if case.id == other.id or (case.message_id, case.revision) != (other.message_id, other.revision):
        raise LifeError("只能合并同一来信中的件；补来的材料请办理“收到补正”。")
    if (case.office or case.received_office) != (other.office or other.received_office):
        raise LifeError("只能合并同一机构的件，请先移交。")
    if other.lease_until is not None and other.lease_until > handling.at and other.claimed_by != case.claimed_by:
        raise LifeError("他人正在办理要合并的一件。")


def _handled(case: Case) -> Handled:
    return Handled(case_id=str(case.id), stage=Stage(case.stage), version=case.version)
