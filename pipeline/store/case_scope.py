"""Whose case it is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from pipeline.store.models import Case


def belongs_to(offices: frozenset[str] | None) -> ColumnElement[bool]:
    """Cases of those offices: those they received and those that belong to them. None is every case."""
    if offices is None:
        return true()
    keys = sorted(offices)
    return or_(Case.office.in_(keys), Case.received_office.in_(keys))
