"""What a profile says of the papers an office sends: templates, who releases them, and when reminders are due.

Every template is filled in with invented facts when the profile is loaded, once with everything known and once
with as little as there can be, so that none fails when a letter is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from pipeline.domain.base import Frozen
from pipeline.domain.notice import (
    RECEIPTS,
    NoticeBasis,
    NoticeFacts,
    NoticeItem,
    NoticeKind,
    NoticeOffice,
)
from pipeline.profile.notice_templates import LetterError, fill

_MAX_TEMPLATE_CHARS: Final = 20_000
Source = Annotated[str, Field(min_length=1, max_length=_MAX_TEMPLATE_CHARS)]
Days = tuple[Annotated[int, Field(ge=1, le=366)], ...]


class Release(StrEnum):
    """Who lets a drafted paper go: an officer, or the software itself (receipts only)."""

    OFFICER = "officer"
    AUTOMATIC = "automatic"


class NoticeTemplate(Frozen):
    """One kind of paper. `subject` (of the mail), `title` and `body` are Jinja2 over the names of `NoticeFacts`."""

    kind: ClassVar[NoticeKind]

    subject: Source
    title: Source
    body: Source
    release: Release = Release.OFFICER

    @field_validator("subject", "title", "body")
    @classmethod
    def _fills(cls, value: str, info: ValidationInfo) -> str:
        for facts in _samples(cls.kind):
            text = _filled(value, facts)
            if info.field_name != "body" and "\n" in text:
                raise ValueError("must come out as one line")
        return value

    @field_validator("release")
    @classmethod
    def _receipts_only(cls, value: Release) -> Release:
        if value is Release.AUTOMATIC and cls.kind not in RECEIPTS:
            allowed = ", ".join(sorted(RECEIPTS))
            raise ValueError(f"only {allowed} may be released automatically; an officer reads every other paper")
        return value


class SupplementTemplate(NoticeTemplate):
    """补正通知书: everything that is open, at once (一次性告知)."""

    kind = NoticeKind.SUPPLEMENT


class AcceptanceTemplate(NoticeTemplate):
    """受理通知书."""

    kind = NoticeKind.ACCEPTANCE


class ReceiptTemplate(NoticeTemplate):
    """备案回执, with `number`."""

    kind = NoticeKind.RECEIPT


class RefusalTemplate(NoticeTemplate):
    """不予受理通知书, with `ground`, and with `right_office` where another one is in charge."""

    kind = NoticeKind.REFUSAL


class ReminderTemplate(NoticeTemplate):
    """到期提醒: `days` are left to `deadline`."""

    kind = NoticeKind.REMINDER


class OverdueTemplate(NoticeTemplate):
    """督促通知书: `deadline` passed `days` ago."""

    kind = NoticeKind.OVERDUE


class NoticeRules(Frozen):
    """The papers of one city; a kind without a template is not sent there.

    `photo_advice` is what `advice` says when a picture was to blame. `signature` is the 落款. Reminders are due
    so many days before and after the submitter's last day. `respond_days` is what a 补正 notice allows, where the
    city's rules say so.
    """

    photo_advice: Annotated[str, Field(min_length=1, max_length=500)]
    signature: Source
    respond_days: Annotated[int, Field(ge=1, le=366)] | None = None
    respond_unit: Literal["days", "working_days"] = "days"
    remind_before_days: Days = ()
    remind_after_days: Days = ()
    supplement: SupplementTemplate | None = None
    acceptance: AcceptanceTemplate | None = None
    receipt: ReceiptTemplate | None = None
    refusal: RefusalTemplate | None = None
    reminder: ReminderTemplate | None = None
    overdue: OverdueTemplate | None = None

    @field_validator("signature")
    @classmethod
    def _signature_fills(cls, value: str) -> str:
        for facts in _samples(NoticeKind.SUPPLEMENT):
            _filled(value, facts)
        return value

    def template(self, kind: NoticeKind) -> NoticeTemplate | None:
        """The template of that kind, None where the city sends no such paper."""
        found: NoticeTemplate | None = getattr(self, kind.value)
        return found


def _filled(source: str, facts: NoticeFacts) -> str:
    try:
        text = fill(source, facts)
    except LetterError as error:
        raise ValueError(f"the template cannot be filled in: {error}") from error
    if not text:
        raise ValueError("the template comes out empty")
    return text


def _samples(kind: NoticeKind) -> Iterator[NoticeFacts]:
    """Facts with everything known, and with as little as a letter of that kind can have."""
    whole = _whole_sample()
    yield whole
    needs_day = kind in (NoticeKind.REMINDER, NoticeKind.OVERDUE)
    yield whole.model_copy(
        update={
            "account_name": "",
            "account_subject": "",
            "owner_name": "",
            "office": whole.office.model_copy(update={"contacts": ()}),
            "right_office": None,
            "items": (),
            "advice": "",
            "ground": whole.ground if kind is NoticeKind.REFUSAL else "",
            "deadline": whole.deadline if needs_day else None,
            "days": 0,
            "within": "",
            "number": whole.number if kind is NoticeKind.RECEIPT else "",
            "registered_on": whole.registered_on if kind is NoticeKind.RECEIPT else None,
            "is_change": False,
            "earlier": None,
        }
    )


def _whole_sample() -> NoticeFacts:
    office = NoticeOffice(
        name="某市互联网信息办公室",
        address="某路1号",
        phone="0000-0000000",
        mailbox="office@example.cn",
        contacts=("某某",),
    )
    day = date(2018, 12, 31)
    return NoticeFacts(
        reference="0123ABCD",
        addressee="某某公司",
        account_name="某某发布",
        account_subject="某某公司",
        owner_name="某某",
        received_on=day,
        today=day,
        office=office,
        right_office=office,
        basis=NoticeBasis(title="关于某事的通告", issuer=office.name, issued_on=day, form_name="登记表"),
        items=(NoticeItem(detail="缺少某材料。", clause="九.9"), NoticeItem(detail="某栏看不清。")),
        advice="请重新拍照。",
        ground="不在范围内",
        deadline=day,
        days=3,
        within="10个工作日",
        number="备-1",
        registered_on=day,
        is_change=True,
        earlier=day,
    )
