"""The pages on a server of their own, in a thread, with people of two offices and cases to work on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import uvicorn

from pipeline.desk.evidence import Evidence
from pipeline.domain.people import Role
from pipeline.post.correspondence import Correspondence
from pipeline.profile.schema import Profile
from pipeline.reports.figures import Figures
from pipeline.review.app import create_app
from pipeline.review.parts import Parts
from pipeline.sandbox.pool import Jail
from pipeline.store.store import Store
from pipeline.wording import Wording

PASSWORD = "correct horse 电池 staple"
START = datetime(2018, 12, 20, 1, 0, tzinfo=UTC)
#: Login, name, role, office.
PEOPLE = (
    ("liumin", "刘敏", Role.OFFICER, "sanhe"),
    ("wangke", "王科", Role.SUPERVISOR, "sanhe"),
    ("dachang1", "马晓", Role.OFFICER, "dachang"),
    ("dachang2", "赵力", Role.SUPERVISOR, "dachang"),
    ("shiban", "陈市", Role.CITY, None),
    ("shenji", "沈计", Role.AUDITOR, None),
    ("guanli", "管立", Role.ADMINISTRATOR, None),
)


@dataclass
class Clock:
    """A clock that goes on by itself from a day of 2018, and can be put forward."""

    ahead: timedelta = timedelta()
    _begun: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._begun) + self.ahead


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    store: Store
    parts: Parts
    clock: Clock


def make_parts(store: Store, profile: Profile, clock: Callable[[], datetime], jail: Jail) -> Parts:
    return Parts(
        store=store,
        profile=profile,
        wording=Wording(profile=profile),
        correspondence=Correspondence(store=store, profile=profile, clock=clock),
        evidence=Evidence(store, jail, profile, clock=clock),
        clock=clock,
        figures=Figures(store, profile, clock),
    )


def add_people(store: Store) -> None:
    for login, name, role, office in PEOPLE:
        store.people.add_user(login, name=name, role=role, office=office, password=PASSWORD, actor="test", at=START)


@contextmanager
def serving(parts: Parts) -> Iterator[str]:
    """The pages on a free port of this machine; yields their address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(parts), log_config=None, access_log=False, lifespan="off", server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
