from __future__ import annotations

import pytest

from pipeline.sandbox.pool import Jail
from tests import read_once


@pytest.fixture(autouse=True)
def real_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here every document is read, however often: see `tests.read_once`."""
    monkeypatch.setattr(Jail, "run", read_once.REAL)
