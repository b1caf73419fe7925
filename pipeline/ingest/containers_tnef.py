"""winmail.dat (TNEF): what Outlook sends to receivers it takes for its own kind.

The text, the attachments and the mails within, as far as they can be read; what is cut short or out of order costs only
itself. Layouts: MS-OXTNEF 2.1 (attributes) and 2.1.3.4 (properties); property numbers: MS-OXPROPS.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.ingest.charset import decode_text
from pipeline.ingest.containers import ContainerError, ContainerTrouble, Member

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_FIRST_ATTRIBUTE: Final = 6
_MAX_ATTRIBUTES: Final = 10_000
_MAX_PROPERTIES: Final = 2_000

_OEM_CODE_PAGE, _BODY, _MESSAGE_PROPERTIES = 0x9007, 0x800C, 0x9003
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_ATTACHMENTS_OWN: Final = frozenset({_TITLE, _DATA, _ATTACHMENT_PROPERTIES})

_PLAIN_BODY, _HTML_BODY = 0x1000, 0x1013
_ATTACHED, _DISPLAY_NAME, _SHORT_NAME, _LONG_NAME = 0x3701, 0x3001, 0x3704, 0x3707
_NAMES: Final = (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME)

_STRING8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_SIZED: Final = frozenset({_STRING8, _UNICODE, _OBJECT, _BINARY})
_FIXED_BYTES: Final = {
    0x0001: 4, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4,
    0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16,
}  # fmt: skip
_MANY: Final = 0x1000
_NAMED_FROM: Final = 0x8000
_GUID_BYTES: Final = 16
_CODE_PAGES: Final = {936: "gb18030", 950: "big5", 65001: "utf-8", 54936: "gb18030", 20936: "gb18030"}


@dataclass(slots=True, kw_only=True)
class Tnef:
    """A message. `html` is its body as HTML source, "" where it has none; a body kept as RTF alone is left out."""

    text: str = ""
    html: str = ""
    members: list[Member] = field(default_factory=list)


def read_tnef(content: bytes) -> Tnef:
    """Take a message apart. Raises `ContainerError` when nothing of it can be read."""
    if not content.startswith(_SIGNATURE):
        raise ContainerError(ContainerTrouble.DAMAGED)
    reader = _Reader()
    for number, data in _attributes(content):
        reader.take(number, data)
    found = reader.finish()
    if not (found.text or found.html or found.members) and not reader.whole_attributes:
        raise ContainerError(ContainerTrouble.DAMAGED)
    return found


class _Reader:
    """Collects attributes: those of an attachment follow the one that announces it."""

    def __init__(self) -> None:
        self._found = Tnef()
        self._charset = ""
        self._attachment: _Attachment | None = None
        self.whole_attributes = 0

    def take(self, number: int, data: bytes) -> None:
        """One attribute."""
        self.whole_attributes += 1
        if number == _NEW_ATTACHMENT:
            self._close_attachment()
            self._attachment = _Attachment()
        elif number in _ATTACHMENTS_OWN:
            self._attachment = self._attachment or _Attachment()
            self._attachment.take(number, data, self._charset)
        elif number == _OEM_CODE_PAGE and len(data) >= 4:
            self._charset = _CODE_PAGES.get(int.from_bytes(data[:4], "little"), "")
        elif number == _BODY:
            self._found.text = self._found.text or _text(data, self._charset)
        elif number == _MESSAGE_PROPERTIES:
            self._take_message_properties(data)

    def finish(self) -> Tnef:
        """What was found."""
        self._close_attachment()
        return self._found

    def _take_message_properties(self, data: bytes) -> None:
        for kind, number, value in _properties(data):
            if number == _PLAIN_BODY:
                self._found.text = _value_text(kind, value, self._charset) or self._found.text
            elif number == _HTML_BODY:
                self._found.html = _value_text(kind, value, self._charset)

    def _close_attachment(self) -> None:
        if self._attachment is not None and self._attachment.has_content:
            self._found.members.append(self._attachment.member())
        self._attachment = None


class _Attachment:
    """One attachment while it is read. The properties' names and content win over the old attributes'."""

    def __init__(self) -> None:
        self._title = ""
        self._names: dict[int, str] = {}
        self._data: bytes | None = None
        self._attached: bytes | None = None

    @property
    def has_content(self) -> bool:
        return self._data is not None or self._attached is not None

    def take(self, number: int, data: bytes, charset: str) -> None:
        if number == _TITLE:
            self._title = _text(data, charset)
        elif number == _DATA:
            self._data = data
        else:
            for kind, key, value in _properties(data):
                if key in _NAMES:
                    self._names.setdefault(key, _value_text(kind, value, charset))
                elif key == _ATTACHED:
                    # An object begins with the number of its interface; a message in it is TNEF again.
                    self._attached = value[_GUID_BYTES:] if kind == _OBJECT else value

    def member(self) -> Member:
        name = next((self._names[key] for key in _NAMES if self._names.get(key)), self._title)
        content = self._data if self._data else self._attached
        return Member(untrusted_name=name, content=content or b"")


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and data of each attribute: level (1), number (2), type (2), length (4), data, checksum (2).

    Checksums are not asked: what can be read of a damaged file is read, and its readers judge it.
    """
    at = _FIRST_ATTRIBUTE
    for _ in range(_MAX_ATTRIBUTES):
        if at + 9 > len(content) or content[at] not in (1, 2):
            return
        _, number, _, length = struct.unpack_from("<BHHI", content, at)
        if at + 9 + length > len(content):
            return
        yield number, content[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, number and first value of each property, until one cannot be read."""
    try:
        (count,) = struct.unpack_from("<I", data, 0)
        at = 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _behind_name(data, at + 4) if number >= _NAMED_FROM else at + 4
            value, at = _value(data, at, kind)
            yield kind & ~_MANY, number, value
    except (struct.error, ValueError):
        return


def _behind_name(data: bytes, at: int) -> int:
    """A named property has a GUID and a number or a name behind its own number."""
    (by_name,) = struct.unpack_from("<I", data, at + _GUID_BYTES)
    at += _GUID_BYTES + 4
    if not by_name:
        return at + 4
    (length,) = struct.unpack_from("<I", data, at)
    return at + 4 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value, and where the property ends. Raises ValueError or struct.error."""
    one = kind & ~_MANY
    count = 1
    if kind & _MANY or one in _SIZED:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    first = b""
    for index in range(min(count, _MAX_PROPERTIES)):
        length = _FIXED_BYTES.get(one, 0)
        if one in _SIZED:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        if not length and one not in _SIZED:
            raise ValueError("a property of an unknown type")
        if at + length > len(data):
            raise ValueError("a property cut short")
        if index == 0:
            first = data[at : at + length]
        at += _padded(length)
    return first, at


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _value_text(kind: int, value: bytes, charset: str) -> str:
    return _text(value, "utf-16-le" if kind == _UNICODE else charset)


def _text(data: bytes, charset: str) -> str:
    wide = charset == "utf-16-le"
    text = data[: len(data) & ~1].decode("utf-16-le", "replace") if wide else decode_text(data, charset)
    return text.rstrip("\0").partition("\0")[0]
