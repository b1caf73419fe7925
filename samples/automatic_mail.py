"""Mail that no person wrote, and mail whose files lie elsewhere."""

from __future__ import annotations

from datetime import datetime

from samples.mail import Enclosure, MailSpec, SampleMail, build_mail
from samples.mail_headers import SubjectSpelling


def auto_reply(name: str, mailbox: str, received: datetime, *, header: str = "auto-submitted") -> SampleMail:
    """An out-of-office reply; `header`: "auto-submitted", "x-autoreply" or "subject" (only the subject tells)."""
    extra = {
        "auto-submitted": [b"Auto-Submitted: auto-replied"],
        "x-autoreply": [b"X-Autoreply: yes", b"Precedence: bulk"],
        "subject": [],
    }[header]
    return build_mail(
        MailSpec(
            name=name,
            mailbox=mailbox,
            received=received,
            subject="自动回复: 关于登记备案材料补正的通知",
            sender_name="王老师",
            body="您好,您的邮件我已收到,会尽快给您回复。(这是一封自动回复邮件)",
            extra=extra,
            subject_spelling="b-gb2312",
        )
    )


def bounce(name: str, mailbox: str, received: datetime) -> SampleMail:
    """A delivery report (multipart/report) with an empty return path, as NetEase writes it."""
    boundary = "----=_Bounce_8f1d"
    original = (
        f"From: <{mailbox}>\r\nTo: <nobody@mail.example.com>\r\nSubject: =?UTF-8?B?6KGl5q2j6YCa55+l?=\r\n"
        "Message-ID: <out-1@example.com>\r\n"
    )
    parts = (
        f"--{boundary}\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
        + "抱歉,您的邮件被退回来了。收件人邮件地址(nobody@mail.example.com)不存在。\r\n".encode("gb18030")
        + f"--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example.com\r\n\r\nFinal-Recipient: rfc822;nobody@mail.example.com\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n--{boundary}--\r\n".encode()
    )
    spec = MailSpec(
        name=name,
        mailbox=mailbox,
        received=received,
        subject="系统退信",
        sender="MAILER-DAEMON@mail.example.com",
        sender_name="Postmaster",
        return_path="",
        body_kind="none",
        subject_spelling="b-gb2312",
        extra=[b"Auto-Submitted: auto-generated"],
    )
    made = build_mail(spec)
    head = made.content.split(b"Content-Type: text/plain", 1)[0]
    report = f'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="{boundary}"\r\n\r\n'.encode()
    return SampleMail(name=name, mailbox=mailbox, received=received, content=head + report + parts)


def list_mail(name: str, mailbox: str, received: datetime) -> SampleMail:
    """A newsletter."""
    return build_mail(
        MailSpec(
            name=name,
            mailbox=mailbox,
            received=received,
            subject="【行业周刊】本周新媒体运营要闻",
            sender_name="周刊编辑部",
            sender="weekly@list.example.com",
            body="本期目录……\n如不想再收到本邮件,请点击退订。",
            body_kind="alternative",
            extra=[
                b"List-Id: <weekly.list.example.com>",
                b"Precedence: bulk",
                b"List-Unsubscribe: <https://list.example.com/unsubscribe>",
            ],
        )
    )


def remote_attachment(
    name: str,
    mailbox: str,
    received: datetime,
    *,
    service: str = "163",
    spelling: SubjectSpelling = "b-utf8",
    enclosures: tuple[Enclosure, ...] = (),
) -> SampleMail:
    """A mail with 超大附件: a link with name, size and expiry date, no file. `service`: "163", "dashi", "qq"."""
    link = {
        "163": "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&amp;file=abc123",
        "dashi": "https://dashi.163.com/html/cloud-attachment-download/?key=UFoCAQABsample",
        "qq": "https://wx.mail.qq.com/ftn/download?func=3&amp;key=0123abcd&amp;code=5678",
    }[service]
    body = (
        '您好,备案材料见超大附件。\n<div style="border:1px solid #cce"><b>从网易邮箱发来的云附件</b><br>'
        f'<a href="{link}" download="{link}">登记备案材料.rar</a> (52.6M, 2018年12月30日 15:20 到期) '
        f'<a href="{link}">下载</a></div>'
    )
    return build_mail(
        MailSpec(
            name=name,
            mailbox=mailbox,
            received=received,
            subject="新媒体账号备案材料(超大附件)",
            sender_name="新媒体运营",
            body=body,
            body_kind="html-gbk",
            subject_spelling=spelling,
            enclosures=enclosures,
        )
    )
