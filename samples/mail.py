"""Mails as real clients write them, byte by byte: the same arguments give the same bytes."""

from __future__ import annotations

import base64
import hashlib
import quopri
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Literal

from samples.mail_headers import NameSpelling, SubjectSpelling, address, encode_words, file_name_lines

CST = timezone(timedelta(hours=8))
Transfer = Literal["base64", "8bit", "two-base64", "raw-as-base64"]
BodyKind = Literal["plain-gbk", "plain-utf8-qp", "plain-8bit-gbk", "alternative", "html-gbk", "none"]

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OCTETS = "application/octet-stream"
#: A logo of 1 x 1 pixel, as signatures carry it.
LOGO = base64.b64decode("R0lGODlhAQABAIAAAMwAAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMail:
    """A mail as it lies on the server. `received` is when the server took it (+08:00)."""

    name: str
    mailbox: str
    received: datetime
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file in a mail. `cid` puts it inline into the HTML; `declared` is the type the client claims."""

    name: str
    content: bytes
    declared: str = OCTETS
    spelling: NameSpelling = "2231-utf8"
    cid: str = ""
    transfer: Transfer = "base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSpec:
    """What a client writes. `office` is the name shown in To; `extra` are further header lines."""

    name: str
    mailbox: str
    received: datetime
    subject: str = "新媒体账号登记备案"
    sender_name: str = ""
    sender: str = "submitter@mail.example.com"
    office: str = ""
    body: str = "您好:\n附件是我单位新媒体账号登记备案材料,请查收。\n谢谢!"
    body_kind: BodyKind = "plain-gbk"
    enclosures: Sequence[Enclosure] = ()
    subject_spelling: SubjectSpelling = "b-utf8"
    client: str = "Foxmail 7.2.9.156[cn]"
    extra: Sequence[bytes] = field(default=())
    return_path: str | None = None


def received_at(text: str) -> datetime:
    """A receipt time in the offices' time zone, from "2018-12-15 10:20" or "2018-12-15"."""
    moment = datetime.fromisoformat(text)
    if len(text) == 10:
        moment = moment.replace(hour=10, minute=20)
    return moment.replace(tzinfo=CST)


def build_mail(spec: MailSpec) -> SampleMail:
    """The whole mail with its trace headers."""
    token = hashlib.sha256(f"{spec.name}\x1f{spec.mailbox}\x1f{spec.received.isoformat()}".encode()).hexdigest()
    lines = [*_trace(spec, token), *_headers(spec, token), *spec.extra]
    body = _content(spec, token)
    content = b"\r\n".join(lines) + b"\r\n" + body
    return SampleMail(name=spec.name, mailbox=spec.mailbox, received=spec.received, content=content)


def _stamp(moment: datetime) -> bytes:
    return format_datetime(moment).encode()


def _trace(spec: MailSpec, token: str) -> list[bytes]:
    domain = spec.mailbox.rpartition("@")[2]
    path = spec.sender if spec.return_path is None else spec.return_path
    return [
        f"Return-Path: <{path}>".encode(),
        f"Delivered-To: {spec.mailbox}".encode(),
        f"Received: from mail.example.com (unknown [192.0.2.{int(token[:2], 16) % 250 + 1}])\r\n"
        f"\tby mx{int(token[2:4], 16) % 20}.{domain} (Coremail) with SMTP id {token[4:20]};\r\n\t".encode()
        + _stamp(spec.received)
        + b" (CST)",
        b"Received: from desktop ([198.51.100.7]) by mail.example.com with ESMTPSA;\r\n\t"
        + _stamp(spec.received - timedelta(seconds=4)),
    ]


def _headers(spec: MailSpec, token: str) -> list[bytes]:
    return [
        b"Date: " + _stamp(spec.received - timedelta(minutes=2)),
        b"From: " + address(spec.sender_name, spec.sender, spec.subject_spelling),
        b"To: " + address(spec.office, spec.mailbox, spec.subject_spelling),
        b"Subject: " + encode_words(spec.subject, spec.subject_spelling),
        b"X-Mailer: " + spec.client.encode(),
        b"MIME-Version: 1.0",
        f"Message-ID: <{token[:24]}@mail.example.com>".encode(),
        b"X-CM-TRANSID: " + token[20:44].encode(),
    ]


def _content(spec: MailSpec, token: str) -> bytes:
    text = _body(spec, token)
    inline = [item for item in spec.enclosures if item.cid]
    attached = [item for item in spec.enclosures if not item.cid]
    if inline:
        text = _multipart("related", f"----=_R_{token[:16]}", [text, *map(_part, inline)])
    if not attached:
        return text
    if spec.body_kind == "none" and not inline and len(attached) == 1:
        return _part(attached[0])
    return _multipart("mixed", f"----=_M_{token[:16]}", [text, *map(_part, attached)])


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind};\r\n\tboundary="{boundary}"\r\n\r\n'.encode()
    if kind == "mixed":
        head += b"This is a multi-part message in MIME format.\r\n\r\n"
    mark = b"--" + boundary.encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _text_part(kind: str, charset: str, transfer: str, text: str) -> bytes:
    raw = text.replace("\n", "\r\n").encode("gb18030" if charset.lower().startswith("gb") else charset)
    coded = _wrapped(raw) if transfer == "base64" else quopri.encodestring(raw) if transfer[0] == "q" else raw
    return (
        f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n".encode()
        + coded
    )


def _body(spec: MailSpec, token: str) -> bytes:
    pictures = "".join(f'<p><img src="cid:{item.cid}"></p>' for item in spec.enclosures if item.cid)
    paragraphs = "".join(f"<div>{line or '<br>'}</div>" for line in spec.body.split("\n"))
    page = f'<html><head><meta charset="gb18030"></head><body>{paragraphs}{pictures}</body></html>'
    if spec.body_kind == "plain-utf8-qp":
        return _text_part("plain", "utf-8", "quoted-printable", spec.body)
    if spec.body_kind == "plain-8bit-gbk":
        return _text_part("plain", "GBK", "8bit", spec.body)
    if spec.body_kind == "html-gbk":
        return _text_part("html", "gb18030", "base64", page)
    plain = _text_part("plain", "gb2312", "base64", "" if spec.body_kind == "none" else spec.body)
    if spec.body_kind == "alternative":
        parts = [plain, _text_part("html", "gb18030", "base64", page)]
        return _multipart("alternative", f"----=_A_{token[:16]}", parts)
    return plain


def _wrapped(raw: bytes) -> bytes:
    coded = base64.b64encode(raw)
    return b"\r\n".join(coded[i : i + 76] for i in range(0, len(coded), 76)) + b"\r\n"


def _part(item: Enclosure) -> bytes:
    lines = file_name_lines(item.name, item.declared, item.spelling, inline=bool(item.cid))
    if item.cid:
        lines.append(f"Content-ID: <{item.cid}>".encode())
    lines.append(b"Content-Transfer-Encoding: " + (b"8bit" if item.transfer == "8bit" else b"base64"))
    return b"\r\n".join(lines) + b"\r\n\r\n" + _transferred(item)


def _transferred(item: Enclosure) -> bytes:
    if item.transfer in ("8bit", "raw-as-base64"):
        return item.content
    if item.transfer == "two-base64":
        cut = len(item.content) // 2
        return _wrapped(item.content[:cut]) + _wrapped(item.content[cut:])
    return _wrapped(item.content)
