"""Mail that no person wrote: bounces, automatic replies, lists. Never answered.

Only the reason is found here. Such a mail may still carry a filing (an out-of-office reply never does,
but a copier's "scan to mail" is sent by a machine too), so its files are taken out all the same; only
the returned mail inside a bounce is not.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.finding import Finding, finding
from pipeline.ingest.mime_tree import Part

BOUNCE: Final = "bounce"
AUTO_REPLY: Final = "auto-reply"
LIST: Final = "list"

_POSTMASTERS: Final = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_REPLY_SUBJECT: Final = re.compile(
    r"\s{0,5}(?:\[?(?:自动回复|自动答复|自动应答|自动回执|自動回覆|自動回復)"
    r"|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office\b)",
    re.IGNORECASE,
)
_DETAILS: Final = {
    BOUNCE: "这是一封退信通知，不是报送邮件，未按报送处理。",
    AUTO_REPLY: "这是一封自动回复邮件，不是报送邮件，未按报送处理。",
    LIST: "这是一封群发订阅邮件，不是报送邮件，未按报送处理。",
}


def find_automatic(mail: Part, *, subject: str, sender: str) -> str | None:
    """`BOUNCE`, `AUTO_REPLY` or `LIST`; None for mail a person may have written."""
    if _is_bounce(mail, sender):
        return BOUNCE
    if _is_automatic_reply(mail, subject):
        return AUTO_REPLY
    return LIST if _is_list(mail) else None


def is_delivery_report(mail: Part, *, sender: str) -> bool:
    """Whether nested mails are what a server returns, not what a person forwards."""
    return mail.media == "multipart/report" or _is_postmaster(sender)


def automatic_finding(reason: str) -> Finding:
    """The note for the ledger and the reviewer."""
    return finding("submission.automatic", _DETAILS[reason])


def _is_postmaster(sender: str) -> bool:
    return sender.rpartition("@")[0].lower() in _POSTMASTERS


def _is_bounce(mail: Part, sender: str) -> bool:
    if mail.media == "multipart/report":
        return mail.content_type.text("report-type").lower() != "disposition-notification"
    return_path = mail.headers.raw("return-path")
    return _is_postmaster(sender) or (return_path is not None and return_path.replace(b" ", b"") == b"<>")


def _is_automatic_reply(mail: Part, subject: str) -> bool:
    headers = mail.headers
    submitted = headers.text("auto-submitted").split(";")[0].strip().lower()
    if submitted not in ("", "no") or mail.media == "multipart/report":
        return True
    if any(
        headers.raw(name) is not None for name in ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder")
    ):
        return True
    return headers.text("precedence").lower() == "auto_reply" or _REPLY_SUBJECT.match(subject) is not None


def _is_list(mail: Part) -> bool:
    if mail.headers.raw("list-id") is not None:
        return True
    bulk = mail.headers.text("precedence").lower() in ("bulk", "list", "junk")
    return bulk and mail.headers.raw("list-unsubscribe") is not None
