"""`beian queue` and `beian ledger` for scripts: what they print as JSON, and their statuses."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.finding import finding
from pipeline.profile.load import load_profile
from pipeline.store.store import open_store
from tests.cli.contract import CODES, check_finding
from tests.cli.running import beian
from tests.store.filings import MAILBOX, NOW, OWNER_ID, SECRETS, case, decide, doubt, mail, receive

MASKED = "131***********7518"
CASES = 5
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Waiting cases, whose ids all begin alike, one record, and a mail that nobody has decided."""
    folder = tmp_path_factory.mktemp("queue")
    profile = load_profile("langfang-2018")
    database = folder / "data" / "beian.sqlite3"
    with pytest.MonkeyPatch.context() as patch, open_store(f"sqlite:///{database}", data_dir=folder / "data") as store:
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=b"\xab\xcd" + os.urandom(14)))
        decide(store, profile, mail(case(name="已登记的")), number=1)
        for number in range(CASES):
            found = (finding("office.mismatch", "应向大厂办理。"),) if number == 0 else ()
            decide(store, profile, mail(case(doubt(), name=f"账号{number}"), findings=found), number=10 + number)
        receive(store, 100)
        store.ledger.record_poll(MAILBOX, now=NOW, error=None, listed={})
    return folder


@pytest.fixture
def run(installation: Path) -> Run:
    return lambda *arguments: beian(*arguments, cwd=installation)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_messages_life_is_told_without_the_senders_data(run: Run) -> None:
    (life,) = rows(run("ledger", "show", "1", "--json"))
    assert (life["message_id"], life["mailbox"], life["outcome"], life["kept"]) == (1, MAILBOX, "registered", True)
    assert [place["uid"] for place in life["places"]] == [1]
    assert [event["kind"] for event in life["events"]] == ["message.decided", "case.registered"]
    assert rows(run("ledger", "show", life["sha256"][:10], "--json")) == [life]
    said = run("ledger", "show", "1")
    assert life["cases"][0]["number"] in said.stdout
    assert "自动办结" in said.stdout
    for secret in SECRETS:
        assert secret not in said.stdout
        assert secret not in json.dumps(life, ensure_ascii=False)
    unknown = run("ledger", "show", "4711")
    assert (unknown.returncode, "beian ledger list" in unknown.stderr) == (2, True)


def kinds(installation: Path) -> list[str]:
    with closing(sqlite3.connect(installation / "data" / "beian.sqlite3")) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM events ORDER BY seq")]


def test_the_queue_is_listed_with_its_reasons(run: Run) -> None:
    found = rows(run("queue", "list", "--json"))
    assert len(found) == CASES
    for row in found:
        assert set(row) >= {"case", "office", "mailbox", "entity", "account_name", "received", "due", "codes"}
        assert set(row["codes"]) <= CODES["block"]
    assert [row["account_name"] for row in rows(run("queue", "list", "--json", "--code", "office.mismatch"))] == [
        "账号0"
    ]
    assert len(rows(run("queue", "list", "--json", "--limit", "3"))) == 3
    assert OWNER_ID not in json.dumps(found)


def test_a_case_is_shown_masked_and_a_reveal_is_on_record(run: Run, installation: Path) -> None:
    whole = rows(run("queue", "list", "--json"))[0]["case"]
    before = kinds(installation)
    (masked,) = rows(run("queue", "show", whole[:12], "--json"))
    assert masked["case"] == whole
    assert masked["fields"]["owner_id_number"]["value"] == MASKED
    assert OWNER_ID not in masked["fields"]["owner_id_number"]["raw"]
    assert kinds(installation) == before
    (revealed,) = rows(run("queue", "show", whole, "--json", "--reveal"))
    assert revealed["fields"]["owner_id_number"]["value"] == OWNER_ID
    assert kinds(installation) == [*before, "case.revealed"]


@pytest.mark.parametrize(
    ("reference", "said"), [("账号0", "no case '账号0'"), ("abcd", "several cases begin with 'abcd'")]
)
def test_a_reference_that_names_no_case_or_several_is_wrong_use(reference: str, said: str, run: Run) -> None:
    done = run("queue", "show", reference)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_ledger_lists_every_mail_with_its_outcome(run: Run) -> None:
    found = rows(run("ledger", "list", "--json"))
    assert len(found) == CASES + 2
    assert [row["outcome"] for row in found].count("review") == CASES
    assert {row["outcome"] for row in found} == {"registered", "review", "waiting"}
    assert rows(run("ledger", "list", "--json", "--mailbox", "nobody@example.com")) == []


def test_the_equation_holds_and_is_status_0(run: Run) -> None:
    (row,) = rows(run("ledger", "reconcile", "--json"))
    assert row["mailbox"] == MAILBOX
    assert row["holds"]
    assert row["listed"] == row["registered"] + row["review"] + row["ignored"] + row["waiting"]


def test_findings_have_the_contracts_shape(run: Run) -> None:
    (first,) = rows(run("queue", "list", "--json", "--code", "office.mismatch"))
    (shown,) = rows(run("queue", "show", first["case"], "--json"))
    assert {item["code"] for item in shown["findings"]} == {"field.doubtful", "office.mismatch"}
    check_finding(next(item for item in shown["findings"] if item["code"] == "office.mismatch"), "findings")
