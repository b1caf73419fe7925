"""The joining of a mail that is being decided: what its cases belong to, found and written in the decision's transaction.

Whoever writes cases holds the event log's lock, so that of two mails of one submitter decided at the same moment the
second sees the first one's case, whichever process is at it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.decision import DecidedCase, MailDecision
from pipeline.domain.joining import Way, in_order
from pipeline.domain.message import Submission
from pipeline.profile.schema import Profile
from pipeline.store.case_joining import CaseJoiner
from pipeline.store.case_mails import propose
from pipeline.store.cipher import Cipher
from pipeline.store.events import SYSTEM, EventDraft
from pipeline.store.joining_records import Brought, Choice, JoiningRules
from pipeline.store.models import Case
from pipeline.store.models_mail import Message
from pipeline.store.outcomes import settle_outcomes
from pipeline.store.relations import Relations


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """A case of the mail with what was chosen for it; `decided` says so where an officer is to look."""

    decided: DecidedCase
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedCase:
    """A case that joined another; `registered` says that the other entered the register by it."""

    case_id: UUID
    other_id: UUID
    ways: frozenset[Way]
    registered: bool

    def events(self, about: Callable[..., EventDraft]) -> Iterator[EventDraft]:
        """What the history of both says."""
        yield from joining_events(about, "case.joined", self.case_id, self.other_id, self.ways)
        if self.registered:
            yield about(kind="case.registered", case_id=self.case_id)


def joining_events(
    about: Callable[..., EventDraft], kind: str, case_id: UUID, other_id: UUID, ways: frozenset[Way]
) -> Iterator[EventDraft]:
    """One event for each of the two, which names the other and how they were found to belong together."""
    for one, other in ((case_id, other_id), (other_id, case_id)):
        said = {"with": str(other)[:8].upper(), "ways": [way.value for way in in_order(ways)]}
        yield about(kind=kind, case_id=one, note=json.dumps(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailJoining:
    """One mail's. Without `rules` its cases stay their own."""

    session: Session
    cipher: Cipher
    message: Message
    submission: Submission
    rules: JoiningRules | None
    profile: Profile
    now: datetime

    def plan(self, cases: Sequence[DecidedCase], decision: MailDecision, office: str | None) -> list[PlannedCase]:
        """What becomes of each case; no two of a mail join the same one."""
        if self.rules is None or not cases:
            return [PlannedCase(decided=case, choice=Choice()) for case in cases]
        relations = Relations(self.session, self.cipher, self.message, self.submission)
        held_back, taken, planned = any(item.blocks for item in decision.findings), set[str](), list[PlannedCase]()
        for case in cases:
            brought = Brought(
                decided=case,
                office=case.filing.office or office,
                sender=self.submission.sender,
                alone=len(cases) == 1,
                held_back=held_back,
            )
            choice = self.rules.choose(brought, relations.of(case.filing))
            if choice.target is not None and choice.target.case.case_id in taken:
                choice = Choice(proposed=(choice.target,))
            if choice.target is not None:
                taken.add(choice.target.case.case_id)
            decided = self.rules.hint(choice.proposed, case)
            if choice == Choice() and case.filing.form is not None and not case.filing.papers:
                decided = self.rules.mention([str(one) for one in relations.earlier_with_papers(case.filing)], decided)
            planned.append(PlannedCase(decided=decided, choice=choice))
        return planned

    def write(self, cases: Sequence[tuple[Case, PlannedCase]]) -> list[JoinedCase]:
        """Join and propose, after the mail's own rows are written. Raises `AccountTakenError`."""
        if self.rules is None:
            return []
        joiner = CaseJoiner(
            session=self.session, cipher=self.cipher, rules=self.rules, profile=self.profile, now=self.now
        )
        joined = [done for case, plan in cases if (done := self._join(joiner, case, plan)) is not None]
        for case, plan in cases:
            found = [(self.session.get_one(Case, UUID(item.case.case_id)), item.ways) for item in plan.choice.proposed]
            propose(self.session, found, case, actor=SYSTEM, at=self.now)
        self.session.flush()
        return joined

    def _join(self, joiner: CaseJoiner, other: Case, plan: PlannedCase) -> JoinedCase | None:
        target = plan.choice.target
        if target is None:
            return None
        wanted = select(Case).where(Case.id == UUID(target.case.case_id)).with_for_update()
        case = self.session.scalars(wanted.execution_options(populate_existing=True)).one()
        was_open = case.state == "review"
        joiner.join(case, other, plan.decided.filing, target.ways, actor=SYSTEM)
        number = joiner.register_if_clean(case, joiner.judge(case)) if was_open else None
        self.session.flush()
        settle_outcomes(self.session, case, other)
        return JoinedCase(case_id=case.id, other_id=other.id, ways=target.ways, registered=number is not None)
