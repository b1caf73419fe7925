from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.demo.dovecot import Dovecot, is_installed
from pipeline.store.store import open_store
from tests.imap.intake import PASSWORD, Box, Intake

NAMES = tuple(f"b{number}@163.example" for number in range(140))


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    if not is_installed():
        pytest.skip("needs the Debian package dovecot-imapd")
    with Dovecot(dict.fromkeys(NAMES, PASSWORD)) as dovecot:
        yield dovecot


@pytest.fixture(scope="session")
def unused_names() -> Iterator[str]:
    return iter(NAMES)


@pytest.fixture
def box(server: Dovecot, unused_names: Iterator[str]) -> Box:
    """A fresh, empty mailbox."""
    return Box(server, next(unused_names))


@pytest.fixture
def other(server: Dovecot, unused_names: Iterator[str]) -> Box:
    """Another one."""
    return Box(server, next(unused_names))


@pytest.fixture
def intake(tmp_path: Path, sqlite_template: Path) -> Iterator[Intake]:
    """A store of its own, and polling into it by a clock that stands still."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    shutil.copy(sqlite_template, data_dir / "beian.sqlite3")
    with open_store(f"sqlite:///{data_dir / 'beian.sqlite3'}", data_dir=data_dir) as store:
        yield Intake(store)
