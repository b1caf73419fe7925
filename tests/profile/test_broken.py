"""A broken profile says file, key, line and reason."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from pipeline.profile.lines import find_toml_line
from pipeline.profile.load import ProfileError, load_profile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a good profile, to be broken."""
    source = Path(str(resources.files("pipeline.profile") / "data" / "langfang-2018"))
    return Path(shutil.copytree(source, tmp_path / "broken"))


def change(folder: Path, old: str, new: str, *, file: str = "profile.toml") -> int:
    """Replace the first `old`; the number of its line."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_folder_and_its_file_load(folder: Path) -> None:
    assert load_profile(folder) == load_profile(folder / "profile.toml") == load_profile("langfang-2018")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('area_code = "131082"', 'area_code = "13108"', "offices.2.area_code", "pattern"),
        ('mailbox = "dcjdxc@163.com"', 'mailbox = "dcjdxc"', "offices.3.mailbox", "pattern"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Langfang"', "timezone", "unknown time zone"),
        ("{seq:05}", "{sequence:05}", "number_format", "sequence"),
        ("-{seq:05}", "", "number_format", "{seq}"),
        ("amount = 30", "amount = -3", "deadlines.after_opening.amount", "greater than"),
        ("last = 2018-12-31", "last = 2018-12-01", "deadlines.window", "before"),
        ("earliest_opening = 2011-01-01", 'earliest_opening = "soon"', "earliest_opening", "date"),
        ('kind = "count"', 'kind = "number"', "form.fields.9.kind", "count"),
        ('key = "opened_on"', 'key = "opened"', "form.fields.8.key", "unknown field: opened"),
        ('after = "admin_name"', 'after = "boss"', "form.fields.15.after", "boss"),
        ("patterns = ['[地网住]?", "patterns = ['[地网住?", "form.fields.6.patterns", "regular expression"),
        ("[severities]", '[severities]\n"form.unsinged" = "block"', "severities.form.unsinged", "form.unsinged"),
        ('notice_types = ["wechat", "app"]', 'notice_types = ["wechat", "weibo"]', "notice_types", "weibo"),
        ('paper = "business_licence"', 'paper = "licence"', "materials.1.need.all_of.1.any_of.2.paper", "licence"),
        ('paper = "id_card"\nof = "operator"', 'paper = "id_card"', "materials.1.need.all_of.2", "'of'"),
        ('city = "廊坊市"', 'city = "廊坊市"\nmayor = "x"', "mayor", "not permitted"),
        ('city = "廊坊市"\n', "", "city", "required"),
    ],
)
def test_a_wrong_value(folder: Path, old: str, new: str, key: str, reason: str) -> None:
    change(folder, old, new)
    with pytest.raises(ProfileError) as caught:
        load_profile(folder)
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert str(folder / "profile.toml") in str(caught.value)


def test_the_line_of_a_wrong_value(folder: Path) -> None:
    line = change(folder, 'phone = "0316-8311324"', "phone = 8311324")
    with pytest.raises(ProfileError) as caught:
        load_profile(folder)
    assert (caught.value.key, caught.value.line) == ("offices.4.phone", line)
    assert f"line {line}" in str(caught.value)


def test_no_toml(folder: Path) -> None:
    line = change(folder, 'city = "廊坊市"', "city = 廊坊市")
    with pytest.raises(ProfileError) as caught:
        load_profile(folder)
    assert caught.value.line == line


def test_two_offices_with_one_mailbox(folder: Path) -> None:
    change(folder, "dcjdxc@163.com", "WXSH3252645@163.com")
    with pytest.raises(ProfileError, match=r"same mailbox: wxsh3252645@163\.com"):
        load_profile(folder)


def test_an_entity_without_materials(folder: Path) -> None:
    change(folder, 'entity = "individual"', 'entity = "company"')
    with pytest.raises(ProfileError, match="exactly once"):
        load_profile(folder)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"office": "anci"', '"office": "nowhere"', "unknown office 'nowhere'"),
        ('"area_code": "131002"', '"area_code": 131002', "string"),
        ('"region": ["廊坊"]', '"region": []', "at least 1"),
        ('{"region"', '["region"', "no JSON"),
        ('"province"', '"provinces"', "not permitted"),
    ],
)
def test_wrong_places(folder: Path, old: str, new: str, reason: str) -> None:
    change(folder, old, new, file="places.json")
    with pytest.raises(ProfileError, match=reason):
        load_profile(folder)


def test_missing_and_foreign_files(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="shipped are: cangzhou-2018, lanchuan-2024, langfang-2018"):
        load_profile("nowhere-2018")
    with pytest.raises(ProfileError, match=r"profile\.toml: can't be read"):
        load_profile(tmp_path)
    (folder / "places.json").unlink()
    with pytest.raises(ProfileError, match=r"places\.json: can't be read"):
        load_profile(folder)


def test_files_that_are_no_text(folder: Path) -> None:
    (folder / "profile.toml").write_bytes(b'city = "\xc0\xc8\xb7\xbb"\n')
    with pytest.raises(ProfileError, match="line 1: is not UTF-8"):
        load_profile(folder)
    (folder / "profile.toml").write_bytes(b"#" * 5_000_000)
    with pytest.raises(ProfileError, match="larger than"):
        load_profile(folder)


def test_endless_nesting(folder: Path) -> None:
    (folder / "places.json").write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(ProfileError, match="nested too deeply"):
        load_profile(folder)


def test_lines() -> None:
    text = "[a]\nx = 1\n[[b]]\nx = 1\n[[b]]\n[b.c]\ny = 2\n[[b.d]]\nz = 1\n[[b.d]]\nz = 2\n"
    assert find_toml_line(text, ("a", "x")) == 2
    assert find_toml_line(text, ("b", 1, "c", "y")) == 7
    assert find_toml_line(text, ("b", 0, "missing")) == 3
    assert find_toml_line(text, ("b", 1, "d", 1, "z")) == 11
    assert find_toml_line(text, ("nowhere",)) is None
