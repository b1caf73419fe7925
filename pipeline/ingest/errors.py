"""What can go wrong with a mailbox, and what to do about it.

    MailboxError
      LoginRefusedError       wrong or revoked authorisation code
      RiskLockedError         "Unsafe Login" although the client identified itself: the provider locked the account
      TooManyLoginsError      the provider limits the frequency of logins
      CertificateError        the server's certificate is expired, for another host, or of an unknown authority
      UnreachableError        no such host, nobody listens, no answer to the connection
      ConnectionLostError     cut, reset or silent in the middle
      DeadlineExceededError   the time for one mailbox is over
      PollStoppedError        the service is being stopped
      ProtocolBrokenError     the answer cannot be understood
      FolderRefusedError      the server will not list or open a folder; the connection is still good
      MessageRefusedError     the server will not give one mail; the connection is still good

No other exception of imaplib, imapclient, ssl or socket leaves this package.

`str(error)` is one Chinese sentence with the mailbox's address in it, safe to show and to log: it
holds no credentials. `category` is a stable code for the ledger. `retry` says that the next poll
may try again as usual; `pause_seconds` that the mailbox should be left alone for that long, and with
`guards_account` that nobody may log in to it meanwhile, a process started anew included, and twice as
long with every further failure up to `longest_pause_seconds`; `alert` that a person has to do something.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class MailboxError(Exception):
    """Base of everything a mailbox can do to us."""

    category: ClassVar[str] = "mailbox"
    retry: ClassVar[bool] = True
    pause_seconds: ClassVar[int] = 0
    guards_account: ClassVar[bool] = False
    longest_pause_seconds: ClassVar[int] = 0
    alert: ClassVar[bool] = False
    #: Whether the connection can still be used after it.
    connection_good: ClassVar[bool] = False
    text: str = "出现故障"
    #: What exactly, where the category leaves it open: a short code.
    problem: str | None = None

    def __init__(self, mailbox: str, server_text: str = "") -> None:
        self.mailbox = mailbox
        self.server_text = server_text
        said = f"（服务器答复：{server_text}）" if server_text else ""
        super().__init__(f"邮箱 {mailbox} {self.text}{said}。")


class LoginRefusedError(MailboxError):
    """The login was refused. Repeating it soon makes the provider lock the account."""

    category = "login_refused"
    retry = False
    pause_seconds = 3600
    guards_account = True
    longest_pause_seconds = 24 * 3600
    alert = True
    text = "拒绝登录：授权码可能有误或已失效，请在邮箱网页设置中确认已开启 IMAP 服务，并重新生成授权码"


class RiskLockedError(MailboxError):
    """The provider holds the login for unsafe although the client said who it is."""

    category = "risk_locked"
    retry = False
    pause_seconds = 6 * 3600
    guards_account = True
    longest_pause_seconds = 24 * 3600
    alert = True
    text = "被邮件服务商判定为不安全登录而锁定：请在网页端登录邮箱解除风险提示，必要时联系服务商客服"


class TooManyLoginsError(MailboxError):
    """The provider limits logins by frequency."""

    category = "too_many_logins"
    pause_seconds = 1800
    guards_account = True
    longest_pause_seconds = 6 * 3600
    text = "登录过于频繁，被服务商暂时限制，稍后会自动重试"


class CertificateProblem(StrEnum):
    """Why a certificate was not accepted; `NO_AUTHORITY` is a `ca_file` that cannot be read, or holds no certificate."""

    EXPIRED = "expired"
    MISMATCH = "mismatch"
    UNTRUSTED = "untrusted"
    NO_AUTHORITY = "no_authority"


_CERTIFICATE_TEXT = {
    CertificateProblem.EXPIRED: "证书已过期或尚未生效，请核对本机时间，并联系邮件服务商",
    CertificateProblem.MISMATCH: "证书与服务器名称不符，请核对设置中的 host；如设置无误，连接可能被劫持",
    CertificateProblem.UNTRUSTED: "证书不是由受信任的机构签发；如使用单位自建邮件系统，请在设置中填写 ca_file",
    CertificateProblem.NO_AUTHORITY: "设置中的 ca_file 无法读取或不是证书，请核对其路径、内容和读取权限",
}


class CertificateError(MailboxError):
    """The server's certificate was not accepted; nothing was sent to it. `problem` says why."""

    category = "certificate"
    retry = False
    pause_seconds = 3600
    alert = True

    def __init__(self, mailbox: str, problem: CertificateProblem) -> None:
        self.problem = problem
        self.text = _CERTIFICATE_TEXT[problem]
        super().__init__(mailbox)


class UnreachableError(MailboxError):
    """No connection could be made."""

    category = "unreachable"
    text = "的服务器无法连接，请检查网络以及设置中的 host 和 port；稍后会自动重试"


class ConnectionLostError(MailboxError):
    """The connection ended in the middle."""

    category = "connection_lost"
    text = "的连接中断，稍后会自动重试"


class DeadlineExceededError(MailboxError):
    """The time for one mailbox is over; what was fetched is kept and the next poll goes on from there."""

    category = "deadline"
    text = "本次收取超过时限，已收取的邮件不受影响，稍后会继续"


class PollStoppedError(MailboxError):
    """The service is being stopped; the next poll goes on from here."""

    category = "stopped"
    text = "的收取因程序停止而中断，已收取的邮件不受影响，下次启动后会继续"


class ProtocolBrokenError(MailboxError):
    """The server's answer cannot be understood."""

    category = "protocol"
    alert = True
    text = "的服务器答复无法识别，稍后会自动重试"


class FolderRefusedError(MailboxError):
    """The server will not list or open a folder."""

    category = "folder_refused"
    alert = True
    connection_good = True
    text = "有文件夹无法打开，稍后会自动重试"


class MessageRefusedError(MailboxError):
    """The server will not give one mail. `reason` is a short code for the ledger."""

    category = "message_refused"
    connection_good = True
    text = "有邮件暂时无法取得，稍后会自动重试"

    def __init__(self, mailbox: str, reason: str, server_text: str = "") -> None:
        self.reason = reason
        super().__init__(mailbox, server_text)
