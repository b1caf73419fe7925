"""A mailbox on the real server, and polling it into a real store."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pydantic import SecretStr

from pipeline.demo.dovecot import Dovecot
from pipeline.ingest.account import MailAccount
from pipeline.ingest.poll import MailboxReport
from pipeline.service.polling import Poller
from pipeline.store.store import Store
from tests.imap.proxy import FaultProxy

PASSWORD = "geheim-QWER4431"


@dataclass
class Box:
    """One mailbox. `digests` are those of the mails that were delivered to it through this."""

    server: Dovecot
    address: str
    digests: list[str] = field(default_factory=list)

    def deliver(self, count: int = 1, *, folder: str = "INBOX", body: bytes = b"hello\r\n") -> list[int]:
        """New mails that differ, over one connection; returns their UIDs."""
        uids = []
        client = self.server.client(self.address)
        if not client.folder_exists(folder):
            client.create_folder(folder)
        for _ in range(count):
            mail = f"From: a@b.example\r\nSubject: {uuid4()}\r\n\r\n".encode() + body
            self.digests.append(hashlib.sha256(mail).hexdigest())
            answer: bytes = client.append(folder, mail)
            uids.append(int(answer.partition(b"]")[0].split()[2]))  # [APPENDUID uidvalidity uid]
        client.logout()
        return uids

    def delete(self, *uids: int, folder: str = "INBOX") -> None:
        """As its owner does. `uids` are Dovecot's."""
        client = self.server.client(self.address)
        client.select_folder(folder)
        client.delete_messages(list(uids))
        client.expunge()
        client.logout()

    def replace(self, uid: int, body: bytes) -> None:
        """Another mail under the same UID of INBOX, as after a restored index."""
        place = self.server.maildir(self.address)
        known = place / "dovecot-uidlist"
        lines = known.read_text(encoding="utf-8").splitlines()
        (number,) = (index for index, line in enumerate(lines) if index and line.startswith(f"{uid} "))
        name = lines[number].partition(":")[2]
        (old,) = (path for path in place.glob("*/*") if path.name.startswith(name))
        mail = f"From: a@b.example\r\nSubject: {uuid4()}\r\n\r\n".encode() + body
        self.digests.append(hashlib.sha256(mail).hexdigest())
        made = place / "cur" / f"{uuid4().hex}:2,"
        made.write_bytes(mail)
        shutil.chown(made, old.owner(), old.group())
        old.unlink()
        lines[number] = f"{uid} :{made.name.partition(':')[0]}"
        known.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for index in place.glob("dovecot.index*"):
            index.unlink()

    def behind(self, proxy: FaultProxy, *, password: str = PASSWORD) -> MailAccount:
        """The account as it is reached through the proxy."""
        return MailAccount(
            address=self.address,
            host="127.0.0.1",
            port=proxy.port,
            tls="none",
            username=self.address,
            password=SecretStr(password),
        )

    def straight(self, *, password: str = PASSWORD) -> MailAccount:
        """The account on the server itself, over TLS."""
        return MailAccount(
            address=self.address,
            host="localhost",
            port=self.server.tls_port,
            username=self.address,
            password=SecretStr(password),
            ca_file=self.server.ca_file,
        )


@dataclass
class Intake:
    """Polls into `store`; `now` goes on only when a test says so."""

    store: Store
    now: datetime = datetime(2018, 12, 15, 2, 0, tzinfo=UTC)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def poller(self, *accounts: MailAccount, seconds: float = 60) -> Poller:
        return Poller(store=self.store, accounts=accounts, deadline_seconds=seconds, clock=lambda: self.now)

    def poll(self, *accounts: MailAccount, seconds: float = 60) -> MailboxReport:
        """Poll once; the report on the first account."""
        reports = self.poller(*accounts, seconds=seconds).poll_once()
        return next(report for report in reports if report.mailbox == accounts[0].address)

    def assert_whole(self, *boxes: Box) -> None:
        """Every delivered mail is one message with its content in the archive, and the server's listing adds up."""
        for box in boxes:
            kept = [mail for mail in self.store.iter_kept() if mail.mailbox == box.address]
            assert sorted(mail.sha256 for mail in kept) == sorted(set(box.digests))
            for mail in kept:
                assert hashlib.sha256(self.store.archive.load(mail.sha256)).hexdigest() == mail.sha256
            equation = self.store.ledger_equation(box.address)
            assert equation.holds
            assert (equation.refused, equation.unaccounted, equation.missing_mails) == (0, (), ())
