"""From decisions to rows: every text that may name a person is sealed here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pipeline.domain.decision import DecidedCase, Decision, MailDecision, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, FieldSet
from pipeline.domain.finding import Finding
from pipeline.domain.life import Stage
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.errors import UnstorableError
from pipeline.store.identity import index_form, index_paper
from pipeline.store.models import Case, FieldValueRow, FindingRow, Paper

#: Sorts cases without a due date last.
NO_DUE: Final = date(9999, 12, 31)
FORM_DOCUMENT: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """The rows of one case."""

    case: Case
    papers: list[Paper] = field(default_factory=list)
    fields: list[FieldValueRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRevision:
    """Which decision of which message the rows belong to."""

    message_id: int
    revision: int


class RowWriter:
    """Makes the rows of one decision of one message."""

    def __init__(self, cipher: Cipher, owner: MessageRevision) -> None:
        self._cipher = cipher
        self._owner = owner

    def case(self, decided: DecidedCase, decision: Decision, position: int, received_office: str | None) -> CaseRows:
        """A case with its papers, fields and findings. Raises `UnstorableError` for a field that stands twice."""
        filing, verdict, case_id = decided.filing, decided.verdict, uuid.uuid4()
        index = index_form(filing.form, self._cipher)
        unreadable = json.dumps(filing.unreadable) if filing.unreadable else None
        case = Case(
            id=case_id,
            message_id=self._owner.message_id,
            revision=self._owner.revision,
            position=position,
            state=decision.value,
            stage=(Stage.CONCLUDED if decision is Decision.REGISTERED else Stage.RECEIVED).value,
            version=1,
            verdict_revision=1,
            entity=verdict.entity.value if verdict.entity else None,
            office=verdict.office,
            received_office=filing.office or received_office,
            due=verdict.due,
            queue_rank=verdict.due or NO_DUE,
            received=filing.received,
            form_profile=filing.form.profile if filing.form else None,
            form_file=filing.form.file if filing.form else None,
            form_pages=list(filing.form.pages) if filing.form else None,
            form_unplaced=list(filing.form.unplaced) if filing.form else None,
            unreadable=self._seal(unreadable, "cases", "unreadable", case_id),
            account_index=index.account,
            subject_index=index.subject,
            owner_id_index=index.owner_id,
            account_type=index.account_type,
        )
        return CaseRows(
            case=case,
            papers=[self._paper(case_id, number, paper) for number, paper in enumerate(filing.papers, 1)],
            fields=list(self._documents(case_id, filing.form, enumerate(filing.papers, 1))),
            findings=list(self._case_findings(case_id, decided)),
        )

    def mail_findings(self, decision: MailDecision) -> list[FindingRow]:
        """The findings about the mail as a whole."""
        return list(self._findings(decision.findings, "mail", case_id=None))

    def mail_text(self, text: str, column: str) -> bytes:
        """The subject, the sender or the Message-ID, sealed."""
        return self._cipher.seal(text, Cell(table="messages", column=column, row=str(self._owner.message_id)))

    def brought_papers(
        self, case: Case, papers: Iterable[ExtractedPaper], *, first: int, came_from: uuid.UUID
    ) -> Iterator[Paper | FieldValueRow | FindingRow]:
        """Papers that a later mail brought to a case, the first of them with that number, with what stands on them."""
        numbered = list(enumerate(papers, first))
        yield from (self._paper(case.id, number, paper, came_from=came_from) for number, paper in numbered)
        yield from self._documents(case.id, None, numbered)
        for number, paper in numbered:
            yield from self._findings(paper.findings, "paper", case_id=case.id, document=number)

    def _paper(
        self, case_id: uuid.UUID, ordinal: int, paper: ExtractedPaper, *, came_from: uuid.UUID | None = None
    ) -> Paper:
        row_id = uuid.uuid4()
        title = self._seal(paper.title, "papers", "title", row_id)
        return Paper(
            id=row_id,
            case_id=case_id,
            ordinal=ordinal,
            kind=paper.kind.value,
            file=paper.file,
            pages=list(paper.pages),
            title=title,
            number_index=index_paper(paper, self._cipher),
            came_from=came_from,
        )

    def _documents(
        self, case_id: uuid.UUID, form: ExtractedForm | None, papers: Iterable[tuple[int, ExtractedPaper]]
    ) -> Iterator[FieldValueRow]:
        documents: list[tuple[int, FieldSet]] = [] if form is None else [(FORM_DOCUMENT, form)]
        for number, document in (*documents, *papers):
            keys = [item.key for item in document]
            if len(keys) != len(set(keys)):
                raise UnstorableError(f"document {number}: a field stands twice")
            for ordinal, item in enumerate(document):
                yield self._field(case_id, number, ordinal, item)

    def later_field(
        self, case_id: uuid.UUID, item: Field, newest: tuple[int, int], *, came_from: uuid.UUID | None = None
    ) -> FieldValueRow:
        """A corrected field of the form beside its older values; `newest` are revision and ordinal of the last one.

        `came_from` is the case of a later mail whose form has it.
        """
        revision, ordinal = newest
        row = self._field(case_id, FORM_DOCUMENT, ordinal, item, revision=revision + 1)
        row.came_from = came_from
        return row

    def later_findings(self, case_id: uuid.UUID, verdict: Verdict, case_revision: int) -> list[FindingRow]:
        """The findings of the rules' `case_revision`-th look at the case."""
        return list(self._findings(verdict.findings, "verdict", case_id=case_id, case_revision=case_revision))

    def _field(
        self, case_id: uuid.UUID, document: int, ordinal: int, item: Field, *, revision: int = 1
    ) -> FieldValueRow:
        row_id = uuid.uuid4()
        value = None if item.value is None else json.dumps(item.value)
        remark = {"doubt": item.doubt, "candidates": item.candidates} if item.doubt or item.candidates else None
        return FieldValueRow(
            id=row_id,
            case_id=case_id,
            document=document,
            ordinal=ordinal,
            key=item.key,
            revision=revision,
            value=self._seal(value, "fields", "value", row_id),
            raw=self._seal(item.raw or None, "fields", "raw", row_id),
            second=self._seal(item.second, "fields", "second", row_id),
            remark=self._seal(json.dumps(remark) if remark else None, "fields", "remark", row_id),
            confidence=item.confidence,
            sure=item.sure,
            doubtful=item.doubtful,
            approximate=item.approximate,
            reader=item.reader,
            source=item.source.model_dump(mode="json") if item.source else None,
        )

    def _case_findings(self, case_id: uuid.UUID, decided: DecidedCase) -> Iterator[FindingRow]:
        filing = decided.filing
        yield from self._findings(decided.verdict.findings, "verdict", case_id=case_id)
        yield from self._findings(filing.findings, "filing", case_id=case_id)
        if filing.form is not None:
            yield from self._findings(filing.form.findings, "form", case_id=case_id)
        for number, paper in enumerate(filing.papers, 1):
            yield from self._findings(paper.findings, "paper", case_id=case_id, document=number)

    def _findings(
        self,
        findings: Iterable[Finding],
        origin: str,
        *,
        case_id: uuid.UUID | None,
        document: int = FORM_DOCUMENT,
        case_revision: int = 1,
    ) -> Iterator[FindingRow]:
        for ordinal, item in enumerate(findings):
            row_id = uuid.uuid4()
            yield FindingRow(
                id=row_id,
                message_id=self._owner.message_id,
                message_revision=self._owner.revision,
                case_id=case_id,
                case_revision=case_revision,
                origin=origin,
                document=document,
                ordinal=ordinal,
                code=item.code,
                severity=item.severity.value,
                field=item.field,
                detail=self._cipher.seal(item.detail, Cell(table="findings", column="detail", row=str(row_id))),
                clause=item.clause,
            )

    def _seal(self, text: str | None, table: str, column: str, row: uuid.UUID) -> bytes | None:
        return None if text is None else self._cipher.seal(text, Cell(table=table, column=column, row=str(row)))
