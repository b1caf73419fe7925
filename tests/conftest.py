"""What all tests of a process share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import zygotes


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Sandboxes start in an instant: see `tests.zygotes`."""
    with zygotes.Nursery() as made:
        os.environ[zygotes.VARIABLE] = str(made.path)
        end = zygotes.use(str(made.path))
        yield
        end()
