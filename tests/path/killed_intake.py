"""A process that polls a mailbox and decides its mails, each time in a fork that may be killed at a given point.

The mails are read once, by the real reading processes. What they said is remembered, so that a run takes a moment.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from pipeline.cases.deciding import Decider
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment, Submission
from pipeline.ingest.account import MailAccount
from pipeline.ingest.poll import poll_mailbox
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from pipeline.service.processing import Processor
from pipeline.store.store import open_store
from tests import quick_tables, zygotes
from tests.path.kill_points import KillPoints

PROFILE = "langfang-2018"
NOW = datetime(2018, 12, 20, 2, 0, tzinfo=UTC)


@dataclass
class RememberedReader:
    """Says what the real reader said."""

    submissions: dict[str, Submission] = field(default_factory=dict)
    readings: dict[tuple[str, str], DocumentReading] = field(default_factory=dict)

    def learn(self, paths: Sequence[Path]) -> None:
        with Jail("pipeline.reading.jobs", [PROFILE], processes=1, wall_seconds=120, memory_bytes=3 * 1024**3) as jail:
            real = SandboxedReader(jail=jail)
            for path in paths:
                mail = real.unpack(path.read_bytes(), sha256=path.name)
                self.submissions[path.name] = mail
                self.readings |= {(item.name, item.sha256): real.read(item) for item in mail.attachments}

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        del content
        return self.submissions[sha256]

    def read(self, attachment: Attachment) -> DocumentReading:
        return self.readings[attachment.name, attachment.sha256]


def _run(order: dict[str, Any], reader: RememberedReader, profile: Profile, points: KillPoints) -> None:
    data_dir = Path(order["data_dir"])
    account = MailAccount(
        address=order["address"],
        host="127.0.0.1",
        port=order["port"],
        tls="none",
        username=order["username"],
        password=SecretStr(order["password"]),
    )
    points.arm()
    store = open_store(f"sqlite:///{data_dir / 'beian.sqlite3'}", data_dir=data_dir)
    report = poll_mailbox(
        account, ledger=store.ledger, numberings=store.numberings, archive=store.archive, clock=lambda: NOW
    )
    assert report.error is None, report
    decider = Decider(profile=profile, reader=reader)
    Processor(store=store, decider=decider, profile=profile, clock=lambda: NOW).run(
        threads=1, stop=threading.Event(), until_empty=True
    )
    store.close()


def _forked(order: dict[str, Any], reader: RememberedReader, profile: Profile) -> dict[str, Any]:
    """How the fork ended (a negative signal as usual), and the points that it passed when it was not killed."""
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        points, status = KillPoints(order["at"]), 1
        write = os.write
        try:
            _run(order, reader, profile, points)
            write(writable, json.dumps(points.names).encode())
            status = 0
        except BaseException:  # noqa: BLE001 - a fork must never return into the loop of its parent
            traceback.print_exc()
        os._exit(status)
    os.close(writable)
    with open(readable, "rb") as file:
        said = file.read()
    _, status = os.waitpid(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status), "points": json.loads(said) if said else []}


def _import_everything() -> None:
    """Here, once: what opening a store needs is imported when the first is opened, and its statements are learnt.

    No fork has to look through it.
    """
    quick_tables.use()
    with tempfile.TemporaryDirectory(prefix="store-") as folder:
        open_store(f"sqlite:///{folder}/beian.sqlite3", data_dir=Path(folder)).close()
    gc.collect()
    gc.freeze()


def main() -> None:
    """Arguments are the mails, in files named by their SHA-256. Reads one order a line and answers each with a line."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if zygotes.VARIABLE in os.environ:
        zygotes.use(os.environ[zygotes.VARIABLE])
    reader, profile = RememberedReader(), load_profile(PROFILE)
    reader.learn([Path(argument) for argument in sys.argv[1:]])
    _import_everything()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_forked(json.loads(line), reader, profile)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
