"""The tables of cases, of the register and of the log.

What may identify a person is sealed (`bytes`, see `cipher`; index values are keyed hashes); keys,
codes, offices, dates and ids are plain. Rows with sealed columns have ids made by this program,
because the id is part of what a value is bound to.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import SHORT, Base

_CLAIMED: Final = text("claimed_by IS NOT NULL")
_UNTYPED: Final = text("account_type IS NULL")
#: The steps of a filing's life that stand in the log only. As a text, because an index of some rows is used only for a query
#: with the same words.
COURSE_EVENTS: Final = "kind IN ('case.return', 'case.refuse', 'case.reopen', 'case.transfer')"
_ALSO: Final = text("also_office IS NOT NULL")


class StoreKey(Base):
    """The keys this database was written with: a wrong key file shows at once. `role` is "index" or "values"."""

    __tablename__ = "store_keys"

    key_id: Mapped[str] = mapped_column(SHORT, primary_key=True)
    role: Mapped[str] = mapped_column(SHORT, primary_key=True)


class Case(Base):
    """One filing of a mail with its verdict. `queue_rank` is the due date, or the end of time without one.

    `state` is review, registered, closed or superseded; `stage` says what officers made of it (`domain.life`).
    `version` counts what people saved, `verdict_revision` how often the rules were applied. `form_file` is the number of
    the attachment the form was read from. `claimed_by` is the user who works on the case until `lease_until` (`claims`);
    the row itself makes it at most one. `joined_into` is the case this one was joined into; it is superseded then.
    `also_office` is the other office that received the same filing, where city and county both did. `account_type` is the
    key of the form's type in force, "" for none, NULL in what an earlier version wrote (`account_types`).
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("message_id", "revision", "position"),
        Index("ix_cases_queue", "state", "queue_rank", "received", "id"),
        Index("ix_cases_office_queue", "state", "office", "queue_rank", "received", "id"),
        Index("ix_cases_received_queue", "state", "received_office", "queue_rank", "received", "id"),
        Index(
            "ix_cases_also_queue",
            "state",
            "also_office",
            "queue_rank",
            "received",
            "id",
            sqlite_where=_ALSO,
            postgresql_where=_ALSO,
        ),
        Index("ix_cases_stage_queue", "stage", "queue_rank", "received", "id"),
        Index("ix_cases_course", "id", "state", "received", "due", "office", "received_office", "account_type"),
        Index("ix_cases_untyped", "id", sqlite_where=_UNTYPED, postgresql_where=_UNTYPED),
        Index("ix_cases_holder", "claimed_by", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    revision: Mapped[int]
    position: Mapped[int]
    state: Mapped[str] = mapped_column(SHORT)
    entity: Mapped[str | None] = mapped_column(SHORT)
    office: Mapped[str | None] = mapped_column(SHORT)
    received_office: Mapped[str | None] = mapped_column(SHORT)
    due: Mapped[date | None]
    queue_rank: Mapped[date]
    received: Mapped[datetime]
    form_profile: Mapped[str | None] = mapped_column(SHORT)
    form_file: Mapped[int | None]
    form_pages: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    form_unplaced: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    unreadable: Mapped[bytes | None]
    account_index: Mapped[bytes | None] = mapped_column(index=True)
    subject_index: Mapped[bytes | None] = mapped_column(index=True)
    account_type: Mapped[str | None] = mapped_column(SHORT)
    owner_id_index: Mapped[bytes | None] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(SHORT)
    version: Mapped[int]
    verdict_revision: Mapped[int]
    touched_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    claimed_by: Mapped[uuid.UUID | None]
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    joined_into: Mapped[uuid.UUID | None] = mapped_column(index=True)
    also_office: Mapped[str | None] = mapped_column(SHORT)


class Paper(Base):
    """A paper of a case; ordinals count from 1. `file` is the number of the attachment it was read from.

    `came_from` is the case it belonged to before cases were split or joined. `number_index` is the keyed hash of the code
    or ID number on it, NULL where none is read surely.
    """

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("case_id", "ordinal"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    ordinal: Mapped[int]
    kind: Mapped[str] = mapped_column(SHORT)
    file: Mapped[int | None]
    pages: Mapped[list[int]] = mapped_column(JSON)
    title: Mapped[bytes | None]
    came_from: Mapped[uuid.UUID | None]
    number_index: Mapped[bytes | None] = mapped_column(index=True)


class FieldValueRow(Base):
    """One field of a case's form (`document` 0) or of its n-th paper. `remark` holds doubt and candidates.

    `came_from` is the case of a later mail whose form gave the value.
    `record_version` is the version of the record that a correction (更正) of it made, NULL for what the case was decided by.
    """

    __tablename__ = "fields"
    __table_args__ = (UniqueConstraint("case_id", "document", "key", "revision"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    document: Mapped[int]
    ordinal: Mapped[int]
    key: Mapped[str] = mapped_column(SHORT)
    revision: Mapped[int]
    value: Mapped[bytes | None]
    raw: Mapped[bytes | None]
    second: Mapped[bytes | None]
    remark: Mapped[bytes | None]
    confidence: Mapped[float | None]
    sure: Mapped[float | None]
    doubtful: Mapped[bool]
    approximate: Mapped[bool]
    reader: Mapped[str] = mapped_column(SHORT)
    source: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    record_version: Mapped[int | None]
    came_from: Mapped[uuid.UUID | None]


class FindingRow(Base):
    """One finding. `origin` is "mail", "filing", "verdict", "form" or "paper"; `document` numbers the paper."""

    __tablename__ = "findings"
    __table_args__ = (
        Index("ix_findings_code", "code", "case_id"),
        Index("ix_findings_case", "case_id", "origin", "severity", "code"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    message_revision: Mapped[int]
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    case_revision: Mapped[int]
    origin: Mapped[str] = mapped_column(SHORT)
    document: Mapped[int]
    ordinal: Mapped[int]
    code: Mapped[str] = mapped_column(SHORT)
    severity: Mapped[str] = mapped_column(SHORT)
    field: Mapped[str | None] = mapped_column(SHORT)
    detail: Mapped[bytes]
    clause: Mapped[str | None] = mapped_column(OutsideText)


class RegistryRecord(Base):
    """A record of the register (台账). At most one active record per account, and no 备案号 twice."""

    __tablename__ = "registry"
    __table_args__ = (
        UniqueConstraint("area_code", "year", "seq"),
        Index(
            "uq_registry_active_account",
            "account_index",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_registry_list", "office", "registered_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    account_index: Mapped[bytes]
    office: Mapped[str] = mapped_column(SHORT)
    area_code: Mapped[str] = mapped_column(SHORT)
    year: Mapped[int]
    seq: Mapped[int]
    registered_on: Mapped[date]
    state: Mapped[str] = mapped_column(SHORT)


class Counter(Base):
    """The last number given out, per area and year."""

    __tablename__ = "counters"

    area_code: Mapped[str] = mapped_column(SHORT, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Event(Base):
    """The event log; rows are only ever added. `mac` chains each row to the one before."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "ix_events_course",
            "kind",
            "case_id",
            "at",
            sqlite_where=text(COURSE_EVENTS),
            postgresql_where=text(COURSE_EVENTS),
        ),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(OutsideText)
    kind: Mapped[str] = mapped_column(SHORT)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    note: Mapped[bytes | None]
    mac: Mapped[bytes]


class EventHead(Base):
    """The one row that says where the event log ends; also the lock under which it grows."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    mac: Mapped[bytes]
