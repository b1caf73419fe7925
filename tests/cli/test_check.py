"""`beian check`: the contract's JSON, whose mailbox and when, statuses, and mails out of whatever holds them."""

from __future__ import annotations

import json
import mailbox
import os
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.profile.load import load_profile
from tests.cli.contract import check_mail
from tests.cli.running import SAMPLES, beian, on_terminal
from tests.reprocess.letters import letter

MAILS = SAMPLES / "mails"
QUESTION, REPLY = MAILS / "22-yongqing-question.eml", MAILS / "24-city-auto-reply.eml"
SANHE, CITY, YONGQING = "wxsh3252645@163.com", "lfwlk2010@163.com", "yqwangxinban@163.com"
#: A handful that shows every shape: registered, review, ignored; with and without cases, papers, findings, due dates.
CHECKED = (
    "07-city-person-docx",
    "20-wenan-password-zip",
    "21-guan-remote",
    "22-yongqing-question",
    "24-city-auto-reply",
    "25-sanhe-bounce",
)
HOPS = (
    b"Received: from mx.163.com by store7; Sat, 15 Dec 2018 10:20:00 +0800\r\n"
    b"Received: from sender by mx.163.com; Sat, 15 Dec 2018 09:00:00 +0800\r\n"
)
DATE = b"Date: Fri, 14 Dec 2018 23:30:00 +0000\r\n"
#: Headers, and the mailbox and the time that follow from them; None is "now".
ADDRESSED: Mapping[str, tuple[bytes, str, str | None]] = {
    "to": (b"To: " + SANHE.encode() + b"\r\n" + HOPS + DATE, SANHE, "2018-12-15T10:20:00+08:00"),
    "delivered-to": (
        b"Delivered-To: " + CITY.encode() + b"\r\nTo: " + SANHE.encode() + b"\r\n" + HOPS,
        CITY,
        "2018-12-15T10:20:00+08:00",
    ),
    "delivered-to-archive": (
        b"Delivered-To: archive@example.com\r\nTo: " + SANHE.encode() + b"\r\n" + DATE,
        SANHE,
        "2018-12-15T07:30:00+08:00",
    ),
    "configured": (
        b"Delivered-To: new@office.example\r\nTo: " + CITY.encode() + b"\r\n" + DATE,
        "new@office.example",
        "2018-12-15T07:30:00+08:00",
    ),
    "copied": (
        b"To: somebody@example.com\r\nCc: " + YONGQING.upper().encode() + b"\r\n" + DATE,
        YONGQING,
        "2018-12-15T07:30:00+08:00",
    ),
    "foreign": (b"To: somebody@example.com\r\n" + DATE, "somebody@example.com", "2018-12-15T07:30:00+08:00"),
    "undated-hop": (
        b"To: " + CITY.encode() + b"\r\nReceived: by store7\r\n" + HOPS + DATE,
        CITY,
        "2018-12-15T10:20:00+08:00",
    ),
    "end-of-time": (b"To: " + CITY.encode() + b"\r\nDate: Fri, 31 Dec 9999 23:59:59 +0000\r\n", CITY, None),
    "no-date": (b"To: " + CITY.encode() + b"\r\nDate: yesterday\r\n", CITY, None),
    "nobody": (b"Subject: x\r\n", "", None),
}


def mail(headers: bytes, body: str = "请问怎样备案？") -> bytes:
    return b"From: a@b.example\r\n" + headers + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body.encode()


