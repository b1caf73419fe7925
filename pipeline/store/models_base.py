"""What all tables have in common."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, Date, Integer, LargeBinary, MetaData, String, Table, Text, Uuid
from sqlalchemy.orm import DeclarativeBase

from pipeline.store.columns import UtcDateTime

#: SQLite counts rows by itself only for a column that is exactly INTEGER.
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")
#: Keys and codes.
SHORT: Final = String(64)


class Base(DeclarativeBase):
    """One MetaData for everything; constraints have names, so that migrations can address them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: _WHOLE,
        bytes: LargeBinary(),
        date: Date(),
        datetime: UtcDateTime(),
        str: Text(),
        uuid.UUID: Uuid(),
    }

    @classmethod
    def table(cls) -> Table:
        """The table as Core knows it."""
        table = cls.__table__
        if not isinstance(table, Table):
            raise TypeError(f"{cls.__name__} is no table")
        return table
