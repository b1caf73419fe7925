"""One jail for all cases of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.cases.deciding import Decider
from tests.cases.city_mails import city_decider


@pytest.fixture(scope="session")
def decider() -> Iterator[Decider]:
    yield from city_decider("langfang-2018")
