from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from pipeline.desk.officer import Officer
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.store.filings import later

Desk = Callable[[str], Officer]


@pytest.fixture
def desk(store: Store, profile: Profile) -> Desk:
    return officers(store, profile)


def officers(store: Store, profile: Profile) -> Desk:
    """Officers whose clocks go on by a minute with every look."""
    ticks = iter(range(60, 1_000_000, 60))

    def clock() -> datetime:
        return later(next(ticks))

    return lambda name: Officer(name=name, store=store, profile=profile, clock=clock)
