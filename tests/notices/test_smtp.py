"""Handing letters in to a real server, with its faults."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from pydantic import ValidationError

from pipeline.notices.errors import (
    LetterRefusedError,
    RecipientRefusedError,
    ReturnPathError,
    SendDisposition,
    SendError,
    SmtpBusyError,
    SmtpCertificateError,
    SmtpLoginError,
    SmtpUnclearError,
    SmtpUnreachableError,
)
from pipeline.notices.smtp import SmtpSession
from tests.notices.conftest import account_for
from tests.notices.smtp_server import PASSWORD, Server, running_server, server_context

TO = "sender@example.org"
CONTENT = b"Subject: x\r\n\r\none\r\n.\r\n..two\r\nRCPT TO:<evil@example.org>\r\n"


def hand_in(server: Server, ca_file: Path | None, content: bytes = CONTENT, **changes: object) -> None:
    with SmtpSession(account_for(server, ca_file, **changes), timeout_seconds=5, answer_seconds=2) as session:
        session.send(content, TO)


def test_a_letter_arrives_as_it_was_with_an_empty_return_path(server: Server, ca_file: Path) -> None:
    hand_in(server, ca_file)
    (taken,) = server.received
    assert (taken.mail_from, taken.recipients, taken.content) == ("<>", [TO], CONTENT)
    assert server.logins == 1


def test_the_own_address_as_return_path_where_a_provider_insists(server: Server, ca_file: Path) -> None:
    server.faults.mail = "553 Mail from must equal authorized user"
    with pytest.raises(ReturnPathError, match="return_path") as caught:
        hand_in(server, ca_file)
    assert caught.value.disposition is SendDisposition.ACCOUNT
    with pytest.raises(ReturnPathError), SmtpSession(account_for(server, ca_file)) as session:
        session.check()
    server.faults.mail = ""
    with SmtpSession(account_for(server, ca_file)) as session:
        session.check()
    hand_in(server, ca_file, return_path="sender")
    assert [taken.mail_from for taken in server.received] == ["wxsh3252645@163.com"]


def test_starttls(authority: trustme.CA, ca_file: Path) -> None:
    with running_server(server_context(authority, "127.0.0.1"), starttls=True) as server:
        hand_in(server, ca_file, tls="starttls")
        assert len(server.received) == 1


def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for(ca_file: Path) -> None:
    with running_server() as server:
        with pytest.raises(SmtpUnreachableError):
            hand_in(server, ca_file, tls="starttls")
        with pytest.raises(SmtpUnreachableError):
            hand_in(server, ca_file)
        assert (server.logins, server.received) == (0, [])
        hand_in(server, None, tls="none")
        assert len(server.received) == 1


def test_no_unencrypted_connection_to_another_machine(server: Server) -> None:
    with pytest.raises(ValidationError, match="this machine only"):
        account_for(server, None, tls="none", host="smtp.example.cn")


@pytest.mark.parametrize(
    ("faults", "error", "disposition"),
    [
        ({"refuse_login": True}, SmtpLoginError, SendDisposition.ACCOUNT),
        ({"mail": "451 4.7.1 try later"}, SmtpBusyError, SendDisposition.LATER),
        ({"rcpt": f"450 greylisted {TO}"}, SmtpBusyError, SendDisposition.LATER),
        ({"rcpt": f"550 no such user {TO}"}, RecipientRefusedError, SendDisposition.FAILED),
        ({"rcpt": "cut"}, SmtpUnreachableError, SendDisposition.LATER),
        ({"data": "452 disk full"}, SmtpBusyError, SendDisposition.LATER),
        ({"data": "554 5.7.1 垃圾邮件"}, LetterRefusedError, SendDisposition.FAILED),
        ({"data": "cut"}, SmtpUnclearError, SendDisposition.UNCLEAR),
    ],
)
def test_each_fault_says_what_becomes_of_the_letter(
    server: Server,
    ca_file: Path,
    faults: dict[str, object],
    error: type[SendError],
    disposition: SendDisposition,
) -> None:
    for name, value in faults.items():
        setattr(server.faults, name, value)
    with pytest.raises(error) as caught:
        hand_in(server, ca_file)
    assert caught.value.disposition is disposition
    assert len(server.received) == (1 if disposition is SendDisposition.UNCLEAR else 0)
    assert "wxsh3252645@163.com" in str(caught.value)
    assert TO not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_wrong_certificate_gets_no_password(authority: trustme.CA, server: Server, ca_file: Path) -> None:
    with pytest.raises(SmtpCertificateError, match="受信任"):
        hand_in(server, None)
    with running_server(server_context(authority, "other.example.cn")) as other:
        with pytest.raises(SmtpCertificateError, match="名称不符"):
            hand_in(other, ca_file)
        assert other.logins == 0
    assert server.logins == 0


def test_nobody_listens(ca_file: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(SmtpUnreachableError) as caught:
        hand_in(Server(port=port), ca_file)
    assert caught.value.of_account


@contextmanager
def scripted(*answers: bytes, then_silent: bool = False) -> Iterator[int]:
    """A server that says these lines one after the other, whatever it hears, and then ends or falls silent."""
    listening = socket.create_server(("127.0.0.1", 0))
    silent = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            for number, answer in enumerate(answers):
                if number:
                    connection.recv(65536)
                connection.sendall(answer)
            if then_silent:
                connection.recv(65536)
                silent.wait(20)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        silent.set()
        listening.close()
        thread.join(10)


LOGIN = (b"220 mx\r\n", b"250-mx\r\n250 AUTH PLAIN\r\n", b"235 in\r\n")
ENVELOPE = (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")


@pytest.mark.parametrize(
    ("answers", "silent", "error"),
    [
        ((b"421 too many\r\n",), False, SmtpUnreachableError),
        ((b"\xff\xfe garbage\r\n",), False, SmtpUnreachableError),
        ((*LOGIN, *ENVELOPE[:2]), True, SmtpUnreachableError),
        ((*LOGIN, *ENVELOPE), True, SmtpUnclearError),
        ((*LOGIN, *ENVELOPE, b"what?\r\n"), False, SmtpUnclearError),
        ((*LOGIN, *ENVELOPE, b"999 what?\r\n"), False, SmtpUnclearError),
        ((*LOGIN, *ENVELOPE[:2], b"250 data?\r\n"), False, SmtpUnreachableError),
    ],
)
def test_servers_that_break_the_protocol(answers: tuple[bytes, ...], silent: bool, error: type[SendError]) -> None:
    with scripted(*answers, then_silent=silent) as port:
        with pytest.raises(error):
            account = account_for(Server(port=port), None, tls="none")
            with SmtpSession(account, timeout_seconds=1, answer_seconds=1) as session:
                session.send(CONTENT, TO)
