from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.officer import Officer
from pipeline.profile.schema import Profile
from pipeline.sandbox.pool import Jail
from pipeline.store.store import Store
from tests.joining.post import Post
from tests.postgres import postgres_cluster
from tests.store.conftest import empty_place, place, postgres_template, profile, sqlite_template, store
from tests.store.filings import later

__all__ = ["empty_place", "place", "postgres_cluster", "postgres_template", "profile", "sqlite_template", "store"]


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    with Jail("pipeline.jobs", ["langfang-2018"], processes=1, wall_seconds=60, memory_bytes=3072 << 20) as made:
        yield made


@pytest.fixture
def post(store: Store, profile: Profile) -> Post:
    return Post(store=store, profile=profile)


@pytest.fixture
def officer(store: Store, profile: Profile) -> Officer:
    ticks = iter(range(60, 1_000_000, 60))
    return Officer(name="liumin", store=store, profile=profile, clock=lambda: later(next(ticks)))
