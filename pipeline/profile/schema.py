"""What a profile says: one city's notice as data. `load` reads it; the rules in `validate` apply it.

Everything is checked when the profile is loaded, so that no rule meets a half-filled profile.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from pipeline.domain.base import Frozen
from pipeline.domain.decision import Entity
from pipeline.domain.finding import Severity
from pipeline.profile.consistency import (
    check_form,
    check_number_format,
    check_offices,
    check_parts,
    check_severities,
    check_subject_line,
    refuse,
)
from pipeline.profile.deadlines import AnnualReview, Deadlines, Period, Threshold, TimeUnit, Window
from pipeline.profile.form import FormSpec
from pipeline.profile.materials import Holder, Materials, Need, Text
from pipeline.profile.notices import NoticeRules
from pipeline.profile.places import Places

__all__ = [
    "AnnualReview",
    "Clauses",
    "Deadlines",
    "Holder",
    "Materials",
    "Need",
    "Notice",
    "Office",
    "Period",
    "Profile",
    "Threshold",
    "TimeUnit",
    "Window",
]

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Notice(Frozen):
    """The notice a profile follows; `word` is what it calls itself (通告, 通知, 公告).

    `copies` is how many copies of the papers it asks for at the counter. `subject_line` is the subject it wants mails
    to have, with the form's keys in braces: "{account_subject}+{account_name}备案".
    """

    title: Text
    issuer: Text
    issued_on: date
    form_name: Text
    word: Text = "通告"
    copies: Annotated[int, Field(ge=1, le=20)] = 1
    subject_line: str | None = None

    @field_validator("subject_line")
    @classmethod
    def _known_places(cls, value: str | None) -> str | None:
        if value is not None:
            check_subject_line(value)
        return value


class Office(Frozen):
    """One Internet Information Office (网信办) that receives filings.

    `aliases` are other names it goes by. `accepts_all` is true where filings of any county may be
    sent; other offices take those of their own territory, `area_code` (GB/T 2260).
    """

    key: Key
    area_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    name: Text
    mailbox: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: Text
    address: Text
    contacts: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    accepts_all: bool = False

    @property
    def short_name(self) -> str:
        """The shortest of its names, for lists."""
        return min((self.name, *self.aliases), key=len)


class Clauses(Frozen):
    """The notice's own numbers of the clauses that findings name; None where it says nothing of the kind.

    `scope` is the whole part on who has to file; `scope_registrant` (who lives or sits here), `scope_name` (a local
    name), `scope_service` (publishes here) and `scope_seat` (registered here) its criteria one by one.
    """

    window: str | None = None
    after_opening: str | None = None
    after_change: str | None = None
    scope: str | None = None
    scope_registrant: str | None = None
    scope_name: str | None = None
    scope_service: str | None = None
    scope_seat: str | None = None
    place: str | None = None
    form: str | None = None
    materials: str | None = None
    signature: str | None = None
    upkeep: str | None = None
    annual_review: str | None = None
    subject_line: str | None = None


class Supervision(Frozen):
    """When an office urges: `unanswered_days` after a return nothing of the account has come."""

    unanswered_days: Annotated[int, Field(ge=0, le=3660)] = 15


class Profile(Frozen):
    """One city's notice: form, offices, materials, deadlines, places, and how it numbers records.

    `earliest_opening` is the first day an account can have been opened; `number_format` takes
    `area_code`, `year` and `seq`; `severities` overrides what findings do here; `notice_types` are the account types
    the notice asks for; `notices` are the papers it sends.
    """

    key: Key
    city: Text
    timezone: str
    notice: Notice
    number_format: str
    earliest_opening: date
    notice_types: Annotated[tuple[Text, ...], Field(min_length=1)]
    clauses: Clauses = Clauses()
    severities: dict[str, Severity] = Field(default_factory=dict)
    deadlines: Deadlines
    thresholds: tuple[Threshold, ...] = ()
    annual_review: AnnualReview | None = None
    supervision: Supervision = Supervision()
    form: FormSpec
    offices: Annotated[tuple[Office, ...], Field(min_length=1)]
    materials: Annotated[tuple[Materials, ...], Field(min_length=1)]
    places: Places
    notices: NoticeRules | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}; use one such as Asia/Shanghai") from error
        return value

    @field_validator("number_format")
    @classmethod
    def _formats(cls, value: str) -> str:
        check_number_format(value)
        return value

    @field_validator("severities")
    @classmethod
    def _known_codes(cls, value: dict[str, Severity]) -> dict[str, Severity]:
        refuse(cls.__name__, check_severities(value))
        return value

    @field_validator("form")
    @classmethod
    def _whole_form(cls, form: FormSpec) -> FormSpec:
        refuse(cls.__name__, check_form(form))
        return form

    @field_validator("offices")
    @classmethod
    def _distinct_offices(cls, offices: tuple[Office, ...]) -> tuple[Office, ...]:
        refuse(cls.__name__, check_offices(offices))
        return offices

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        refuse(type(self).__name__, check_parts(self))
        return self

    def office(self, key: str | None) -> Office | None:
        """The office of that key, None for an unknown one."""
        return next((office for office in self.offices if office.key == key), None)

    def find_office_by_mailbox(self, address: str) -> Office | None:
        """The office that receives mail at `address`, None for an unknown one."""
        return next((office for office in self.offices if office.mailbox.lower() == address.strip().lower()), None)

    def materials_of(self, entity: Entity) -> Materials:
        """What that entity type must hand in."""
        return next(materials for materials in self.materials if materials.entity is entity)

    def threshold_of(self, account_type: str) -> Threshold | None:
        """From how many followers on accounts of that type have to be filed; None where all have to."""
        return next((threshold for threshold in self.thresholds if account_type in threshold.types), None)

    def filing_number(self, *, area_code: str, year: int, seq: int) -> str:
        """The 备案号 of the `seq`-th record of an office in a year."""
        return self.number_format.format(area_code=area_code, year=year, seq=seq)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
