"""What all tests of a process share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import quick_hashes, zygotes


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Sandboxes start in an instant: see `tests.zygotes`."""
    with zygotes.Nursery() as made:
        os.environ[zygotes.VARIABLE] = str(made.path)
        end = zygotes.use(str(made.path))
        yield
        end()


@pytest.fixture(scope="session", autouse=True)
def hashes() -> Iterator[None]:
    """Logins cost next to nothing: see `tests.quick_hashes`."""
    end = quick_hashes.use()
    yield
    end()
