"""`beian stats --recheck` and `beian registry history` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.app import run
from pipeline.domain.recheck import Outcome, wilson_interval
from pipeline.profile.schema import Profile
from pipeline.store.store import open_store
from tests.recheck.office import MISREAD, automatic, checker, draw, people, recheck_of, typed


def test_the_error_rate_as_json_and_as_tables(
    tmp_path: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "beian.toml").write_text(
        'profile = "langfang-2018"\ndata_dir = "data"\n[recheck]\nshare = 0.5\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    with open_store(f"sqlite:///{data / 'beian.sqlite3'}", data_dir=data) as store:
        people(store)
        case_id = automatic(store, profile, **MISREAD)
        draw(store, profile)
        desk = checker(store, profile)
        entered = desk.enter(recheck_of(store, case_id).recheck_id, typed(profile))
        desk.settle(entered.recheck_id, {"owner_name": Outcome.WRONG}, {"owner_name": "苏晓彤"}, ground="对照原件")
        fields = len(entered.fields)
    period = ("--from", "2018-12", "--to", "2018-12")
    capsys.readouterr()
    assert run(["stats", "--recheck", *period, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {(row["source"], row["month"]): row for row in rows}
    whole = found["automatic", None]
    assert (whole["cases"], whole["fields_compared"], whole["fields_wrong"]) == (1, fields, 1)
    assert (whole["rate_low"], whole["rate_high"]) == wilson_interval(1, fields)
    assert found["automatic", "2018-12"]["rate"] == pytest.approx(1 / fields)
    assert found["person", None]["rate"] is None
    assert run(["stats", "--recheck", "--from", "2019-01", "--to", "2019-02", "--json"]) == 0
    assert all(json.loads(line)["cases"] == 0 for line in capsys.readouterr().out.splitlines())
    assert run(["stats", "--recheck", *period]) == 0
    assert "复核：自动登记" in capsys.readouterr().out
    assert run(["registry", "history", "廊新媒备-131082-2018-00001"]) == 0
    assert "更正" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--xlsx", "--png"])
def test_a_file_of_error_rates_is_refused_and_not_forgotten(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["stats", "--recheck", option, "rates.file"]) != 0
    assert "--recheck" in capsys.readouterr().err
    assert not (tmp_path / "rates.file").exists()


def test_a_share_beyond_everything_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "beian.toml").write_text("[recheck]\nshare = 3\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["stats", "--recheck"]) != 0
    assert "recheck.share" in capsys.readouterr().err
