from __future__ import annotations

import pytest

from pipeline.desk.officer import Officer
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.joining.post import Post
from tests.store.filings import later


@pytest.fixture
def post(store: Store, profile: Profile) -> Post:
    return Post(store=store, profile=profile)


@pytest.fixture
def officer(store: Store, profile: Profile) -> Officer:
    ticks = iter(range(60, 1_000_000, 60))
    return Officer(name="liumin", store=store, profile=profile, clock=lambda: later(next(ticks)))
