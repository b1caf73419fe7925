"""`beian doctor`: every fault it can find, made for real; each line says what to do."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.dovecot import Dovecot, is_installed
from pipeline.store.keyring import load_or_create_keyring
from tests.cli.running import beian

PASSWORD = "geheimABC123"
SANHE, CITY = "wxsh3252645@163.com", "lfwlk2010@163.com"
SANDBOX = "sandbox and reading engines"
#: A profile that is not there: what needs one is not tried, which saves loading the engines.
NO_PROFILE = 'profile = "atlantis-1"\n'

Results = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    if not is_installed():
        pytest.skip("needs the Debian package dovecot-imapd")
    with Dovecot(dict.fromkeys((SANHE, CITY), PASSWORD)) as running:
        yield running


def results(done: subprocess.CompletedProcess[str]) -> Results:
    """The lines by what was checked, in order."""
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


def doctor(folder: Path, config: str, **more: Any) -> tuple[int, Results]:
    (folder / "beian.toml").write_text(config, encoding="utf-8")
    done = beian("doctor", "--json", cwd=folder, **more)
    return done.returncode, results(done)


def mailbox(
    office: str, server: Dovecot, *, port: int | None = None, authority: str | None = "ca.pem", **more: str
) -> str:
    """A mailbox's settings; `authority` is beside the settings file, where `doctor` finds it from anywhere."""
    lines = [f"[mailboxes.{office}]", 'host = "localhost"', f"port = {port or server.tls_port}"]
    lines += [f'ca_file = "{authority}"'] if authority else []
    lines += [f'{key} = "{value}"' for key, value in more.items()]
    return "\n".join(lines) + "\n"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_when_all_is_well_every_line_says_so(server: Dovecot, tmp_path: Path) -> None:
    shutil.copy(server.ca_file, tmp_path / "ca.pem")
    (tmp_path / "beian.toml").write_text(mailbox("sanhe", server), encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    settings = ("--config", tmp_path / "beian.toml")
    done = beian(*settings, "doctor", cwd=tmp_path / "elsewhere", BEIAN_PASSWORD_SANHE=PASSWORD)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line[0] for line in lines] == ["✓"] * 8
    assert [line[2:].partition(":")[0] for line in lines] == [
        "profile",
        "second reader",
        "archives",
        "old Word files",
        SANDBOX,
        "store",
        "mailbox sanhe",
        "sending",
    ]
    assert PASSWORD not in done.stdout + done.stderr


def test_a_missing_library_for_archives_is_named_with_its_package(tmp_path: Path) -> None:
    status, lines = doctor(tmp_path, NO_PROFILE, LIBARCHIVE=str(tmp_path / "absent.so"))
    assert status == 3
    assert not lines["archives"]["ok"]
    assert lines["archives"]["advice"] == "apt-get install libarchive13"


def test_libreoffice_may_be_missing_and_its_package_is_named(tmp_path: Path) -> None:
    _, lines = doctor(tmp_path, NO_PROFILE, PATH=str(tmp_path))
    assert (lines["old Word files"]["ok"], lines["old Word files"]["needed"]) == (False, False)
    assert lines["old Word files"]["advice"] == "apt-get install libreoffice-writer-nogui"
    needed = [name for name, line in lines.items() if line["needed"]]
    assert "archives" in needed


@pytest.fixture(scope="module")
def mailboxes(server: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Results]:
    """One run over mailboxes of which each but the last has its own trouble."""
    folder = tmp_path_factory.mktemp("mailboxes")
    shutil.copy(server.ca_file, folder / "ca.pem")
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    for office, mode, content in (
        ("xianghe", 0, b"x"),
        ("anci", 0o600, b"\xff\xfe\0"),
        ("yongqing", 0o600, b""),
        ("bazhou", 0o600, PASSWORD.encode()),
    ):
        (secrets / f"password_{office}").write_bytes(content)
        (secrets / f"password_{office}").chmod(mode)
    config = 'secrets_dir = "secrets"\n' + "".join(
        (
            mailbox("city", server),
            mailbox("dachang", server, port=closed_port()),
            mailbox("guangyang", server),
            mailbox("xianghe", server),
            mailbox("anci", server),
            mailbox("yongqing", server),
            mailbox("guan", server, authority=None),
            mailbox("wenan", server, authority="absent.pem"),
            mailbox("bazhou", server, username=SANHE),
        )
    )
    return doctor(
        folder,
        config,
        powerless=True,
        BEIAN_PASSWORD_CITY="wrong",
        BEIAN_PASSWORD_DACHANG=PASSWORD,
        BEIAN_PASSWORD_GUAN=PASSWORD,
        BEIAN_PASSWORD_WENAN=PASSWORD,
    )


