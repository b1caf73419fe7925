"""`beian init`: a file that every other command accepts, wherever it is run from."""

from __future__ import annotations

import shutil
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from pipeline.configuration.settings import load_settings
from pipeline.configuration.template import config_text
from tests.cli.running import beian


@pytest.fixture
def own_profile(tmp_path: Path) -> Path:
    """A copy of the shipped profile in a folder whose name needs quoting."""
    folder = tmp_path / 'our "city"'
    with resources.as_file(resources.files("pipeline.profile") / "data" / "langfang-2018") as shipped:
        shutil.copytree(shipped, folder)
    return folder


def test_what_is_printed_is_what_is_written(tmp_path: Path) -> None:
    printed = beian("init", "--print", cwd=tmp_path).stdout
    assert list(tmp_path.iterdir()) == []
    assert beian("init", "settings.toml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8") == printed
    assert tomllib.loads(printed)["mailboxes"].keys() >= {"city", "sanhe"}


def test_a_profile_of_ones_own_is_found_from_everywhere(own_profile: Path, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    made = beian("init", "conf/beian.toml", "--profile", own_profile.name, cwd=tmp_path)
    assert made.returncode == 0
    settings = load_settings(tmp_path / "conf" / "beian.toml")
    assert settings.profile == str(own_profile)
    checked = beian("--config", "../conf/beian.toml", "queue", "list", "--office", "sanhe", cwd=own_profile)
    assert (checked.returncode, checked.stderr.count("beian:")) == (0, 0)


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "beian.toml"
    path.write_text(
        'profile = "own"\ndata_dir = "d"\nsecrets_dir = "s"\n[mailboxes.sanhe]\nca_file = "ca.pem"\n[mailboxes.city]\n',
        encoding="utf-8",
    )
    settings = load_settings(path)
    assert settings.profile == str(tmp_path / "own")
    assert (settings.data_dir, settings.secrets_dir) == (tmp_path / "d", tmp_path / "s")
    assert settings.mailboxes["sanhe"].ca_file == tmp_path / "ca.pem"
    assert settings.mailboxes["city"].ca_file is None


def test_a_shipped_profile_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "langfang-2018").mkdir()
    path = tmp_path / "beian.toml"
    path.write_text(config_text(profile="langfang-2018", offices={}), encoding="utf-8")
    assert load_settings(path).profile == "langfang-2018"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = beian("init", "absent/beian.toml", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.splitlines() == ["beian: absent/beian.toml: No such file or directory"]
