"""What a server's refusal means, and how it can be shown.

Servers answer in English, GBK or UTF-8 and mostly without response codes, so the words have to
be read; this is the only place that does.
"""

from __future__ import annotations

import re
import ssl
from typing import Final

from pipeline.ingest.account import MailAccount
from pipeline.ingest.charset import decode_text
from pipeline.ingest.errors import (
    CertificateProblem,
    LoginRefusedError,
    MailboxError,
    RiskLockedError,
    TooManyLoginsError,
    UnreachableError,
)

_SHOWN_CHARS: Final = 120
_TAG: Final = re.compile(rb"^[A-Z]{1,8}[0-9]{1,9} (?:NO|BAD) |^\* (?:NO|BAD|BYE) ")
_UNSAFE: Final = ("unsafe login", "不安全", "kefu@188.com")
_PASSWORD: Final = ("authenticationfailed", "password", "密码", "授权码", "auth fail", "authentication fail")
_FREQUENCY: Final = ("frequen", "too many", "频繁", "频率", "次数", "[limit]", "try again later", "稍后")
_STATUS_LINE: Final = re.compile(rb"(?:\*|[A-Z]{1,8}[0-9]{1,9}) (?:OK|NO|BAD|BYE) ")
_FULL: Final = (
    "[overquota]", "over quota", "quota exceeded", "mailbox is full", "mailbox full",
    "邮箱已满", "容量已满", "空间已满", "超出容量", "空间不足", "容量不足",
)  # fmt: skip
_UNAVAILABLE: Final = ("[unavailable]", "[inuse]", "system busy", "系统繁忙", "internal error")
# X.509 verification results, openssl/x509_vfy.h.
_TIME_CODES: Final = frozenset({9, 10})
_NAME_CODES: Final = frozenset({62, 63, 64})


def shown_text(raw: bytes, account: MailAccount) -> str:
    """A server's answer made safe: one short printable line without the credentials."""
    text = decode_text(_TAG.sub(b"", raw[:1000]))
    for secret in (account.password.get_secret_value(), account.username):
        text = text.replace(secret, "***")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:_SHOWN_CHARS]


def _says(raw: bytes, words: tuple[str, ...]) -> bool:
    text = decode_text(raw[:1000]).lower()
    return any(word in text for word in words)


def says_full(raw: bytes) -> bool:
    """Whether a status line says that the mailbox has no room left (RFC 5530, or words)."""
    return _STATUS_LINE.match(raw) is not None and _says(raw, _FULL)


def is_unsafe_login(raw: bytes) -> bool:
    """Whether this is NetEase's answer to a client that did not identify itself, or to a locked account."""
    return _says(raw, _UNSAFE)


def login_error(raw: bytes, account: MailAccount) -> MailboxError:
    """The error for a refused LOGIN. A text that names both password and frequency (QQ) is a refused login."""
    shown = shown_text(raw, account)
    if is_unsafe_login(raw):
        return RiskLockedError(account.address, shown)
    if _says(raw, _PASSWORD):
        return LoginRefusedError(account.address, shown)
    if _says(raw, _FREQUENCY):
        return TooManyLoginsError(account.address, shown)
    if _says(raw, _UNAVAILABLE):
        return UnreachableError(account.address, shown)
    return LoginRefusedError(account.address, shown)


def greeting_error(raw: bytes, account: MailAccount) -> MailboxError:
    """The error for a server that says BYE instead of a greeting."""
    kind = TooManyLoginsError if _says(raw, _FREQUENCY) else UnreachableError
    return kind(account.address, shown_text(raw, account))


def certificate_problem(error: ssl.SSLCertVerificationError) -> CertificateProblem:
    """Expired (or not yet valid), for another name, or of an unknown authority."""
    if error.verify_code in _TIME_CODES:
        return CertificateProblem.EXPIRED
    if error.verify_code in _NAME_CODES:
        return CertificateProblem.MISMATCH
    return CertificateProblem.UNTRUSTED
