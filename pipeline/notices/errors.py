"""What can go wrong when a letter is handed in, and what becomes of it.

    SendError
    ├── SmtpUnreachableError      no such host, nobody listens, cut before the letter was whole    later
    ├── SmtpBusyError             the server says 4xx to this letter                               later
    ├── SmtpLoginError            wrong or revoked authorisation code                              account
    ├── SmtpCertificateError      the server's certificate was not accepted                        account
    ├── ReturnPathError           the server insists on a return path                              account
    ├── RecipientRefusedError     the server will not take mail for that address                   failed
    ├── LetterRefusedError        the server refused the letter itself (5xx)                       failed
    ├── UnsendableError           the letter cannot be made into a mail                            failed
    └── SmtpUnclearError          the letter was handed over whole and no answer came              unclear

`disposition` says whether the same letter may be tried later, whether the account has to be looked at first,
whether a person has to change something about this letter, or whether nobody knows if it went out: then it is never
sent again by itself. No other exception of smtplib, ssl or socket leaves the package. `str(error)` is one
Chinese sentence with the account's address in it; it holds neither credentials nor the recipient.
"""

from __future__ import annotations

import re
import ssl
from enum import StrEnum
from typing import ClassVar, Final

_SHOWN_CHARS: Final = 120
_ADDRESS: Final = re.compile(r"[^\s<>]{1,200}@[^\s<>]{1,200}")
# X.509 verification results, openssl/x509_vfy.h.
_TIME_CODES: Final = frozenset({9, 10})
_NAME_CODES: Final = frozenset({62, 63, 64})


class SendDisposition(StrEnum):
    """What becomes of the letter."""

    LATER = "later"
    ACCOUNT = "account"
    FAILED = "failed"
    UNCLEAR = "unclear"


class SendError(Exception):
    """The base of all."""

    category: ClassVar[str] = "smtp"
    disposition: ClassVar[SendDisposition] = SendDisposition.LATER
    #: Whether other letters of the account would meet the same trouble.
    of_account: ClassVar[bool] = False
    text: str = "发信失败"

    def __init__(self, account: str, answer: bytes | str = "") -> None:
        self.account = account
        self.answer = shown_answer(answer)
        said = f"（服务器答复：{self.answer}）" if self.answer else ""
        super().__init__(f"邮箱 {account} {self.text}{said}。")


class SmtpUnreachableError(SendError):
    """No connection, or it ended before the letter was handed over whole: the server cannot have it."""

    category = "smtp_unreachable"
    of_account = True
    text = "的发信服务器无法连接或连接中断，请检查网络以及设置中的 smtp 主机和端口；稍后会自动重试"


class SmtpBusyError(SendError):
    """The server does not take this letter now (4xx)."""

    category = "smtp_busy"
    text = "的发信服务器暂时不接受，稍后会自动重试"


class SmtpLoginError(SendError):
    """The login was refused; repeating it soon makes the provider lock the account."""

    category = "smtp_login_refused"
    of_account = True
    disposition = SendDisposition.ACCOUNT
    text = "发信登录被拒绝：授权码可能有误或已失效，请在邮箱网页设置中确认已开启 SMTP 服务，并重新生成授权码"


class SmtpCertificateError(SendError):
    """The server's certificate was not accepted; nothing was sent to it."""

    category = "smtp_certificate"
    of_account = True
    disposition = SendDisposition.ACCOUNT

    def __init__(self, account: str, error: ssl.SSLCertVerificationError) -> None:
        self.text = _certificate_text(error.verify_code)
        super().__init__(account)


class ReturnPathError(SendError):
    """The server refuses MAIL FROM:<>."""

    category = "smtp_return_path"
    of_account = True
    disposition = SendDisposition.ACCOUNT
    text = '的发信服务器不接受空的退信地址，请在设置的 [smtp] 中写 return_path = "sender"'


class RecipientRefusedError(SendError):
    """No mail for that address (5xx)."""

    category = "recipient_refused"
    disposition = SendDisposition.FAILED
    text = "发信时收件人地址被拒绝，请核对地址或以其他方式送达"


class LetterRefusedError(SendError):
    """The letter was refused (5xx), as spam for instance."""

    category = "letter_refused"
    disposition = SendDisposition.FAILED
    text = "发信被服务器拒绝，请核对内容或以其他方式送达"


class UnsendableError(SendError):
    """A header of the mail cannot be written."""

    category = "unsendable"
    disposition = SendDisposition.FAILED
    text = "不能把该通知写成邮件，请核对主题和收件人地址，或以其他方式送达"


class SmtpUnclearError(SendError):
    """The letter was handed over whole, and the connection ended without an answer."""

    category = "smtp_unclear"
    disposition = SendDisposition.UNCLEAR
    text = "在服务器确认之前连接中断，不能确定是否已经送出；系统不会自动重发，请核对已发送邮件后处理"


def shown_answer(answer: bytes | str) -> str:
    """A server's answer on one short line, without addresses: it may name the recipient."""
    text = answer if isinstance(answer, str) else answer[:1000].decode("utf-8", "replace")
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return _ADDRESS.sub("***", line)[:_SHOWN_CHARS]


def _certificate_text(code: int) -> str:
    if code in _TIME_CODES:
        return "的发信服务器证书已过期或尚未生效，请核对本机时间，并联系邮件服务商"
    if code in _NAME_CODES:
        return "的发信服务器证书与服务器名称不符，请核对设置中的 smtp 主机；如设置无误，连接可能被劫持"
    return "的发信服务器证书不是由受信任的机构签发；如使用单位自建邮件系统，请在设置中填写 ca_file"
