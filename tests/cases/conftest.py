"""One jail for all cases of a test process, and each file read once: many cases enclose the same papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.deciding import Decider
from tests.cases.city_mails import city_decider
from tests.read_once import folder_for_readings


@pytest.fixture(scope="session")
def decider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decider]:
    yield from city_decider("langfang-2018", folder_for_readings(tmp_path_factory))
