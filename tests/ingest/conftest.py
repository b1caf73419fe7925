from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from pipeline.demo.dovecot import Dovecot, is_installed
from pipeline.ingest.account import MailAccount
from tests.ingest.ports_on_disk import FileArchive, SqliteLedger

PASSWORD = "geheimABC123"
NAMES = tuple(f"box{number}@wx.example" for number in range(40))


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if not is_installed():
        pytest.skip("needs the Debian package dovecot-imapd")
    with Dovecot(dict.fromkeys(NAMES, PASSWORD)) as server:
        yield server


@pytest.fixture(scope="session")
def _unused_names() -> Iterator[str]:
    return iter(NAMES)


@pytest.fixture
def account(dovecot: Dovecot, _unused_names: Iterator[str]) -> MailAccount:
    """A fresh, empty mailbox."""
    return account_for(dovecot, next(_unused_names))


def account_for(server: Dovecot, name: str) -> MailAccount:
    return MailAccount(
        address=name,
        host="localhost",
        port=server.tls_port,
        username=name,
        password=SecretStr(PASSWORD),
        ca_file=server.ca_file,
    )


def behind(account: MailAccount, port: int) -> MailAccount:
    """The same mailbox reached through a plain-text proxy on this machine."""
    return account.model_copy(update={"host": "127.0.0.1", "port": port, "tls": "none"})


@pytest.fixture
def archive(tmp_path: Path) -> FileArchive:
    return FileArchive(tmp_path / "archive")


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return SqliteLedger(tmp_path / "ledger.sqlite")


@pytest.fixture
def letter() -> Callable[[], bytes]:
    """Makes mails that differ."""

    def make() -> bytes:
        return f"From: a@b.example\r\nSubject: {uuid4()}\r\n\r\nhello\r\n".encode()

    return make
