"""Refused and locked accounts are not hammered, whoever polls; a mailbox that fails is asked less and less often."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pipeline.ingest.poll import MailboxReport
from pipeline.service.backing_off import pause_after
from pipeline.store.store import open_store
from tests.imap.intake import Box, Intake
from tests.imap.plan import NETEASE, Plan
from tests.imap.proxy import FaultProxy


def test_a_refused_code_is_left_alone_for_longer_each_time(box: Box, intake: Intake) -> None:
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        wrong = box.behind(proxy, password="revoked-1")
        began, tried = intake.now, []
        for _ in range(60 * 24 * 3 // 15):  # three days, a look every 15 minutes
            if not intake.poll(wrong).held:
                tried.append((intake.now - began).total_seconds() / 3600)
            intake.later(minutes=15)
    assert tried == [0, 1, 3, 7, 15, 31, 55]
    assert len(proxy.logins) == len(tried)


def test_a_held_account_is_told_without_being_asked(box: Box, intake: Intake) -> None:
    with FaultProxy(box.server.port, Plan(provider=NETEASE, locked=True)) as proxy:
        intake.poll(box.behind(proxy))
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.held, report.pause_seconds, len(proxy.logins)) == ("risk_locked", True, 21600, 1)
        assert "6 小时" in (report.message or "")
        poller = intake.poller(box.behind(proxy))
        assert poller.poll_once()[0].held


def test_another_process_leaves_it_alone_too(box: Box, intake: Intake, tmp_path: Path) -> None:
    with FaultProxy(box.server.port, Plan(provider=NETEASE, bad_logins_allowed=1)) as proxy:
        intake.poll(box.behind(proxy, password="revoked-1"))
        data = tmp_path / "data"
        with open_store(f"sqlite:///{data / 'beian.sqlite3'}", data_dir=data) as again:
            assert Intake(again, now=intake.now).poll(box.behind(proxy, password="revoked-1")).held
    assert len(proxy.logins) == 1


def test_a_new_code_is_tried_at_once_and_an_old_one_again(box: Box, intake: Intake) -> None:
    assert intake.poll(box.straight(password="revoked-1")).error == "login_refused"
    assert intake.poll(box.straight()).error is None
    assert intake.poll(box.straight(password="revoked-1")).error == "login_refused"


def test_a_person_may_insist(box: Box, intake: Intake) -> None:
    with FaultProxy(box.server.port, Plan(provider=NETEASE, locked=True)) as proxy:
        intake.poll(box.behind(proxy))
        proxy.play(Plan(provider=NETEASE))
        poller = intake.poller(box.behind(proxy))
        assert poller.poll_once()[0].held
        insisting = type(poller)(
            store=poller.store,
            accounts=poller.accounts,
            deadline_seconds=60,
            clock=poller.clock,
            ignore_holds=True,
        )
        assert insisting.poll_once()[0].error is None
        assert intake.poll(box.behind(proxy)).error is None


def test_the_service_itself_does_not_hammer(box: Box, other: Box, intake: Intake) -> None:
    other.deliver()
    stop = threading.Event()
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy, FaultProxy(box.server.port, Plan()) as good:
        poller = intake.poller(box.behind(proxy, password="revoked-1"), other.behind(good))
        thread = threading.Thread(target=lambda: poller.poll_until(stop, interval_seconds=0.1))
        thread.start()
        ends_at = time.monotonic() + 10
        while len(good.logins) < 5 and time.monotonic() < ends_at:
            time.sleep(0.02)
        stop.set()
        thread.join(10)
        assert len(good.logins) >= 5
        assert len(proxy.logins) == 1
    intake.assert_whole(other)


@pytest.mark.parametrize(
    ("report", "failures", "least"),
    [
        (MailboxReport(mailbox="m"), 0, 100),
        (MailboxReport(mailbox="m", error="unreachable"), 1, 100),
        (MailboxReport(mailbox="m", error="unreachable"), 4, 800),
        (MailboxReport(mailbox="m", error="connection_lost"), 30, 3600),
        (MailboxReport(mailbox="m", error="deadline"), 3, 400),
        (MailboxReport(mailbox="m", error="deadline", new=7), 3, 100),
        (MailboxReport(mailbox="m", error="login_refused", pause_seconds=7200), 1, 7200),
    ],
)
def test_pauses_grow_and_differ(report: MailboxReport, failures: int, least: int) -> None:
    pauses = {pause_after(report, interval_seconds=100, failures=failures) for _ in range(50)}
    assert len(pauses) > 25
    assert all(least <= pause <= least * 1.1 for pause in pauses)
