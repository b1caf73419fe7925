"""Alarms as short mails, through whichever of the offices' accounts works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pipeline.domain.alarm import Alarm
from pipeline.notices.account import SmtpAccount
from pipeline.notices.errors import SendDisposition, SendError
from pipeline.notices.outgoing_mail import new_message_id
from pipeline.notices.smtp import SmtpSession
from pipeline.store.alarm_book import Channel
from pipeline.watch.messenger import ChannelError


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMail:
    """To whom and from where. The account of the mailbox that is in trouble is tried last."""

    recipients: Sequence[str]
    accounts: Sequence[SmtpAccount]
    zone: tzinfo
    clock: Callable[[], datetime]

    @property
    def name(self) -> Channel:
        return Channel.MAIL

    def tell(self, alarm: Alarm) -> None:
        """Send one mail to each recipient. Raises `ChannelError` when no account could."""
        failed = ChannelError("mail_no_account", "mail: no account for sending")
        for account in sorted(self.accounts, key=lambda item: item.sender == alarm.subject):
            try:
                self._send(alarm, account)
            except SendError as error:
                # It may have gone out; a second copy from another account would tell nothing new.
                if error.disposition is SendDisposition.UNCLEAR:
                    return
                failed = ChannelError(error.category, f"mail: {error}")
            else:
                return
        raise failed

    def _send(self, alarm: Alarm, account: SmtpAccount) -> None:
        """One address that is refused must not make the others hear of the alarm again and again."""
        taken, failed = 0, None
        with SmtpSession(account) as session:
            for recipient in self.recipients:
                try:
                    session.send(self.compose(alarm, account, recipient), recipient)
                    taken += 1
                except SendError as error:
                    failed = error
        if failed is not None and not taken:
            raise failed

    def compose(self, alarm: Alarm, account: SmtpAccount, recipient: str) -> bytes:
        """The whole mail with CRLF line ends."""
        over = "（已解除）" if alarm.state == "cleared" else ""
        mail = EmailMessage(policy=policy.SMTP)
        mail["Subject"] = f"【beian 告警】{alarm.name}{over} {alarm.subject}".strip()
        mail["From"] = Address(account.name, addr_spec=account.sender)
        mail["To"] = Address(addr_spec=recipient)
        mail["Date"] = format_datetime(self.clock().astimezone(self.zone))
        mail["Message-ID"] = f"<{new_message_id(account.sender)}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(self._text(alarm), charset="utf-8", cte="base64")
        return mail.as_bytes()

    def _text(self, alarm: Alarm) -> str:
        since, changed = (self._moment(when) for when in (alarm.raised_at, alarm.changed_at))
        ending = f"已于 {changed} 解除。" if alarm.state == "cleared" else "情况不变时不再重复提醒，解除时另行通知。"
        return f"{alarm.detail}\n\n开始：{since}\n{ending}\n代码：{alarm.kind.value} / {alarm.reason}\n"

    def _moment(self, when: datetime) -> str:
        return when.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
