"""What all tests of a process share.

A fixture that a folder's conftest imported would be one of that folder's own: a server, a browser for each folder.

A served page is looked at on one of the two databases, by a browser or without one; which one its test's name says. What
the pages ask of a store is tried on both in tests/officer, tests/casework, tests/people, tests/register and tests/store, and
by those tests of pages that say so. `BEIAN_TEST_BOTH=1` looks on both.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from pipeline.sandbox.pool import Jail
from tests import quick_hashes, quick_statements, quick_tables, zygotes
from tests.postgres import postgres_cluster
from tests.stores import empty_place, place, postgres_databases, profile, sqlite_template, store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Whether served pages are looked at on both databases.
BOTH = os.environ.get("BEIAN_TEST_BOTH") == "1"
__all__ = ["empty_place", "place", "postgres_cluster", "postgres_databases", "profile", "sqlite_template", "store"]


def pytest_configure(config: pytest.Config) -> None:
    """A run of several processes has one nursery, which the process that hands the tests out makes.

    OpenCV gets one thread, as in the readers: threads that wait for each other keep a processor from other tests.
    """
    gc.disable()  # a third of the time that collecting the tests takes goes on looking for what may go, and nothing may
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput"):
        made = zygotes.Nursery(at_once=True)
        os.environ[zygotes.VARIABLE] = str(made.path)
        config.add_cleanup(made.close)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody need look through it again for what may go, nor often for
    the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = any("place" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    names = set(metafunc.fixturenames)
    if "place" in names and names & {"browser", "site"} and not chosen and not BOTH:
        one = ("sqlite", "postgresql")[crc32(metafunc.function.__name__.encode()) % 2]
        metafunc.definition.add_marker(pytest.mark.parametrize("place", [one], indirect=True))


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


@pytest.fixture(scope="session", autouse=True)
def tables() -> Iterator[None]:
    """So do new stores: see `tests.quick_tables`."""
    end = quick_tables.use()
    yield
    end()


@pytest.fixture(scope="session", autouse=True)
def statements() -> Iterator[None]:
    """And whatever is asked of them: see `tests.quick_statements`."""
    end = quick_statements.use()
    yield
    end()


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    """The real reading processes."""
    with Jail(
        "pipeline.reading.jobs", ["langfang-2018"], processes=2, wall_seconds=120, memory_bytes=3072 << 20
    ) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: see `tests.browsers`, which is imported only where pages are looked at."""
    from tests.browsers import running_chromium

    with running_chromium() as opened:
        yield opened
