"""ZIP archives as Chinese Windows tools write them: names in GBK without the UTF-8 flag, old password encryption."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

# 2018-12-14 16:30:00 in MS-DOS form.
_DOS_TIME = (16 << 11) | (30 << 5)
_DOS_DATE = ((2018 - 1980) << 9) | (12 << 5) | 14


def make_zip(files: Sequence[tuple[str, bytes]], *, password: bytes | None = None, encoding: str = "gbk") -> bytes:
    """An archive; `password` encrypts each entry with the traditional ZipCrypto, `encoding` is that of the names."""
    body, directory = bytearray(), bytearray()
    for name, content in files:
        raw, checksum = name.encode(encoding), zlib.crc32(content)
        packed = _deflate(content)
        flags = 0
        if password is not None:
            packed, flags = _ZipCrypto(password).encrypt(packed, checksum), 1
        offset = len(body)
        head = struct.pack(
            "<HHHHHIII", 20, flags, 8, _DOS_TIME, _DOS_DATE, checksum, len(packed), len(content)
        ) + struct.pack("<HH", len(raw), 0)
        body += b"PK\x03\x04" + head + raw + packed
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0x20, offset) + raw
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


class _ZipCrypto:
    """The traditional encryption of PKZIP (APPNOTE 6.1)."""

    def __init__(self, password: bytes) -> None:
        self._keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._update(byte)

    def _update(self, byte: int) -> None:
        one, two, three = self._keys
        one = _crc_step(one, byte)
        two = ((two + (one & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self._keys = [one, two, _crc_step(three, two >> 24)]

    def _next(self) -> int:
        mixed = (self._keys[2] | 2) & 0xFFFF
        return ((mixed * (mixed ^ 1)) >> 8) & 0xFF

    def encrypt(self, content: bytes, checksum: int) -> bytes:
        """Twelve bytes of header, the last of them from the checksum, then the content."""
        header = bytes((checksum * n + 77) & 0xFF for n in range(1, 12)) + bytes([checksum >> 24])
        out = bytearray()
        for byte in header + content:
            out.append(byte ^ self._next())
            self._update(byte)
        return bytes(out)


_CRC_TABLE = [0] * 256
for _index in range(256):
    _value = _index
    for _ in range(8):
        _value = (_value >> 1) ^ 0xEDB88320 if _value & 1 else _value >> 1
    _CRC_TABLE[_index] = _value


def _crc_step(crc: int, byte: int) -> int:
    return (crc >> 8) ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
