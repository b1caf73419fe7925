"""`beian intake`: what is handed in at the counter, through the real program."""

from __future__ import annotations

import io
import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from pipeline.ingest.unpack import unpack_file
from pipeline.store.store import open_store
from tests.cli.running import SAMPLES, beian, start
from tests.ingest.mails import PDF

RECEIVED = ("--received", "2018-12-11T09:12")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The form and the papers of a clean filing, as files."""
    folder = tmp_path_factory.mktemp("papers")
    mail = unpack_file((SAMPLES / "mails" / "01-sanhe-company-docx.eml").read_bytes())
    for item in mail.attachments:
        (folder / item.name).write_bytes(item.content)
    return tuple(sorted(folder.iterdir()))


def rows(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = beian(*arguments, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def handed_in(done: subprocess.CompletedProcess[str], *, status: int) -> dict[str, Any]:
    assert done.returncode == status, done.stderr
    row: dict[str, Any] = json.loads(done.stdout)
    return row


@pytest.fixture(scope="module")
def counter(papers: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation at whose counter a clean filing was handed in, then again under other names in another order."""
    folder = tmp_path_factory.mktemp("counter")
    note = "原件已核对，王小测经手"
    words = ("--office", "sanhe", *RECEIVED, "--by", "张三", "--note", note, "--json")
    first = handed_in(beian("intake", *papers, *words, cwd=folder), status=0)
    assert (first["outcome"], first["repeated"], len(first["cases"])) == ("registered", False, 1)
    assert first["cases"][0]["number"]
    assert first["cases"][0]["received"] == "2018-12-11T01:12:00+00:00"
    renamed = [folder / f"copy{number}{path.suffix}" for number, path in enumerate(reversed(papers))]
    for path, source in zip(renamed, reversed(papers), strict=True):
        path.write_bytes(source.read_bytes())
    again = handed_in(beian("intake", *renamed, "--office", "sanhe", "--json", cwd=folder), status=0)
    assert (again["message"], again["repeated"], again["cases"]) == (first["message"], True, first["cases"])
    return folder


def test_it_is_in_ledger_and_register_once(counter: Path) -> None:
    (row,) = rows(counter, "ledger", "list")
    assert (row["folder"], row["outcome"]) == ("（窗口收件）", "registered")
    assert len(rows(counter, "registry", "list")) == 1
    (equation,) = rows(counter, "ledger", "reconcile")
    assert (equation["listed"], equation["registered"], equation["holds"]) == (1, 1, True)


def test_the_history_says_who_took_it_and_the_note(counter: Path) -> None:
    (record,) = rows(counter, "registry", "list")
    assert record["number"]
    events = [row for row in rows(counter, "audit", "list") if row["kind"] == "message.handed_in"]
    assert [event["actor"] for event in events] == ["张三"]
    assert beian("audit", "verify", cwd=counter).returncode == 0
    data = b"".join(path.read_bytes() for path in (counter / "data").rglob("*") if path.is_file())
    assert "王小测".encode() not in data


def test_the_kept_mail_bears_a_marker_and_has_no_sender(counter: Path) -> None:
    (row,) = rows(counter, "ledger", "list")
    with open_store(f"sqlite:///{counter / 'data' / 'beian.sqlite3'}", data_dir=counter / "data") as store:
        content = store.archive.load(row["sha256"])
    assert b"X-Beian-Counter: 1" in content
    mail = unpack_file(content)
    assert (mail.sender, mail.recipients, mail.automatic) == ("", ("wxsh3252645@163.com",), None)
    assert "原件已核对" in mail.text
    assert len(mail.attachments) == 3


def test_the_same_papers_at_another_office_are_another_message(counter: Path, papers: tuple[Path, ...]) -> None:
    done = beian("intake", *papers, "--office", "guan", *RECEIVED, "--json", cwd=counter)
    other = handed_in(done, status=1)
    assert (other["repeated"], other["outcome"]) == (False, "review")
    assert len(rows(counter, "registry", "list")) == 1


