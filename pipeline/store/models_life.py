"""The tables of what officers do: findings set aside, and the versions of a record."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import Base


class SetAsideRow(Base):
    """A finding an officer set aside. `finding_index` is the keyed hash of code, field and sentence."""

    __tablename__ = "set_asides"
    __table_args__ = (UniqueConstraint("case_id", "finding_index"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    finding_index: Mapped[bytes]
    content: Mapped[bytes]
    actor: Mapped[str] = mapped_column(OutsideText)
    at: Mapped[datetime]


class RecordVersion(Base):
    """One version of a record: the case whose values were in force from `at` on. `kind`: registered, changed, cancelled."""

    __tablename__ = "record_versions"
    __table_args__ = (
        UniqueConstraint("record_id", "version"),
        Index("ix_record_versions_case", "case_id", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("registry.id"))
    version: Mapped[int]
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(OutsideText)
    at: Mapped[datetime]
