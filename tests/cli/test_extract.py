"""`beian extract`: the contract's JSON, bad files, names that lie, and what a terminal gets to see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Readings, sample_files
from tests.cli.contract import FORM_KEYS, check_document
from tests.cli.running import SAMPLES, beian, on_terminal, powerless_beian, start
from tests.extract.pdf_files import form, pdf

FORMS = SAMPLES / "forms"
GOOD = FORMS / "docx-plain.docx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A new line, an escape sequence (also as one character), and a right-to-left override.
HOSTILE_NAME = "a\nbeian: all is well\x1b[2J\x9b2J‮gpj.docx"
UNDECODABLE_NAME = os.fsdecode(b"\xff\xfe.docx")
#: What each bad file must lead to; None is a file that reads like any other.
EXPECTED: Mapping[str, str | None] = {
    "empty.docx": "attachment.unreadable",
    "cut.docx": "attachment.unreadable",
    "cut.jpg": "attachment.unreadable",
    "cut.pdf": "attachment.unreadable",
    "locked.docx": "attachment.unreadable",
    "locked.pdf": "attachment.unreadable",
    "note.docx": "attachment.unsupported",
    "old.doc": "attachment.unsupported",
    "sparse.jpg": "attachment.rejected",
    "pipe.pdf": "attachment.unreadable",
    "forbidden.docx": "attachment.unreadable",
    "really-word.jpg": None,
    HOSTILE_NAME: None,
    UNDECODABLE_NAME: None,
    "last.docx": None,
}


def make_files(folder: Path) -> list[Path]:
    """The bad files, in order."""
    word, scan, text = (
        GOOD.read_bytes(),
        (FORMS / "scan-song-1.jpg").read_bytes(),
        (FORMS / "pdf-song.pdf").read_bytes(),
    )
    contents = {
        "empty.docx": b"",
        "cut.docx": word[: len(word) // 2],
        "cut.jpg": scan[: len(scan) // 3],
        "cut.pdf": text[: len(text) // 2],
        "locked.docx": OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "locked.pdf": pdf(form(), encrypt="secret"),
        "note.docx": "请查收附件".encode(),
        "old.doc": OLE + bytes(4096),
    }
    for name in EXPECTED:
        (folder / name).write_bytes(contents.get(name, word)) if name != "pipe.pdf" else os.mkfifo(folder / name)
    os.truncate(folder / "sparse.jpg", 200 << 20)
    (folder / "forbidden.docx").chmod(0)
    return [folder / name for name in EXPECTED]


def codes(view: Mapping[str, Any]) -> list[str]:
    return [problem["code"] for problem in view["problems"]]


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_files(tmp_path_factory.mktemp("bad"))


@pytest.fixture(scope="module")
def bad_run(bad_files: list[Path]) -> subprocess.CompletedProcess[str]:
    return powerless_beian("extract", "--json", *bad_files, cwd=bad_files[0].parent)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in sample_files()])
def test_the_json_is_the_contracts(path: Path, sample_readings: Readings) -> None:
    check_document(sample_readings[str(path)])


def test_objects_come_in_the_order_of_the_files(sample_readings: Readings) -> None:
    assert list(sample_readings) == [str(path) for path in sample_files()]


def test_every_key_of_the_form_is_there(sample_readings: Readings) -> None:
    """Also one whose row could not be found: it stands there as doubtful."""
    for path in sample_files():
        for found in sample_readings[str(path)]["forms"]:
            assert set(found["fields"]) >= FORM_KEYS - {"number", "account_type_other"}, path.name


def test_a_bad_file_gives_its_finding_and_the_next_one_is_read(
    bad_files: list[Path], bad_run: subprocess.CompletedProcess[str]
) -> None:
    views = [json.loads(line) for line in bad_run.stdout.split("\n") if line]
    assert [view["file"] for view in views] == [str(path) for path in bad_files]
    for view, (name, code) in zip(views, EXPECTED.items(), strict=True):
        check_document(view)
        assert codes(view) == ([] if code is None else [code]), name
        assert view["kind"] == ("form" if code is None else "other"), name


def test_what_cannot_be_opened_is_told_and_is_status_3(bad_run: subprocess.CompletedProcess[str]) -> None:
    assert bad_run.returncode == 3
    told = bad_run.stderr.splitlines()
    assert len(told) == 2
    assert "pipe.pdf: is not a regular file" in told[0]
    assert "forbidden.docx: Permission denied" in told[1]


def test_sentences_say_what_is_wrong(bad_run: subprocess.CompletedProcess[str]) -> None:
    views = {Path(view["file"]).name: view for view in map(json.loads, filter(None, bad_run.stdout.split("\n")))}
    for name, words in (("empty.docx", "空文件"), ("locked.docx", "密码"), ("locked.pdf", "密码"), ("old.doc", "旧版")):
        assert words in views[name]["problems"][0]["detail"], name


def test_no_name_breaks_a_line_or_moves_the_cursor(
    bad_files: list[Path], bad_run: subprocess.CompletedProcess[str]
) -> None:
    named = [path for path in bad_files if path.name in (HOSTILE_NAME, UNDECODABLE_NAME, "pipe.pdf")]
    as_text = beian("extract", *named, cwd=bad_files[0].parent)
    for shown in (bad_run.stdout, bad_run.stderr, as_text.stdout, as_text.stderr):
        assert all(char.isprintable() for line in shown.split("\n") for char in line), repr(shown[:300])
    assert len(bad_run.stdout.splitlines()) == len(bad_files)
    headings = [line for line in as_text.stdout.splitlines() if line.startswith(str(bad_files[0].parent))]
    assert len(headings) == len(named)
    assert not any(line.startswith("beian:") for line in as_text.stdout.splitlines())


def test_a_folder_is_wrong_use_before_anything_is_read(tmp_path: Path) -> None:
    done = beian("extract", "--json", GOOD, tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_neither_form_nor_paper_is_for_a_person_and_nothing_is_stored(tmp_path: Path) -> None:
    blank = tmp_path / "blank.pdf"
    blank.write_bytes(pdf(lambda canvas: canvas.drawString(100, 500, "an invitation to dinner on Friday night")))
    done = beian("extract", "--json", GOOD, blank, cwd=tmp_path)
    views = [json.loads(line) for line in done.stdout.splitlines()]
    assert ([view["kind"] for view in views], done.returncode) == (["form", "other"], 1)
    assert [view["others"] for view in views] == [[], [{"page": 1, "looks_like": "其他文字材料"}]]
    assert "第 1 页：其他，看起来是其他文字材料" in beian("extract", blank, cwd=tmp_path).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["blank.pdf"]


def test_ctrl_c_ends_it_at_once_and_says_so(tmp_path: Path) -> None:
    scans = sorted(FORMS.glob("scan-*.jpg"))
    process = start("extract", "--json", GOOD, *scans, cwd=tmp_path, stderr=subprocess.PIPE)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (3, "beian: interrupted\n")
    assert 1 <= len((first + rest).splitlines()) <= len(scans)


def test_a_redirected_output_is_whole_while_a_terminal_shows_progress(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    status, terminal = on_terminal("extract", "--json", GOOD, GOOD, cwd=tmp_path, output=output)
    views = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert (status, len(views)) == (0, 2)
    assert b"reading" in terminal
    assert b"account_name" not in terminal


def test_a_terminal_gets_the_tables_undisturbed(tmp_path: Path) -> None:
    status, terminal = on_terminal("extract", GOOD, cwd=tmp_path)
    assert status == 0
    shown = terminal.rpartition(b"loading the readers")[2].decode()
    assert "docx-plain.docx: form" in shown
    assert "account_subject" in shown
    assert "━━" not in shown
