"""The tables of mails: what each mailbox listed, what became of it, and how its polls went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import SHORT, Base


class Message(Base):
    """One mail: its content once per mailbox, however often the server lists it. The row is also the work item.

    `decided_at` is the time of the first decision, also after later ones.
    `mail_id` is its Message-ID, sealed ("" for a mail without one); NULL until it is decided. The indexes of it and of the
    sender's address are keyed hashes.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("mailbox", "sha256"),
        CheckConstraint("state IN ('waiting', 'decided')", name="state"),
        CheckConstraint("(state = 'waiting') = (outcome IS NULL)", name="outcome"),
        Index("ix_messages_work", "state", "attempts", "received", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(OutsideText)
    sha256: Mapped[str] = mapped_column(SHORT)
    received: Mapped[datetime]
    size_bytes: Mapped[int]
    state: Mapped[str] = mapped_column(SHORT)
    outcome: Mapped[str | None] = mapped_column(SHORT)
    revision: Mapped[int]
    attempts: Mapped[int]
    not_before: Mapped[datetime | None]
    postponed_for: Mapped[str | None] = mapped_column(OutsideText)
    claimed_by: Mapped[str | None] = mapped_column(OutsideText)
    lease_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    subject: Mapped[bytes | None]
    sender: Mapped[bytes | None]
    mail_id: Mapped[bytes | None]
    mail_id_index: Mapped[bytes | None] = mapped_column(index=True)
    sender_index: Mapped[bytes | None] = mapped_column(index=True)
    sender_refuted: Mapped[bool | None]


class LedgerEntry(Base):
    """One row for each place on a server that was ever dealt with: it has a message, or was refused so far.

    `size_least` to `size_most` and `dated_first` to `dated_last` are what the server said of the mail; NULL for a row from
    before, or where it did not say (`domain.numbering`).
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("mailbox", "folder", "uidvalidity", "generation", "uid"),
        CheckConstraint("state IN ('message', 'refused')", name="state"),
        CheckConstraint("(state = 'message') = (message_id IS NOT NULL)", name="message"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(OutsideText)
    folder: Mapped[str] = mapped_column(OutsideText)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    generation: Mapped[int] = mapped_column(server_default="0")
    uid: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(SHORT)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    reason: Mapped[str | None] = mapped_column(OutsideText)
    attempts: Mapped[int]
    next_try: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    size_least: Mapped[int | None] = mapped_column(BigInteger)
    size_most: Mapped[int | None] = mapped_column(BigInteger)
    dated_first: Mapped[datetime | None]
    dated_last: Mapped[datetime | None]


class NumberingRow(Base):
    """The generation of a folder's numbering that is in force; none is the first one. See `domain.numbering`."""

    __tablename__ = "numberings"

    mailbox: Mapped[str] = mapped_column(OutsideText, primary_key=True)
    folder: Mapped[str] = mapped_column(OutsideText, primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    generation: Mapped[int]
    compared_at: Mapped[datetime | None]
    doubted: Mapped[bool]
    begun_at: Mapped[datetime | None]
    in_a_row: Mapped[int]


class Listing(Base):
    """What the server listed in a folder at the last poll. `uids` are ranges such as `1-5,9`."""

    __tablename__ = "listings"

    mailbox: Mapped[str] = mapped_column(OutsideText, primary_key=True)
    folder: Mapped[str] = mapped_column(OutsideText, primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    generation: Mapped[int] = mapped_column(server_default="0")
    uids: Mapped[str]
    listed_at: Mapped[datetime]


class Poll(Base):
    """How a mailbox's last polls went. `failures` counts those since the last good one.

    `problem` refines `last_error`; `full_at` is when the server last spoke of a full mailbox, NULL after a good poll
    without it.
    """

    __tablename__ = "polls"

    mailbox: Mapped[str] = mapped_column(OutsideText, primary_key=True)
    last_poll: Mapped[datetime]
    last_ok: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(OutsideText)
    failures: Mapped[int]
    problem: Mapped[str | None] = mapped_column(SHORT)
    full_at: Mapped[datetime | None]
