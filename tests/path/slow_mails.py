"""Mails made for the tests that need what no demo mail has: a document that takes long, and one that is done at once."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

from PIL import Image

from samples.mail import CST
from tests.path.demo_mails import DemoMail, pick

_RECEIVED = datetime(2018, 12, 17, 9, 0, tzinfo=CST)
Part = tuple[str, bytes]


def parts_of(mail: DemoMail) -> list[Part]:
    """The mail's attachments with their names."""
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return [(part.get_filename() or "", part.get_payload(decode=True)) for part in message.iter_attachments()]


def word_form(mail: DemoMail) -> bytes:
    """The Word file with the mail's form."""
    (content,) = (content for name, content in parts_of(mail) if name.endswith(".docx"))
    return content


def many_pages(pages: int) -> bytes:
    """A PDF with the scanned form of a demo mail on every page: each takes a second or more to read."""
    (mail,) = pick(10)
    scan = next(content for name, content in parts_of(mail) if name.endswith(".jpg"))
    with Image.open(io.BytesIO(scan)) as picture:
        file = io.BytesIO()
        picture.save(file, "PDF", resolution=200, save_all=True, append_images=[picture] * (pages - 1))
    return file.getvalue()


def make_mail(name: str, mailbox: str, parts: Sequence[Part], *, minutes: int = 0) -> DemoMail:
    """A mail with these attachments, which must go to review."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "tester@qq.example", mailbox, name
    message.set_content("见附件。")
    for number, (file, content) in enumerate(parts):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=file or f"{number}")
    return DemoMail(
        name=name,
        mailbox=mailbox,
        received=_RECEIVED + timedelta(minutes=minutes),
        decision="review",
        codes=frozenset(),
        may=frozenset(),
        anything=True,
        fields=(),
        content=message.as_bytes(policy=email.policy.SMTP),
    )
