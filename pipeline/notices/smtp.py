"""Hands letters in over SMTP: smtplib, every failure mapped to `errors`.

Guarantees: certificates are verified; after the login the envelope is an empty return path (or the account's own
address, for providers that insist) and one recipient; a letter whose last byte was handed over and not answered is
`SmtpUnclearError`, everything before is known not to have been taken. What remains: a server that lies.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from pipeline.notices.account import SmtpAccount
from pipeline.notices.errors import (
    LetterRefusedError,
    RecipientRefusedError,
    ReturnPathError,
    SendError,
    SmtpBusyError,
    SmtpCertificateError,
    SmtpLoginError,
    SmtpUnclearError,
    SmtpUnreachableError,
)

TIMEOUT_SECONDS: Final = 30.0
#: RFC 5321 allows the server ten minutes to think about a letter.
ANSWER_SECONDS: Final = 300.0
_LINE_START_DOT: Final = re.compile(rb"(?m)^\.")
_HELLO_NAME: Final = "beian.invalid"
_GO_AHEAD: Final = 354
#: What smtplib, ssl and socket raise; ValueError for answers that are none.
_FOREIGN: Final = (smtplib.SMTPException, OSError, ValueError)


class SmtpSession:
    """One logged-in connection, made by the constructor. Use as a context manager. Raises `SendError` throughout."""

    def __init__(
        self, account: SmtpAccount, *, timeout_seconds: float = TIMEOUT_SECONDS, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self.account = account
        self._timeout_seconds = timeout_seconds
        self._answer_seconds = answer_seconds
        with self._mapped():
            self._smtp = self._connected()
        try:
            with self._mapped():
                self._login()
        except BaseException:
            self._smtp.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with contextlib.suppress(*_FOREIGN):
            if kind is None:
                self._smtp.quit()
        self._smtp.close()

    def check(self) -> None:
        """See whether the server takes our return path; nothing is sent."""
        with self._mapped():
            self._mail_from()
            self._smtp.rset()

    def send(self, content: bytes, recipient: str) -> None:
        """Hand in one mail (CRLF line ends) for one recipient. Returning means that the server took it."""
        with self._mapped():
            self._mail_from()
            code, answer = self._smtp.rcpt(recipient)
            self._require(code, answer, RecipientRefusedError)
            code, answer = self._smtp.docmd("DATA")
            if code != _GO_AHEAD:
                self._require(code, answer, LetterRefusedError)
                raise smtplib.SMTPServerDisconnected("an answer to DATA that is none")
            # If this fails, the closing dot did not leave whole, and the server cannot have taken the letter.
            self._smtp.send(_LINE_START_DOT.sub(b"..", content).removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, answer = self._final_answer()
        self._require(code, answer, LetterRefusedError)

    def _final_answer(self) -> tuple[int, bytes]:
        try:
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self._answer_seconds)
            code, answer = self._smtp.getreply()
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self._timeout_seconds)
        except _FOREIGN as error:
            raise SmtpUnclearError(self.account.sender) from error
        if not 200 <= code <= 599:
            raise SmtpUnclearError(self.account.sender, answer)
        return code, answer

    def _connected(self) -> smtplib.SMTP:
        account, context = self.account, _tls_context(self.account)
        timeout = self._timeout_seconds
        if account.tls == "ssl":
            return smtplib.SMTP_SSL(account.host, account.port, _HELLO_NAME, timeout=timeout, context=context)
        smtp = smtplib.SMTP(account.host, account.port, _HELLO_NAME, timeout=timeout)
        if account.tls == "starttls":
            try:
                smtp.starttls(context=context)
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _login(self) -> None:
        try:
            self._smtp.login(self.account.username, self.account.password.get_secret_value())
        except smtplib.SMTPNotSupportedError:
            raise SmtpLoginError(self.account.sender, "the server offers no login") from None
        except smtplib.SMTPAuthenticationError as error:
            kind = SmtpUnreachableError if 400 <= error.smtp_code <= 499 else SmtpLoginError
            raise kind(self.account.sender, error.smtp_error) from None

    def _mail_from(self) -> None:
        own = self.account.return_path == "sender"
        code, answer = self._smtp.mail(self.account.sender if own else "")
        self._require(code, answer, LetterRefusedError if own else ReturnPathError)

    def _require(self, code: int, answer: bytes, refused: type[SendError]) -> None:
        """Raise for an answer that is no yes: 4xx is later, 5xx is `refused`."""
        if 400 <= code <= 499:
            self._reset()
            raise SmtpBusyError(self.account.sender, answer)
        if 500 <= code <= 599:
            self._reset()
            raise refused(self.account.sender, answer)

    def _reset(self) -> None:
        with contextlib.suppress(*_FOREIGN):
            self._smtp.rset()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise SmtpCertificateError(self.account.sender, error) from None
        except smtplib.SMTPResponseException as error:
            raise SmtpUnreachableError(self.account.sender, error.smtp_error) from None
        except _FOREIGN as error:
            raise SmtpUnreachableError(self.account.sender) from error


def _tls_context(account: SmtpAccount) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(account.ca_file) if account.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
