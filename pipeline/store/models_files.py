"""The table of the files a mail carried, as far as they are needed to find and show them again."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models_base import Base


class FileRow(Base):
    """One attachment of a mail as a decision of it saw it; `number` counts from 1.

    `content` seals name, SHA-256 and containers. `pages` is the geometry of its pages, which says nothing of a person.
    The bytes are in the archived mail only.
    """

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("message_id", "revision", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    revision: Mapped[int]
    number: Mapped[int]
    media: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    inline: Mapped[bool]
    content: Mapped[bytes]
    pages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
