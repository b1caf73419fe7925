"""What the store hands out of the register: records, their versions, and what is asked for. Times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.domain.decision import Entity
from pipeline.domain.life import RecordState
from pipeline.store.records import CaseDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVersionRow:
    """One version of a record: from `at` on the values of `case_id` were in force. `kind`: registered, changed, cancelled."""

    version: int
    kind: str
    case_id: str
    actor: str
    at: datetime


class RegisterOrder(StrEnum):
    """In which order records are listed: as they came into the register, by 备案号 (area, year, seq), or by a day."""

    ENTERED = "entered"
    NUMBER = "number"
    REGISTERED = "registered"
    RECEIVED = "received"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterScope:
    """Which records, and in which order. `offices` as `visible_offices` gives them; `first` and `last` are days of
    registration, both included; `entity` and `account_type` are those in force.

    `account`, `subject` and `owner_id` are found by exact match, however spelt, in any version of a record; "" asks for
    nothing, as `number` (备案号).
    """

    offices: frozenset[str] | None = None
    office: str | None = None
    first: date | None = None
    last: date | None = None
    state: RecordState | None = None
    entity: Entity | None = None
    account_type: str | None = None
    account: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    owner_id: str = field(default="", repr=False)
    number: str = ""
    order: RegisterOrder = RegisterOrder.ENTERED


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """A record of the register. `values` are the form's values by key, as text. `id` orders the pages."""

    id: int
    number: str
    office: str
    area_code: str
    year: int
    seq: int
    registered_on: date
    state: str
    case_id: str
    entity: Entity | None
    received: datetime
    due: date | None
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChangeRow:
    """A version of a record that was changed or cancelled. `before` and `values` are the form's values by key, as text.

    `before` is empty for the first version. `ground` is in the officer's words, "" where none was given.
    """

    number: str
    office: str
    version: int
    kind: str
    at: datetime
    actor: str
    ground: str = field(repr=False)
    before: Mapping[str, str] = field(repr=False)
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDetail:
    """A record with the case it came from."""

    record: RegistryRow
    case: CaseDetail
