"""One jail for all cases of a test process: loading the reading engines is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.deciding import Decider
from pipeline.profile.load import load_profile
from pipeline.reading import SandboxedReader
from pipeline.sandbox.pool import Jail

PROFILE = "langfang-2018"


@pytest.fixture(scope="session")
def decider() -> Iterator[Decider]:
    with Jail("pipeline.jobs", [PROFILE], processes=1, wall_seconds=180, memory_bytes=3072 << 20) as jail:
        yield Decider(profile=load_profile(PROFILE), reader=SandboxedReader(jail=jail))
