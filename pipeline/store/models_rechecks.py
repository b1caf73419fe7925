"""The tables of the blind second entry (复核): how far was drawn, what was drawn, and what came of each field."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import Base


class RecheckDraw(Base):
    """The one row that says how far the sample is drawn: the last event looked at, and the first month not closed yet."""

    __tablename__ = "recheck_draws"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    month: Mapped[date | None]


class RecheckRow(Base):
    """A case drawn for a second entry. `source` is "automatic" or "person"; `decided_by` is a login or "system".

    `state` is waiting, compared (something disagrees and is not settled yet) or done. `held_by` is the user who enters
    it until `held_until`. The counts are of fields, NULL until it is done.
    """

    __tablename__ = "rechecks"
    __table_args__ = (
        CheckConstraint("source IN ('automatic', 'person')", name="source"),
        CheckConstraint("state IN ('waiting', 'compared', 'done')", name="state"),
        Index("ix_rechecks_list", "state", "office", "decided_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    source: Mapped[str] = mapped_column(String(64))
    office: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[str] = mapped_column(OutsideText)
    decided_at: Mapped[datetime]
    drawn_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(64))
    held_by: Mapped[uuid.UUID | None]
    held_until: Mapped[datetime | None]
    checker: Mapped[str | None] = mapped_column(OutsideText)
    entered_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    fields_compared: Mapped[int | None]
    fields_wrong: Mapped[int | None]


class RecheckField(Base):
    """One field of a second entry. `content` seals both values and the ground.

    `outcome` is agreed, slip (the second entry was wrong) or wrong (the register was), NULL until somebody said which.
    """

    __tablename__ = "recheck_fields"
    __table_args__ = (UniqueConstraint("recheck_id", "key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    recheck_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rechecks.id"))
    ordinal: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[bytes]
