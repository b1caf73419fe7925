"""From a case as the store has it to what a letter may say about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.domain.decision import Entity
from pipeline.domain.document import Field, FieldSet, PageBox
from pipeline.domain.finding_codes import OFFICE_MISMATCH
from pipeline.domain.joining import JoinState
from pipeline.domain.notice import NoticeBasis, NoticeFacts, NoticeItem, NoticeKind, NoticeOffice, NoticeState
from pipeline.profile.notices import NoticeRules
from pipeline.profile.schema import Office, Period, Profile, TimeUnit
from pipeline.store.notice_records import NoticeRecord
from pipeline.store.records import CaseDetail, HistoryItem
from pipeline.store.register_records import RecordVersionRow
from pipeline.validate.periods import add_period

#: Readers of text as it stands in the file, and people: no better photo helps them.
_NO_PICTURE: Final = frozenset({"docx", "html", "pdf-text", "reviewer"})
_ABOUT_LOOKS: Final = frozenset({"field.doubtful", "form.unreadable", "material.unreadable"})
#: 由工作人员认定，暂不需要您补充材料.
_OFFICES_OWN: Final = frozenset(
    {
        "entity.materials_unspecified",
        "field.unverifiable",
        "deadline.ambiguous",
        "submission.duplicate",
        "submission.change",
        "submission.annual_review",
    }
)
_ALWAYS_PICTURES: Final = frozenset({"material.unreadable"})
_REFERENCE_CHARS: Final = 8
_SOMEBODY: Final = "备案人"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with everything a letter about it needs. `versions` are those of its record."""

    case: CaseDetail
    history: Sequence[HistoryItem]
    versions: Sequence[RecordVersionRow]
    notices: Sequence[NoticeRecord]
    profile: Profile

    def sending_office(self, kind: NoticeKind) -> Office | None:
        """Who signs: the office that registered; else the one the case was handed to, or that received the mail."""
        case = self.case
        belongs, received = case.office or case.received_office, case.received_office or case.office
        moved = any(item.kind == "case.transfer" for item in self.history)
        return self.profile.office(belongs if kind is NoticeKind.RECEIPT or moved else received)

    def right_office(self, sender: Office) -> Office | None:
        """The office in charge, where that is another than the one that signs."""
        office = self.profile.office(self.case.office)
        return None if office is None or office.key == sender.key else office

    def ground(self) -> str:
        """What the officer gave as the reason for the last refusal."""
        notes = [item.note for item in self.history if item.kind == "case.refuse"]
        return str(json.loads(notes[-1]).get("ground", "")) if notes else ""

    def asked_on(self) -> date | None:
        """The day on which the last 补正通知书 went out."""
        sent = [item.sent_at for item in self._sent(NoticeKind.SUPPLEMENT) if item.sent_at is not None]
        return max(sent).astimezone(self.profile.zone).date() if sent else None

    def answered(self) -> bool:
        """Whether a person answered since the last 补正通知书 went out, or a later mail joined the case."""
        sent = [item.sent_at for item in self._sent(NoticeKind.SUPPLEMENT) if item.sent_at is not None]
        answers = [reply.received for reply in self.case.replies if reply.automatic is None]
        answers += [mail.received for mail in self.case.mails if mail.state is JoinState.JOINED]
        return bool(sent) and any(received >= max(sent) for received in answers)

    def last_day(self) -> date | None:
        """The submitter's last day: the filing's own due date or the end of what the notice allowed, whichever is later.

        Never before the day on which he was asked; None when he was not.
        """
        asked, rules = self.asked_on(), self.profile.notices
        if asked is None or rules is None:
            return None
        allowed = respond_period(rules)
        answer_due = asked if allowed is None else add_period(asked, allowed, self.profile.deadlines)
        return max(asked, answer_due, self.case.due or asked)

    def _sent(self, kind: NoticeKind) -> list[NoticeRecord]:
        return [item for item in self.notices if item.kind is kind and item.state is NoticeState.SENT]


