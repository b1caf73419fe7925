"""A real SMTP server on loopback, with the faults real ones have."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "office@example.cn", "authorisation-code"


@dataclass
class Received:
    """One mail as the server took it."""

    mail_from: str
    recipients: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.content)  # type: ignore[return-value]


@dataclass
class Faults:
    """What the server does wrong; "cut" ends the connection."""

    mail: str = ""
    rcpt: str = ""
    data: str = ""
    refuse_login: bool = False
    #: File with the number of a process to kill once the mail is taken, before it is told so.
    kill: Path | None = None


@dataclass
class Server:
    """The running server and what it took."""

    port: int
    faults: Faults = field(default_factory=Faults)
    received: list[Received] = field(default_factory=list)
    logins: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str | None, options: list[str]
    ) -> str:
        if self.faults.mail:
            return self.faults.mail
        envelope.mail_from = address or ""
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.faults.rcpt == "cut":
            server.transport.abort()
        elif self.faults.rcpt:
            return self.faults.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.faults.data and self.faults.data != "cut":
            return self.faults.data
        assert isinstance(envelope.content, bytes)
        self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        if self.faults.kill is not None:
            os.kill(int(self.faults.kill.read_text()), signal.SIGKILL)
        if self.faults.data == "cut":
            server.transport.abort()
        return "250 Taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        self.logins += 1
        good = isinstance(login, LoginPassword) and (login.login, login.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good and not self.faults.refuse_login, handled=False)


@contextmanager
def running_server(context: ssl.SSLContext | None = None, *, starttls: bool = False) -> Iterator[Server]:
    """A server in a thread of its own; TLS from the first byte with a `context`, or after STARTTLS."""
    loop = asyncio.new_event_loop()
    server = Server(port=0)

    def protocol() -> SMTP:
        return SMTP(
            server,
            hostname="mx.example.cn",
            loop=loop,
            authenticator=server.authenticate,
            auth_require_tls=False,
            auth_required=True,
            tls_context=context if starttls else None,
        )

    async def start() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=None if starttls else context)

    async def end() -> None:
        listening.close()
        for task in asyncio.all_tasks(loop) - {asyncio.current_task(loop)}:
            task.cancel()

    # All of the loop is its own thread's: in this one a browser's may be running.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context
