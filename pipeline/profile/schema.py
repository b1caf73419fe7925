"""What a profile says: one city's notice as data. `load` reads it; the rules in `validate` apply it.

Everything is checked when the profile is loaded, so that no rule meets a half-filled profile.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from pipeline.domain.base import Frozen
from pipeline.domain.decision import Entity
from pipeline.domain.document import FORM_KEYS, PaperKind
from pipeline.domain.finding import SEVERITIES, Severity
from pipeline.profile.form import FieldKind, FormSpec
from pipeline.profile.places import Places

Text = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Notice(Frozen):
    """The notice (通告) a profile follows."""

    title: Text
    issuer: Text
    issued_on: date
    form_name: Text


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


class Holder(StrEnum):
    """Whose ID card a requirement means. `OPERATOR` (运维负责人) is satisfied by the administrator's or the owner's."""

    OWNER = "owner"
    ADMIN = "admin"
    OPERATOR = "operator"
    LEGAL_REPRESENTATIVE = "legal_representative"


class Need(Frozen):
    """A tree of papers: exactly one of `all_of`, `any_of` and `paper` is given.

    `name` is what a submitter is told is missing. `of` says whose ID card is meant.
    """

    name: Text
    clause: str | None = None
    all_of: tuple[Need, ...] = ()
    any_of: tuple[Need, ...] = ()
    paper: PaperKind | None = None
    of: Holder | None = None

    @model_validator(mode="after")
    def _one_branch(self) -> Self:
        if sum((bool(self.all_of), bool(self.any_of), self.paper is not None)) != 1:
            raise ValueError("give exactly one of all_of, any_of and paper")
        if (self.of is not None) != (self.paper is PaperKind.ID_CARD):
            raise ValueError("an id_card needs 'of' (whose card it is), and no other paper has it")
        return self


class Materials(Frozen):
    """What an entity type must hand in; `unspecified` for one the notice names no papers for: a reviewer confirms."""

    entity: Entity
    need: Need
    unspecified: bool = False


class TimeUnit(StrEnum):
    """How a period counts. Working days leave out weekends and the profile's `holidays`."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Period(Frozen):
    """A span of time; the day it starts from is not counted."""

    amount: Annotated[int, Field(ge=0, le=3660)]
    unit: TimeUnit = TimeUnit.DAYS


class Window(Frozen):
    """The days of the first registration; accounts opened by `last` are due on it."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("'last' is before 'first'")
        return self


class Deadlines(Frozen):
    """When a filing is due: `window` for accounts opened by its last day, `after_opening` for later ones.

    `holidays` are days off and `workdays` weekend days worked, both only for working-day periods.
    """

    window: Window | None = None
    after_opening: Period | None = None
    after_change: Period | None = None
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _some_rule(self) -> Self:
        if self.window is None and self.after_opening is None:
            raise ValueError("give 'window' or 'after_opening'")
        return self


class Clauses(Frozen):
    """The notice's own numbers of the clauses that messages name."""

    window: str | None = None
    after_opening: str | None = None
    after_change: str | None = None
    scope: str | None = None
    place: str | None = None
    form: str | None = None
    upkeep: str | None = None


class Supervision(Frozen):
    """When an office urges: `unanswered_days` after a return nothing of the account has come."""

    unanswered_days: Annotated[int, Field(ge=0, le=3660)] = 15


class Profile(Frozen):
    """One city's notice: form, offices, materials, deadlines, places, and how it numbers records.

    `earliest_opening` is the first day an account can have been opened; `number_format` takes
    `area_code`, `year` and `seq`; `severities` overrides what findings do here.
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
    supervision: Supervision = Supervision()
    form: FormSpec
    offices: Annotated[tuple[Office, ...], Field(min_length=1)]
    materials: Annotated[tuple[Materials, ...], Field(min_length=1)]
    places: Places

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
        try:
            first, second = (value.format(area_code="131000", year=2018, seq=seq) for seq in (1, 2))
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ValueError(f"{value!r} can't be filled in with area_code, year and seq: {error}") from error
        if first == second:
            raise ValueError("number_format must hold {seq}")
        return value

    @field_validator("severities")
    @classmethod
    def _known_codes(cls, value: dict[str, Severity]) -> dict[str, Severity]:
        unknown = sorted(set(value) - set(SEVERITIES))
        if unknown:
            raise ValueError(f"no such finding: {', '.join(unknown)}")
        return value

    @field_validator("form")
    @classmethod
    def _whole_form(cls, form: FormSpec) -> FormSpec:
        check_form(form)
        return form

    @field_validator("offices")
    @classmethod
    def _distinct_offices(cls, offices: tuple[Office, ...]) -> tuple[Office, ...]:
        for what in ("key", "area_code", "mailbox"):
            values = [getattr(office, what).lower() for office in offices]
            if doubled := {value for value in values if values.count(value) > 1}:
                raise ValueError(f"two offices have the same {what}: {', '.join(sorted(doubled))}")
        return offices

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        entities = [materials.entity for materials in self.materials]
        if sorted(entities) != sorted(Entity):
            raise ValueError(f"materials: give each of {', '.join(Entity)} exactly once")
        keys = {office.key for office in self.offices}
        for county in self.places.counties:
            if county.office not in keys:
                raise ValueError(f"places: county {county.name} belongs to the unknown office {county.office!r}")
        types = {o.value for f in self.form.fields if f.kind is FieldKind.CHOICE for o in f.options}
        if unknown := set(self.notice_types) - types:
            raise ValueError(f"notice_types: no option of the form has the value {', '.join(sorted(unknown))}")
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

    def filing_number(self, *, area_code: str, year: int, seq: int) -> str:
        """The 备案号 of the `seq`-th record of an office in a year."""
        return self.number_format.format(area_code=area_code, year=year, seq=seq)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def check_form(form: FormSpec) -> None:
    """Raise ValueError where a form contradicts itself: unknown or doubled keys, sections, neighbours, bad patterns."""
    keys = [field.key for field in form.fields]
    sections = {section.key for section in form.sections}
    if unknown := set(keys) - set(FORM_KEYS):
        raise ValueError(f"unknown field: {', '.join(sorted(unknown))}; known are {', '.join(FORM_KEYS)}")
    if len(keys) != len(set(keys)):
        raise ValueError("a field's key stands twice")
    for field in form.fields:
        if field.section is not None and field.section not in sections:
            raise ValueError(f"field {field.key}: no section {field.section!r}")
        if field.after is not None and field.after not in keys:
            raise ValueError(f"field {field.key}: 'after' names no field: {field.after!r}")
        if (field.kind is FieldKind.CHOICE) != bool(field.options):
            raise ValueError(f"field {field.key}: options belong to kind 'choice', and only there")
        for pattern in field.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"field {field.key}: pattern {pattern!r} is no regular expression: {error}") from error
