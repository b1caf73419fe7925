"""The connection under an IMAP session: imaplib's protocol on a socket that the watchdog can shut."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
from typing import Final

import imapclient

from pipeline.ingest.account import MailAccount
from pipeline.ingest.server_text import says_full
from pipeline.ingest.watchdog import Watchdog

CONNECT_SECONDS: Final = 20.0
RECEIVE_SECONDS: Final = 60.0
#: 100,000 ten-digit UIDs are 1.1 MB on one line; imaplib's own limit is 1 MB.
MAX_LINE_BYTES: Final = 64 * 1024 * 1024
MAX_LITERAL_BYTES: Final = 256 * 1024 * 1024


class Heard:
    """The last line a server sent, for telling refusals apart. Outlives a connection that was never made.

    `full` is whether a status line spoke of a full mailbox.
    """

    line = b""
    full = False

    def hear(self, line: bytes) -> None:
        """Remember a line; those of answers with mail in them are no status lines and prove nothing."""
        self.line = line[:2000]
        self.full = self.full or says_full(self.line)

    @property
    def refused(self) -> bool:
        """Whether it is a tagged NO or BAD: the command is over and the connection in step."""
        parts = self.line.split(b" ", 2)
        return len(parts) > 1 and parts[0] not in (b"*", b"+") and parts[1].upper() in (b"NO", b"BAD")


class Wire(imaplib.IMAP4):
    """imaplib's connection under the watchdog."""

    def __init__(self, account: MailAccount, watchdog: Watchdog, context: ssl.SSLContext | None, heard: Heard) -> None:
        self._watchdog = watchdog
        self._context = context
        self._heard = heard
        imaplib._MAXLINE = max(imaplib._MAXLINE, MAX_LINE_BYTES)  # type: ignore[attr-defined]
        super().__init__(account.host, account.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        wait_seconds = max(0.1, min(CONNECT_SECONDS, self._watchdog.left_seconds))
        sock = socket.create_connection((self.host, self.port), timeout=wait_seconds)
        self._watchdog.guard(sock)
        sock.settimeout(RECEIVE_SECONDS)
        if self._context is None:
            return sock
        try:
            return self._context.wrap_socket(sock, server_hostname=self.host)
        except (OSError, ValueError):
            sock.close()
            raise

    def readline(self) -> bytes:
        line = super().readline()
        self._heard.hear(line)
        return line

    def read(self, size: int) -> bytes:
        if size > MAX_LITERAL_BYTES:
            raise self.abort(f"literal of {size} bytes")
        return super().read(size)

    def close_now(self) -> None:
        """Drop the connection without a word."""
        with contextlib.suppress(OSError, AttributeError):
            self.shutdown()


class WireClient(imapclient.IMAPClient):  # type: ignore[misc]
    """imapclient on a `Wire`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(wire.host, wire.port, ssl=False, timeout=RECEIVE_SECONDS)
        self.folder_encode = False
        self.normalise_times = False
        wire.debug = 0  # imapclient sets 5, which logs whole mails

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - imapclient's own name
        return self._wire