def views(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What was printed; every line (however lines are told) is an object and there is nothing else."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def names(found: Iterable[Mapping[str, Any]]) -> list[str]:
    return [Path(view["file"]).name for view in found]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("check")
    done = beian("check", "--json", *(MAILS / f"{name}.eml" for name in CHECKED), cwd=folder)
    assert list(folder.iterdir()) == []  # nothing is stored
    return done


def test_the_json_is_the_contracts(checked: subprocess.CompletedProcess[str]) -> None:
    found = views(checked)
    assert [Path(view["file"]).stem for view in found] == list(CHECKED)
    for view in found:
        check_mail(view)


def test_each_mail_becomes_what_its_truth_says(checked: subprocess.CompletedProcess[str]) -> None:
    for name, view in zip(CHECKED, views(checked), strict=True):
        truth = json.loads((MAILS / f"{name}.eml.truth.json").read_text(encoding="utf-8"))
        codes = {item["code"] for item in (*view["findings"], *(f for case in view["cases"] for f in case["findings"]))}
        said = (view["mailbox"], view["received"], view["decision"])
        assert said == (truth["mailbox"], truth["received"], truth["decision"]), name
        assert set(truth["codes"]) <= codes <= {*truth["codes"], *truth["may"]} or truth["anything"], (name, codes)
    assert {view["decision"] for view in views(checked)} == {"registered", "review", "ignored"}


def test_a_mail_for_a_person_is_status_1(checked: subprocess.CompletedProcess[str]) -> None:
    assert (checked.returncode, checked.stderr) == (1, "")


def test_a_mail_for_nobody_is_status_0(tmp_path: Path) -> None:
    done = beian("check", REPLY, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith(str(REPLY))


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[str, str]]:
    """Mailbox and time of each mail of `ADDRESSED`, as the command finds them."""
    folder = tmp_path_factory.mktemp("addressed")
    (folder / "beian.toml").write_text('[mailboxes.sanhe]\naddress = "New@Office.example"\n', encoding="utf-8")
    for name, (headers, _, _) in ADDRESSED.items():
        (folder / f"{name}.eml").write_bytes(mail(headers))
    done = beian("check", "--json", *(f"{name}.eml" for name in ADDRESSED), cwd=folder)
    return {Path(view["file"]).stem: (view["mailbox"], view["received"]) for view in views(done)}


@pytest.mark.parametrize("name", ADDRESSED)
def test_mailbox_and_time_come_from_the_headers(name: str, addressed: Mapping[str, tuple[str, str]]) -> None:
    where, when = addressed[name]
    _, mailbox_expected, time_expected = ADDRESSED[name]
    assert where == mailbox_expected
    if time_expected is not None:
        assert when == time_expected
    else:
        assert abs(datetime.fromisoformat(when) - datetime.now(UTC)) < timedelta(minutes=10)
        assert datetime.fromisoformat(when).utcoffset() == timedelta(hours=8)


def test_what_is_given_wins(tmp_path: Path) -> None:
    """And a time without a zone is the city's."""
    done = beian("check", "--json", "--mailbox", SANHE, "--received", "2018-12-31T23:59:00", QUESTION, cwd=tmp_path)
    found = [(view["mailbox"], view["received"]) for view in views(done)]
    assert found == [(SANHE, "2018-12-31T23:59:00+08:00")]


@pytest.mark.parametrize("given", ["yesterday", "9999-12-31T23:59:59Z"])
def test_a_time_that_is_none_is_wrong_use(given: str, tmp_path: Path) -> None:
    done = beian("check", "--received", given, QUESTION, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--received" in done.stderr
    assert len(done.stderr.splitlines()) == 1


#: A new line, an escape sequence (also as one character); and bytes that are no text.
HOSTILE_NAME = "a\nbeian: all is well\x1b[2J\x9b2J.eml"
UNDECODABLE_NAME = os.fsdecode(b"\xff.eml")


def make_folder(folder: Path) -> None:
    """A folder as people keep them: mails in several shapes, and what else gathers there."""
    question = QUESTION.read_bytes()
    (folder / "b").mkdir()
    (folder / "b" / "one.EML").write_bytes(question)
    (folder / "b" / "1545012345.M1.host:2,S").write_bytes(question)  # as in a Maildir
    (folder / "b" / "._one.eml").write_bytes(b"\0\5\x16\7")  # as a Mac leaves it
    (folder / "a photo.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100))
    (folder / "notes.txt").write_text("see the other folder", encoding="utf-8")
    (folder / "zero.eml").touch()
    (folder / "z\x1b[31m\n.eml").touch()
    (folder / "b" / HOSTILE_NAME).write_bytes(question)
    (folder / "b" / UNDECODABLE_NAME).write_bytes(question)
    (folder / "forbidden.eml").write_bytes(question)
    (folder / "forbidden.eml").chmod(0)
    (folder / "gone.eml").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.eml")
    (folder / "locked").mkdir(mode=0)
    (folder / "cut.zip").write_bytes(b"PK\x03\x04 cut")
    (folder / "garbage.mbox").write_bytes(b"\0garbage\n\nFrom here on more of it\n")
    (folder / "huge.eml").touch()
    os.truncate(folder / "huge.eml", 200 << 20)
    box = mailbox.mbox(folder / "Inbox", create=True)
    for number in range(3):
        box.add(mail(b"To: x@y.example\r\n" + DATE, f"mail {number}\n\nFrom the office, with a blank line before\n"))
    box.close()
    with zipfile.ZipFile(folder / "mails.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("导出/第一封.eml", question)
        archive.writestr("导出/readme.txt", "exported")
        archive.writestr("导出/bad.eml", os.urandom(5000) + question)
        archive.writestr("导出/第二封.eml", question)
    content = bytearray((folder / "mails.zip").read_bytes())
    content[content.index(b"bad.eml") + 200] ^= 0xFF  # in the middle of the member's data
    (folder / "mails.zip").write_bytes(content)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("mixed")
    make_folder(folder)
    word = SAMPLES / "forms" / "docx-plain.docx"
    return beian("check", "--json", folder, word, QUESTION, cwd=folder.parent, powerless=True)


def test_a_folder_gives_every_mail_in_it_and_what_cannot_be_read_is_told(
    mixed: subprocess.CompletedProcess[str],
) -> None:
    assert names(views(mixed)) == [
        "Inbox:1",
        "Inbox:2",
        "Inbox:3",
        "第一封.eml",
        "第二封.eml",
        "1545012345.M1.host:2,S",
        HOSTILE_NAME,
        "one.EML",
        UNDECODABLE_NAME,
        QUESTION.name,
    ]
    assert mixed.returncode == 3
    told = [line.removeprefix("beian: ").rpartition("/")[2] for line in mixed.stderr.splitlines()]
    assert [line.partition(":")[0] for line in told] == [
        "cut.zip",
        "forbidden.eml",
        "garbage.mbox",
        "gone.eml",
        "huge.eml",
        "bad.eml",
        "pipe.eml",
        "z?[31m?.eml",
        "zero.eml",
        "locked",
        "docx-plain.docx",
        "notes.txt)",
    ]
    assert "left out, being no mails: 3" in mixed.stderr


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("cut.zip", "is no readable zip archive"),
        ("forbidden.eml", "cannot be read: Permission denied"),
        ("garbage.mbox", "is no mbox file"),
        ("gone.eml", "cannot be read: No such file or directory"),
        ("huge.eml", "is larger than 100 MB"),
        ("bad.eml", "is damaged"),
        ("pipe.eml", "is not a regular file"),
        ("zero.eml", "is empty"),
        ("locked", "cannot be opened: Permission denied"),
        ("docx-plain.docx", "is no mail but docx; `beian extract` reads single files"),
    ],
)
def test_each_says_why(file: str, words: str, mixed: subprocess.CompletedProcess[str]) -> None:
    (line,) = [line for line in mixed.stderr.splitlines() if f"/{file}: " in line]
    assert words in line


def test_no_name_breaks_a_line_or_moves_the_cursor(mixed: subprocess.CompletedProcess[str], tmp_path: Path) -> None:
    for name in (HOSTILE_NAME, UNDECODABLE_NAME):
        (tmp_path / name).write_bytes(QUESTION.read_bytes())
    as_text = beian("check", *tmp_path.iterdir(), cwd=tmp_path)
    for shown in (as_text.stdout, as_text.stderr, mixed.stdout, mixed.stderr):
        assert all(char.isprintable() for line in shown.split("\n") for char in line), repr(shown)
    assert sum(str(tmp_path) in line for line in as_text.stdout.splitlines()) == 2
    assert not any(line.startswith("beian:") for line in as_text.stdout.splitlines())


def test_a_later_mail_is_held_against_the_earlier_ones(tmp_path: Path) -> None:
    filing = tmp_path / "filing.eml"
    filing.write_bytes(letter(1).content)
    first, second = views(beian("check", "--json", filing, filing, cwd=tmp_path))
    codes = [[item["code"] for item in view["cases"][0]["findings"]] for view in (first, second)]
    assert codes[0] == ["material.missing"]
    assert sorted(codes[1]) == ["material.missing", "submission.duplicate"]


def test_a_redirected_output_is_whole_while_a_terminal_shows_progress(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    status, terminal = on_terminal("check", "--json", QUESTION, REPLY, cwd=tmp_path, output=output)
    found = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert (status, names(found)) == (1, [QUESTION.name, REPLY.name])
    assert b"checking" in terminal


def test_the_addresses_above_are_the_citys() -> None:
    addresses = {office.mailbox for office in load_profile("langfang-2018").offices}
    assert {SANHE, CITY, YONGQING} <= addresses
