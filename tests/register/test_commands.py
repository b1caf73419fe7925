"""The commands as an officer types them: options, files, exit statuses, what the event log keeps."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.cli.app import run
from pipeline.desk.officer import Officer
from pipeline.domain.life import Action
from pipeline.profile.schema import Profile
from pipeline.store.models import Event
from pipeline.store.store import open_store
from tests.officer.filings import doubtful_owner, filing, hand_in
from tests.register.books import lines
from tests.store.filings import later
from tests.validate.builders import OWNER_ID

Beian = Callable[..., int]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Path:
    """A place with one record and one filing that was returned, to copy."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "beian.toml").write_text('profile = "langfang-2018"\ndata_dir = "data"\n', encoding="utf-8")
    data = folder / "data"
    with open_store(f"sqlite:///{data / 'beian.sqlite3'}", data_dir=data) as store:
        hand_in(store, profile, filing(), number=1)
        case = hand_in(store, profile, filing(account_name="三河乙生活", owner_name=doubtful_owner()), number=2)
        Officer(name="刘", store=store, profile=profile, clock=lambda: later(60)).act(case, Action.RETURN)
    return folder


@pytest.fixture
def beian(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Beian:
    """The command in that place."""
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run(list(arguments))


def logged(kind: str) -> list[tuple[str, str]]:
    with open_store("sqlite:///data/beian.sqlite3", data_dir=Path("data")) as store, store._session() as session:
        found = session.query(Event).filter(Event.kind == kind).order_by(Event.seq)
        return [(event.actor, store.events.note_of(event)) for event in found]


def test_export_by_office_period_state_and_order(beian: Beian, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--office", "sanhe", "--from", "2018", "--to", "2018-12", "--state", "active", "--sort", "received")
    assert beian("registry", "export", "台账.xlsx", *options, "--reveal", "--by", "刘", "--ground", "年检") == 0
    assert "已导出 1 条" in capsys.readouterr().err
    book = load_workbook("台账.xlsx")
    assert book["台账"]["A2"].value.startswith("备案机构：三河")
    assert "2018-01-01 至 2018-12-31" in book["台账"]["A2"].value
    assert lines(book, "台账")[0]["身份证号"] == OWNER_ID
    assert Path("台账.xlsx").stat().st_mode & 0o777 == 0o600
    ((actor, note),) = logged("registry.revealed")
    said = {"office": "sanhe", "from": "2018-01-01", "to": "2018-12-31", "state": "active", "ground": "年检"}
    assert (actor, json.loads(note)) == ("刘", said)
    assert logged("registry.exported") == []


def test_to_standard_output_and_lists(beian: Beian, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert beian("registry", "export", "--format", "json") == 0
    (record,) = json.loads(capfdbinary.readouterr().out)
    assert record["owner_id_number"] == f"{OWNER_ID[:3]}***********{OWNER_ID[-4:]}"
    assert beian("registry", "list", "--from", "2019", "--json") == 0
    assert capfdbinary.readouterr().out == b""
    assert beian("registry", "list", "--to", "2018-12-31", "--state", "active", "--sort", "number", "--json") == 0
    assert json.loads(capfdbinary.readouterr().out)["number"] == record["number"]


def test_by_type_entity_names_and_number(
    beian: Beian, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exported(*options: str) -> int:
        assert beian("registry", "export", "--format", "json", *options) == 0
        return len(json.loads(capfdbinary.readouterr().out))

    assert exported("--type", "wechat", "--entity", "company") == 1
    assert exported("--type", "app") == exported("--entity", "individual") == 0
    name = filing().form.text("account_name")  # type: ignore[union-attr]
    assert (exported("--account", name), exported("--account", name[:2]), exported("--subject", name)) == (1, 0, 0)
    for typed, found in ((OWNER_ID.lower(), 1), ("110101199003070134", 0)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{typed}\n".encode())))
        assert exported("--owner-id") == found
    assert OWNER_ID not in "".join(note for _, note in logged("registry.exported")).upper()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("registry", "export", "--type", "telegraph"), "wechat"),
        (("registry", "list", "--entity", "club"), "individual"),
        (("registry", "export", "--from", "2018-13"), "no such day"),
        (("registry", "export", "--from", "gestern"), "2018-12-31"),
        (("registry", "export", "--from", "2019", "--to", "2018"), "after"),
        (("registry", "list", "--state", "alive"), "active, cancelled"),
        (("registry", "list", "--sort", "name"), "number"),
        (("registry", "export", "--office", "atlantis"), "sanhe"),
        (("stats", "--from", "2018"), "2018-12"),
        (("stats", "--from", "1000-01"), "at most"),
        (("stats", "--png", "x.png", "--font", "beian.toml"), "no typeface"),
        (("backlog", "--kind", "slow"), "never_completed"),
        (("accounts", "import", "beian.toml", "--office", "sanhe"), "xlsx"),
        (("accounts", "remove"), "--source"),
        (("accounts", "remove", "abcd"), "0 known accounts"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: tuple[str, ...], said: str, beian: Beian, capsys: pytest.CaptureFixture[str]
) -> None:
    assert beian(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not Path("x.png").exists()


def test_statistics(beian: Beian, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("stats", "--from", "2018-11", "--to", "2018-12", "--office", "sanhe")
    assert beian(*arguments, "--json", "--xlsx", "统计.xlsx", "--png", "统计.png") == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines() == ["已保存到 统计.xlsx", "已保存到 统计.png"]
    rows = [json.loads(line) for line in printed.out.splitlines()]
    (december,) = (row for row in rows if row["by"] == "total" and row["month"] == "2018-12")
    assert (december["received"], december["registered"], december["returned"], december["open"]) == (2, 1, 1, 1)
    assert Path("统计.png").read_bytes().startswith(b"\x89PNG")
    assert load_workbook("统计.xlsx").sheetnames == ["按月", "按机构", "按账号类型"]
    assert beian(*arguments) == 0
    shown = capsys.readouterr().out
    assert "期末在办" in shown
    assert "三河" in shown


def test_backlog(beian: Beian, capsys: pytest.CaptureFixture[str]) -> None:
    assert beian("backlog", "--office", "sanhe", "--json") == 0
    (row,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert row["kinds"] == ["late", "unanswered", "never_completed"]
    assert beian("backlog", "--kind", "unanswered", "--unanswered-days", "3660", "--json") == 0
    assert capsys.readouterr().out == ""
    assert beian("backlog", "--xlsx", "督办.xlsx", "--by", "王") == 0
    assert lines(load_workbook("督办.xlsx"), "督办清单")[0]["账号名"] == "三河乙生活"
    assert logged("backlog.exported") == [("王", "")]
    assert beian("backlog") == 0
    assert "督办 1 件" in capsys.readouterr().out


def test_known_accounts(beian: Beian, capsys: pytest.CaptureFixture[str]) -> None:
    Path("名单.csv").write_text("公众号,类型\n三河晨露生活,公众号\n三河丙生活,公众号\n,公众号\n", encoding="utf-8")
    importing = ("accounts", "import", "名单.csv", "--office", "sanhe", "--source", "2019年摸排")
    assert beian(*importing) == 1
    assert "第 4 行：没有账号名" in capsys.readouterr().err
    assert beian(*importing) == 1
    assert "新增 0 个，原已有 2 个" in capsys.readouterr().err
    assert [json.loads(note)["new"] for _, note in logged("accounts.imported")] == [2, 0]
    assert beian("accounts", "list", "--not-filed", "--json") == 0
    (row,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (row["account_name"], row["filed"], row["source"]) == ("三河丙生活", "not_filed", "2019年摸排")
    assert beian("accounts", "list", "--xlsx", "清单.xlsx") == 0
    filed = {row["账号名"]: row["备案情况"] for row in lines(load_workbook("清单.xlsx"), "摸排账号清单")}
    assert filed == {"三河晨露生活": "已备案", "三河丙生活": "未报送"}
    assert beian("accounts", "remove", row["id"][:8]) == 0
    assert beian("accounts", "remove", "--office", "sanhe", "--source", "2019年摸排") == 0
    assert "已删除 1 个" in capsys.readouterr().err
    assert beian("accounts", "list") == 0
    assert "摸排账号 0 个" in capsys.readouterr().out
