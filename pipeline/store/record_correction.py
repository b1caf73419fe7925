"""A correction (更正) of a record: values of its case that were wrong, mended as a version of the record of its own.

What the case was decided by stays as it was; the new values say from which version of the record on they hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pipeline.domain.decision import Verdict
from pipeline.domain.document import ExtractedForm, Field
from pipeline.domain.life import RecordChange, RecordState
from pipeline.store.case_rows import FORM_DOCUMENT, MessageRevision, RowWriter
from pipeline.store.cipher import Cipher
from pipeline.store.errors import AccountTakenError
from pipeline.store.events import EventDraft, EventLog
from pipeline.store.identity import index_form
from pipeline.store.models import Case, FieldValueRow, RegistryRecord
from pipeline.store.models_life import RecordVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The corrected form, which of its fields are new, the verdict of the rules on it, and why it is corrected."""

    form: ExtractedForm = field(repr=False)
    changed: tuple[Field, ...] = field(repr=False)
    verdict: Verdict = field(repr=False)
    ground: str = field(repr=False)


class RecordCorrector:
    """Corrects records inside the caller's transaction, which holds the log and the case."""

    def __init__(self, session: Session, cipher: Cipher, events: EventLog, *, actor: str, at: datetime) -> None:
        self._session = session
        self._cipher = cipher
        self._events = events
        self._actor = actor
        self._at = at

    def record_of(self, case: Case) -> RegistryRecord | None:
        """The record that speaks with this case now; None when it was changed or cancelled since."""
        query = select(RegistryRecord).where(
            RegistryRecord.case_id == case.id, RegistryRecord.state == RecordState.ACTIVE.value
        )
        return self._session.scalars(query.with_for_update()).one_or_none()

    def correct(self, case: Case, record: RegistryRecord, correction: Correction) -> int:
        """Write it; returns the record's new version. Raises `AccountTakenError` when another record holds the account.

        Office and number stay: a correction moves nothing.
        """
        version = self._add_version(case, record)
        self._index(case, record, correction)
        writer = RowWriter(self._cipher, MessageRevision(message_id=case.message_id, revision=case.revision))
        for item in correction.changed:
            row = writer.later_field(case.id, item, newest_of(self._session, case, item.key))
            row.record_version = version
            self._session.add(row)
        case.verdict_revision += 1
        self._session.add_all(writer.later_findings(case.id, correction.verdict, case.verdict_revision))
        case.version += 1
        case.touched_at = self._at
        self._session.flush()
        self._note(case, record.number, correction)
        return version

    def _add_version(self, case: Case, record: RegistryRecord) -> int:
        last = select(func.max(RecordVersion.version)).where(RecordVersion.record_id == record.id)
        version = (self._session.scalar(last) or 0) + 1
        self._session.add(
            RecordVersion(
                record_id=record.id,
                version=version,
                case_id=case.id,
                kind=RecordChange.CORRECTED.value,
                actor=self._actor,
                at=self._at,
            )
        )
        return version

    def _index(self, case: Case, record: RegistryRecord, correction: Correction) -> None:
        """What the record is found by, under the new values."""
        index = index_form(correction.form, self._cipher)
        if index.account is not None and index.account != record.account_index:
            other = select(RegistryRecord.id).where(
                RegistryRecord.account_index == index.account,
                RegistryRecord.state == RecordState.ACTIVE.value,
                RegistryRecord.id != record.id,
            )
            if self._session.scalar(other.limit(1)) is not None:
                raise AccountTakenError(case.position, within_mail=False)
            mended = update(RegistryRecord).where(RegistryRecord.id == record.id)
            self._session.execute(mended.values(account_index=index.account))
        case.account_index = index.account or case.account_index
        case.subject_index, case.owner_id_index = index.subject, index.owner_id
        case.account_type = index.account_type
        verdict = correction.verdict
        case.entity = verdict.entity.value if verdict.entity else None

    def _note(self, case: Case, number: str, correction: Correction) -> None:
        said = {"number": number, "fields": [item.key for item in correction.changed], "ground": correction.ground}
        note = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
        draft = EventDraft(kind="record.corrected", actor=self._actor, at=self._at, case_id=case.id, note=note)
        self._events.append(self._session.connection(), draft)


def newest_of(session: Session, case: Case, key: str) -> tuple[int, int]:
    """The newest revision of a field of the form, and its place in the form's order; a new field comes last."""
    rows = select(FieldValueRow.revision, FieldValueRow.ordinal).where(
        FieldValueRow.case_id == case.id, FieldValueRow.document == FORM_DOCUMENT
    )
    found = session.execute(rows.where(FieldValueRow.key == key).order_by(FieldValueRow.revision.desc())).first()
    if found is not None:
        return found.revision, found.ordinal
    last = select(func.max(FieldValueRow.ordinal)).where(FieldValueRow.case_id == case.id)
    return 0, (session.scalar(last.where(FieldValueRow.document == FORM_DOCUMENT)) or 0) + 1
