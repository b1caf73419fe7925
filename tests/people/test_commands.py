"""`beian user` and `beian audit` as programs of their own."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyotp
import pytest

from pipeline.store.store import open_store
from tests.cli.running import COMMAND, environment
from tests.forked import run_forked
from tests.people.conftest import PASSWORD
from tests.store.filings import OWNER_ID

OFFICER = ("--name", "王方方", "--role", "officer", "--office", "sanhe")


def run(folder: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return run_forked(arguments, cwd=folder, environment=environment(), typed=text, seconds=60)


def add(folder: Path, login: str = "wang.fang", *, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return run(folder, "user", "add", login, *OFFICER, "--password-stdin", text=password + "\n")


def users(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(folder, "user", "list", "--json").stdout.splitlines()]


@pytest.mark.parametrize("charset", ["C.UTF-8", "C"])
def test_a_password_that_is_no_utf8(charset: str, tmp_path: Path) -> None:
    """Where the locale says UTF-8 the interpreter may refuse such bytes by itself, in a traceback."""
    more = {"LC_ALL": charset, "PYTHONIOENCODING": "utf-8:strict"}
    wrong = "\udcff\udcfe" + PASSWORD + "\n"
    arguments = ("user", "add", "wang.fang", *OFFICER, "--password-stdin")
    done = run_forked(arguments, cwd=tmp_path, environment=environment(**more), typed=wrong)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "standard input: the password is not UTF-8" in done.stderr


def test_an_account_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    assert add(tmp_path).returncode == 0
    assert users(tmp_path) == [
        {
            "login": "wang.fang",
            "name": "王方方",
            "role": "officer",
            "office": "sanhe",
            "has_totp": False,
            "disabled": False,
            "must_change_password": False,
        }
    ]
    listed = run(tmp_path, "user", "list").stdout
    assert all(word in listed for word in ("wang.fang", "王方方", "经办人", "三河"))
    changed = run(tmp_path, "user", "role", "Wang.Fang", "--role", "supervisor", "--office", "dachang")
    assert changed.returncode == 0
    new = run(tmp_path, "user", "password", "wang.fang", "--password-stdin", text="another horse battery\n")
    assert new.returncode == 0
    assert run(tmp_path, "user", "disable", "wang.fang").returncode == 0
    assert (users(tmp_path)[0]["role"], users(tmp_path)[0]["disabled"]) == ("supervisor", True)
    assert run(tmp_path, "user", "enable", "wang.fang").returncode == 0
    with open_store(f"sqlite:///{tmp_path / 'data' / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store:
        from pipeline.wiring import utc_now

        checked = store.people.check_login("wang.fang", "another horse battery", None, address="x", at=utc_now())
        assert not checked.disabled
    events = [
        json.loads(line) for line in run(tmp_path, "audit", "list", "--json", "--kind", "user").stdout.splitlines()
    ]
    assert [event["kind"] for event in reversed(events)] == [
        "user.added",
        "user.role_set",
        "user.password_changed",
        "user.disabled",
        "user.enabled",
    ]
    assert all(re.fullmatch(r"cli:.+", event["actor"]) for event in events)


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (("1wang", *OFFICER), PASSWORD, "登录名"),
        (("wang", *OFFICER), "short", "密码"),
        (("wang", *OFFICER), "\udcff" * 14, "is not UTF-8"),
        (("wang", "--name", "某", "--role", "king"), PASSWORD, "--role = 'king'"),
        (("wang", *OFFICER[:5], "nowhere"), PASSWORD, "--office = 'nowhere'"),
        (("wang", "--name", "某", "--role", "city", "--office", "sanhe"), PASSWORD, "机构"),
    ],
)
def test_what_no_account_can_be_is_wrong_use(
    tmp_path: Path, arguments: tuple[str, ...], password: str, said: str
) -> None:
    done = run(tmp_path, "user", "add", *arguments, "--password-stdin", text=password + "\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr
    assert not password or password not in done.stderr
    assert users(tmp_path) == []


def test_a_login_twice_and_a_login_nobody_has(tmp_path: Path) -> None:
    add(tmp_path)
    again = add(tmp_path, "WANG.FANG")
    assert (again.returncode, "已被使用" in again.stderr) == (2, True)
    for command in ("disable", "enable", "password", "totp"):
        done = run(tmp_path, "user", command, "nobody")
        assert (done.returncode, done.stdout) == (2, "")
        assert "no account" in done.stderr


def test_without_a_terminal_the_password_must_be_said_to_come(tmp_path: Path) -> None:
    done = run(tmp_path, "user", "add", "wang.fang", *OFFICER, text=PASSWORD)
    assert done.returncode == 2
    assert "--password-stdin" in done.stderr


def test_a_password_typed_twice_at_a_terminal_does_not_show(tmp_path: Path) -> None:
    with terminal(tmp_path, "user", "add", "wang.fang", *OFFICER) as typing:
        typing.answer("Password", PASSWORD)
        typing.answer("Repeat", "something else entirely")
        typing.answer("Password", PASSWORD)
        typing.answer("Repeat", PASSWORD)
        status = typing.end()
    assert status == 0
    assert PASSWORD not in typing.seen
    assert users(tmp_path)[0]["login"] == "wang.fang"


def test_totp_is_bound_with_a_first_code_and_taken_off(tmp_path: Path) -> None:
    add(tmp_path)
    with terminal(tmp_path, "user", "totp", "wang.fang") as typing:
        typing.wait_for("Code")
        uri = re.search(r"otpauth://\S+", typing.seen)
        assert uri is not None
        totp = pyotp.parse_uri(uri.group())
        typing.answer("Code", "12345")
        typing.answer("Code", totp.now())
        assert typing.end() == 0
    assert users(tmp_path)[0]["has_totp"] is True
    assert run(tmp_path, "user", "totp", "wang.fang", "--remove").returncode == 0
    assert users(tmp_path)[0]["has_totp"] is False
    wrong = run(tmp_path, "user", "totp", "wang.fang", text="1\n2\n3\n4\n")
    assert wrong.returncode == 2
    assert users(tmp_path)[0]["has_totp"] is False


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE events SET actor = 'x' WHERE seq = 2", 2),
        ("UPDATE events SET at = '2018-01-01 00:00:00' WHERE seq = 3", 3),
        ("DELETE FROM events WHERE seq = 2", 2),
        ("DELETE FROM events WHERE seq = 3", 3),
        ("DELETE FROM event_head", 4),
    ],
)
def test_verify_finds_a_changed_a_removed_and_a_cut_row(tmp_path: Path, statement: str, fault: int) -> None:
    with open_store(f"sqlite:///{tmp_path / 'data' / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store:
        for actor in ("wang.fang", "zhao.lei", "chief"):
            store.events.record("case.viewed", actor=actor)
        assert store.events.verify().whole
        tamper(tmp_path, statement)
        assert store.events.verify().fault == fault


def test_verify_says_where_the_log_was_changed(tmp_path: Path) -> None:
    add(tmp_path)
    whole = run(tmp_path, "audit", "verify", "--json")
    assert (whole.returncode, json.loads(whole.stdout)["count"]) == (0, 1)
    tamper(tmp_path, "UPDATE events SET actor = 'x'")
    found = run(tmp_path, "audit", "verify", "--json")
    assert (found.returncode, json.loads(found.stdout)["fault"]) == (1, 1)
    assert "第 1 条" in run(tmp_path, "audit", "verify").stdout


def test_a_log_cut_back_to_an_old_head_shows_against_the_exported_one(tmp_path: Path) -> None:
    add(tmp_path)
    with closing(sqlite3.connect(tmp_path / "data" / "beian.sqlite3")) as connection:
        (old,) = connection.execute("SELECT mac FROM event_head").fetchone()
    heads = tmp_path / "heads.jsonl"
    heads.write_text(run(tmp_path, "audit", "head").stdout)
    add(tmp_path, "zhao.lei")
    with heads.open("a") as file:
        file.write(run(tmp_path, "audit", "head").stdout)
    assert run(tmp_path, "audit", "verify", "--head", "heads.jsonl").returncode == 0
    tamper(tmp_path, "DELETE FROM events WHERE seq = 2", f"UPDATE event_head SET seq = 1, mac = X'{old.hex()}'")
    assert run(tmp_path, "audit", "verify").returncode == 0
    assert run(tmp_path, "audit", "verify", "--head", "heads.jsonl").returncode == 1


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"seq": true, "mac": "x"}', b"\xff\xfe"])
def test_a_file_without_a_head_is_wrong_use(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "head").write_bytes(content)
    done = run(tmp_path, "audit", "verify", "--head", "head")
    assert (done.returncode, "holds no head" in done.stderr) == (2, True)


def test_the_log_is_listed_masked_and_by_day_kind_and_actor(tmp_path: Path) -> None:
    add(tmp_path)
    with open_store(f"sqlite:///{tmp_path / 'data' / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store:
        store.events.record("case.viewed", actor="wang.fang", note=f"证件号{OWNER_ID}\x1b[2J")
    text = run(tmp_path, "audit", "list").stdout
    assert OWNER_ID not in text and "\x1b" not in text and "查看案件" in text

    def count(*options: str) -> int:
        return len(run(tmp_path, "audit", "list", "--json", *options).stdout.splitlines())

    assert (count(), count("--kind", "case"), count("--kind", "cas"), count("--actor", "wang.fang")) == (2, 1, 0, 1)
    assert (count("--since", "2018"), count("--since", "2999"), count("--limit", "1")) == (2, 0, 1)
    assert run(tmp_path, "audit", "list", "--since", "yesterday").returncode == 2


def tamper(folder: Path, *statements: str) -> None:
    """As somebody could who owns the database."""
    with closing(sqlite3.connect(folder / "data" / "beian.sqlite3")) as connection:
        for statement in ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", *statements):
            connection.execute(statement)
        connection.commit()


class Typing:
    """A person at a terminal."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor, self._process = descriptor, process
        self._read_to = 0
        self.seen = ""

    def wait_for(self, prompt: str) -> None:
        """Until it is asked for (again)."""
        deadline = time.monotonic() + 60
        while prompt not in self.seen[self._read_to :]:
            assert time.monotonic() < deadline, self.seen
            assert self._take(), self.seen

    def answer(self, prompt: str, text: str) -> None:
        self.wait_for(prompt)
        self._read_to = len(self.seen)
        time.sleep(0.2)  # what is typed before the echo is off is thrown away
        os.write(self._descriptor, text.encode() + b"\n")

    def end(self) -> int:
        while self._take():
            pass
        return self._process.wait(timeout=60)

    def _take(self) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], 60)
        try:
            chunk = os.read(self._descriptor, 65536) if ready else b""
        except OSError:  # the other end is closed
            chunk = b""
        self.seen += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextmanager
def terminal(folder: Path, *arguments: str) -> Iterator[Typing]:
    """Run a command in a session of its own, on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", *COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment(TERM="xterm"),
    )
    os.close(theirs)
    try:
        yield Typing(ours, process)
    finally:
        os.close(ours)
        process.kill()
        process.wait(timeout=30)
