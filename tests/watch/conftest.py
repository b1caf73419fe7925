from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.watch.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running
