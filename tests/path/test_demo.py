"""`beian demo` as a newcomer runs it, on the demo mails that are read fastest."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.path.demo_mails import MAILS, DemoMail, pick
from tests.path.installation import Installation

SHOWN = pick(7, 22, 24, 26)


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A folder with some of the demo mails and their truths."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for mail in SHOWN:
        _add(folder, mail)
    return folder


def _add(folder: Path, mail: DemoMail) -> None:
    for path in MAILS.glob(f"{mail.name}.*"):
        shutil.copy(path, folder)


def _totals(said: str) -> tuple[int, ...]:
    (found,) = re.findall(r"共投递 (\d+) 封邮件：已登记 (\d+)，待审核 (\d+)，已忽略(?:（[^）]+）)? ?(\d+)。", said)
    return tuple(map(int, found))


def _truth(mails: tuple[DemoMail, ...]) -> tuple[int, ...]:
    decisions = [mail.outcome for mail in mails]
    return (len(mails), *(decisions.count(decision) for decision in ("registered", "review", "ignored")))


def test_the_demo_adds_up_suggests_what_works_and_can_be_repeated(site: Installation, mails: Path) -> None:
    site.folder.joinpath("beian.toml").write_text("", encoding="utf-8")
    said = site.run("demo", "--mails", str(mails), "--data", "demo-data")
    assert _totals(said) == _truth(SHOWN)
    assert "核对无误" in said
    assert all(fields["account_name"] in said for mail in SHOWN for fields in mail.fields)
    assert "beian.toml user add" in said
    assert "beian.toml review" in said

    suggested = [
        shlex.split(line, comments=True)[1:] for line in said.splitlines() if line.startswith("  .venv/bin/beian ")
    ]
    assert len(suggested) >= 5
    for arguments in suggested:
        site.run(*arguments)
    assert (site.folder / "台账.xlsx").read_bytes().startswith(b"PK")

    for mail in pick(7):
        mails.joinpath(f"{mail.name}.eml.truth.json").unlink()
    again = site.run("demo", "--mails", str(mails), "--data", "demo-data")
    assert _totals(again) == _truth(pick(22, 24, 26))
    assert "核对无误" in again


def test_the_demo_replaces_nothing_that_it_did_not_make(site: Installation, mails: Path) -> None:
    kept = site.folder / "papers" / "kept.txt"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    site.run("demo", "--mails", str(mails), "--data", "papers", status=2)
    assert kept.read_text(encoding="utf-8") == "mine"
