"""What all tests of a process share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import quick_hashes, zygotes


def pytest_configure(config: pytest.Config) -> None:
    """A run of several processes has one nursery, which the process that hands the tests out makes."""
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput"):
        made = zygotes.Nursery(at_once=True)
        os.environ[zygotes.VARIABLE] = str(made.path)
        config.add_cleanup(made.close)


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Sandboxes start in an instant: see `tests.zygotes`."""
    own = None if zygotes.VARIABLE in os.environ else zygotes.Nursery()
    if own is not None:
        os.environ[zygotes.VARIABLE] = str(own.path)
    end = zygotes.use(os.environ[zygotes.VARIABLE])
    yield
    end()
    if own is not None:
        own.close()


@pytest.fixture(scope="session", autouse=True)
def hashes() -> Iterator[None]:
    """Logins cost next to nothing: see `tests.quick_hashes`."""
    end = quick_hashes.use()
    yield
    end()
