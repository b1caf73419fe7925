"""One mail server for a test process, and one store that all tests that only read share, processes of xdist included."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.demo.dovecot import Dovecot, is_installed
from tests.path.installation import PASSWORD, Installation
from tests.path.secrets_of import secrets_of_demo_mails
from tests.path.whole_run import WholeRun, run_whole


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Dovecot]:
    if not is_installed():
        pytest.skip("needs the Debian package dovecot-imapd")
    with Dovecot({}) as server:
        yield server


@pytest.fixture
def site(mail_server: Dovecot, tmp_path: Path) -> Iterator[Installation]:
    """An installation with empty mailboxes. Nothing of it runs on after its test, and no log of it tells on anybody."""
    installation = Installation(mail_server, tmp_path / "site").configure()
    yield installation
    installation.assert_nothing_runs()
    installation.assert_logs_tell_nothing(secrets_of_demo_mails() | {PASSWORD})


@pytest.fixture(scope="session")
def whole_run(mail_server: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    """All demo mails through `poll --once`, twice, with what the lists said after each round."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    with (root / "whole-run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return run_whole(mail_server, root / "whole-run")
