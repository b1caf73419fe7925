from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme

from pipeline.desk.officer import Officer
from pipeline.notices.account import SmtpAccount
from pipeline.post.correspondence import Correspondence
from pipeline.post.dispatching import Dispatcher
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.notices.smtp_server import PASSWORD, USER, Server, running_server, server_context
from tests.store.filings import NOW


class Clock:
    """Goes on by a second with every look, and by days when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def days(self, count: float) -> None:
        self.now += timedelta(days=count)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, profile: Profile, clock: Clock) -> Correspondence:
    own = frozenset(office.mailbox for office in profile.offices)
    return Correspondence(store=store, profile=profile, clock=clock, own_addresses=own)


@pytest.fixture
def officer(store: Store, profile: Profile, clock: Clock) -> Officer:
    return Officer(name="刘经办", store=store, profile=profile, clock=clock)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[Server]:
    with running_server(server_context(authority, "127.0.0.1")) as running:
        yield running


def account_for(server: Server, ca_file: Path | None, **changes: object) -> SmtpAccount:
    values = {
        "sender": "wxsh3252645@163.com",
        "name": "三河市互联网信息办公室",
        "host": "127.0.0.1",
        "port": server.port,
        "username": USER,
        "password": PASSWORD,
        "ca_file": ca_file,
    }
    return SmtpAccount.model_validate(values | changes)


Sender = Callable[..., Dispatcher]


@pytest.fixture
def sender(store: Store, profile: Profile, clock: Clock, server: Server, ca_file: Path) -> Sender:
    """A dispatcher for Sanhe's letters; another `owner` is another process."""

    def make(owner: str = "host:1:1:0", *, alive: bool = True, **changes: object) -> Dispatcher:
        return Dispatcher(
            store=store,
            profile=profile,
            accounts={"sanhe": account_for(server, ca_file, **changes)},
            clock=clock,
            owner=owner,
            is_alive=lambda other: alive or other == owner,
            timeout_seconds=5,
            answer_seconds=2,
        )

    return make
