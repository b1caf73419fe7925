"""Every failure that is known of NetEase, QQ and networks, made to happen before a real server, and how it ends.

| failure | how it ends | test |
|---|---|---|
| folders refused until the client says who it is; ID malformed | ID follows LOGIN, well formed | test_netease_as_it_is |
| SASL-IR advertised and refused | LOGIN is used | test_netease_as_it_is |
| UIDVALIDITY always 1, no UIDNEXT, ten-digit UIDs, no own keywords | the ledger's keys need none of them | test_netease_as_it_is |
| searches for words find nothing (NetEase) or everything (QQ) | none is made | test_netease_as_it_is, test_qq_as_it_is |
| folders filled by the provider, names in UTF-7 | all but drafts, sent and deleted | test_netease_as_it_is |
| UID sets must ascend, UIDVALIDITY missing, listing omits mails (QQ) | nothing lost | test_qq_as_it_is |
| large UID sets refused | 500 in a command | test_many_mails_in_sets_a_provider_takes |
| "Unsafe Login" after a good ID | ID once more, then a long pause | test_a_locked_account_is_asked_once_more_and_left_alone |
| authorisation code revoked | an alarm; the login is not repeated | test_a_refused_code_is_not_tried_again |
| login limit, in GBK | a pause; nothing lost | test_the_login_limit_is_waited_out |
| too many connections at once | tried later; we open one at a time | test_one_connection_a_mailbox |
| idle connections closed | connected again in the same poll | test_a_slow_disk_outlasts_an_idle_connection |
| one mail answered NO, NIL, `{0}` or not at all | a retry row that never expires | test_a_mail_that_is_not_given |
| cut, reset, stall, trickle in a literal; reply lost | the mail comes later, whole | test_a_connection_that_breaks_in_a_body |
| the same at each other command | the poll says so, the next one is whole | test_a_connection_that_breaks_at_a_command |
| breaks without end, everywhere | everything arrives | test_chaos_by_seed |
| SEARCH omits, invents or says nothing | EXISTS and FETCH are held against it | test_a_lying_search |
| only the last 30 days handed out | older mails are seen when they surface | test_old_mails_that_surface |
| a folder renumbered | new rows, the same messages | test_renumbering |
| mails moved, read, deleted by people | one message each | test_people_move_read_and_delete |
| a mailbox that hangs | the others are polled meanwhile | test_a_hanging_mailbox_delays_no_other |
| the server speaks of a full mailbox | told in the report | test_a_full_mailbox_is_told |
| certificate expired, wrong, unknown | told apart, nothing sent | ingest: test_certificates_are_verified_and_told_apart |
| 100,000 ten-digit UIDs on a line | read | ingest: test_a_hundred_thousand_long_uids_fit_on_a_line |
| INTERNALDATE missing | the server's own Received header | ingest: test_a_missing_internaldate_comes_from_the_servers_own_header |
| one unreachable | the others go on | path: test_a_refused_login_and_a_dead_server_are_named_and_the_others_go_on |

`ingest` is tests/ingest/test_poll.py and `path` tests/path/test_mailbox_trouble.py, which were there before.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.imap.intake import Box, Intake
from tests.imap.plan import NETEASE, QQ, Break, Fault, Plan, Refusal
from tests.imap.playing import uids_of
from tests.imap.proxy import FaultProxy

BODY = b"BODY.PEEK[]"
FOLDERS = ("INBOX", "垃圾邮件", "病毒文件夹", "广告邮件", "订阅邮件")


def test_every_failure_of_the_table_has_its_test() -> None:
    tests = Path(__file__).parents[1]
    elsewhere = {"ingest": tests / "ingest/test_poll.py", "path": tests / "path/test_mailbox_trouble.py"}
    rows = [line.split("|")[3] for line in (__doc__ or "").splitlines() if line.startswith("|")][2:]
    for row in rows:
        place = elsewhere.get(row.strip().partition(":")[0], Path(__file__))
        for name in re.findall(r"test_\w+", row):
            assert f"def {name}(" in place.read_text(encoding="utf-8")


def test_netease_as_it_is(box: Box, intake: Intake) -> None:
    for folder in FOLDERS:
        box.deliver(2, folder=folder)
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.new, report.folders) == (None, 10, len(FOLDERS))
        assert intake.poll(box.behind(proxy)).new == 0
    words = {line.split()[1] for line in proxy.commands}
    assert words == {b"CAPABILITY", b"LOGIN", b"ID", b"LIST", b"EXAMINE", b"UID", b"LOGOUT"}
    assert {line.split(b" ", 1)[1] for line in proxy.commands if b"SEARCH" in line} == {b"UID SEARCH ALL\r\n"}
    rows = intake.store.list_ledger(box.address)
    assert {row.folder for row in rows} == set(FOLDERS)
    assert {row.uidvalidity for row in rows} == {1}
    assert all(len(str(row.uid)) == 10 for row in rows)
    intake.assert_whole(box)


def test_qq_as_it_is(box: Box, intake: Intake) -> None:
    uids = box.deliver(8)
    plan = Plan(provider=QQ, unsearched=frozenset(uids[1::3]))
    with FaultProxy(box.server.port, plan) as proxy:
        report = intake.poll(box.behind(proxy))
    assert (report.error, report.new) == (None, 8)
    assert {row.uidvalidity for row in intake.store.list_ledger(box.address)} == {0}
    intake.assert_whole(box)


def test_many_mails_in_sets_a_provider_takes(box: Box, intake: Intake) -> None:
    """Half of what NetEase refuses, so that half as many mails show it: 500 are taken, 501 are not."""
    client = box.server.client(box.address)
    for number in range(503):
        client.append("INBOX", b"Subject: %d\r\n\r\n." % number)
    client.logout()
    with FaultProxy(box.server.port, Plan(provider=replace(NETEASE, largest_set=500))) as proxy:
        report = intake.poll(box.behind(proxy), seconds=300)
    assert (report.error, report.new, report.refused) == (None, 503, 0)
    assert max(len(uids_of(line)) for line in proxy.commands) == 500  # more would be asked for again one by one


def test_a_locked_account_is_asked_once_more_and_left_alone(box: Box, intake: Intake) -> None:
    box.deliver()
    with FaultProxy(box.server.port, Plan(provider=NETEASE, locked=True)) as proxy:
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.alert, report.retry) == ("risk_locked", True, False)
        words = [line.split()[1] for line in proxy.commands]
        assert (words.count(b"LOGIN"), words.count(b"ID"), words.count(b"EXAMINE")) == (1, 2, 2)
        assert report.pause_seconds >= 6 * 3600
        proxy.play(Plan(provider=NETEASE))
        intake.later(days=2)
        assert intake.poll(box.behind(proxy)).error is None
    intake.assert_whole(box)


def test_a_refused_code_is_not_tried_again(box: Box, intake: Intake) -> None:
    box.deliver()
    with FaultProxy(box.server.port, Plan(provider=NETEASE, bad_logins_allowed=2)) as proxy:
        report = intake.poll(box.behind(proxy, password="revoked-1"))
        assert (report.error, report.alert, report.retry, len(proxy.logins)) == ("login_refused", True, False, 1)
        assert intake.poll(box.behind(proxy)).new == 1
    intake.assert_whole(box)


def test_the_login_limit_is_waited_out(box: Box, intake: Intake) -> None:
    box.deliver()
    with FaultProxy(box.server.port, Plan(provider=NETEASE, logins_allowed=0)) as proxy:
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.alert, report.new) == ("too_many_logins", False, 0)
        assert "频繁" in (report.message or "")
        assert len(proxy.logins) == 1
        proxy.play(Plan(provider=NETEASE))
        intake.later(hours=3)
        assert intake.poll(box.behind(proxy)).new == 1
    intake.assert_whole(box)


def test_one_connection_a_mailbox(box: Box, intake: Intake) -> None:
    box.deliver(3, folder="订阅邮件")
    with FaultProxy(box.server.port, Plan(connections_allowed=1)) as proxy:
        assert intake.poll(box.behind(proxy)).error is None
        assert proxy.most_open == 1
        proxy.play(Plan(connections_allowed=0))
        crowded = intake.poll(box.behind(proxy))
        assert (crowded.error, crowded.retry) == ("too_many_logins", True)
    intake.assert_whole(box)


def test_a_slow_disk_outlasts_an_idle_connection(box: Box, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    box.deliver(4)
    archive, slow = intake.store.archive, iter([True])
    keep = archive.keep

    def keep_slowly(chunks: Iterable[bytes]) -> str:
        digest = keep(chunks)
        if next(slow, False):
            time.sleep(0.6)
        return digest

    monkeypatch.setattr(archive, "keep", keep_slowly)
    with FaultProxy(box.server.port, Plan(provider=NETEASE, idle_seconds=0.3)) as proxy:
        first = intake.poll(box.behind(proxy))
        assert (first.new, first.refused, proxy.connections) == (3, 1, 2)
        intake.later(minutes=2)
        assert intake.poll(box.behind(proxy)).new == 1
    intake.assert_whole(box)


@pytest.mark.parametrize("refusal", Refusal)
def test_a_mail_that_is_not_given(refusal: Refusal, box: Box, intake: Intake) -> None:
    _, sick, _ = box.deliver(3)
    with FaultProxy(box.server.port, Plan(provider=NETEASE, refusals={sick: refusal})) as proxy:
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.new, report.refused) == (None, 2, 1)
        for _ in range(12):  # never given up, however often
            intake.later(hours=7)
            assert intake.poll(box.behind(proxy)).refused == 1
        (row,) = intake.store.list_ledger(box.address, outcome="refused")
        assert (row.attempts, row.next_try is not None) == (13, True)
        assert intake.store.ledger_equation(box.address).holds
        proxy.play(Plan(provider=NETEASE))
        intake.later(hours=7)
        assert intake.poll(box.behind(proxy)).new == 1
    intake.assert_whole(box)


@pytest.mark.parametrize("fault", Fault)
def test_a_connection_that_breaks_in_a_body(fault: Fault, box: Box, other: Box, intake: Intake) -> None:
    box.deliver(3, body=b"z" * 40_000)
    plan = Plan(provider=NETEASE, breaks=(Break(fault=fault, command=BODY, nth=2),))
    with FaultProxy(box.server.port, plan) as proxy:
        began = time.monotonic()
        report = intake.poll(box.behind(proxy), seconds=1.5 if fault in (Fault.STALL, Fault.TRICKLE) else 60)
        assert time.monotonic() - began < 5
        assert proxy.broken == 1
        assert report.refused == 1
        intake.later(minutes=2)
        intake.poll(box.behind(proxy))
    intake.assert_whole(box)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.RESET, Fault.TRICKLE, Fault.LOST])
@pytest.mark.parametrize("command", [b"CAPABILITY", b"LOGIN", b" ID ", b"LIST", b"EXAMINE", b"SEARCH", b"INTERNALDATE"])
def test_a_connection_that_breaks_at_a_command(command: bytes, fault: Fault, box: Box, intake: Intake) -> None:
    box.deliver(2)
    plan = Plan(provider=NETEASE, breaks=(Break(fault=fault, command=command),))
    with FaultProxy(box.server.port, plan) as proxy:
        for seconds in (0.8, 2.4, 7.2):
            began = time.monotonic()
            report = intake.poll(box.behind(proxy), seconds=seconds)
            assert time.monotonic() - began < seconds + 3.2
            assert report.error in {None, "connection_lost", "deadline", "unreachable"}
            if proxy.broken:  # a busy machine may not have come so far in time
                break
        assert proxy.broken == 1
        intake.later(hours=1)
        assert intake.poll(box.behind(proxy)).error is None
    intake.assert_whole(box)


@pytest.mark.parametrize("seed", range(3))
def test_chaos_by_seed(seed: int, box: Box, other: Box, intake: Intake) -> None:
    for mailbox in (
        box,
        other,
    ):  # so many that hardly any order of the two mailboxes' answers leaves less than three faults
        mailbox.deliver(16, body=b"z" * 5_000)
        mailbox.deliver(8, folder="垃圾邮件")
    plan = Plan(provider=NETEASE, chaos=0.3, seed=seed)
    with FaultProxy(box.server.port, plan) as proxy:
        rounds = 0
        while sum(report.refused + report.failed_folders for report in _both(intake, box, other, proxy)) or rounds < 2:
            intake.later(hours=7)
            rounds += 1
            assert rounds < 60
        assert proxy.broken >= 3
    intake.assert_whole(box, other)


def _both(intake: Intake, box: Box, other: Box, proxy: FaultProxy) -> Any:
    return intake.poller(box.behind(proxy), other.behind(proxy)).poll_once()


@pytest.mark.parametrize(
    ("unsearched", "invented"), [({1, 2, 3, 4}, set()), ({2}, set()), (set(), {9}), ({2}, {9})], ids=str
)
def test_a_lying_search(unsearched: set[int], invented: set[int], box: Box, intake: Intake) -> None:
    box.deliver(4)
    lie = Plan(provider=NETEASE, unsearched=frozenset(unsearched), invented=frozenset(invented))
    with FaultProxy(box.server.port, lie) as proxy:
        assert intake.poll(box.behind(proxy)).error is None
        honest = Plan(provider=NETEASE)
        proxy.play(honest)
        intake.poll(box.behind(proxy))
    kept = {mail.sha256 for mail in intake.store.iter_kept()}
    assert kept == set(box.digests)
    # A UID that never was stays a refused place; it is no longer listed, so the equation does not count it.
    assert intake.store.ledger_equation(box.address).holds


def test_old_mails_that_surface(box: Box, intake: Intake) -> None:
    uids = box.deliver(5)
    with FaultProxy(box.server.port, Plan(provider=NETEASE, hidden=frozenset(uids[:3]))) as proxy:
        assert intake.poll(box.behind(proxy)).new == 2
        proxy.play(Plan(provider=NETEASE))
        assert intake.poll(box.behind(proxy)).new == 3
    intake.assert_whole(box)


def test_renumbering(box: Box, intake: Intake) -> None:
    box.deliver(3)
    assert intake.poll(box.straight()).new == 3
    box.server.renumber(box.address)
    box.deliver()
    assert intake.poll(box.straight()).error is None
    assert intake.store.count_kept() == 4
    intake.assert_whole(box)


def test_people_move_read_and_delete(box: Box, intake: Intake) -> None:
    moved, read, deleted, _ = box.deliver(4)
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        intake.poll(box.behind(proxy))
        client = box.server.client(box.address)
        client.select_folder("INBOX")
        client.create_folder("订阅邮件")
        client.copy([moved], "订阅邮件")
        client.add_flags([read], [b"\\Seen"])
        client.delete_messages([moved, deleted])
        client.expunge()
        client.logout()
        report = intake.poll(box.behind(proxy))
    assert report.error is None
    assert intake.store.count_kept() == 4
    intake.assert_whole(box)


def test_a_hanging_mailbox_delays_no_other(box: Box, other: Box, intake: Intake) -> None:
    box.deliver(2)
    other.deliver(2)
    stalled = Plan(breaks=(Break(fault=Fault.STALL, command=b"LOGIN", share=0.1),))
    with FaultProxy(box.server.port, stalled) as sick:
        poller = intake.poller(box.behind(sick), other.straight(), seconds=3)
        finished: dict[str, float] = {}
        began = time.monotonic()
        lock = threading.Lock()

        def note(report: Any) -> None:
            with lock:
                finished[report.mailbox] = time.monotonic() - began

        poller.poll_once(note)
        assert finished[other.address] < 2 < finished[box.address] < 6
        intake.poll(box.behind(sick))
    intake.assert_whole(box, other)


@pytest.mark.parametrize("said", ["* OK [ALERT] 您的邮箱容量已满", "* NO [OVERQUOTA] no room", "* OK mailbox is full"])
def test_a_full_mailbox_is_told(said: str, box: Box, intake: Intake) -> None:
    box.deliver(body=b"* NO [OVERQUOTA] as a mail may say\r\n")
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        assert not intake.poll(box.behind(proxy)).full
        proxy.play(Plan(provider=NETEASE, untagged=said.encode("gbk") + b"\r\n"))
        assert intake.poll(box.behind(proxy)).full
    intake.assert_whole(box)
