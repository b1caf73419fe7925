"""RAR archives built byte by byte: no free tool writes them. Members are stored, not compressed."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

RARS = Path(__file__).with_name("rar")


def real_rar(name: str) -> bytes:
    """A file made by WinRAR; see the licence beside it."""
    return (RARS / f"{name}.rar").read_bytes()


def _block4(kind: int, flags: int, header: bytes, data: bytes = b"") -> bytes:
    body = struct.pack("<BHH", kind, flags, 7 + len(header)) + header
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body + data


def rar4(
    members: dict[bytes, bytes], *, main_flags: int = 0, file_flags: int = 0, announced: int | None = None
) -> bytes:
    """An archive of the old format; names are bytes in whatever character set. `announced` lies about every size."""
    out = b"Rar!\x1a\x07\x00" + _block4(0x73, main_flags, bytes(6))
    for name, content in members.items():
        size = len(content) if announced is None else announced
        fields = struct.pack("<IIBIIBBHI", len(content), size, 2, zlib.crc32(content), 0, 20, 0x30, len(name), 0x20)
        out += _block4(0x74, 0x8000 | file_flags, fields + name, content)
    return out + _block4(0x7B, 0x4000, b"")


def _vint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _block5(kind: int, header: bytes, data: bytes | None = None) -> bytes:
    flags = 0 if data is None else 2
    body = _vint(kind) + _vint(flags) + (b"" if data is None else _vint(len(data))) + header
    body = _vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(body)) + body + (data or b"")


def rar5(members: dict[str, bytes], *, main_flags: int = 0, announced: int | None = None) -> bytes:
    """An archive of format 5, names in UTF-8."""
    out = b"Rar!\x1a\x07\x01\x00" + _block5(1, _vint(main_flags))
    for name, content in members.items():
        raw = name.encode()
        size = len(content) if announced is None else announced
        header = _vint(4) + _vint(size) + _vint(0o100644) + struct.pack("<I", zlib.crc32(content))
        header += _vint(0) + _vint(1) + _vint(len(raw)) + raw
        out += _block5(2, header, content)
    return out + _block5(5, _vint(0))
