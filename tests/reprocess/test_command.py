"""`beian reprocess` as a process: killed and started again, with broken sources, with very many mails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch.lookahead import read_ahead
from pipeline.mails.files import MailFile, count_mails, iter_mails
from tests.cli.running import beian, kill, start
from tests.reprocess.bench import Bench, select
from tests.reprocess.letters import letter, question, save

LETTERS = 4


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def wait_until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Look until it is so; a process that ended before is a test that tests nothing."""
    for _ in range(2000):
        if reached():
            return
        assert process.poll() is None, "ended before it could be killed"
        time.sleep(0.01)
    raise AssertionError("never reached")


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    (tmp_path / "beian.toml").write_text("[work]\nprocesses = 1\n", encoding="utf-8")
    save(tmp_path / "mails", *(letter(number) for number in range(LETTERS)))
    return tmp_path


def counted(installation: Path, kind: str) -> int:
    """How many events of that kind there are."""
    try:
        found = select(installation / "data" / "beian.sqlite3", f"SELECT count(*) FROM events WHERE kind = '{kind}'")
    except OSError:
        return 0
    return int(str(found[0][0]))


def test_killed_while_deciding_it_decides_each_mail_once(installation: Path, lenient_folder: Path) -> None:
    assert beian("registry", "list", cwd=installation).returncode == 0  # makes the store
    process = start("reprocess", "--apply", "--json", "mails", cwd=installation)
    wait_until(lambda: counted(installation, "message.decided") >= 2, process)
    kill(process)
    done = beian("reprocess", "--apply", "--json", "mails", cwd=installation)
    assert done.returncode == 0
    assert len(rows(done.stdout)) == LETTERS
    assert {row["after"] for row in rows(done.stdout)} == {"review"}
    assert counted(installation, "message.decided") == LETTERS

    config = installation / "beian.toml"
    config.write_text(f'profile = "{lenient_folder}"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    process = start("reprocess", "--apply", "--json", cwd=installation)
    wait_until(lambda: counted(installation, "message.redecided") >= 2, process)
    kill(process)
    done = beian("reprocess", "--apply", "--json", cwd=installation)
    assert done.returncode == 0
    # What was changed right before the kill may not be noted yet: then it shows as unchanged.
    effects = Counter(row["effect"] for row in rows(done.stdout))
    assert effects["changed"] + effects["unchanged"] == LETTERS
    assert effects["unchanged"] <= 1
    assert counted(installation, "message.redecided") == LETTERS
    database = installation / "data" / "beian.sqlite3"
    assert select(database, "SELECT count(DISTINCT number), count(*) FROM registry") == [(LETTERS, LETTERS)]
    assert select(database, "SELECT count(*) FROM messages WHERE claimed_by IS NOT NULL") == [(0,)]


def test_asked_to_stop_a_preview_goes_on_later(installation: Path) -> None:
    process = start("reprocess", "--json", "mails", cwd=installation)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    shown = len(rows(first + rest))
    assert 1 <= shown < LETTERS
    done = beian("reprocess", "--json", "mails", cwd=installation)
    assert (done.returncode, len(rows(done.stdout))) == (1, LETTERS)
    assert f"going on with an interrupted run: {shown} mails are done (--restart begins anew)" in done.stderr
    assert rows(done.stdout)[:shown] == rows(first + rest)


def make_broken(folder: Path) -> list[Path]:
    """Sources that are damaged or hold other things, and good mails behind them."""
    folder.mkdir()
    good = save(folder / "good", question(1), question(2))
    (good / "list.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    with zipfile.ZipFile(folder / "whole.zip", "w") as archive:
        archive.writestr("a.eml", question(3).content)
    content = (folder / "whole.zip").read_bytes()
    (folder / "cut.zip").write_bytes(content[: len(content) - 30])
    (folder / "garbage.mbox").write_bytes(os.urandom(4000))
    return [folder / name for name in ("cut.zip", "garbage.mbox", "whole.zip", "good")]


def test_broken_sources_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    sources = make_broken(tmp_path / "sources")
    done = beian("reprocess", "--json", *sources, cwd=tmp_path)
    assert done.returncode == 3
    told = [(Path(row["file"]).name, row["effect"], row["reason"]) for row in rows(done.stdout)]
    assert told == [
        ("cut.zip", "failed", "is no readable zip archive (BadZipFile)"),
        ("garbage.mbox", "failed", "is no mbox file: it does not begin with a line “From …”"),
        ("whole.zip:a.eml", "new", None),
        ("question-001.eml", "new", None),
        ("question-002.eml", "new", None),
    ]
    assert "left out, being no mails: 1" in done.stderr


def test_a_person_is_told_why_and_how_many(tmp_path: Path) -> None:
    save(tmp_path / "mails", question(1))
    (tmp_path / "mails" / "zero.eml").touch()
    done = beian("reprocess", "mails", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "mails/question-001.eml: 新邮件：（无） → 待审核  form.missing",
        "mails/zero.eml: 无法处理：（无） → —（is empty）",
        "无法处理 1；新邮件 1",
        "以上只是预览，没有改动任何数据；加 --apply 执行。",
    ]
    assert beian("reprocess", "absent", cwd=tmp_path).returncode == 2


def test_the_help_says_what_becomes_of_an_interrupted_run(tmp_path: Path) -> None:
    shown = " ".join(beian("reprocess", "--help", cwd=tmp_path, COLUMNS="200").stdout.split())
    assert "goes on where it was and still shows every mail" in shown
    assert "--restart" in shown


MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty mails of a megabyte, in a folder, an mbox file and a zip archive."""
    folder = tmp_path_factory.mktemp("bulk")
    (folder / "mails").mkdir()
    line = b"x" * 75 + b"\n"
    with (folder / "all.mbox").open("wb") as box, zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for number in range(40):
            mail = b"From: a@b.example\nSubject: %d\n\n" % number + line * (MEGABYTE // len(line))
            (folder / "mails" / f"{number}.eml").write_bytes(mail)
            box.write(b"From a@b.example Sat Dec 15 10:20:00 2018\n" + mail + b"\n")
            archive.writestr(f"{number}.eml", mail)
    return folder


@pytest.mark.parametrize("source", ["mails", "all.mbox", "all.zip"])
def test_memory_does_not_grow_with_the_number_of_mails(source: str, bulk: Path) -> None:
    tracemalloc.start()
    try:
        digests = set()
        for mail, size in read_ahead(iter_mails([bulk / source]), _size, threads=2):
            assert isinstance(mail, MailFile)
            assert size > MEGABYTE * 0.9
            digests.add(mail.sha256)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(digests) == 40
    assert peak < 12 * MEGABYTE
    assert count_mails([bulk / source]) == 40


def _size(mail: object) -> int:
    assert isinstance(mail, MailFile)
    return len(mail.content)


def test_a_run_holds_few_mails_at_a_time(bulk: Path, bench: Bench) -> None:
    """The whole way: opened, held against the ledger, decided."""
    with bench.store() as store:
        run = bench.reprocessor(store, bench.profile, apply=False)
        mails = (mail for mail in iter_mails([bulk / "mails"]) if isinstance(mail, MailFile))
        tracemalloc.start()
        try:
            results = sum(1 for _ in run.run(mails, bench.journal(run, [bulk])))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert results == 40
    assert peak < 25 * MEGABYTE
