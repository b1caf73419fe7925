"""Searching the register: the newest records first, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.store.cipher import Cipher
from pipeline.store.models import RegistryRecord
from pipeline.store.register_records import RegisterScope, RegistryRow
from pipeline.store.registry_reading import in_force, read_records, scope_conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """Some of the records. `behind` is where the next page begins, None at the end."""

    rows: tuple[RegistryRow, ...]
    behind: int | None


def search_register(
    session: Session, cipher: Cipher, scope: RegisterScope, *, limit: int, before: int | None
) -> RegisterPage:
    """A page, whatever order the scope names. `before` is the `behind` of the page before."""
    query = in_force(select(RegistryRecord.id)).where(*scope_conditions(cipher, scope))
    if before is not None:
        query = query.where(RegistryRecord.id < before)
    found = session.scalars(query.order_by(RegistryRecord.id.desc()).limit(limit + 1)).all()
    ids = found[:limit]
    rows = {row.id: row for row in read_records(session, cipher, ids)}
    return RegisterPage(rows=tuple(rows[number] for number in ids), behind=ids[-1] if len(found) > limit else None)
