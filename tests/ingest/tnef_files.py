"""winmail.dat built attribute by attribute."""

from __future__ import annotations

import struct

_SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)
UNICODE, STRING8, BINARY, OBJECT, LONG = 0x1F, 0x1E, 0x102, 0x0D, 0x03
#: IID_IMessage, which an embedded message begins with.
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def properties(*items: tuple[int, int, bytes]) -> bytes:
    """Type, number, value."""
    out = struct.pack("<I", len(items))
    for kind, number, value in items:
        out += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            name = "编号".encode("utf-16-le") + b"\0\0"
            out += bytes(16) + struct.pack("<II", 1, len(name)) + _padded(name)
        out += value if kind == LONG else struct.pack("<II", 1, len(value)) + _padded(value)
    return out


def attachment(name: str, content: bytes, *, title: bytes = b"FILE~1.DAT") -> bytes:
    named = properties(
        (LONG, 0x3705, struct.pack("<I", 1)),
        (UNICODE, 0x8001, "x\0".encode("utf-16-le")),
        (UNICODE, 0x3707, (name + "\0").encode("utf-16-le")),
    )
    return (
        attribute(2, 0x9002, bytes(14))
        + attribute(2, 0x8010, title + b"\0")
        + attribute(2, 0x800F, content)
        + (attribute(2, 0x9005, named) if name else b"")
    )


def embedded(name: str, message: bytes) -> bytes:
    """A message that lies in another as an object."""
    items = properties((UNICODE, 0x3707, name.encode("utf-16-le")), (OBJECT, 0x3701, _MESSAGE + message))
    return attribute(2, 0x9002, bytes(14)) + attribute(2, 0x9005, items)


def tnef(*attachments: bytes, body: str = "", html: str = "", code_page: int = 936) -> bytes:
    items = []
    if body:
        items.append((UNICODE, 0x1000, (body + "\0").encode("utf-16-le")))
    if html:
        items.append((BINARY, 0x1013, html.encode("gbk")))
    head = attribute(1, 0x9006, struct.pack("<I", 0x10000)) + attribute(1, 0x9007, struct.pack("<II", code_page, 0))
    return _SIGNATURE + head + attribute(1, 0x9003, properties(*items)) + b"".join(attachments)
