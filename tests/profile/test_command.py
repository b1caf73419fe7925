"""`beian profile`: every mistake with file and line, the rules in Chinese, the schema, and their exit statuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from pipeline.profile.load import shipped_profiles
from tests.forked import run_forked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a good profile, to be broken."""
    source = Path(str(resources.files("pipeline.profile") / "data" / "lanchuan-2024"))
    return Path(shutil.copytree(source, tmp_path / "mine"))


def profile(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run_forked(["profile", *arguments], cwd=cwd, environment=os.environ)


def line_of(file: Path, words: str) -> int:
    return file.read_text(encoding="utf-8")[: file.read_text(encoding="utf-8").index(words)].count("\n") + 1


def test_a_good_one(folder: Path) -> None:
    done = profile("check", str(folder), cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "good (lanchuan-2024: 4 offices, 3 counties" in done.stdout


def test_every_mistake_with_its_line(folder: Path) -> None:
    file, places = folder / "profile.toml", folder / "places.json"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("amount = 30", "amount = -30"),
        ('kind = "count"', 'kind = "number"'),
        ('mailbox = "xicen@lanchuan.example"', 'mailbox = "xicen"'),
        ('paper = "id_card", of = "owner"', 'paper = "id_card", of = "somebody"'),
        ('"form.unsigned" = "block"', '"form.unsigned" = "block"\n"form.unsealed" = "block"'),
        ('last = "03-31"', 'last = "02-30"'),
        ('first = "01-01"', 'first = "01-01"\nsecond = "x"'),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    places.write_text(places.read_text(encoding="utf-8").replace('"岑口镇"', '"岑口镇", "size": 3'), encoding="utf-8")
    done = profile("check", str(file), cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr.splitlines()
    for words, key in (
        ("amount = -30", "deadlines.after_opening.amount"),
        ('kind = "number"', "form.fields.10.kind"),
        ('mailbox = "xicen"', "offices.3.mailbox"),
        ('of = "somebody"', "materials.3.need.all_of.2.any_of.2.of"),
        ('"form.unsealed"', "severities.form.unsealed"),
        ('last = "02-30"', "annual_review.last"),
        ('second = "x"', "annual_review.second"),
    ):
        assert sum(f"{file}, line {line_of(file, words)}: {key}: " in line for line in said) == 1, (key, done.stderr)
    assert sum(f"{places}, line {line_of(places, '岑口镇')}: counties.2.towns.1.size: " in line for line in said) == 1
    assert len(said) == 8


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('trigger = "first_posted_on"', 'trigger = "follower_count"', "deadlines.trigger", "no required date field"),
        ('trigger = "first_posted_on"', 'trigger = "opened_on"', "deadlines.trigger", "no required date field"),
        ('types = ["weibo", "toutiao"]', 'types = ["weibo", "app"]', "thresholds.2.types", "app"),
        ('types = ["weibo", "toutiao"]', 'types = ["weibo", "douyin"]', "thresholds.2.types", "already: douyin"),
        ('value = "weibo"', 'value = "twitter"', "form.fields.5.options.4.value", "no such account type: twitter"),
        ('subject_line = "{account_subject}', 'subject_line = "{firm}', "notice.subject_line", "firm"),
        ("{account_subject}-{account_name}备案", "{account_subject}-{account_name}", "notice.subject_line", "no words"),
        ("format = '澜网审", "format = '(澜网审", "form.fields.4.format", "no regular expression"),
        ('section = "admin"', 'section = "boss"', "form.fields.14.section", "no section"),
        ('mailbox = "xicen@', 'mailbox = "Dongyu@', "offices.3.mailbox", "same mailbox"),
    ],
)
def test_contradictions_between_parts(folder: Path, old: str, new: str, key: str, reason: str) -> None:
    file = folder / "profile.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = profile("check", str(folder), cwd=folder)
    assert done.returncode == 2
    assert f"{file}, line {line_of(file, new)}: {key}: " in done.stderr, done.stderr
    assert reason in done.stderr


def test_no_such_profile(tmp_path: Path) -> None:
    done = profile("check", "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert "no such profile" in done.stderr
    assert profile("explain", "nowhere", cwd=tmp_path).returncode == 2


def test_list_explain_and_schema(tmp_path: Path, folder: Path) -> None:
    listed = profile("list", cwd=tmp_path)
    assert [line.split("\t")[0] for line in listed.stdout.splitlines()] == list(shipped_profiles())
    explained = profile("explain", str(folder), cwd=tmp_path)
    assert explained.returncode == 0
    assert "30个工作日内" in explained.stdout
    configured = profile("explain", cwd=tmp_path)
    assert "廊坊市（规则 langfang-2018）" in configured.stdout
    assert json.loads(profile("schema", cwd=tmp_path).stdout)["title"].startswith("A city's profile")
