"""Statements that are compiled once for all stores of a test process: see `tests.quick_statements`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from pipeline.profile.schema import Profile
from pipeline.store.models import Case
from pipeline.store.store import Store
from tests.store.filings import case, decide, doubt, mail
from tests.stores import Place


def _asked(store: Store, office: str) -> Any:
    """What SQLAlchemy has of a question, and its answer."""
    with store._database.reading() as connection:
        result = connection.execute(select(Case.office).where(Case.office == office))
        return result.context, result.scalars().all()


def test_two_stores_share_a_statement_and_nothing_else(store: Store, place: Place, profile: Profile) -> None:
    decide(store, profile, mail(case(doubt())))
    with place.open() as again:
        assert again._database.engine is not store._database.engine
        (mine, found), (other, nothing) = _asked(store, "sanhe"), _asked(again, "dachang")
    assert mine.compiled is other.compiled
    assert mine.compiled.dialect.name == store._database.engine.dialect.name
    assert (found, nothing) == (["sanhe"], [])
