"""Headers and file names in the spellings that real clients use, right and wrong."""

from __future__ import annotations

import base64
from typing import Literal, get_args
from urllib.parse import quote

SubjectSpelling = Literal["b-utf8", "b-gb2312", "q-gb18030", "b-gbk-split", "raw-gbk", "raw-utf8"]
NameSpelling = Literal[
    "2231-utf8",
    "2231-gbk",
    "2231-split",
    "2047-b-utf8",
    "2047-b-gb2312",
    "2047-unquoted",
    "name-only",
    "both",
    "raw-gbk",
    "raw-utf8",
]
SUBJECT_SPELLINGS: tuple[SubjectSpelling, ...] = get_args(SubjectSpelling)
NAME_SPELLINGS: tuple[NameSpelling, ...] = get_args(NameSpelling)


def _b_word(raw: bytes, charset: str) -> bytes:
    return f"=?{charset}?B?".encode() + base64.b64encode(raw) + b"?="


def _q_word(raw: bytes, charset: str) -> bytes:
    coded = "".join(chr(b) if chr(b).isalnum() and b < 128 else "_" if b == 32 else f"={b:02X}" for b in raw)
    return f"=?{charset}?Q?{coded}?=".encode()


def encode_words(text: str, spelling: SubjectSpelling) -> bytes:
    """A header's value. "b-gbk-split" cuts the bytes anywhere, so that a character spans two encoded words."""
    if text.isascii():
        return text.encode()
    if spelling == "b-utf8":
        return b"\r\n ".join(_b_word(text[i : i + 14].encode("utf-8"), "UTF-8") for i in range(0, len(text), 14))
    if spelling == "b-gb2312":
        return _b_word(text.encode("gb18030"), "gb2312")
    if spelling == "q-gb18030":
        return b"\r\n ".join(_q_word(text[i : i + 10].encode("gb18030"), "GB18030") for i in range(0, len(text), 10))
    if spelling == "b-gbk-split":
        raw = text.encode("gb18030")
        return b"\r\n ".join(_b_word(raw[i : i + 15], "GBK") for i in range(0, len(raw), 15))
    return text.encode("gb18030" if spelling == "raw-gbk" else "utf-8")


def address(name: str, mailbox: str, spelling: SubjectSpelling) -> bytes:
    """A From or To value."""
    if not name:
        return mailbox.encode()
    word = encode_words(name, spelling)
    return (word if word.startswith(b"=?") else b'"' + word + b'"') + f" <{mailbox}>".encode()


def file_name_lines(name: str, content_type: str, spelling: NameSpelling, *, inline: bool = False) -> list[bytes]:
    """Content-Type and Content-Disposition lines of a part with this file name."""
    kind, place = content_type.encode(), b"inline" if inline else b"attachment"
    type_line, place_line = b"Content-Type: " + kind, b"Content-Disposition: " + place
    if spelling == "name-only":
        return [type_line + b'; name="' + _b_word(name.encode("gb18030"), "gb18030") + b'"']
    if spelling == "both":
        plain = _b_word("附件".encode("gb18030") + name[-5:].encode("gb18030"), "gbk")
        return [type_line, place_line + b'; filename="' + plain + b"\";\r\n filename*=UTF-8''" + quote(name).encode()]
    return [type_line, place_line + b";\r\n " + _file_name(name, spelling)]


def _file_name(name: str, spelling: NameSpelling) -> bytes:
    if spelling == "2231-utf8":
        return b"filename*=UTF-8''" + quote(name, safe="").encode()
    if spelling == "2231-gbk":
        return b"filename*=gbk''" + quote(name.encode("gb18030"), safe="").encode()
    if spelling == "2231-split":
        return _continued(name)
    if spelling == "2047-b-utf8":
        return b'filename="' + _b_word(name.encode("utf-8"), "utf-8") + b'"'
    if spelling == "2047-b-gb2312":
        return b'filename="' + _b_word(name.encode("gb18030"), "gb2312") + b'"'
    if spelling == "2047-unquoted":
        return b"filename=" + _b_word(name.encode("utf-8"), "UTF-8")
    return b'filename="' + name.encode("gb18030" if spelling == "raw-gbk" else "utf-8") + b'"'


def _continued(name: str) -> bytes:
    """RFC 2231 continuations, cut every seven bytes: in the middle of characters."""
    raw = name.encode("utf-8")
    pieces = [raw[i : i + 7] for i in range(0, len(raw), 7)]
    lines = []
    for index, piece in enumerate(pieces):
        start = b"UTF-8''" if index == 0 else b""
        lines.append(f"filename*{index}*=".encode() + start + "".join(f"%{b:02X}" for b in piece).encode())
    return b";\r\n ".join(lines)
