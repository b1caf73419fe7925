"""What an officer types, from the returned case to the sent letter."""

from __future__ import annotations

import json
import os
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from pipeline.profile.schema import Profile
from pipeline.store.store import open_store
from tests.forked import run_forked
from tests.notices.filings import SENDER, hand_in_doubtful
from tests.notices.smtp_server import PASSWORD, USER, Server

Run = subprocess.CompletedProcess[str]


class Terminal:
    """A working folder with a register, and the commands run in it."""

    def __init__(self, folder: Path, server: Server, ca_file: Path) -> None:
        self.folder = folder
        smtp = f'host = "127.0.0.1"\nport = {server.port}\nusername = "{USER}"\nca_file = "{ca_file}"\n'
        (folder / "beian.toml").write_text(f"[smtp]\n{smtp}", encoding="utf-8")

    def __call__(self, *arguments: str, text: str = "", password: str = "") -> Run:
        secret = {"BEIAN_SMTP_PASSWORD_SANHE": password} if password else {}
        return run_forked(arguments, cwd=self.folder, environment={**os.environ, **secret}, typed=text)


@pytest.fixture
def terminal(tmp_path: Path, server: Server, ca_file: Path) -> Terminal:
    return Terminal(tmp_path, server, ca_file)


@pytest.fixture
def case_id(terminal: Terminal, profile: Profile) -> str:
    data = terminal.folder / "data"
    with open_store(f"sqlite:///{data / 'beian.sqlite3'}", data_dir=data) as store:
        return hand_in_doubtful(store, profile)


def _notices(terminal: Terminal) -> list[dict[str, object]]:
    done = terminal("notice", "list", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_from_the_returned_case_to_the_sent_letter(terminal: Terminal, case_id: str, server: Server) -> None:
    done = terminal("case", "return", case_id, "--by", "刘经办")
    assert "补正通知书" in done.stdout
    assert "待签发" in done.stdout
    (notice,) = _notices(terminal)
    notice_id = str(notice["notice"])
    assert notice_id[:8] in done.stdout
    assert (notice["recipient"], notice["state"]) == (SENDER, "drafted")
    assert "一次性告知" in terminal("notice", "show", notice_id).stdout
    assert terminal("notice", "save", notice_id, "信.docx").returncode == 0
    assert terminal("notice", "save", notice_id, "信.docx").returncode == 2
    letter = Document(BytesIO((terminal.folder / "信.docx").read_bytes()))
    assert letter.paragraphs[0].text == "新媒体账号登记备案补正通知书"
    assert terminal("notice", "edit", notice_id, "--by", "刘", text="某公司：\n请重新报送。\n").returncode == 0
    assert terminal("notice", "edit", notice_id, "--by", "刘", text=" \n").returncode == 1
    nobody = terminal("notice", "send")
    assert nobody.returncode == 1
    assert "BEIAN_SMTP_PASSWORD" in nobody.stderr
    assert terminal("notice", "release", notice_id, "--by", "王科长").returncode == 0
    refused = terminal("notice", "send", password="wrong")
    assert refused.returncode == 1
    assert "授权码" in refused.stdout
    assert server.received == []
    with open_store(
        f"sqlite:///{terminal.folder / 'data' / 'beian.sqlite3'}", data_dir=terminal.folder / "data"
    ) as store:
        with store._database.writing() as connection:
            connection.exec_driver_sql("UPDATE notices SET not_before = NULL")
    sent = terminal("notice", "send", password=PASSWORD)
    assert (sent.returncode, "已发送" in sent.stdout) == (0, True), sent.stderr
    assert terminal("notice", "send", password=PASSWORD).returncode == 0
    assert len(server.received) == 1
    assert "请重新报送。" in str(server.received[0].mail.get_body().get_content())  # type: ignore[union-attr]
    history = terminal("case", "history", case_id).stdout
    assert all(word in history for word in ("起草通知", "修改通知", "签发通知", "通知已发送", "王科长"))
    for spoken in (done, sent, refused):
        assert "请重新报送" not in spoken.stderr
        assert SENDER not in spoken.stderr
        assert PASSWORD not in spoken.stderr + spoken.stdout


def test_wrong_use_is_one_clear_line(terminal: Terminal, case_id: str) -> None:
    for arguments, said, status in (
        (("notice", "draft", case_id, "--kind", "letter", "--by", "刘"), "supplement", 2),
        (("notice", "draft", case_id, "--by", "刘"), "收件", 1),
        (("notice", "list", "--state", "gone"), "drafted", 2),
        (("notice", "show", "ffff0000"), "notice list", 3),
        (("notice", "release", "ffff0000", "--by", " "), "--by", 2),
    ):
        done = terminal(*arguments)
        assert (done.returncode, said in done.stderr) == (status, True), done.stderr
        assert "Traceback" not in done.stderr


def test_what_is_due_is_drafted_on_request(terminal: Terminal) -> None:
    done = terminal("notice", "due")
    assert (done.returncode, "通知 0 件" in done.stdout) == (0, True), done.stderr


def test_the_doctor_says_whether_letters_can_be_sent(terminal: Terminal, server: Server) -> None:
    from pipeline.cli.doctor import _sending
    from pipeline.configuration.settings import load_settings
    from pipeline.wiring import Application

    application = Application(load_settings(terminal.folder / "beian.toml"))
    (nothing,) = _sending(application)
    assert (nothing.ok, "drafted only" in nothing.detail) == (True, True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEIAN_SMTP_PASSWORD_SANHE", PASSWORD)
        (good,) = _sending(application)
        server.faults.mail = "553 Mail from must equal authorized user"
        (bad,) = _sending(application)
    assert good.ok
    assert not bad.ok
    assert "return_path" in bad.detail


def test_a_wrong_sending_setting_is_named_without_its_values(terminal: Terminal) -> None:
    from pipeline.configuration.settings import SettingsError, load_settings
    from pipeline.wiring import Application

    path = terminal.folder / "beian.toml"
    path.write_text('[smtp]\ntls = "none"\n[mailboxes.sanhe.smtp]\nhost = "smtp.example.cn"\n', encoding="utf-8")
    application = Application(load_settings(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEIAN_SMTP_PASSWORD_SANHE", "geheim")
        with pytest.raises(SettingsError, match=r"mailboxes\.sanhe\.smtp: tls: .*this machine only") as caught:
            application.smtp_accounts()
    assert "geheim" not in str(caught.value)


def test_one_account_may_serve_every_office(terminal: Terminal) -> None:
    from pipeline.configuration.settings import load_settings
    from pipeline.wiring import Application

    path = terminal.folder / "beian.toml"
    path.write_text('[smtp]\naddress = "notice@example.cn"\nreturn_path = "sender"\n', encoding="utf-8")
    application = Application(load_settings(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEIAN_SMTP_PASSWORD", "code")
        patch.setenv("BEIAN_SMTP_PASSWORD_GUAN", "own")
        accounts = application.smtp_accounts()
    assert len(accounts) == 12
    assert {(a.sender, a.host, a.port, a.return_path) for a in accounts.values()} == {
        ("notice@example.cn", "smtp.example.cn", 465, "sender")
    }
    assert accounts["guan"].password.get_secret_value() == "own"
