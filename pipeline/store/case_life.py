"""What officers do with a case, each in one transaction with the event that says who did it and why."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Verdict
from pipeline.domain.document import ExtractedForm, Field
from pipeline.domain.finding import Finding
from pipeline.domain.finding_codes import OFFICE_MISMATCH
from pipeline.domain.life import (
    Action,
    PaperSeen,
    SetAside,
    SetAsideReason,
    Stage,
    next_stage,
    open_findings,
    require_open,
)
from pipeline.profile.schema import Profile
from pipeline.store.case_reading import CaseReader
from pipeline.store.case_rows import NO_DUE, MessageRevision, RowWriter
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.errors import StaleCaseError, UnknownCaseError
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.identity import index_form
from pipeline.store.models import Case, Event
from pipeline.store.models_life import SetAsideRow
from pipeline.store.outcomes import settle_outcomes
from pipeline.store.record_correction import newest_of
from pipeline.store.records import CaseDetail
from pipeline.store.registration import Registrar
from pipeline.store.set_asides import finding_index, read_set_asides
from pipeline.store.transfers import decided_office

#: After these somebody else is next, although the case stays in review.
_ENDS_CLAIM: Final = frozenset({Action.TRANSFER, Action.RETURN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Who acts, when, and on which version of the case as he saw it (None: whatever it is now)."""

    actor: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What an action led to. `number` is the 备案号 when the case was concluded, `office`
    where it belongs now. `case` is the case as it is now, where whoever acted knows it without reading it again.
    """

    case_id: str
    stage: Stage
    version: int
    number: str | None = None
    office: str | None = None
    case: CaseDetail | None = field(default=None, repr=False)


class CaseLife:
    """Writes what people decide. Every call is one transaction; a case somebody else changed meanwhile is refused."""

    def __init__(self, database: Database, cipher: Cipher, events: EventLog) -> None:
        self._database = database
        self._cipher = cipher
        self._events = events

    def act(
        self,
        case_id: str,
        action: Action,
        handling: Handling,
        *,
        profile: Profile,
        ground: str = "",
        office: str | None = None,
        change_of: str | None = None,
    ) -> Handled:
        """Take an action of a filing's life.

        `office` is the receiving one of a transfer; `change_of` the 备案号 of the record that a concluded case
        changes (变更) instead of becoming a new one. Raises `LifeError` (not allowed), `StaleCaseError`,
        `UnknownCaseError`, `AccountTakenError` (another record holds the account: conclude as its change).
        """
        with self._held(case_id, handling) as (session, case):
            still_open = self._open_findings(session, case)
            stage = next_stage(Stage(case.stage), action, still_open=still_open, ground=ground, office=office)
            self._move(case, stage, handling)
            if action is Action.TRANSFER:
                case.office = office
                self._settle_office(session, case, still_open, handling, ground)
            if case.state != "review" or action in _ENDS_CLAIM:
                case.claimed_by = case.claimed_at = case.lease_until = None
            session.flush()
            number = None
            if action is Action.CONCLUDE:
                registrar = Registrar(session.connection(), profile, handling.at, actor=handling.actor)
                number = registrar.register(case) if change_of is None else registrar.change(case, change_of)
            session.flush()
            settle_outcomes(session, case)
            said = {"ground": ground, "office": office, "change_of": change_of, "number": number}
            self._note(session, case, f"case.{action.value}", handling, said)
            return _handled(case, number)

    def set_aside(
        self,
        case_id: str,
        finding: Finding,
        handling: Handling,
        *,
        reason: SetAsideReason,
        ground: str,
        seen: PaperSeen | None = None,
        office: str | None = None,
    ) -> Handled:
        """Hold a finding for settled, `seen` saying where a missing paper stands. Doing it twice changes nothing more.

        `office` is the one that takes the case, where the finding says that it is another's.
        """
        with self._held(case_id, handling) as (session, case):
            require_open(Stage(case.stage))
            content = SetAside(
                code=finding.code,
                field=finding.field,
                detail=finding.detail,
                reason=reason,
                ground=ground,
                actor=handling.actor,
                seen=seen,
                office=office,
            )
            if self._add_set_aside(session, case, finding, content, handling):
                if office is not None:
                    case.office = office
                self._touch(case, handling)
                said = {"code": finding.code, "field": finding.field, "reason": reason.value, "ground": ground}
                self._note(session, case, "case.set_aside", handling, said | {"keeper": office})
            return _handled(case)

    def save_correction(
        self, case_id: str, form: ExtractedForm, changed: Sequence[Field], verdict: Verdict, handling: Handling
    ) -> Handled:
        """Write new values beside the old ones, and the verdict of the rules on them.

        `form` is the whole form with the corrections in it, `changed` its fields that are new (reader "reviewer").
        """
        with self._held(case_id, handling) as (session, case):
            require_open(Stage(case.stage))
            writer = self._writer(case)
            for item in changed:
                session.add(writer.later_field(case.id, item, newest_of(session, case, item.key)))
            case.verdict_revision += 1
            session.add_all(writer.later_findings(case.id, verdict, case.verdict_revision))
            self._apply(session, case, form, verdict)
            self._touch(case, handling)
            session.flush()
            said = {"fields": [item.key for item in changed]}
            self._note(session, case, "case.corrected", handling, said)
            return _handled(case)

    def cancel_record(self, number: str, handling: Handling, profile: Profile, *, ground: str) -> None:
        """Take a record out of force. Raises `UnknownRecordError`."""
        with self._database.writing() as connection:
            self._events.lock(connection)
            case_id = Registrar(connection, profile, handling.at, actor=handling.actor).cancel(number)
            note = json.dumps({"number": number, "ground": ground}, ensure_ascii=False)
            draft = EventDraft(
                kind="record.cancelled", actor=handling.actor, at=handling.at, case_id=case_id, note=note
            )
            self._events.append(connection, draft)

    def note_refused(self, case_id: str, action: str, handling: Handling, *, why: str) -> None:
        """Note an action that was not allowed, so that the history shows who tried what."""
        note = json.dumps({"action": action, "why": why}, ensure_ascii=False)
        self._events.record("case.action_refused", actor=handling.actor, case_id=case_id, note=note, at=handling.at)

    @contextmanager
    def _held(self, case_id: str, handling: Handling) -> Iterator[tuple[Session, Case]]:
        """The case under a lock, in a transaction that commits at the end."""
        with self._database.writing() as connection:
            self._events.lock(connection)
            with Session(connection, autoflush=False) as session:
                query = select(Case).where(Case.id == uuid.UUID(case_id)).with_for_update()
                case = session.scalars(query).one_or_none()
                if case is None or case.state == "superseded":
                    raise UnknownCaseError(f"case {case_id}: there is none, or it was decided anew")
                if handling.version is not None and handling.version != case.version:
                    raise self._stale(session, case)
                yield session, case
                session.flush()

    def _stale(self, session: Session, case: Case) -> StaleCaseError:
        latest = select(Event).where(Event.case_id == case.id).order_by(Event.seq.desc()).limit(1)
        event = session.scalars(latest).one()
        return StaleCaseError(str(case.id), actor=event.actor, kind=event.kind, at=event.at)

    def _open_findings(self, session: Session, case: Case) -> tuple[Finding, ...]:
        detail = CaseReader(session, self._cipher).detail(case)
        return open_findings((*detail.mail_findings, *detail.findings), read_set_asides(session, self._cipher, case.id))

    def _move(self, case: Case, stage: Stage, handling: Handling) -> None:
        case.stage = stage.value
        case.state = {Stage.CONCLUDED: "registered", Stage.REFUSED: "closed"}.get(stage, "review")
        self._touch(case, handling)

    @staticmethod
    def _touch(case: Case, handling: Handling) -> None:
        case.version += 1
        case.touched_at = handling.at

    def _apply(self, session: Session, case: Case, form: ExtractedForm, verdict: Verdict) -> None:
        index = index_form(form, self._cipher)
        case.account_index, case.subject_index, case.owner_id_index = index.account, index.subject, index.owner_id
        case.account_type = index.account_type
        case.entity = verdict.entity.value if verdict.entity else None
        case.form_unplaced = list(form.unplaced)
        case.office = decided_office(session, self._cipher, case, verdict)
        case.due, case.queue_rank = verdict.due, verdict.due or NO_DUE

    def _writer(self, case: Case) -> RowWriter:
        return RowWriter(self._cipher, MessageRevision(message_id=case.message_id, revision=case.revision))

    def _settle_office(
        self, session: Session, case: Case, still_open: Sequence[Finding], handling: Handling, ground: str
    ) -> None:
        """Whoever hands a case over has said whose it is: the office that gets it need not say so again."""
        for item in still_open:
            if item.code == OFFICE_MISMATCH:
                content = SetAside(
                    code=item.code,
                    field=item.field,
                    detail=item.detail,
                    reason=SetAsideReason.JUDGED,
                    ground=ground,
                    actor=handling.actor,
                    office=case.office,
                )
                self._add_set_aside(session, case, item, content, handling)

    def _add_set_aside(
        self, session: Session, case: Case, finding: Finding, content: SetAside, handling: Handling
    ) -> bool:
        """False where that very finding was set aside before."""
        index = finding_index(finding, self._cipher)
        known = select(SetAsideRow.id).where(SetAsideRow.case_id == case.id, SetAsideRow.finding_index == index)
        if session.scalar(known) is not None:
            return False
        session.add(self._set_aside_row(case, content, index, handling))
        session.flush()
        return True

    def _set_aside_row(self, case: Case, content: SetAside, index: bytes, handling: Handling) -> SetAsideRow:
        row_id = uuid.uuid4()
        sealed = self._cipher.seal(
            content.model_dump_json(), Cell(table="set_asides", column="content", row=str(row_id))
        )
        return SetAsideRow(
            id=row_id, case_id=case.id, finding_index=index, content=sealed, actor=handling.actor, at=handling.at
        )

    def _note(self, session: Session, case: Case, kind: str, handling: Handling, said: Mapping[str, object]) -> None:
        note = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
        draft = EventDraft(kind=kind, actor=handling.actor, at=handling.at, case_id=case.id, note=note)
        session.flush()
        self._events.append(session.connection(), draft)


def _handled(case: Case, number: str | None = None) -> Handled:
    return Handled(
        case_id=str(case.id), stage=Stage(case.stage), version=case.version, number=number, office=case.office
    )
