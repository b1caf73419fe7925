"""Filters of the queue that somebody keeps under a name. Names of accounts may stand in them: everything is sealed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipeline.domain.life import LifeError
from pipeline.domain.people import User
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.database import Database
from pipeline.store.models_people import SavedViewRow

MOST: Final = 20
NAME_MAX_CHARACTERS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A name and the entries of the address it stands for."""

    view_id: str
    name: str = field(repr=False)
    pairs: Mapping[str, str] = field(repr=False)


class SavedViews:
    """Each person's own; nobody sees another's."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def of(self, user: User) -> tuple[SavedView, ...]:
        """What somebody kept, the oldest first."""
        query = select(SavedViewRow).where(SavedViewRow.user_id == uuid.UUID(user.user_id))
        with self._database.reading() as connection, Session(connection) as session:
            rows = session.scalars(query.order_by(SavedViewRow.saved_at, SavedViewRow.id))
            return tuple(self._view(row) for row in rows)

    def keep(self, user: User, name: str, pairs: Mapping[str, str], at: datetime) -> None:
        """Keep filters under a name, in place of what had that name. Raises `LifeError`: no name, or too many."""
        name = name.strip()[:NAME_MAX_CHARACTERS]
        if not name:
            raise LifeError("请给视图起一个名称。")
        owner, index = uuid.UUID(user.user_id), self._cipher.index("saved view", user.user_id, name)
        with self._database.writing() as connection, Session(connection) as session:
            mine = select(SavedViewRow).where(SavedViewRow.user_id == owner)
            row = session.scalars(mine.where(SavedViewRow.name_index == index)).one_or_none()
            if row is None:
                count = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
                if count >= MOST:
                    raise LifeError(f"最多保存{MOST}个视图，请先删除不用的。")
                row = SavedViewRow(id=uuid.uuid4(), user_id=owner, name_index=index, saved_at=at)
                session.add(row)
            content = json.dumps({"name": name, "pairs": dict(pairs)})
            row.content = self._cipher.seal(content, _cell(row.id))
            session.flush()

    def remove(self, user: User, view_id: str) -> bool:
        """Forget one; False when this person has none of that id."""
        try:
            identity = uuid.UUID(view_id)
        except ValueError:
            return False
        mine = delete(SavedViewRow).where(SavedViewRow.id == identity, SavedViewRow.user_id == uuid.UUID(user.user_id))
        with self._database.writing() as connection:
            return connection.execute(mine).rowcount == 1

    def _view(self, row: SavedViewRow) -> SavedView:
        said = json.loads(self._cipher.open(row.content, _cell(row.id)))
        return SavedView(view_id=str(row.id), name=said["name"], pairs=said["pairs"])


def _cell(row_id: uuid.UUID) -> Cell:
    return Cell(table="saved_views", column="content", row=str(row_id))
