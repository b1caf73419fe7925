"""A wrong setting names file, key, value and what is allowed; secrets come from outside the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.configuration.settings import SettingsError, load_settings
from pipeline.configuration.template import config_text


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BEIAN_CONFIG", raising=False)


def write(text: str) -> Path:
    path = Path("beian.toml").resolve()
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_hold_without_a_file() -> None:
    settings = load_settings()
    assert settings.profile == "langfang-2018"
    assert settings.store_url.startswith("sqlite:///")


def test_the_written_template_is_valid_and_says_the_defaults() -> None:
    defaults = load_settings()
    settings = load_settings(write(config_text(profile="langfang-2018", offices={"sanhe": "wxsh3252645@163.com"})))
    assert settings.mailboxes["sanhe"].enabled
    assert (settings.poll, settings.store, settings.work) == (defaults.poll, defaults.store, defaults.work)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[work]\nprocesses = 0\n", ("work.processes", "0", "greater than or equal to 1")),
        ("[poll]\ninterval = 5\n", ("poll.interval", "no such setting")),
        ('[mailboxes.sanhe]\ntls = "tls"\n', ("mailboxes.sanhe.tls", "'tls'", "'ssl', 'starttls' or 'none'")),
        ("profile = \n", ("not valid TOML",)),
    ],
)
def test_a_wrong_setting_is_explained(text: str, parts: tuple[str, ...]) -> None:
    path = write(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert all(part in str(caught.value) for part in (str(path), *parts))


def test_a_wrong_database_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write("[store]\nurl = 5\n"))
    assert "(hidden)" in str(caught.value)


def test_a_named_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SettingsError, match="beian init"):
        load_settings(Path("absent.toml"))


def test_the_environment_wins_and_relative_paths_count_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write('data_dir = "kept"\n[work]\nprocesses = 3\n')
    monkeypatch.setenv("BEIAN_WORK__PROCESSES", "5")
    monkeypatch.chdir("/")
    settings = load_settings(path)
    assert settings.work.processes == 5
    assert settings.work.document_seconds == 240
    assert settings.data_dir == path.parent / "kept"


def test_passwords_come_from_the_environment_or_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password_guan").write_text("from-file\n", encoding="utf-8")
    monkeypatch.setenv("BEIAN_PASSWORD_SANHE", "from-environment")
    settings = load_settings(write('secrets_dir = "."\n'))
    sanhe, guan = settings.password("sanhe"), settings.password("guan")
    assert sanhe is not None
    assert guan is not None
    assert sanhe.get_secret_value() == "from-environment"
    assert guan.get_secret_value() == "from-file"
    assert settings.password("bazhou") is None
    assert "from-" not in repr(settings)
