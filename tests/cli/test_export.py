"""`beian registry export`: hostile values as text, files for their owner only, ID numbers masked, every export on record."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from pipeline.profile.load import load_profile
from pipeline.store.store import open_store
from tests.cli.running import beian
from tests.store.filings import OWNER_ID, case, decide, mail

MASKED = "131***********7518"
LONG_DIGITS = "12345678901234567890123"
LONG_TEXT = "长" * 40_000
#: Values a submitter could write, each in a filing of its own.
HOSTILE = {
    "plain": {"name": "三河小测", "description": "本地资讯"},
    "formula": {"name": "=cmd|' /C calc'!A0", "description": "+1+1"},
    "minus": {"name": "-2+3+cmd|' /C calc'!A0", "description": "@SUM(1,1)"},
    "full-width": {"name": "＝HYPERLINK(1)", "description": "＋１"},
    "tab": {"name": "\t=1+1", "description": "\r=1+1"},
    "lines": {"name": "第一行\n第二行", "description": 'a,"b"\r\n;c'},
    "controls": {"name": "a\0b\x07c\x1b[31md\x7f", "description": "x\x0b\x0cy\ufffez"},
    "digits": {"name": LONG_DIGITS, "description": "00123"},
    "long": {"name": "长名", "description": LONG_TEXT},
    "markup": {"name": "<b>&amp;</b>", "description": "[red]x[/red]"},
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one record for each hostile filing."""
    folder = tmp_path_factory.mktemp("register")
    profile = load_profile("langfang-2018")
    with open_store(f"sqlite:///{folder / 'data' / 'beian.sqlite3'}", data_dir=folder / "data") as store:
        for number, values in enumerate(HOSTILE.values(), start=1):
            decide(store, profile, mail(case(**values)), number=number)
        assert len(store.list_registry()) == len(HOSTILE)
    return folder


