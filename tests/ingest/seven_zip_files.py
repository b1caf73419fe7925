"""7z archives by py7zr, and what a hostile hand makes of them."""

from __future__ import annotations

import io
import struct
import zlib

from py7zr import SevenZipFile

AES = b"\x06\xf1\x07\x01"


def seven_zip(members: dict[str, bytes], *, password: str | None = None, hide_names: bool = False) -> bytes:
    out = io.BytesIO()
    with SevenZipFile(out, "w", password=password, header_encryption=hide_names) as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return out.getvalue()


def plain_header(members: dict[str, bytes], *, password: str | None = None) -> bytes:
    """With a header that is not compressed, so that it can be patched."""
    out = io.BytesIO()
    with SevenZipFile(out, "w", password=password) as archive:
        archive.set_encoded_header_mode(False)
        for name, content in members.items():
            archive.writestr(content, name)
    return out.getvalue()


def patched(archive: bytes, old: bytes, new: bytes) -> bytes:
    """The header changed everywhere, its checksums put right."""
    offset, size = struct.unpack_from("<QQ", archive, 12)
    header = archive[32 + offset : 32 + offset + size]
    assert old in header
    assert len(old) == len(new)
    header = header.replace(old, new)
    start = struct.pack("<QQI", offset, size, zlib.crc32(header))
    return archive[:8] + struct.pack("<I", zlib.crc32(start)) + start + archive[32 : 32 + offset] + header
