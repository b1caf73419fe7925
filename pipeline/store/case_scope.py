"""Whose case it is, and whom it is about."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, true

from pipeline.domain.document import ACCOUNT_TYPES
from pipeline.domain.life import Action
from pipeline.store.cipher import Cipher
from pipeline.store.identity import index_named_account, index_owner_id, index_subject
from pipeline.store.models import Case, Event


def belongs_to(offices: frozenset[str] | None) -> ColumnElement[bool]:
    """Cases of those offices: those they received, also as one of two, and those that are theirs. None is every case."""
    return or_(false(), *places_of(offices))


def places_of(offices: frozenset[str] | None) -> tuple[ColumnElement[bool], ...]:
    """The same place by place: each is one stretch of an index in the queue's order, which their OR is not."""
    if offices is None:
        return (true(),)
    keys = sorted(offices)
    columns = (Case.office, Case.received_office, Case.also_office)
    return tuple(column == key for column in columns for key in keys)


def awaited_by(offices: frozenset[str] | None) -> tuple[ColumnElement[bool], ...]:
    """The same for what waits for those offices, place by place: what one of them handed over waits for it no more."""
    if offices is None:
        return (true(),)
    transferred = exists().where(Event.case_id == Case.id, Event.kind == f"case.{Action.TRANSFER.value}")
    still = or_(Case.office.in_(sorted(offices)), not_(transferred))
    return tuple(and_(place, still) for place in places_of(offices))


def looked_up(
    cipher: Cipher, *, account: str, subject: str, owner_id: str, of: type[Case] = Case
) -> Iterator[ColumnElement[bool]]:
    """What is found by its keyed hash, "" being asked for nothing. An account's hash has its type in it: each is tried."""
    if account:
        yield of.account_index.in_([index_named_account(account, kind, cipher) for kind in ("", *ACCOUNT_TYPES)])
    if subject:
        yield of.subject_index == index_subject(subject, cipher)
    if owner_id:
        yield of.owner_id_index == index_owner_id(owner_id, cipher)
