"""One mailbox is in trouble; the others do not notice, and nothing of it is lost."""

from __future__ import annotations

import json
from contextlib import closing
from socket import create_server

from tests.path.demo_mails import pick
from tests.path.installation import OFFICES, PASSWORD, Installation
from tests.path.proofs import assert_nothing_lost_or_doubled

WRONG = "falsch-WRST5521"


def _unused_port() -> int:
    with closing(create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_login_and_a_dead_server_are_named_and_the_others_go_on(site: Installation) -> None:
    refused, dead = OFFICES["guan"], OFFICES["yongqing"]
    site.configure(ports={"yongqing": _unused_port()})
    site.set_password("guan", WRONG)
    delivered = site.deliver(pick(21, 22, 24, 25, 26))

    reports = {report["mailbox"]: report for report in site.rows("poll", "--once", status=1, log="trouble-log")}
    assert {mailbox: report["error"] for mailbox, report in reports.items() if report["error"]} == {
        refused: "login_refused",
        dead: "unreachable",
    }
    assert refused in reports[refused]["message"]
    assert "授权码" in reports[refused]["message"]
    assert dead in reports[dead]["message"]
    assert "无法连接" in reports[dead]["message"]
    outcomes = {row["mailbox"]: row["outcome"] for row in site.rows("ledger", "list")}
    assert outcomes == dict.fromkeys((mail.mailbox for mail in pick(24, 25, 26)), "ignored")

    live = {row["mailbox"]: row for row in site.rows("ledger", "reconcile", "--live", status=1)}
    assert all(refused in text for text in live[refused]["exceptions"])
    assert all(dead in text for text in live[dead]["exceptions"])
    assert [mailbox for mailbox, row in live.items() if row["exceptions"]] == sorted((refused, dead))
    assert all(row["holds"] for row in live.values())
    assert WRONG not in json.dumps([*reports.values(), *live.values()])
    site.assert_logs_tell_nothing({WRONG})

    site.set_password("guan", PASSWORD)
    site.configure().run("poll", "--once")
    assert_nothing_lost_or_doubled(site, delivered)