@pytest.mark.parametrize(
    ("office", "words"),
    [
        ("city", ("拒绝登录", "重新生成授权码")),
        ("dachang", ("无法连接", "host 和 port")),
        ("guangyang", ("BEIAN_PASSWORD_GUANGYANG", "password_guangyang")),
        ("xianghe", ("password_xianghe", "Permission denied", "user must be able to")),
        ("anci", ("password_anci", "is no text")),
        ("yongqing", ("mailboxes.yongqing", "授权码")),
        ("guan", ("证书不是由受信任的机构签发", "ca_file")),
        ("wenan", ("ca_file 无法读取", "路径")),
    ],
)
def test_a_mailbox_that_cannot_be_used_says_what_to_do(
    office: str, words: tuple[str, ...], mailboxes: tuple[int, Results]
) -> None:
    line = mailboxes[1][f"mailbox {office}"]
    assert not line["ok"]
    assert all(word in line["detail"] for word in words), line["detail"]


def test_one_bad_mailbox_does_not_hide_the_others(mailboxes: tuple[int, Results]) -> None:
    status, found = mailboxes
    assert status == 3
    assert found["mailbox bazhou"]["ok"]
    assert [name for name in found if name.startswith("mailbox")] == [
        f"mailbox {office}"
        for office in ("city", "dachang", "guangyang", "xianghe", "anci", "yongqing", "guan", "wenan", "bazhou")
    ]
    assert PASSWORD not in json.dumps(found)


@pytest.fixture
def english_only(tmp_path: Path) -> str:
    """Tesseract's languages without the Chinese one: then the reading processes cannot start."""
    languages = tmp_path / "tessdata"
    languages.mkdir()
    found = sorted(Path("/usr/share").glob("tesseract-ocr/*/tessdata/eng.traineddata"))
    shutil.copy(found[-1], languages)
    return str(languages)


def test_a_reader_that_cannot_start_is_named_with_what_to_install(english_only: str, tmp_path: Path) -> None:
    status, found = doctor(tmp_path, "", TESSDATA_PREFIX=english_only)
    assert status == 3
    assert found["second reader"]["detail"] == "tesseract lacks chi_sim"
    assert "apt-get install" in found["second reader"]["advice"]
    assert "tesseract-ocr-chi-sim" in found["second reader"]["advice"]
    assert not found[SANDBOX]["ok"]
    assert "EngineMissingError: tesseract lacks chi_sim" in found[SANDBOX]["detail"]
    assert "chi_sim" in found[SANDBOX]["detail"]
    # One fault does not hide another: no mailbox is configured either.
    assert (found["profile"]["ok"], found["store"]["ok"]) == (True, True)
    assert "beian init" in found["mailboxes"]["advice"]


def test_an_office_that_is_none_is_named(tmp_path: Path) -> None:
    status, found = doctor(tmp_path, "[mailboxes.atlantis]\n")
    assert status == 3
    assert "mailboxes.atlantis: no such office" in found["mailboxes"]["detail"]
    assert "sanhe" in found["mailboxes"]["detail"]


def test_an_unknown_profile_is_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    (tmp_path / "beian.toml").write_text(NO_PROFILE, encoding="utf-8")
    done = beian("doctor", cwd=tmp_path)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert "atlantis-1: no such profile; shipped are: cangzhou-2018, lanchuan-2024, langfang-2018" in lines[0]
    assert lines[lines.index(f"✗ {SANDBOX}: not tried") :] == [
        f"✗ {SANDBOX}: not tried",
        "    → put the profile right first",
        "✓ store: open, 0 mails waiting",
        "✗ mailboxes: not tried",
        "    → put the profile right first",
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its key, closed again."""
    folder = tmp_path_factory.mktemp("made")
    assert beian("queue", "list", cwd=folder).returncode == 0
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(made, tmp_path / "data"))


def store_line(folder: Path, config: str = NO_PROFILE) -> str:
    status, found = doctor(folder, config, powerless=True)
    assert status == 3
    assert not found["store"]["ok"]
    return str(found["store"]["detail"])


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o555)
    (tmp_path / "data").chmod(0o555)
    detail = store_line(tmp_path)
    assert f"{tmp_path / 'data' / 'beian.sqlite3'}: cannot be used: Permission denied" in detail
    assert "that this user may write there" in detail


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    detail = store_line(tmp_path, f'{NO_PROFILE}data_dir = "file/data"\n')
    assert "file/data: cannot be made: Not a directory; check data_dir" in detail


def test_another_datas_key_file(data: Path, tmp_path: Path) -> None:
    (data / "beian.key").unlink()
    load_or_create_keyring(data / "beian.key")
    assert "restore the key file that belongs to this data" in store_line(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: (data / "beian.key").unlink(), "the key file is missing; restore it from its backup"),
        (lambda data: (data / "beian.key").chmod(0o444), "open to other users (mode 0444); run: chmod 0400"),
        (
            lambda data: (data / "beian.sqlite3").write_bytes(b"no database" * 100),
            "damaged; restore it from its backup",
        ),
    ],
    ids=["key-missing", "key-open", "database-damaged"],
)
def test_a_store_that_was_spoilt(spoil: Any, words: str, data: Path, tmp_path: Path) -> None:
    spoil(data)
    assert words in store_line(tmp_path)


def test_a_database_server_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://beian:{PASSWORD}@127.0.0.1:{closed_port()}/beian"
    detail = store_line(tmp_path, f'{NO_PROFILE}[store]\nurl = "{url}"\n')
    assert "cannot be used now" in detail
    assert "store.url" in detail
    assert PASSWORD not in detail
