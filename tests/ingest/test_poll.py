"""The poller against a real Dovecot, straight and through a misbehaving proxy."""

from __future__ import annotations

import hashlib
import resource
import socket
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from pipeline.demo.certificate import write_certificates
from pipeline.demo.dovecot import Dovecot
from pipeline.ingest.account import MailAccount
from pipeline.ingest.errors import CertificateError, LoginRefusedError, MailboxError, UnreachableError
from pipeline.ingest.folders import polled_folders
from pipeline.ingest.imap_imapclient import ImapSession
from pipeline.ingest.poll import MailboxReport, poll_mailbox
from pipeline.ingest.ports import FolderKey
from pipeline.ingest.survey import check_login, list_server
from pipeline.ingest.watchdog import Watchdog
from tests.ingest.conftest import PASSWORD, account_for, behind
from tests.ingest.faulty_proxy import FaultyProxy, TricklingServer
from tests.ingest.ports_on_disk import FileArchive, SqliteLedger, StraightNumberings

Letter = Callable[[], bytes]
SHANGHAI = timezone(timedelta(hours=8))


def _poll(account: MailAccount, ledger: SqliteLedger, archive: FileArchive, seconds: float = 120) -> MailboxReport:
    return poll_mailbox(
        account, ledger=ledger, numberings=StraightNumberings(), archive=archive, deadline_seconds=seconds
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_new_mail_is_found_once_with_its_date(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    mail, received = letter(), datetime(2018, 12, 31, 23, 59, tzinfo=SHANGHAI)
    dovecot.deliver(account.address, mail, received=received)
    report = _poll(account, ledger, archive)
    assert (report.new, report.refused, report.error, report.folders) == (1, 0, None, 2)
    assert archive.mails() == {_digest(mail): mail}
    ((mailbox, sha256, when),) = ledger.messages()
    assert (mailbox, sha256, datetime.fromisoformat(when)) == (account.address, _digest(mail), received)
    again = _poll(account, ledger, archive)
    assert (again.listed, again.new) == (1, 0)


def test_old_uids_that_surface_later_are_fetched(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    mails = [letter() for _ in range(4)]
    for mail in mails:
        dovecot.deliver(account.address, mail)
    hidden = b"* SEARCH 3 4\r\n"  # as with the default that hands out the last 30 days only

    def on_answer(data: bytes) -> bytes:
        return data.replace(b"* SEARCH 1 2 3 4\r\n", hidden).replace(b"* 4 EXISTS", b"* 2 EXISTS")

    with FaultyProxy(dovecot.port, on_answer=on_answer) as proxy:
        assert _poll(behind(account, proxy.port), ledger, archive).new == 2
    assert _poll(account, ledger, archive).new == 2
    assert {sha for _, sha, _ in ledger.messages()} == {_digest(mail) for mail in mails}


def test_renumbering_makes_new_rows_and_no_second_message(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    dovecot.deliver(account.address, letter())
    _poll(account, ledger, archive)
    dovecot.renumber(account.address)
    assert _poll(account, ledger, archive).error is None
    assert len(ledger.messages()) == 1
    assert len({validity for _, folder, validity, _ in ledger.rows() if folder == "INBOX"}) == 2


def test_every_folder_but_drafts_sent_and_deleted(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    polled = ("INBOX", "垃圾邮件", "病毒文件夹", "归档/2018年 & 更早", 'say "hi"', "Sent by county")
    skipped = ("草稿箱", "已发送", "已删除", "Drafts", "Sent Messages", "Deleted Messages")
    for folder in (*polled, *skipped):
        dovecot.deliver(account.address, letter(), folder=folder)
    report = _poll(account, ledger, archive)
    assert report.error is None
    assert {folder for _, folder, _, _ in ledger.rows()} == set(polled)


def test_special_use_flags_count_whatever_the_name(letter: Letter, tmp_path: Path) -> None:
    ledger, archive = SqliteLedger(tmp_path / "l"), FileArchive(tmp_path / "a")
    with Dovecot({"a@b.example": PASSWORD}, folders={"外发": "\\Sent", "回收": "\\Trash", "垃圾": "\\Junk"}) as server:
        account = account_for(server, "a@b.example")
        for folder in ("外发", "回收", "垃圾"):
            server.deliver(account.address, letter(), folder=folder)
        _poll(account, ledger, archive)
    assert [folder for _, folder, _, _ in ledger.rows()] == ["垃圾"]


def test_the_mailbox_is_left_as_it_was(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    dovecot.deliver(account.address, letter())
    with FaultyProxy(dovecot.port) as proxy:
        assert _poll(behind(account, proxy.port), ledger, archive).new == 1
        words = {line.split()[1].upper() for line in proxy.commands}
        assert not [line for line in proxy.commands if b"BODY" in line and b"BODY.PEEK" not in line]
    client = dovecot.client(account.address)
    assert client.select_folder("INBOX", readonly=True)[b"RECENT"] == 1
    assert client.get_flags([1]) == {1: (b"\\Recent",)}
    client.logout()
    assert words <= {b"CAPABILITY", b"LOGIN", b"ID", b"LIST", b"EXAMINE", b"UID", b"LOGOUT"}
    assert [line.split()[1] for line in proxy.commands[:3]] == [b"CAPABILITY", b"LOGIN", b"ID"]


def test_a_refused_login_names_the_mailbox_and_not_the_password(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    wrong = account.model_copy(update={"password": SecretStr("wrongword77")})
    report = _poll(wrong, ledger, archive)
    assert (report.error, report.retry, report.alert) == ("login_refused", False, True)
    assert report.pause_seconds > 0
    assert report.message
    assert account.address in report.message
    assert "wrongword77" not in report.message
    assert ledger.polls() == [(account.address, "login_refused")]
    with pytest.raises(LoginRefusedError):
        check_login(wrong)
    assert _poll(account, ledger, archive).error is None


@pytest.mark.parametrize("silent_from", [b"greeting", b"LOGIN", b"ID", b"LIST", b"CAPABILITY"])
def test_a_trickling_server_meets_the_deadline(
    silent_from: bytes, account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    with TricklingServer(silent_from=silent_from) as server:
        began = time.monotonic()
        report = _poll(behind(account, server.port), ledger, archive, seconds=0.6)
        assert time.monotonic() - began < 3
    assert (report.error, report.retry) == ("deadline", True)


def test_a_stalled_tls_handshake_meets_the_deadline(
    account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stalled = account.model_copy(update={"host": "127.0.0.1", "port": listener.getsockname()[1]})
        began = time.monotonic()
        assert _poll(stalled, ledger, archive, seconds=0.5).error == "deadline"
        assert time.monotonic() - began < 3


def _check(account: MailAccount) -> MailboxError:
    with pytest.raises(MailboxError) as caught:
        check_login(account)
    return caught.value


def test_certificates_are_verified_and_told_apart(account: MailAccount, tmp_path: Path) -> None:
    untrusted = _check(account.model_copy(update={"ca_file": None}))
    assert isinstance(untrusted, CertificateError)
    assert untrusted.problem == "untrusted"
    cases = {"mismatch": ("elsewhere.example", timedelta(days=9)), "expired": ("localhost", timedelta(days=-1))}
    for problem, (host, left) in cases.items():
        folder = tmp_path / problem
        folder.mkdir()
        write_certificates(folder, hosts=(host,), ends=datetime.now(UTC) + left)
        error = _check_against(folder, account)
        assert isinstance(error, CertificateError)
        assert error.problem == problem


def _check_against(folder: Path, account: MailAccount) -> MailboxError:
    """The error against a TLS server with the certificates in `folder`."""
    import contextlib
    import ssl
    import threading

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                client, _ = listener.accept()
                context.wrap_socket(client, server_side=True).recv(1)

        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        return _check(account.model_copy(update={"port": port, "ca_file": folder / "ca.pem"}))


def test_nobody_listens(account: MailAccount) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error = _check(account.model_copy(update={"port": unused.getsockname()[1]}))
    assert isinstance(error, UnreachableError)
    assert error.retry


def test_starttls(dovecot: Dovecot, account: MailAccount) -> None:
    assert check_login(account.model_copy(update={"port": dovecot.port, "tls": "starttls"}))[0] == "INBOX"


def _tag(line: bytes) -> bytes:
    return line.split()[0]


def test_unsafe_login_is_answered_with_one_more_id(dovecot: Dovecot, account: MailAccount) -> None:
    unsafe = b" NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n"
    locked = True
    ids = 0

    def on_command(line: bytes) -> bytes | None:
        nonlocal ids
        ids += line.split()[1] == b"ID"
        return _tag(line) + unsafe if b"EXAMINE" in line and (locked or ids < 2) else None

    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        error = _check(behind(account, proxy.port))
        assert (error.category, error.retry, error.alert, ids) == ("risk_locked", False, True, 2)
        locked, ids = False, 0
        assert "INBOX" in check_login(behind(account, proxy.port))


@pytest.mark.parametrize(
    ("answer", "category"),
    [
        (" NO LOGIN 登录过于频繁，请稍后再试".encode("gbk"), "too_many_logins"),
        (" NO LOGIN Login error password error 密码错误或者授权码错误".encode("gbk"), "login_refused"),
        (b" NO [AUTHENTICATIONFAILED] try again later", "login_refused"),
        (b" NO Unsafe Login. Please contact kefu@188.com", "risk_locked"),
        (b" NO [UNAVAILABLE] down", "unreachable"),
        (b" NO", "login_refused"),
    ],
)
def test_refused_logins_are_told_apart(dovecot: Dovecot, account: MailAccount, answer: bytes, category: str) -> None:
    def on_command(line: bytes) -> bytes | None:
        return _tag(line) + answer + b" " + PASSWORD.encode() + b"\r\n" if b"LOGIN" in line else None

    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        error = _check(behind(account, proxy.port))
    assert error.category == category
    assert PASSWORD not in str(error)
    assert "\ufffd" not in str(error)


def test_a_server_that_does_not_know_id(dovecot: Dovecot, account: MailAccount) -> None:
    def on_command(line: bytes) -> bytes | None:
        return _tag(line) + b" BAD what\r\n" if line.split()[1] == b"ID" else None

    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        assert check_login(behind(account, proxy.port))


@pytest.mark.parametrize("lie", [b"* SEARCH 1 3\r\n", b"* SEARCH\r\n", b"* SEARCH 1 2\r\n* SEARCH 3\r\n"])
def test_a_lying_search_loses_nothing(
    lie: bytes, dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    for _ in range(3):
        dovecot.deliver(account.address, letter())
    with FaultyProxy(dovecot.port, on_answer=lambda data: data.replace(b"* SEARCH 1 2 3\r\n", lie)) as proxy:
        assert _poll(behind(account, proxy.port), ledger, archive).new == 3


def test_a_hundred_thousand_long_uids_fit_on_a_line(dovecot: Dovecot, account: MailAccount) -> None:
    uids = range(1_500_000_000, 1_500_100_000)
    answer = b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids) + b"\r\n"

    def on_command(line: bytes) -> bytes | None:
        return answer + _tag(line) + b" OK done\r\n" if b"SEARCH" in line else None

    with (
        FaultyProxy(dovecot.port, on_command=on_command) as proxy,
        Watchdog(20) as watchdog,
        ImapSession(behind(account, proxy.port), watchdog) as session,
    ):
        session.examine(polled_folders(session)[0])
        assert session.search_all() == frozenset(uids)


def test_a_refused_search_falls_back(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    dovecot.deliver(account.address, letter())

    def on_command(line: bytes) -> bytes | None:
        return _tag(line) + b" NO no search today\r\n" if b"SEARCH" in line else None

    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        assert _poll(behind(account, proxy.port), ledger, archive).new == 1


@pytest.mark.parametrize("body", [b"NIL", b"{0}\r\n", None])
def test_a_mail_the_server_will_not_give_waits_and_is_tried_again(
    body: bytes | None,
    dovecot: Dovecot,
    account: MailAccount,
    ledger: SqliteLedger,
    archive: FileArchive,
    letter: Letter,
) -> None:
    for _ in range(3):
        dovecot.deliver(account.address, letter())

    def on_command(line: bytes) -> bytes | None:
        if b"UID FETCH 2 " not in line:
            return None
        given = b"* 2 FETCH (UID 2 BODY[] %s)\r\n" % body if body is not None else b""
        return given + _tag(line) + (b" OK done\r\n" if body is not None else b" NO try again later\r\n")

    now = datetime.now(UTC)
    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        sick = behind(account, proxy.port)
        report = poll_mailbox(sick, ledger=ledger, numberings=StraightNumberings(), archive=archive, clock=lambda: now)
        assert (report.new, report.refused, report.error, proxy.connections) == (2, 1, None, 1)
        again = poll_mailbox(sick, ledger=ledger, numberings=StraightNumberings(), archive=archive, clock=lambda: now)
        assert (again.new, again.refused) == (0, 0)
        later = now + timedelta(minutes=3)
        third = poll_mailbox(sick, ledger=ledger, numberings=StraightNumberings(), archive=archive, clock=lambda: later)
        assert third.refused == 1
    assert [(uid, times) for uid, _, times in ledger.refusals()] == [(2, 2)]
    healed = poll_mailbox(
        account,
        ledger=ledger,
        numberings=StraightNumberings(),
        archive=archive,
        clock=lambda: now + timedelta(days=400),
    )
    assert (healed.new, ledger.refusals(), len(archive.mails())) == (1, [], 3)


def test_a_mail_that_cuts_the_connection_does_not_block_the_others(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    mails = [letter(), b"Subject: POISON\r\n\r\n" + b"y" * 200_000, letter()]
    for mail in mails:
        dovecot.deliver(account.address, mail)
    dovecot.deliver(account.address, letter(), folder="垃圾邮件")
    with FaultyProxy(dovecot.port, on_answer=lambda data: None if b"POISON" in data else data) as proxy:
        report = _poll(behind(account, proxy.port), ledger, archive)
        assert (report.new, report.refused, proxy.connections) == (3, 1, 2)
        assert report.error is None or report.error == "connection_lost"
    assert ledger.refusals() == [(2, "connection_lost", 1)]
    assert _digest(mails[1]) not in archive.mails()


def test_a_folder_that_fails_does_not_stop_the_others(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    dovecot.deliver(account.address, letter())
    dovecot.deliver(account.address, letter(), folder="zz")

    def on_command(line: bytes) -> bytes | None:
        return _tag(line) + b" NO [CORRUPTION] broken\r\n" if b'EXAMINE "INBOX"' in line else None

    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        report = _poll(behind(account, proxy.port), ledger, archive)
    assert (report.new, report.failed_folders, report.error) == (1, 1, "folder_refused")
    assert "CORRUPTION" in (report.message or "")


def test_a_missing_uidvalidity_is_zero(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    dovecot.deliver(account.address, letter())
    with FaultyProxy(dovecot.port, on_answer=lambda data: data.replace(b"[UIDVALIDITY", b"[XIDVALIDITY")) as proxy:
        assert _poll(behind(account, proxy.port), ledger, archive).new == 1
    assert {validity for _, _, validity, _ in ledger.rows()} == {0}


def test_a_missing_internaldate_comes_from_the_servers_own_header(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    newest = b"Received: from x by mx; Sat, 15 Dec 2018 10:20:00 +0800\r\n"
    mail = newest + b"Received: by y; Fri, 1 Jan 2010 00:00:00 +0000\r\n\r\nx"
    dovecot.deliver(account.address, mail)
    dovecot.deliver(account.address, b"Subject: undated\r\n\r\nx")
    with FaultyProxy(dovecot.port, on_answer=lambda data: data.replace(b"INTERNALDATE", b"X-INTERNALDT")) as proxy:
        report = _poll(behind(account, proxy.port), ledger, archive)
    assert (report.new, report.refused) == (1, 1)
    ((_, _, when),) = ledger.messages()
    assert datetime.fromisoformat(when) == datetime(2018, 12, 15, 10, 20, tzinfo=SHANGHAI)
    assert ledger.refusals() == [(2, "no_date", 1)]


@pytest.mark.parametrize("ranges", [True, False])
def test_large_mails_come_whole(
    ranges: bool, dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    mail = b"Subject: big\r\n\r\n" + bytes(range(48, 112)) * (5 * 1024 * 1024 // 64)
    dovecot.deliver(account.address, mail)

    def on_command(line: bytes) -> bytes | None:
        return _tag(line) + b" BAD no ranges here\r\n" if b"<" in line and not ranges else None

    with FaultyProxy(dovecot.port, on_command=on_command) as proxy:
        _poll(behind(account, proxy.port), ledger, archive)
        assert any(b"<1048576.1048576>" in line for line in proxy.commands) is ranges
    refused = [reason for _, reason, _ in ledger.refusals()]
    assert archive.mails() == {_digest(mail): mail}
    assert not refused


def test_a_70_mb_mail_takes_little_memory(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    line = b"x" * 76 + b"\r\n"
    mail = b"Subject: huge\r\n\r\n" + line * (70 * 1024 * 1024 // len(line))
    dovecot.deliver(account.address, mail)
    digest, size = _digest(mail), len(mail)
    del mail
    import tracemalloc

    tracemalloc.start()
    try:
        assert _poll(account, ledger, archive).new == 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [path.name for path in archive.folder.iterdir()] == [digest]
    assert (archive.folder / digest).stat().st_size == size
    assert peak < 100 * 1024 * 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_many_mails_in_chunks(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive
) -> None:
    client = dovecot.client(account.address)
    for number in range(520):
        client.append("INBOX", b"Subject: %d\r\n\r\n." % number)
    client.logout()
    assert _poll(account, ledger, archive).new == 520
    listed = list_server(
        account, ledger=ledger, numberings=StraightNumberings(), archive=archive, now=datetime.now(UTC)
    )
    assert listed == {
        FolderKey(folder=folder, uidvalidity=validity): frozenset(uids)
        for folder, validity, uids in _by_folder(ledger, account, listed)
    }


def _by_folder(
    ledger: SqliteLedger, account: MailAccount, listed: Iterable[FolderKey]
) -> list[tuple[str, int, set[int]]]:
    return [
        (key.folder, key.uidvalidity, ledger.settled_uids(account.address, key.folder, key.uidvalidity))
        for key in listed
    ]


def test_an_archive_that_fails_is_not_the_mailboxs_fault(
    dovecot: Dovecot, account: MailAccount, ledger: SqliteLedger, archive: FileArchive, letter: Letter
) -> None:
    dovecot.deliver(account.address, letter())
    archive.folder.rmdir()
    with pytest.raises(FileNotFoundError):
        _poll(account, ledger, archive)
    assert ledger.messages() == []
    assert ledger.refusals() == []


def test_accounts_refuse_what_would_be_unsafe_and_do_not_show_it() -> None:
    good = {"address": "a@b.example", "host": "imap.b.example", "username": "a@b.example", "password": "Geheim9"}
    assert MailAccount.model_validate(good).port == 993
    for bad in (
        {"tls": "none"},
        {"username": "a b"},
        {"username": "a\r\nX LOGOUT"},
        {"password": "Geheim9\r\n"},
        {"password": "Geheim9密"},
        {"verify": False},
    ):
        with pytest.raises(ValidationError) as caught:
            MailAccount.model_validate({**good, **bad})
        assert "Geheim9" not in str(caught.value)
    assert "Geheim9" not in repr(MailAccount.model_validate(good))
