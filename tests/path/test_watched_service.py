"""The service as monitoring and the people who are alarmed see it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from socket import create_server

import pytest

from tests.ingest.faulty_proxy import TricklingServer
from tests.path.demo_mails import pick
from tests.path.installation import OFFICES, PASSWORD, Installation
from tests.path.secrets_of import secrets_of_mails
from tests.watch.receiver import Receiver

WRONG, SIGNED_WITH = "falsch-WRST5521", "shared-TREW9917"
TWO = ("sanhe", "guan")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def _free_port() -> int:
    with closing(create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def _ask(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def _told(receiver: Receiver) -> list[tuple[str, str, str]]:
    alarms = (posted.alarm for posted in receiver.posted)
    return [(alarm["kind"], alarm["mailbox"], alarm["state"]) for alarm in alarms]


def test_one_refused_mailbox_is_told_and_the_service_is_alive(site: Installation, receiver: Receiver) -> None:
    port, refused = _free_port(), OFFICES["guan"]
    site.set_secret("alarm_webhook_secret", SIGNED_WITH)
    site.set_password("guan", WRONG)
    site.configure(
        offices=TWO,
        poll={"interval_seconds": 5},
        work={"processes": 1},
        more={
            "alarms": {"webhook": receiver.url, "disk_free_mb": 0},
            "watch": {"listen": f"127.0.0.1:{port}", "interval_seconds": 1},
        },
    )
    mails = pick(25)
    delivered = site.deliver(mails)
    service = site.start("poll", log="poll-log")
    assert service.wait_for(lambda: ("auth_refused", refused, "raised") in _told(receiver), seconds=90)
    assert service.wait_for(lambda: _ask(port, "/healthz") == (200, "ok\n"), seconds=30)
    (decided,) = delivered.values()
    assert service.wait_for(lambda: site.count("messages WHERE state = 'decided'") == 1, seconds=60), decided
    status, metrics = _ask(port, "/metrics")
    assert status == 200
    assert 'beian_alarm_in_force{kind="auth_refused",office="guan"} 1.0' in metrics
    assert 'beian_last_successful_poll_timestamp_seconds{office="sanhe"}' in metrics
    time.sleep(3)
    posted = "".join(item.body.decode() for item in receiver.posted)
    for secret in (*secrets_of_mails(mails), PASSWORD, WRONG, SIGNED_WITH):
        assert secret not in metrics
        assert secret not in posted
    (now,) = site.rows("status", status=1)
    assert [(alarm["kind"], alarm["mailbox"]) for alarm in now["alarms"]] == [("auth_refused", refused)]
    assert {box["office"]: box["failures"] for box in now["mailboxes"]}["sanhe"] == 0
    started = service.ask_to_end()
    service.finish(seconds=60)
    assert service.status == 0
    site.assert_gone(started)
    assert len(_told(receiver)) == 1

    site.set_password("guan", PASSWORD)
    site.run("poll", "--once")
    assert _told(receiver)[1:] == [("auth_refused", refused, "cleared")]
    (now,) = site.rows("status")
    assert (now["good"], now["alarms"]) == (True, [])
    assert [row["state"] for row in site.rows("alarms", "list", "--all")] == ["cleared"]
    site.assert_logs_tell_nothing({WRONG, SIGNED_WITH})


def test_a_service_whose_polling_is_dead_is_red(site: Installation) -> None:
    port = _free_port()
    with TricklingServer(silent_from=b"LOGIN") as sick:
        site.configure(
            offices=("guan",),
            ports={"guan": sick.port},
            poll={"interval_seconds": 5, "deadline_seconds": 5},
            work={"processes": 1},
            more={"watch": {"listen": f"127.0.0.1:{port}", "dead_after_intervals": 2}},
        )
        service = site.start("poll", log="poll-log")
        assert service.wait_for(lambda: _ask(port, "/healthz") == (200, "ok\n"), seconds=60, pause=0.2)
        assert service.wait_for(lambda: _ask(port, "/healthz") == (503, "no_success\n"), seconds=60, pause=0.2)
        started = service.ask_to_end()
        service.finish(seconds=60)
        site.assert_gone(started)


def test_a_webhook_that_is_silent_delays_nothing(site: Installation, receiver: Receiver) -> None:
    receiver.mode = "silent"
    site.set_secret("alarm_webhook_secret", SIGNED_WITH)
    site.set_password("guan", WRONG)
    site.configure(offices=TWO, more={"alarms": {"webhook": receiver.url, "disk_free_mb": 0}})
    command = site.start("poll", "--once", "--json")
    assert command.wait_for(lambda: bool(receiver.posted), seconds=60)
    assert site.count("polls") == 2  # everything was done before anybody was told
    reports = [json.loads(line) for line in command.finish(seconds=60).splitlines()]
    assert (command.status, [report["error"] for report in reports]) == (1, ["login_refused", None])
    tried = site.rows("alarms", "test", status=3)
    assert (tried[0]["channel"], tried[0]["ok"]) == ("webhook", False)


def test_a_webhook_needs_its_secret_and_its_lock(site: Installation, receiver: Receiver) -> None:
    site.configure(offices=TWO, more={"alarms": {"webhook": receiver.url}})
    site.run("poll", "--once", status=2, log="wrong-log")
    assert "alarm_webhook_secret" in (site.folder / "wrong-log").read_text(encoding="utf-8")
    assert site.count("polls") == 0
    site.configure(offices=TWO, more={"alarms": {"webhook": "http://elsewhere.example/in?key=GEHEIM"}})
    site.run("status", status=2, log="open-log")
    said = (site.folder / "open-log").read_text(encoding="utf-8")
    assert "alarms.webhook" in said
    assert "https" in said
    assert "GEHEIM" not in said
    site.configure(offices=TWO)
    site.run("alarms", "test", status=2)
