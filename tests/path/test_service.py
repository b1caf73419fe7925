"""`beian poll` and `beian work` as they run for months: side by side, beside a sick mailbox, until they are told to end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.ingest.faulty_proxy import TricklingServer
from tests.path.demo_mails import pick
from tests.path.installation import OFFICES, Installation
from tests.path.slow_mails import make_mail, many_pages

#: An interval of polling (5 s), reading two pictures, and a busy machine.
DECIDED_WITHIN_SECONDS = 60
#: The service lets a document in work go on for 5 s before it gives the mail back.
ENDED_WITHIN_SECONDS = 20


@pytest.fixture
def sick_port() -> Iterator[int]:
    """A mail server that begins to answer and never comes to an end."""
    with TricklingServer(silent_from=b"LOGIN") as server:
        yield server.port


def test_poll_and_work_share_a_store_and_end_when_told(site: Installation, sick_port: int) -> None:
    site.configure(poll={"interval_seconds": 5}, work={"processes": 1}, ports={"dacheng": sick_port})
    poll, work = site.start("poll", log="poll-log"), site.start("work", log="work-log", for_real=True)
    polled = len(OFFICES) - 1
    assert poll.wait_for(lambda: site.count("polls WHERE last_error IS NULL") == polled, seconds=60)

    site.deliver(pick(7, 22, 24))
    decided = "messages WHERE state = 'decided'"
    assert poll.wait_for(lambda: site.count(decided) == 3, seconds=DECIDED_WITHIN_SECONDS)
    assert work.status is None

    scans = many_pages(12)
    offices = ("sanhe", "guan")
    site.deliver(make_mail(f"scans to {office}", OFFICES[office], [("扫描件.pdf", scans)]) for office in offices)
    assert poll.wait_for(lambda: poll.holds_mail() and work.holds_mail(), seconds=60)
    time.sleep(1)  # into the document
    began = time.monotonic()
    started = [*poll.ask_to_end(), *work.ask_to_end(everything=True)]
    for command in (poll, work):
        command.finish(seconds=60)
        assert command.status == 0
    assert time.monotonic() - began < ENDED_WITHIN_SECONDS
    site.assert_gone(started, seconds=0)

    assert site.look("SELECT state, claimed_by, attempts FROM messages ORDER BY id")[3:] == [("waiting", None, 0)] * 2
    rows = {row["mailbox"]: row for row in site.rows("ledger", "reconcile")}
    assert [rows[OFFICES[office]]["waiting"] for office in offices] == [1, 1]
    assert all(row["holds"] for row in rows.values())
    assert all(json.loads(line)["event"] for line in poll.log.read_text(encoding="utf-8").splitlines())
