"""The table of mails that joined the case of an earlier one, or may belong to it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.columns import OutsideText
from pipeline.store.models_base import Base

_SHORT: Final = String(64)
_JOINED: Final = text("state = 'joined'")


class CaseMail(Base):
    """A case of a later mail (`joined_case_id`, of `message_id`) and the case it joined, or may belong to.

    The partial index keeps a filing from standing in two cases. `ways` are keys of `domain.joining.Way` with commas
    between; `office` is whose mailbox received the later mail. `first_file` is what is added to its attachments' numbers
    in the case it joined. `form_before` is what the case had when this mail brought it its first other form, NULL for
    a mail that brought none.
    """

    __tablename__ = "case_mails"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'joined', 'parted')", name="state"),
        Index("uq_case_mails_joined", "joined_case_id", unique=True, sqlite_where=_JOINED, postgresql_where=_JOINED),
        Index("ix_case_mails_message_id", "message_id"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    joined_case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    state: Mapped[str] = mapped_column(_SHORT)
    ways: Mapped[str]
    office: Mapped[str | None] = mapped_column(_SHORT)
    first_file: Mapped[int | None]
    form_before: Mapped[dict[str, list[str] | bool] | None] = mapped_column(JSON(none_as_null=True))
    actor: Mapped[str] = mapped_column(OutsideText)
    at: Mapped[datetime]
