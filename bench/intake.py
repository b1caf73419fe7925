"""What intake costs, against a throw-away Dovecot on this machine; run by `make bench` (half a minute).

Printed are: an idle poll of twelve mailboxes with 10,000 messages each (target 5 s in all), the first listing of a mailbox of
100,000 (15 s and 300 MB), a mail of 70 MB (under 100 MB of memory), and 1,000 small mails into archive and ledger, each safely
on disk before the next (60 s). Memory is the peak of a process that does nothing else, as the kernel counts it. Figures
are printed, a missed target beside its figure, and never asserted.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import insert

from bench.intake_alone import DEADLINE_SECONDS
from pipeline.demo.dovecot import Dovecot
from pipeline.domain.message import ServerKey
from pipeline.ingest.account import MailAccount
from pipeline.service.polling import Poller
from pipeline.store.models_mail import LedgerEntry
from pipeline.store.store import Store, open_store

PASSWORD: Final = "bench-KLMN7719"
IDLE_MAILBOXES, IDLE_MAILS, MANY, SMALL, LARGE_MB = 12, 10_000, 100_000, 1_000, 70
#: File systems allow some 65,000 names of one file.
_LINKS: Final = 50_000
_LETTER: Final = (
    b"From: tester@mail.example\r\nTo: office@mail.example\r\nSubject: bench %d\r\n"
    b"Message-ID: <%d@bench.example>\r\nDate: Sat, 15 Dec 2018 10:20:00 +0800\r\n\r\n%s\r\n"
)


@dataclass(frozen=True)
class Measured:
    """One figure against its target."""

    name: str
    value: float
    target: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.value < self.target

    def __str__(self) -> str:
        mark = "" if self.holds else "   MISSED"
        return f"{self.name:<58}{self.value:8.1f} {self.unit:<3} (target {self.target:g} {self.unit}){mark}"


def letter(number: int, *, size: int = 2000) -> bytes:
    return _LETTER % (number, number, b"x" * size)


def account(server: Dovecot, user: str) -> MailAccount:
    return MailAccount(
        address=f"{user}@bench.example",
        host=server.host,
        port=server.port,
        tls="none",
        username=user,
        password=PASSWORD,
    )


def fill_with_one(server: Dovecot, user: str, count: int) -> None:
    """So many messages that are links to one file: what a server lists does not depend on what they say."""
    fill(server, user, (letter(0) if number % _LINKS == 0 else None for number in range(count)))


def fill(server: Dovecot, user: str, contents: Iterable[bytes | None]) -> None:
    """Put messages into the mailbox, None being the one before once more, and let the server index them."""
    _look(server, user)  # makes the folders
    folder = server.maildir(user) / "cur"
    owner, before = folder.stat(), folder
    for number, content in enumerate(contents):
        path = folder / f"15448{number:08}.bench:2,"
        if content is None:
            os.link(before, path)
        else:
            path.write_bytes(content)
            os.chown(path, owner.st_uid, owner.st_gid)
            before = path
    _look(server, user)


def _look(server: Dovecot, user: str) -> None:
    client = server.client(user)
    try:
        client.socket().settimeout(300)
        client.select_folder("INBOX", readonly=True)
    finally:
        client.logout()


def settle(store: Store, server: Dovecot, user: str, count: int) -> None:
    """The ledger as it is when all of them were fetched."""
    where = account(server, user)
    client = server.client(user)
    validity = int(client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"])
    client.logout()
    digest = store.archive.keep([letter(0)])
    key = ServerKey(mailbox=where.address, folder="INBOX", uidvalidity=validity, uid=1)
    now = datetime.now(UTC)
    store.ledger.record_message(key, sha256=digest, received=now, size_bytes=len(letter(0)))
    kept = store.find_kept(where.address, digest)
    assert kept is not None
    place = {"mailbox": where.address, "folder": "INBOX", "uidvalidity": validity, "state": "message", "attempts": 0}
    rows = [
        place | {"generation": 0, "uid": uid, "message_id": kept.message_id, "recorded_at": now}
        for uid in range(2, count + 1)
    ]
    with store._database.writing() as connection:
        connection.execute(insert(LedgerEntry.table()), rows)


def idle_poll(server: Dovecot, store: Store) -> Measured:
    users = [f"idle{number}" for number in range(IDLE_MAILBOXES)]
    for user in users:
        fill_with_one(server, user, IDLE_MAILS)
        settle(store, server, user, IDLE_MAILS)
    accounts = tuple(account(server, user) for user in users)
    poller = Poller(
        store=store,
        accounts=accounts,
        deadline_seconds=DEADLINE_SECONDS,
        clock=lambda: datetime.now(UTC),
        ignore_holds=True,
    )
    assert all(report.new == 0 and report.error is None for report in poller.poll_once())  # learns what the server says
    started = time.monotonic()
    reports = poller.poll_once()
    seconds = time.monotonic() - started
    assert sum(report.listed for report in reports) == IDLE_MAILBOXES * IDLE_MAILS
    return Measured(f"idle poll, {IDLE_MAILBOXES} mailboxes of {IDLE_MAILS:,}", seconds, 5, "s")


def first_listing(server: Dovecot, folder: Path) -> list[Measured]:
    fill_with_one(server, "many", MANY)
    took = apart(server, "many", folder, only_list=True)
    name = f"first listing of {MANY:,}"
    return [Measured(name, took["seconds"], 15, "s"), Measured(f"{name}: memory", took["peak_mb"], 300, "MB")]


def large_mail(server: Dovecot, folder: Path) -> list[Measured]:
    fill(server, "large", [letter(0, size=LARGE_MB * 1_000_000)])
    took = apart(server, "large", folder)
    assert took["new"] == 1
    name = f"a mail of {LARGE_MB} MB stored"
    added = Measured(f"{name}: memory it added", took["added_mb"], 30, "MB")
    return [Measured(name, took["seconds"], 60, "s"), Measured(f"{name}: memory", took["peak_mb"], 100, "MB"), added]


def small_mails(server: Dovecot, folder: Path) -> list[Measured]:
    fill(server, "small", (letter(number) for number in range(SMALL)))
    took = apart(server, "small", folder)
    assert took["new"] == SMALL
    return [Measured(f"{SMALL:,} small mails archived and in the ledger", took["seconds"], 60, "s")]


def apart(server: Dovecot, user: str, folder: Path, *, only_list: bool = False) -> dict[str, float]:
    """A poll of that mailbox in a process of its own."""
    where = account(server, user).model_dump(mode="json") | {"password": PASSWORD}
    task = json.dumps({"account": where, "folder": str(folder / user), "only_list": only_list})
    command = [sys.executable, "-m", "bench.intake_alone"]
    done = subprocess.run(command, input=task, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    users = ("many", "large", "small", *(f"idle{number}" for number in range(IDLE_MAILBOXES)))
    with tempfile.TemporaryDirectory() as name, Dovecot(dict.fromkeys(users, PASSWORD)) as server:
        folder = Path(name)
        for step in (small_mails, large_mail, first_listing, idle_polls):
            for measured in step(server, folder):
                print(measured, flush=True)


def idle_polls(server: Dovecot, folder: Path) -> list[Measured]:
    with open_store(f"sqlite:///{folder / 'idle' / 'beian.sqlite3'}", data_dir=folder / "idle") as store:
        return [idle_poll(server, store)]


if __name__ == "__main__":
    main()
