"""The tables of people: accounts, sessions, failed logins, and the time that cases took."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models_base import Base

_OPEN = text("decided_at IS NULL")


class UserRow(Base):
    """One account. `password` is the sealed argon2id hash, of a one-time password with its end; the TOTP secrets are sealed.

    `totp_pending` waits for its first code, `totp_step` is the last 30-second step whose code was accepted.
    """

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[bytes]
    role: Mapped[str] = mapped_column(String(64))
    office: Mapped[str | None] = mapped_column(String(64))
    password: Mapped[bytes]
    totp_secret: Mapped[bytes | None]
    totp_pending: Mapped[bytes | None]
    totp_step: Mapped[int | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRow(Base):
    """One login in force. `token_index` is the keyed hash of the token, which is nowhere kept."""

    __tablename__ = "sessions"

    token_index: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class LoginAttempts(Base):
    """The recent failures of one account or one address, by its keyed hash. `noted`: the refusals since stand in the log."""

    __tablename__ = "login_attempts"

    subject_index: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    noted: Mapped[bool]


class CaseOpening(Base):
    """One person's work on one case, from opening it to deciding it. `worked_ms` leaves idle gaps out."""

    __tablename__ = "case_openings"
    __table_args__ = (
        Index("uq_case_openings_open", "case_id", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_case_openings_report", "decided_at", "office"),
        Index("ix_case_openings_person", "user_id", "decided_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    office: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    active_at: Mapped[datetime]
    worked_ms: Mapped[int]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(64))


class SavedViewRow(Base):
    """Filters of the queue somebody kept under a name. `content` seals name and filters: names of accounts stand there."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name_index"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    name_index: Mapped[bytes]
    content: Mapped[bytes]
    saved_at: Mapped[datetime]
