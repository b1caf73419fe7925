"""From rows back to the domain's records, exactly as they were decided."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Entity, Filing, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, FieldValue, PaperKind, Place
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.life import Stage
from pipeline.store.case_mails import later_mails
from pipeline.store.case_rows import FORM_DOCUMENT
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.models import Case, FieldValueRow, FindingRow, Paper, RegistryRecord
from pipeline.store.models_life import RecordVersion
from pipeline.store.models_mail import Message
from pipeline.store.records import CaseDetail
from pipeline.store.replies import read_answered, read_replies
from pipeline.store.set_asides import read_set_asides

_PLACES: Final[TypeAdapter[Place]] = TypeAdapter(Place)
_BATCH: Final = 500
#: Lists read thousands of values: whole rows with everything that was read beside the value would cost twice the time.
_VALUE_COLUMNS: Final = (
    FieldValueRow.id,
    FieldValueRow.case_id,
    FieldValueRow.ordinal,
    FieldValueRow.key,
    FieldValueRow.revision,
    FieldValueRow.value,
)
#: A case has some sixty rows that are only read: as objects of the ORM they cost three times as much.
_FIELDS: Final = select(FieldValueRow.table())
_FINDINGS: Final = select(FindingRow.table())
_PAPERS: Final = select(Paper.table())

_Found = Mapping[tuple[str, int], tuple[Finding, ...]]
_PlainRow = Row[*tuple[Any, ...]]


class CaseReader:
    """Opens the rows of cases."""

    def __init__(self, session: Session, cipher: Cipher) -> None:
        self._session = session
        self._cipher = cipher

    def detail(self, case: Case) -> CaseDetail:
        """The whole case."""
        message = self._session.get_one(Message, case.message_id)
        of_case = select(RegistryRecord.number).join(RecordVersion, RecordVersion.record_id == RegistryRecord.id)
        number = self._session.scalar(of_case.where(RecordVersion.case_id == case.id).limit(1))
        findings = self._findings(case)
        return CaseDetail(
            case_id=str(case.id),
            message_id=case.message_id,
            mailbox=message.mailbox,
            sha256=message.sha256,
            position=case.position,
            revision=case.revision,
            state=case.state,
            office=case.office,
            received_office=case.received_office,
            number=number,
            touched=case.touched_at is not None,
            stage=Stage(case.stage),
            version=case.version,
            set_aside=read_set_asides(self._session, self._cipher, case.id),
            subject=self._mail_text(message, "subject"),
            sender=self._mail_text(message, "sender"),
            filing=self._filing(case, findings),
            verdict=self._verdict(case, findings),
            mail_findings=self._mail_findings(case),
            replies=read_replies(self._session, case.id),
            answers=read_answered(self._session, case.message_id),
            also_office=case.also_office,
            joined_into=str(case.joined_into) if case.joined_into else None,
            mails=later_mails(self._session, case.id),
        )

    def form_values(self, case_ids: Sequence[uuid.UUID], keys: Iterable[str] = ()) -> dict[uuid.UUID, dict[str, str]]:
        """The form's values as text, in the form's order, by case; all of them unless `keys` are named."""
        wanted = list(keys)
        found: dict[uuid.UUID, dict[str, str]] = {case_id: {} for case_id in case_ids}
        for start in range(0, len(case_ids), _BATCH):
            query = select(*_VALUE_COLUMNS).where(
                FieldValueRow.case_id.in_(case_ids[start : start + _BATCH]), FieldValueRow.document == FORM_DOCUMENT
            )
            if wanted:
                query = query.where(FieldValueRow.key.in_(wanted))
            for row in _newest_values(self._session.execute(query)):
                text = self._open(row.value, "fields", "value", row.id)
                if text is not None and (value := json.loads(text)) is not None:
                    found[row.case_id][row.key] = str(value)
        return found

    def form_values_at(self, case_id: uuid.UUID, record_version: int) -> dict[str, str]:
        """The form's values as that version of its record had them, before later corrections (更正)."""
        query = select(*_VALUE_COLUMNS).where(
            FieldValueRow.case_id == case_id,
            FieldValueRow.document == FORM_DOCUMENT,
            or_(FieldValueRow.record_version.is_(None), FieldValueRow.record_version <= record_version),
        )
        found: dict[str, str] = {}
        for row in _newest_values(self._session.execute(query)):
            text = self._open(row.value, "fields", "value", row.id)
            if text is not None and (value := json.loads(text)) is not None:
                found[row.key] = str(value)
        return found

    def _filing(self, case: Case, findings: _Found) -> Filing:
        documents = self._fields(case.id)
        unreadable = self._open(case.unreadable, "cases", "unreadable", case.id)
        papers = self._session.execute(_PAPERS.where(Paper.case_id == case.id).order_by(Paper.ordinal))
        return Filing(
            office=case.received_office,
            received=case.received,
            form=self._form(case, documents, findings),
            papers=tuple(self._paper(paper, documents, findings) for paper in papers),
            unreadable=tuple(json.loads(unreadable)) if unreadable else (),
            findings=findings["filing", FORM_DOCUMENT],
            shared=self._is_shared(case),
        )

    def _is_shared(self, case: Case) -> bool:
        """Whether other forms of the same mail share its papers."""
        others = select(Case.id).where(
            Case.message_id == case.message_id,
            Case.revision == case.revision,
            Case.id != case.id,
            Case.form_profile.is_not(None),
            Case.joined_into.is_(None),
        )
        return self._session.scalar(others.limit(1)) is not None

    @staticmethod
    def _verdict(case: Case, findings: _Found) -> Verdict:
        entity = Entity(case.entity) if case.entity else None
        said = findings["verdict", FORM_DOCUMENT]
        return Verdict(entity=entity, office=case.office, due=case.due, findings=said)

    @staticmethod
    def _form(
        case: Case,
        documents: Mapping[int, tuple[Field, ...]],
        findings: _Found,
    ) -> ExtractedForm | None:
        if case.form_profile is None:
            return None
        return ExtractedForm(
            profile=case.form_profile,
            file=case.form_file,
            pages=tuple(case.form_pages or ()),
            unplaced=tuple(case.form_unplaced or ()),
            fields=documents[FORM_DOCUMENT],
            findings=findings["form", FORM_DOCUMENT],
        )

    def _paper(
        self,
        row: _PlainRow,
        documents: Mapping[int, tuple[Field, ...]],
        findings: _Found,
    ) -> ExtractedPaper:
        return ExtractedPaper(
            kind=PaperKind(row.kind),
            file=row.file,
            pages=tuple(row.pages),
            title=self._open(row.title, "papers", "title", row.id),
            fields=documents[row.ordinal],
            findings=findings["paper", row.ordinal],
        )

    def _fields(self, case_id: uuid.UUID) -> Mapping[int, tuple[Field, ...]]:
        rows = self._session.execute(_FIELDS.where(FieldValueRow.case_id == case_id))
        documents: defaultdict[int, tuple[Field, ...]] = defaultdict(tuple)
        for row in _newest(rows):
            documents[row.document] += (self._field(row),)
        return documents

    def _field(self, row: _PlainRow) -> Field:
        remark = json.loads(self._open(row.remark, "fields", "remark", row.id) or "{}")
        return Field(
            key=row.key,
            value=self._value(row),
            raw=self._open(row.raw, "fields", "raw", row.id) or "",
            confidence=row.confidence,
            sure=row.sure,
            doubtful=row.doubtful,
            doubt=remark.get("doubt"),
            source=_PLACES.validate_python(row.source) if row.source else None,
            reader=row.reader,
            second=self._open(row.second, "fields", "second", row.id),
            candidates=tuple(remark.get("candidates", ())),
            approximate=row.approximate,
        )

    def _value(self, row: _PlainRow) -> FieldValue:
        text = self._open(row.value, "fields", "value", row.id)
        value: FieldValue = None if text is None else json.loads(text)
        return value

    def _findings(self, case: Case) -> _Found:
        """By origin and document; of the rules' verdicts the last one counts."""
        in_force = or_(FindingRow.origin != "verdict", FindingRow.case_revision == case.verdict_revision)
        query = _FINDINGS.where(FindingRow.case_id == case.id, in_force).order_by(FindingRow.ordinal)
        found: defaultdict[tuple[str, int], tuple[Finding, ...]] = defaultdict(tuple)
        for row in self._session.execute(query):
            found[row.origin, row.document] += (self._finding(row),)
        return found

    def _mail_findings(self, case: Case) -> tuple[Finding, ...]:
        query = _FINDINGS.where(
            FindingRow.message_id == case.message_id,
            FindingRow.message_revision == case.revision,
            FindingRow.case_id.is_(None),
        )
        return tuple(self._finding(row) for row in self._session.execute(query.order_by(FindingRow.ordinal)))

    def _finding(self, row: _PlainRow) -> Finding:
        detail = self._cipher.open(row.detail, Cell(table="findings", column="detail", row=str(row.id)))
        return Finding(
            code=row.code, severity=Severity(row.severity), field=row.field, detail=detail, clause=row.clause
        )

    def _mail_text(self, message: Message, column: str) -> str:
        sealed = message.subject if column == "subject" else message.sender
        cell = Cell(table="messages", column=column, row=str(message.id))
        return "" if sealed is None else self._cipher.open(sealed, cell)

    def _open(self, sealed: bytes | None, table: str, column: str, row: uuid.UUID) -> str | None:
        return None if sealed is None else self._cipher.open(sealed, Cell(table=table, column=column, row=str(row)))


def _newest_values(rows: Iterable[_PlainRow]) -> list[_PlainRow]:
    """As `_newest`, of the few columns that a list needs."""
    newest = {(row.case_id, row.key): row for row in sorted(rows, key=lambda row: row.revision)}
    return sorted(newest.values(), key=lambda row: row.ordinal)


def _newest(rows: Iterable[_PlainRow]) -> list[_PlainRow]:
    """The last revision of each field, in the document's own order."""
    newest: dict[tuple[uuid.UUID, int, str], _PlainRow] = {}
    for row in sorted(rows, key=lambda row: row.revision):
        newest[row.case_id, row.document, row.key] = row
    return sorted(newest.values(), key=lambda row: (row.document, row.ordinal))
