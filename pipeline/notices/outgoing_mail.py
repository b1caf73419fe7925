"""A letter as a mail: the text, the same as a Word file, and the headers that keep machines from answering it.

Ids of other mails are ASCII by their pattern and written as they are: the library would encode long ones, and no
mail program would recognise them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from pipeline.domain.base import Frozen
from pipeline.domain.message import MESSAGE_ID
from pipeline.domain.notice import KIND_NAMES, NoticeDraft, NoticeKind
from pipeline.notices.letter_docx import render_letter

_DOCX: Final = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
#: What only comes when nobody asked for it; everything else answers a mail.
_UNASKED: Final = frozenset({NoticeKind.REMINDER, NoticeKind.OVERDUE})
_ID: Final = re.compile(MESSAGE_ID)


class Envelope(Frozen):
    """What goes around a letter. `message_id` is ours and `answers` that of the mail it answers, without brackets."""

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    answers: str = ""
    written_at: datetime


def new_message_id(sender: str) -> str:
    """A Message-ID nobody can guess: who knows it has seen our mail."""
    return f"{secrets.token_hex(20)}.beian@{sender.rpartition('@')[2]}"


def compose(draft: NoticeDraft, envelope: Envelope) -> bytes:
    """The whole mail with CRLF line ends. Raises ValueError for a header that holds a line end."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = draft.subject
    mail["From"] = Address(envelope.sender_name, addr_spec=envelope.sender)
    mail["To"] = Address(addr_spec=envelope.recipient)
    mail["Date"] = format_datetime(envelope.written_at)
    mail["Auto-Submitted"] = "auto-generated" if draft.kind in _UNASKED else "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Precedence"] = "bulk"
    mail.set_content(draft.text, charset="utf-8", cte="base64")
    mail.add_attachment(
        render_letter(draft, day=envelope.written_at.date()),
        maintype=_DOCX[0],
        subtype=_DOCX[1],
        filename=f"{KIND_NAMES[draft.kind]}.docx",
    )
    ids = _id_lines(envelope.message_id, (envelope.answers,) if envelope.answers else ())
    return ids + mail.as_bytes()


def _id_lines(own: str, answered: Sequence[str]) -> bytes:
    for known in (own, *answered):
        if not _ID.fullmatch(known):
            raise ValueError("not a message id")
    lines = [f"Message-ID: <{own}>"]
    if answered:
        lines += [f"In-Reply-To: <{answered[-1]}>", f"References: {' '.join(f'<{known}>' for known in answered)}"]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