def test_what_needs_a_person_is_said_with_what_to_do(papers: tuple[Path, ...], tmp_path: Path) -> None:
    form = next(path for path in papers if path.suffix == ".docx")
    done = beian("intake", form, "--office", "sanhe", *RECEIVED, cwd=tmp_path)
    assert done.returncode == 1
    assert "已收件" in done.stdout
    assert "缺少材料" in done.stdout
    assert "燕郊腾便民网" in done.stdout


def test_a_stick_with_a_locked_archive_opens_by_the_note(papers: tuple[Path, ...], tmp_path: Path) -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"Abc123")
        for path in papers:
            archive.write(path, path.name)
    (tmp_path / "报送.zip").write_bytes(out.getvalue())
    words = ("--office", "sanhe", *RECEIVED, "--note", "解压密码：Abc123", "--json")
    found = handed_in(beian("intake", "报送.zip", *words, cwd=tmp_path), status=0)
    assert found["outcome"] == "registered"


@pytest.fixture(scope="module")
def wrong_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "ok.pdf").write_bytes(PDF)
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "notes.txt").write_text("说明", encoding="utf-8")
    (folder / "locked.docx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    (folder / "folder").mkdir()
    with (folder / "huge.pdf").open("wb") as file:
        file.write(PDF)
        file.truncate(49 * 1024 * 1024)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("absent.pdf",), "absent.pdf: cannot be read: No such file"),
        (("folder",), "folder: cannot be read"),
        (("empty.pdf",), "empty.pdf: is empty"),
        (("old.doc",), "old.doc: is of a type that cannot be read (ole)"),
        (("notes.txt",), "notes.txt: is of a type that cannot be read (text)"),
        (("locked.docx",), "locked.docx: is behind a password"),
        (("huge.pdf",), "larger than 48 MB"),
        (("/dev/zero",), "is not a regular file"),
        (("--received", "2999-01-01"), "lies in the future"),
        (("--received", "gestern"), "an ISO time"),
        (("--office", "atlantis"), "one of city, sanhe"),
        (("--by", " "), "name must not be empty"),
        (("--note", "x" * 2001), "longer than 2000"),
    ],
)
def test_wrong_use_is_one_line_and_nothing_is_taken(arguments: tuple[str, ...], said: str, wrong_files: Path) -> None:
    done = beian("intake", "ok.pdf", "--office", "sanhe", *arguments, cwd=wrong_files)
    assert (done.returncode, done.stdout) == (2, "")
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert said in lines[0]
    assert list((wrong_files / "data" / "archive").glob("??/*")) == []
    assert rows(wrong_files, "ledger", "list") == []


def test_each_wrong_file_has_its_line(wrong_files: Path) -> None:
    done = beian("intake", "empty.pdf", "ok.pdf", "old.doc", "--office", "sanhe", cwd=wrong_files)
    assert done.returncode == 2
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines() if line.startswith("beian")] == [
        "empty.pdf",
        "old.doc",
    ]


def test_killed_while_it_is_decided_it_is_finished_the_next_time(papers: tuple[Path, ...], tmp_path: Path) -> None:
    words = ("intake", *map(str, papers), "--office", "sanhe", *RECEIVED, "--json")
    process = start(*words, cwd=tmp_path)
    _wait_for_message(tmp_path / "data" / "beian.sqlite3")
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    (waiting,) = rows(tmp_path, "ledger", "list")
    assert waiting["outcome"] == "waiting"
    found = handed_in(beian(*words, cwd=tmp_path), status=0)
    assert (found["message"], found["repeated"], found["outcome"]) == (waiting["message"], True, "registered")
    assert len(rows(tmp_path, "ledger", "list")) == len(rows(tmp_path, "registry", "list")) == 1


def _wait_for_message(database: Path) -> None:
    for _ in range(600):
        if database.exists():
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                try:
                    if connection.execute("SELECT count(*) FROM ledger").fetchone() == (1,):
                        return
                except sqlite3.OperationalError:
                    pass  # its tables are still being made
        time.sleep(0.05)
    raise AssertionError("nothing was entered")
