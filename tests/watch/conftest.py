from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import postgres_cluster
from tests.store.conftest import empty_place, place, postgres_template, profile, sqlite_template, store
from tests.watch.receiver import Receiver

__all__ = ["empty_place", "place", "postgres_cluster", "postgres_template", "profile", "sqlite_template", "store"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running
