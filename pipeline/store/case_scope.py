"""Whose case it is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from pipeline.store.models import Case


def belongs_to(offices: frozenset[str] | None) -> ColumnElement[bool]:
    """Cases of those offices: those they received and those that belong to them. None is every case."""
    return or_(false(), *places_of(offices))


def places_of(offices: frozenset[str] | None) -> tuple[ColumnElement[bool], ...]:
    """The same place by place: each is one stretch of an index in the queue's order, which their OR is not."""
    if offices is None:
        return (true(),)
    keys = sorted(offices)
    return (*(Case.office == key for key in keys), *(Case.received_office == key for key in keys))
