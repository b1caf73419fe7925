"""The table of accounts an office knows of, whether or not anybody filed for them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models_base import Base


class KnownAccountRow(Base):
    """One account of an imported list. `account_index` is the keyed hash filings have; `account_type` "" when unknown.

    `position` is its place in the list it came from.
    """

    __tablename__ = "known_accounts"
    __table_args__ = (UniqueConstraint("office", "account_index"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    office: Mapped[str] = mapped_column(String(64))
    account_index: Mapped[bytes]
    account_type: Mapped[str] = mapped_column(String(64))
    source_index: Mapped[bytes] = mapped_column(index=True)
    content: Mapped[bytes]
    added_at: Mapped[datetime]
    position: Mapped[int]
