"""A flood of slow mails to one mailbox does not hold up the others; mails that are read as usual keep their order."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.cases.deciding import Decider
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment, ServerKey, Submission
from pipeline.profile.schema import Profile
from pipeline.service import processing
from pipeline.service.processing import Processor
from pipeline.store.store import Store
from tests.store.filings import RECEIVED

FLOODED, QUIET = "wxsh3252645@163.com", "dcjdxc@163.com"


@dataclass
class _Reader:
    """Notes which mail it gets, and takes its time for some."""

    seconds: float
    read_mails: list[str] = field(default_factory=list)

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        name = content.decode()
        self.read_mails.append(name)
        if name.startswith("slow"):
            time.sleep(self.seconds)
        return Submission(sha256=sha256, text="您好")

    def read(self, attachment: Attachment) -> DocumentReading:
        raise AssertionError(attachment)


def _deliver(store: Store, mailbox: str, uid: int, name: str) -> None:
    key = ServerKey(mailbox=mailbox, folder="INBOX", uidvalidity=1, uid=uid)
    digest = store.archive.keep([name.encode()])
    store.ledger.record_message(key, sha256=digest, received=RECEIVED + timedelta(minutes=uid), size_bytes=9)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("flood", ["slow", "quick"])
def test_who_goes_first(
    flood: str, threads: int, store: Store, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "SLOW_SECONDS", 0.2)
    for number in range(1, 5):
        _deliver(store, FLOODED, number, f"{flood} {number}")
    for number in range(5, 7):
        _deliver(store, QUIET, number, f"quiet {number}")
    reader = _Reader(seconds=0.3)
    processor = Processor(
        store=store, decider=Decider(profile=profile, reader=reader), profile=profile, clock=lambda: datetime.now(UTC)
    )
    assert processor.run(threads=threads, stop=threading.Event(), until_empty=True) == 6
    flooded = [f"{flood} {number}" for number in range(1, 5)]
    quiet = ["quiet 5", "quiet 6"]
    turns = [*flooded[:threads], *quiet, *flooded[threads:]] if flood == "slow" else [*flooded, *quiet]
    if threads == 1:
        assert reader.read_mails == turns
    else:
        last = max(reader.read_mails.index(name) for name in quiet)
        assert (last <= 3) is (flood == "slow")
