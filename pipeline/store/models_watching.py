"""The tables of logins, of alarms and of what runs once a day."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import Base

_SHORT: Final = String(64)


class LoginRow(Base):
    """A mailbox's credentials, by keyed hashes: `mark` of those in use, `good_mark` of those that last worked.

    With those in use nobody logs in before `held_until`; `held_for` is the category of the error that earned it.
    """

    __tablename__ = "logins"

    mailbox: Mapped[str] = mapped_column(OutsideText, primary_key=True)
    mark: Mapped[bytes]
    good_mark: Mapped[bytes | None]
    held_until: Mapped[datetime | None]
    held_for: Mapped[str | None] = mapped_column(_SHORT)


class AlarmRow(Base):
    """One thing that can be wrong, with one subject, however often it comes and goes (`domain.alarm`).

    `version` counts raisings, changes and clearings; `webhook_version` and `mail_version` say which of them was told.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        CheckConstraint("state IN ('raised', 'cleared')", name="state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(_SHORT)
    subject: Mapped[str] = mapped_column(OutsideText)
    reason: Mapped[str] = mapped_column(_SHORT)
    detail: Mapped[str] = mapped_column(OutsideText)
    state: Mapped[str] = mapped_column(_SHORT)
    version: Mapped[int]
    raised_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    webhook_version: Mapped[int]
    mail_version: Mapped[int]


class ChoreRow(Base):
    """When something that runs by itself ran last, and how many faults it found."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(_SHORT, primary_key=True)
    ran_at: Mapped[datetime]
    faults: Mapped[int]
