"""A read-only IMAP session: imapclient 4 over imaplib, every failure mapped to `errors`.

Guarantees: the certificate is verified; the client identifies itself (RFC 2971) right after LOGIN;
folders are opened with EXAMINE only and mails fetched with PEEK only, so nothing in the mailbox
changes; after any error in mid-command the connection is dropped and never used again. What
remains: a server that lies about a mail's bytes cannot be found out.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self, cast

from imapclient import imap_utf7
from imapclient.response_parser import parse_fetch_response

from pipeline import __version__
from pipeline.ingest.account import MailAccount
from pipeline.ingest.charset import decode_text
from pipeline.ingest.errors import (
    CertificateError,
    CertificateProblem,
    ConnectionLostError,
    DeadlineExceededError,
    FolderRefusedError,
    MailboxError,
    MessageRefusedError,
    ProtocolBrokenError,
    RiskLockedError,
    UnreachableError,
)
from pipeline.ingest.imap_wire import Heard, Wire, WireClient
from pipeline.ingest.server_text import (
    certificate_problem,
    greeting_error,
    is_unsafe_login,
    login_error,
    shown_text,
)
from pipeline.ingest.watchdog import Watchdog

#: What imaplib, imapclient, ssl and socket raise; from ValueError on, for answers they cannot parse.
_FOREIGN: Final = (
    imaplib.IMAP4.error,
    OSError,
    ValueError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
)

FetchRow = dict[bytes, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFolder:
    """A folder as LIST gave it: `raw` goes back to the server, `name` (modified UTF-7 decoded) into the ledger."""

    raw: bytes
    name: str
    delimiter: str
    flags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFolder:
    """What EXAMINE said. `uidvalidity` is 0 where the server gives none."""

    name: str
    uidvalidity: int
    exists: int


def _folder_name(raw: bytes) -> str:
    try:
        name: str = imap_utf7.decode(raw)
        if imap_utf7.encode(name) == raw:
            return name
    except (ValueError, LookupError):
        pass
    return decode_text(raw)


def _quoted(raw: bytes) -> bytes:
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _tls_context(account: MailAccount) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(account.ca_file) if account.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class ImapSession:
    """One logged-in connection. Use as a context manager; leaving it logs out, or drops a broken connection."""

    def __init__(self, account: MailAccount, watchdog: Watchdog) -> None:
        self.account = account
        self._watchdog = watchdog
        self._broken = False
        self._heard = Heard()
        self._wire = self._connected()
        try:
            with self._mapped():
                self._client = WireClient(self._wire)
            self._encrypt()
            self._login()
            self._identify()
        except BaseException:
            self.drop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if not self._broken and not self._watchdog.expired:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
                self._wire.logout()
        self.drop()

    @property
    def broken(self) -> bool:
        """Whether the connection was dropped."""
        return self._broken

    @property
    def says_full(self) -> bool:
        """Whether the server spoke of a full mailbox."""
        return self._heard.full

    def drop(self) -> None:
        """End the connection at once."""
        self._broken = True
        self._wire.close_now()
        self._watchdog.release()

    def _connected(self) -> Wire:
        context = _tls_context_or_raise(self.account) if self.account.tls == "ssl" else None
        try:
            return Wire(self.account, self._watchdog, context, self._heard)
        except _FOREIGN as error:
            self._watchdog.release()
            raise self._connecting_error(error) from error

    def _connecting_error(self, error: Exception) -> MailboxError:
        address = self.account.address
        if self._watchdog.expired:
            return DeadlineExceededError(address)
        if isinstance(error, ssl.SSLCertVerificationError):
            return CertificateError(address, certificate_problem(error))
        if isinstance(error, (OSError, UnicodeError)):
            return UnreachableError(address)
        if isinstance(error, imaplib.IMAP4.error) and self._heard.line.startswith(b"* BYE"):
            return greeting_error(self._heard.line, self.account)
        return ConnectionLostError(address) if isinstance(error, imaplib.IMAP4.abort) else ProtocolBrokenError(address)

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        """Map everything a command can raise; all but our own errors with a good connection drop it."""
        try:
            yield
        except MailboxError as error:
            if not error.connection_good:
                self.drop()
            raise
        except _FOREIGN as error:
            self.drop()
            raise self._error_for(error) from error

    def _error_for(self, error: Exception) -> MailboxError:
        address = self.account.address
        if self._watchdog.expired:
            return DeadlineExceededError(address)
        if isinstance(error, ssl.SSLCertVerificationError):
            return CertificateError(address, certificate_problem(error))
        if isinstance(error, (imaplib.IMAP4.abort, OSError)):
            return ConnectionLostError(address)
        return ProtocolBrokenError(address)

    def _encrypt(self) -> None:
        if self.account.tls != "starttls":
            return
        with self._mapped():
            try:
                self._wire.starttls(ssl_context=_tls_context_or_raise(self.account))
            except imaplib.IMAP4.error as error:
                raise UnreachableError(self.account.address, "STARTTLS") from error

    def _login(self) -> None:
        with self._mapped():
            try:
                self._wire.login(self.account.username, self.account.password.get_secret_value())
            except imaplib.IMAP4.abort as error:
                if self._heard.line.startswith(b"* BYE"):
                    raise greeting_error(self._heard.line, self.account) from error
                raise
            except imaplib.IMAP4.error:
                raise login_error(self._heard.line, self.account) from None  # its text is the server's own

    def _identify(self) -> None:
        """Send ID (RFC 2971), whether or not the server lists it: NetEase refuses every folder without it."""
        fields = {"name": "beian", "version": __version__, "vendor": "beian", "contact": self.account.address}
        said = " ".join(f'"{key}" "{value}"' for key, value in fields.items())
        with self._mapped():
            try:
                self._wire.xatom("ID", f"({said})")
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                logging.getLogger(__name__).info("ID refused")  # a server that does not know it needs none

    def folders(self) -> list[ListedFolder]:
        """Every folder the server lists, in its own order."""
        with self._mapped():
            try:
                rows = self._client.list_folders()
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                if self._heard.refused:
                    raise FolderRefusedError(self.account.address, self._shown()) from error
                raise
            return [self._listed(*row) for row in rows]

    def _listed(self, flags: Sequence[object], delimiter: object, name: object) -> ListedFolder:
        raw = name if isinstance(name, bytes) else str(name).encode("utf-8", "surrogateescape")
        marks = frozenset(decode_text(f).lower() for f in flags if isinstance(f, bytes))
        between = decode_text(delimiter) if isinstance(delimiter, bytes) else ""
        return ListedFolder(raw=raw, name=_folder_name(raw), delimiter=between, flags=marks)

    def examine(self, folder: ListedFolder) -> OpenedFolder:
        """Open a folder read-only. Identifies once more on "Unsafe Login", then gives up with `RiskLockedError`."""
        if b"\r" in folder.raw or b"\n" in folder.raw or b"\0" in folder.raw:
            raise FolderRefusedError(self.account.address)
        with self._mapped():
            for last_try in (False, True):
                kind, data = self._select(folder.raw)
                if kind == "OK":
                    return self._opened_folder(folder.name, data)
                if not is_unsafe_login(self._heard.line):
                    raise FolderRefusedError(self.account.address, self._shown())
                if not last_try:
                    self._identify()
            raise RiskLockedError(self.account.address, self._shown())

    def _select(self, raw: bytes) -> tuple[str, Sequence[object]]:
        try:
            kind, data = self._wire.select(_quoted(raw), readonly=True)  # type: ignore[arg-type]
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            if self._heard.refused:
                return "BAD", ()
            raise
        return kind, data

    def _opened_folder(self, name: str, data: Sequence[object]) -> OpenedFolder:
        counted = data[-1] if data else None
        exists = int(counted) if isinstance(counted, bytes) and counted.isdigit() else 0
        _, given = self._wire.response("UIDVALIDITY")
        last = given[-1] if given else None
        uidvalidity = int(last) if isinstance(last, bytes) and last.isdigit() else 0
        return OpenedFolder(name=name, uidvalidity=uidvalidity, exists=exists)

    def search_all(self) -> frozenset[int] | None:
        """UIDs by UID SEARCH ALL, None where the server refuses or answers in a way nobody can parse."""
        with self._mapped():
            kind, data = self._wire.uid("SEARCH", "ALL")
            if kind != "OK":
                return None
            words = b" ".join(part for part in data if isinstance(part, bytes)).split()
            return frozenset(int(word) for word in words if word.isdigit())

    def fetch_uids(self) -> frozenset[int] | None:
        """UIDs by UID FETCH 1:* (UID), None where the server refuses."""
        with self._mapped():
            kind, data = self._wire.uid("FETCH", "1:*", "(UID)")
            if kind != "OK":
                return None
            return frozenset(parse_fetch_response([part for part in data if part is not None]))

    def fetch(self, uids: Sequence[int | str], items: Sequence[str]) -> dict[int, FetchRow]:
        """UID FETCH. Raises `MessageRefusedError` on NO (the connection stays good)."""
        with self._mapped():
            try:
                return cast("dict[int, FetchRow]", dict(self._client.fetch(uids, items)))
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                if self._heard.refused:
                    raise MessageRefusedError(self.account.address, "refused", self._shown()) from error
                raise

    def _shown(self) -> str:
        line = self._heard.line.split(b" ", 2)
        return shown_text(line[-1], self.account)

    def check_time(self) -> None:
        """Raise `DeadlineExceededError` when the mailbox's time is over."""
        if self._watchdog.expired:
            self.drop()
            raise DeadlineExceededError(self.account.address)


def received_date(row: FetchRow) -> datetime | None:
    """INTERNALDATE of a fetched row, None when missing, unparseable or without a zone."""
    value = row.get(b"INTERNALDATE")
    return value if isinstance(value, datetime) and value.utcoffset() is not None else None


def _tls_context_or_raise(account: MailAccount) -> ssl.SSLContext:
    try:
        return _tls_context(account)
    except (OSError, ssl.SSLError) as error:
        raise CertificateError(account.address, CertificateProblem.NO_AUTHORITY) from error