def settle(folder: Path, installation: Path) -> Path:
    """Settings in that folder that lead to the register."""
    (folder / "beian.toml").write_text(f'data_dir = "{installation / "data"}"\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def exports(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the register in each format, masked and whole."""
    folder = settle(tmp_path_factory.mktemp("exports"), installation)
    for form in ("xlsx", "csv", "json"):
        before = events(installation)
        assert beian("registry", "export", f"masked.{form}", cwd=folder).returncode == 0
        assert events(installation) == [*before, "registry.exported"]
        assert beian("registry", "export", f"whole.{form}", "--reveal", cwd=folder).returncode == 0
        assert events(installation) == [*before, "registry.exported", "registry.revealed"]
    # Nothing is left beside what was asked for.
    assert len(list(folder.iterdir())) == 7
    return folder


@pytest.fixture
def place(installation: Path, tmp_path: Path) -> Path:
    """An empty folder to export into."""
    return settle(tmp_path, installation)


def sheet_of(path: Path) -> tuple[list[str], list[list[Cell]]]:
    """The heads, and the rows below them; above the heads stand a title and what is in the sheet."""
    rows = [list(row) for row in load_workbook(path)["台账"].iter_rows()]
    return [str(cell.value) for cell in rows[2]], rows[3:]


def column(path: Path, head: str) -> list[str]:
    heads, rows = sheet_of(path)
    return [str(row[heads.index(head)].value) for row in rows]


def events(installation: Path) -> list[str]:
    with closing(sqlite3.connect(installation / "data" / "beian.sqlite3")) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM events ORDER BY seq")]


def test_every_cell_of_a_sheet_is_text(exports: Path) -> None:
    _, rows = sheet_of(exports / "whole.xlsx")
    assert len(rows) == len(HOSTILE)
    cells = [cell for _, *row in rows for cell in row if cell.value is not None]  # the first column counts the rows
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    with zipfile.ZipFile(exports / "whole.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_sheet_holds_what_was_written(exports: Path) -> None:
    names = dict(zip(HOSTILE, column(exports / "whole.xlsx", "账号名（昵称）"), strict=True))
    assert names["formula"] == HOSTILE["formula"]["name"]
    assert names["digits"] == LONG_DIGITS
    assert names["lines"] == "第一行\n第二行"
    assert names["controls"] == "a\ufffdb\ufffdc\ufffd[31md\x7f"
    assert column(exports / "whole.xlsx", "粉丝数量") == ["1200"] * len(HOSTILE)
    assert column(exports / "whole.xlsx", "身份证号") == [OWNER_ID] * len(HOSTILE)


def test_a_text_too_long_for_a_cell_says_so(exports: Path) -> None:
    texts = dict(zip(HOSTILE, column(exports / "masked.xlsx", "功能简介"), strict=True))
    assert len(texts["long"]) == 32_767
    assert texts["long"].endswith("长…（过长，已截断）")
    assert LONG_TEXT in (exports / "masked.csv").read_text(encoding="utf-8-sig")


def test_no_cell_of_a_csv_begins_a_formula(exports: Path) -> None:
    raw = (exports / "masked.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert not [byte for byte in raw if byte < 32 and byte not in b"\t\r\n"]
    heads, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert len(rows) == len(HOSTILE)
    assert {len(row) for row in rows} == {len(heads)}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@＝＋－＠\t\r\n"))]
    names = dict(zip(HOSTILE, (row[heads.index("账号名（昵称）")] for row in rows), strict=True))
    assert names["formula"] == "'" + HOSTILE["formula"]["name"]
    assert names["full-width"] == "'" + HOSTILE["full-width"]["name"]
    assert names["lines"] == "第一行\n第二行"
    assert names["plain"] == "三河小测"


def test_json_holds_the_contracts_values(exports: Path) -> None:
    rows = json.loads((exports / "whole.json").read_text(encoding="utf-8"))
    assert [(row["account_name"], row["description"]) for row in rows] == [
        (values["name"], values["description"]) for values in HOSTILE.values()
    ]
    assert {row["owner_id_number"] for row in rows} == {OWNER_ID}


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_id_numbers_are_masked_unless_asked_for(form: str, exports: Path) -> None:
    masked, whole = (everything(exports / f"{name}.{form}") for name in ("masked", "whole"))
    assert MASKED in masked
    assert OWNER_ID not in masked
    assert OWNER_ID in whole


def everything(path: Path) -> str:
    """All text in a file; of a sheet, in all of its parts."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8") for name in archive.namelist())


def test_the_file_is_for_its_owner_only(place: Path) -> None:
    """Whatever the umask, whatever lay there before, and whatever somebody laid in the way."""
    target = place / "out.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o666)
    trap = place / "out.csv.part"
    trap.symlink_to(place / "elsewhere")
    before = os.umask(0)
    try:
        assert beian("registry", "export", "out.csv", "--reveal", cwd=place).returncode == 0
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == 0o600
    assert OWNER_ID in target.read_text(encoding="utf-8-sig")
    assert sorted(path.name for path in place.iterdir()) == ["beian.toml", "out.csv", "out.csv.part"]


def test_a_folder_that_cannot_be_written_to_is_told(installation: Path, place: Path) -> None:
    (place / "shut").mkdir()
    (place / "shut").chmod(0o555)
    done = beian("registry", "export", "shut/out.csv", cwd=place, powerless=True)
    assert done.returncode == 3
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_output_gets_the_file_and_nothing_else(exports: Path, place: Path) -> None:
    done = beian("registry", "export", "--format", "json", cwd=place)
    assert done.stdout == (exports / "masked.json").read_text(encoding="utf-8")
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("out.doc",), ("out",), ("out.csv", "--format", "ods")])
def test_another_format_is_wrong_use_and_no_export(arguments: tuple[str, ...], place: Path, installation: Path) -> None:
    before = events(installation)
    done = beian("registry", "export", *arguments, cwd=place)
    assert done.returncode == 2
    assert "csv, xlsx" in done.stderr
    assert events(installation) == before
