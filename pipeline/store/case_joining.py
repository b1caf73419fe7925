"""Lets the case of a later mail join that of an earlier one, and takes it back.

The joined case keeps its rows as they were decided and is superseded; the case it joined gets copies of what is new,
marked with where they came from. Taking it back removes the copies: nothing that was read is ever lost or changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from pipeline.domain.decision import Decision, Filing, Verdict
from pipeline.domain.document import ExtractedForm
from pipeline.domain.joining import VOUCHING, JoinState, Way
from pipeline.domain.life import Stage, open_findings
from pipeline.profile.schema import Profile
from pipeline.store.case_mails import joined_rows, next_file, row_of, settle_places
from pipeline.store.case_reading import CaseReader
from pipeline.store.case_rows import FORM_DOCUMENT, NO_DUE, MessageRevision, RowWriter
from pipeline.store.cipher import Cipher
from pipeline.store.claims import FREE
from pipeline.store.events import SYSTEM
from pipeline.store.identity import index_form
from pipeline.store.joining_records import JoiningRules
from pipeline.store.known_cases import find_known
from pipeline.store.models import Case, FieldValueRow, FindingRow, Paper
from pipeline.store.models_joining import CaseMail
from pipeline.store.registration import Registrar
from pipeline.store.set_asides import read_set_asides
from pipeline.store.transfers import decided_office

#: What reading said of a form that a later mail's took the place of; back in force once that is taken back.
_BEFORE: Final = ".before"
_ABOUT_FORM: Final = ("filing", "form")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJoiner:
    """Writes inside the caller's transaction, which holds the event log's lock."""

    session: Session
    cipher: Cipher
    rules: JoiningRules
    profile: Profile
    now: datetime

    def join(self, case: Case, other: Case, brought: Filing, ways: frozenset[Way], *, actor: str) -> None:
        """Let the other case, which holds what is brought, join this one. A registered one takes nothing from it."""
        row = self.session.get(CaseMail, (case.id, other.id))
        if row is None:
            row = row_of(case, other, ways, JoinState.JOINED, actor=actor, at=self.now)
            self.session.add(row)
        if row.first_file is None:
            row.first_file = next_file(self.session, case)
        row.state, row.actor, row.at = JoinState.JOINED.value, actor, self.now
        other.state, other.superseded_at, other.joined_into = "superseded", self.now, case.id
        for column in FREE:
            setattr(other, column, None)
        if case.state == "review":
            self._take(case, other, brought, row, vouched=actor != SYSTEM or bool(ways & VOUCHING))
        self.session.flush()
        settle_places(self.session, case)
        self.session.flush()

    def register_if_clean(self, case: Case, verdict: Verdict) -> str | None:
        """Register a case that is clean by the rules alone, unless somebody works on it; returns its 备案号.

        Raises `AccountTakenError`.
        """
        detail = CaseReader(self.session, self.cipher).detail(case)
        still_open = open_findings(detail.mail_findings, read_set_asides(self.session, self.cipher, case.id))
        held = case.lease_until is not None and case.lease_until > self.now
        if verdict.decision is not Decision.REGISTERED or still_open or held:
            return None
        case.state, case.stage = "registered", Stage.CONCLUDED.value
        for column in FREE:
            setattr(case, column, None)
        self.session.flush()
        return Registrar(self.session.connection(), self.profile, self.now).register(case)

    def part(self, case: Case, other: Case, row: CaseMail, *, actor: str) -> None:
        """Take the other case out again. A case that is settled keeps what it was decided by."""
        row.state, row.actor, row.at = JoinState.PARTED.value, actor, self.now
        other.state, other.superseded_at, other.joined_into = "review", None, None
        other.stage = Stage.RECEIVED.value
        self.session.flush()
        if case.state == "review":
            self._give_back(case, other, row)
        settle_places(self.session, case)
        self.session.flush()

    def judge(self, case: Case) -> Verdict:
        """The rules on the case as it is now, written down. What came later repeats it, not the other way round."""
        self.session.flush()
        self.session.expire_all()
        filing = CaseReader(self.session, self.cipher).detail(case).filing
        later = select(CaseMail.message_id).where(CaseMail.case_id == case.id)
        others = (Case.message_id != case.message_id, Case.message_id.not_in(later))
        known = find_known(self.session, self.cipher, filing.form, *others)
        verdict = self.rules.judge(filing, known)
        case.verdict_revision += 1
        self.session.add_all(self._writer(case).later_findings(case.id, verdict, case.verdict_revision))
        self._apply(case, filing.form, verdict)
        case.version += 1
        self.session.flush()
        return verdict

    def _take(self, case: Case, other: Case, brought: Filing, row: CaseMail, *, vouched: bool) -> None:
        held = CaseReader(self.session, self.cipher).detail(case).filing
        filing = self.rules.combine(held, brought, first_file=row.first_file or 0, vouched=vouched)
        last = self.session.scalar(select(func.max(Paper.ordinal)).where(Paper.case_id == case.id)) or 0
        new = filing.papers[len(held.papers) :]
        self.session.add_all(self._writer(case).brought_papers(case, new, first=last + 1, came_from=other.id))
        if filing.form is not None and brought.form is not None:
            self._take_form(case, other, filing.form, held.form, row)

    def _take_form(
        self, case: Case, other: Case, form: ExtractedForm, held: ExtractedForm | None, row: CaseMail
    ) -> None:
        """Its values beside the older ones; the case's own remain and come back when this is taken back."""
        if not any(one.form_before for one in joined_rows(self.session, case.id)):
            row.form_before = {"had_form": held is not None, "unplaced": list(held.unplaced) if held else []}
        changed = [item for item in form if held is None or held.field(item.key) != item]
        places = self._places(case)
        last = max((ordinal for _, ordinal in places.values()), default=-1)
        for number, item in enumerate(changed, last + 1):
            newest = places.get(item.key, (0, number))
            self.session.add(self._writer(case).later_field(case.id, item, newest, came_from=other.id))
        if held is None:
            case.form_profile, case.form_file, case.form_pages = form.profile, form.file, list(form.pages)
        case.form_unplaced = list(form.unplaced)
        self._rename_findings(case, ("", _BEFORE))

    def _places(self, case: Case) -> dict[str, tuple[int, int]]:
        """The newest revision of each field of the form with its place."""
        query = select(FieldValueRow.key, func.max(FieldValueRow.revision), func.max(FieldValueRow.ordinal)).where(
            FieldValueRow.case_id == case.id, FieldValueRow.document == FORM_DOCUMENT
        )
        found = self.session.execute(query.group_by(FieldValueRow.key))
        return {key: (revision, ordinal) for key, revision, ordinal in found}

    def _give_back(self, case: Case, other: Case, row: CaseMail) -> None:
        """Remove the copies, and put the form back as it was once no later mail's is in it."""
        papers = select(Paper).where(Paper.case_id == case.id, Paper.came_from == other.id)
        for paper in self.session.scalars(papers).all():
            self._remove(paper)
        form = (FieldValueRow.case_id == case.id, FieldValueRow.document == FORM_DOCUMENT)
        self.session.execute(delete(FieldValueRow).where(*form, FieldValueRow.came_from == other.id))
        before, row.form_before = row.form_before, None
        if before is None:
            return
        query = select(FieldValueRow.came_from).where(*form, FieldValueRow.came_from.is_not(None))
        remaining = set(self.session.scalars(query))
        heir = next((one for one in joined_rows(self.session, case.id) if one.joined_case_id in remaining), None)
        if heir is not None:
            heir.form_before = before
        else:
            self._restore_form(case, before)

    def _restore_form(self, case: Case, before: dict[str, list[str] | bool]) -> None:
        unplaced = before["unplaced"]
        case.form_unplaced = unplaced if isinstance(unplaced, list) and before["had_form"] else None
        if not before["had_form"]:
            case.form_profile = case.form_file = case.form_pages = None
        self._rename_findings(case, (_BEFORE, ""))

    def _remove(self, paper: Paper) -> None:
        fields = delete(FieldValueRow).where(
            FieldValueRow.case_id == paper.case_id, FieldValueRow.document == paper.ordinal
        )
        findings = delete(FindingRow).where(
            FindingRow.case_id == paper.case_id, FindingRow.origin == "paper", FindingRow.document == paper.ordinal
        )
        for statement in (fields, findings, delete(Paper).where(Paper.id == paper.id)):
            self.session.execute(statement)

    def _rename_findings(self, case: Case, change: tuple[str, str]) -> None:
        old, new = change
        for origin in _ABOUT_FORM:
            rows = update(FindingRow).where(FindingRow.case_id == case.id, FindingRow.origin == origin + old)
            self.session.execute(rows.values(origin=origin + new))

    def _apply(self, case: Case, form: ExtractedForm | None, verdict: Verdict) -> None:
        index = index_form(form, self.cipher)
        case.account_index, case.subject_index, case.owner_id_index = index.account, index.subject, index.owner_id
        case.account_type = index.account_type
        case.entity = verdict.entity.value if verdict.entity else None
        case.office = decided_office(self.session, self.cipher, case, verdict)
        case.due, case.queue_rank = verdict.due, verdict.due or NO_DUE

    def _writer(self, case: Case) -> RowWriter:
        return RowWriter(self.cipher, MessageRevision(message_id=case.message_id, revision=case.revision))


def is_joined(session: Session, cases: Iterable[uuid.UUID]) -> bool:
    """Whether one of those cases joined another mail's, or another mail's joined it: neither is decided anew alone."""
    ids = list(cases)
    about = or_(CaseMail.case_id.in_(ids), CaseMail.joined_case_id.in_(ids))
    query = select(CaseMail.message_id).where(about, CaseMail.state == JoinState.JOINED.value)
    return session.scalar(query.limit(1)) is not None