def gather(file: CaseFile, kind: NoticeKind, sender: Office, today: date) -> NoticeFacts:
    """Everything a template of that kind can say about the case today."""
    case, profile = file.case, file.profile
    form = case.filing.form
    reminds = kind in (NoticeKind.REMINDER, NoticeKind.OVERDUE)
    deadline = file.last_day() or case.due if reminds else case.due
    right = file.right_office(sender) if kind is NoticeKind.REFUSAL else None
    return NoticeFacts(
        reference=short_reference(case.case_id),
        addressee=_addressee(case),
        account_name=_sure(form, "account_name"),
        account_subject=_sure(form, "account_subject"),
        owner_name=_sure(form, "owner_name"),
        received_on=case.received.astimezone(profile.zone).date(),
        today=today,
        office=_office(sender),
        right_office=None if right is None else _office(right),
        basis=NoticeBasis(**profile.notice.model_dump(include=set(NoticeBasis.model_fields))),
        items=_items(case, kind),
        advice=_advice(case, profile),
        ground=file.ground(),
        deadline=deadline,
        days=0 if deadline is None else abs((deadline - today).days),
        within=_within(profile),
        number=case.number or "",
        registered_on=_registered_on(file),
        is_change=any(item.kind == "changed" and item.case_id == case.case_id for item in file.versions),
        earlier=file.asked_on(),
    )


def short_reference(case_id: str) -> str:
    """The case's short number (受理编号), as lists show it too."""
    return case_id[:_REFERENCE_CHARS].upper()


def respond_period(rules: NoticeRules) -> Period | None:
    """What a 补正通知书 allows, None where the city's rules name no period."""
    if rules.respond_days is None:
        return None
    return Period(amount=rules.respond_days, unit=TimeUnit(rules.respond_unit))


def _within(profile: Profile) -> str:
    period = None if profile.notices is None else respond_period(profile.notices)
    if period is None:
        return ""
    return f"{period.amount}个工作日" if period.unit is TimeUnit.WORKING_DAYS else f"{period.amount}日"


def _registered_on(file: CaseFile) -> date | None:
    """The day on which the record took this case's values."""
    days = [item.at for item in file.versions if item.case_id == file.case.case_id and item.kind != "cancelled"]
    return days[0].astimezone(file.profile.zone).date() if days else None


def _addressee(case: CaseDetail) -> str:
    """Whoever files; nobody is addressed by a name that was not surely read."""
    form = case.filing.form
    keys = ("owner_name",) if case.entity is Entity.INDIVIDUAL else ("account_subject", "owner_name")
    return next((name for key in keys if (name := _sure(form, key))), _SOMEBODY)


def _sure(form: FieldSet | None, key: str) -> str:
    field = form.field(key) if form is not None else None
    return str(field.value) if field is not None and field.value is not None and not field.doubtful else ""


def _items(case: CaseDetail, kind: NoticeKind) -> tuple[NoticeItem, ...]:
    """Everything that is open and the submitter's to mend, each sentence once.

    Which office is in charge is the offices' own matter; a refusal names the right one itself, and where to file again.
    What else an officer alone settles is nothing to supply: it is said only where nothing else is open, or in a refusal.
    """
    found = [item for item in case.open_findings if item.code != OFFICE_MISMATCH]
    if kind is not NoticeKind.REFUSAL:
        found = [item for item in found if item.code not in _OFFICES_OWN] or found
    items = {item.detail: NoticeItem(detail=item.detail, clause=item.clause) for item in found}
    return tuple(items.values())


def _advice(case: CaseDetail, profile: Profile) -> str:
    """How to take a better photo, where a picture is to blame for something that is open."""
    codes = {item.code for item in case.open_findings} & _ABOUT_LOOKS
    blamed = bool(codes & _ALWAYS_PICTURES) or (bool(codes) and _came_as_picture(case))
    return profile.notices.photo_advice if blamed and profile.notices is not None else ""


def _came_as_picture(case: CaseDetail) -> bool:
    """Whether anything of the filing was read off a picture, or could not be read at all."""
    documents: list[FieldSet] = [*case.filing.papers]
    documents += [case.filing.form] if case.filing.form is not None else []
    fields = [field for document in documents for field in document]
    return case.filing.form is None or any(_from_picture(field) for field in fields)


def _from_picture(field: Field) -> bool:
    return isinstance(field.source, PageBox) and field.reader not in _NO_PICTURE


def _office(office: Office) -> NoticeOffice:
    return NoticeOffice(
        name=office.name,
        address=office.address,
        phone=office.phone,
        mailbox=office.mailbox,
        contacts=office.contacts,
    )
