"""RAR archives behind a password, written anew without one: libarchive reads RAR, but knows none of its ciphers.

RAR 5: AES-256, its key by PBKDF2 with HMAC-SHA256, and a value that tells a wrong password (RARLAB's technical note).
RAR 3 and 4: AES-128, its key by 2^18 rounds of SHA-1; a wrong password shows in the checksums. Both may lock the headers
too. The ciphers of RAR 1.5 and 2 are not known here.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pipeline.ingest.containers import ContainerError, ContainerTrouble
from pipeline.ingest.rar_headers import (
    CRYPT5,
    END4,
    END5,
    FILE4,
    FILE5,
    LARGE4,
    MAIN4,
    MAIN5,
    RAR4,
    RAR5,
    Block,
    iter_extras,
    read_block4,
    read_block5,
    read_vint,
)

_MAX_BLOCKS: Final = 10_000
_BLOCK: Final = 16
#: WinRAR takes 15; an archive that asks for 2^24 rounds is made to cost time.
_MAX_ROUNDS_POWER: Final = 18
_CIPHER_RECORD, _HASH_RECORD = 0x01, 0x02
_HAS_CHECK, _KEYED_CHECKSUMS = 0x01, 0x02
_HAS_TIME, _HAS_CHECKSUM = 0x02, 0x04
_LOCKED4, _SALT4, _LOCKED_HEADERS4 = 0x04, 0x400, 0x80
_STORED4: Final = 0x30
_FIRST_AES_VERSION: Final = 29


def unlock_rar(content: bytes, password: str) -> bytes:
    """The same files without a password. Raises `ContainerError`, with trouble `ENCRYPTED` for a wrong password."""
    try:
        if content.startswith(RAR5):
            return b"".join(_unlocked5(content, password))
        return b"".join(_unlocked4(content, password))
    except (struct.error, IndexError, ValueError) as error:  # what a wrong key makes of a header
        raise ContainerError(ContainerTrouble.ENCRYPTED) from error


def _unlocked5(content: bytes, password: str) -> Iterator[bytes]:
    yield RAR5
    at = len(RAR5)
    key: bytes | None = None
    for _ in range(_MAX_BLOCKS):
        block = read_block5(content, at) if key is None else _locked_block5(content, at, key)
        at = block.end
        if block.kind == CRYPT5:
            _, behind = read_vint(block.header, 0)
            key = _checked_key5(password, block.header[behind:], has_iv=False)[0]
        elif block.kind in (MAIN5, END5):
            yield _written5(block, block.header, block.extra, None)
        elif block.kind == FILE5:
            yield _unlocked_file5(block, content[block.data_at : block.end], password)
        if block.kind == END5 or at >= len(content):
            return


def _locked_block5(content: bytes, at: int, key: bytes) -> Block:
    """A block whose header is locked: an IV, and the header filled up to whole cipher blocks."""
    iv, start = content[at : at + _BLOCK], at + _BLOCK
    size, behind = read_vint(_decrypt(key, iv, content[start : start + _BLOCK]), 4)
    whole = -(-(behind + size) // _BLOCK) * _BLOCK
    header = _decrypt(key, iv, content[start : start + whole])
    if zlib.crc32(header[4 : behind + size]) != int.from_bytes(header[:4], "little"):
        raise ContainerError(ContainerTrouble.ENCRYPTED)
    return replace(read_block5(header, 0), data_at=start + whole)


def _unlocked_file5(block: Block, data: bytes, password: str) -> bytes:
    cipher = next((fields for kind, fields, _ in iter_extras(block.extra) if kind == _CIPHER_RECORD), None)
    if cipher is None:
        return _written5(block, block.header, block.extra, data)
    _, behind = read_vint(cipher, 0)
    flags, _ = read_vint(cipher, behind)
    key, iv = _checked_key5(password, cipher[behind:], has_iv=True)
    plain = _decrypt(key, iv, data)
    keyed = bool(flags & _KEYED_CHECKSUMS)
    dropped = {_CIPHER_RECORD, _HASH_RECORD} if keyed else {_CIPHER_RECORD}
    extra = b"".join(raw for kind, _, raw in iter_extras(block.extra) if kind not in dropped)
    header, is_stored, unpacked = _file_header5(block.header, without_checksum=keyed)
    end = unpacked if is_stored else _end_of_packed5(plain)
    return _written5(block, header, extra, plain[:end])


def _end_of_packed5(packed: bytes) -> int:
    """Where the last packed block ends: the cipher filled the data up, and the filling is no block.

    A block: flags (last one: bit 6; bytes of its size: bits 3 and 4), a checksum, its size, its bits.
    """
    at = 0
    while at + 2 < len(packed):
        flags = packed[at]
        size_bytes = (flags >> 3 & 0x03) + 1
        at += 2 + size_bytes + int.from_bytes(packed[at + 2 : at + 2 + size_bytes], "little")
        if flags & 0x40:
            break
    return at


def _file_header5(header: bytes, *, without_checksum: bool) -> tuple[bytes, bool, int]:
    """The fields of a file without their checksum; whether it is stored as it is; and its size."""
    flags, sizes_at = read_vint(header, 0)
    unpacked, behind = read_vint(header, sizes_at)
    _, behind = read_vint(header, behind)
    behind += 4 if flags & _HAS_TIME else 0
    method_at = behind + (4 if flags & _HAS_CHECKSUM else 0)
    method, _ = read_vint(header, method_at)
    is_stored = not method >> 7 & 0x07
    if not without_checksum:
        return header, is_stored, unpacked
    return _vint(flags & ~_HAS_CHECKSUM) + header[sizes_at:behind] + header[method_at:], is_stored, unpacked


def _checked_key5(password: str, fields: bytes, *, has_iv: bool) -> tuple[bytes, bytes]:
    """Key and IV of a cipher record, from its flags on. Raises `ContainerError` for a wrong password."""
    flags, at = read_vint(fields, 0)
    power, at = fields[at], at + 1
    if power > _MAX_ROUNDS_POWER:
        raise ContainerError(ContainerTrouble.TIME)
    salt, at = fields[at : at + 16], at + 16
    iv = fields[at : at + _BLOCK] if has_iv else b""
    at += _BLOCK if has_iv else 0
    if flags & _HAS_CHECK and _check_value5(password, salt, power) != fields[at : at + 8]:
        raise ContainerError(ContainerTrouble.ENCRYPTED)
    return _key5(password, salt, 1 << power), iv


def _check_value5(password: str, salt: bytes, power: int) -> bytes:
    """32 rounds more than the key, folded to eight bytes."""
    value = _key5(password, salt, (1 << power) + 32)
    return bytes(a ^ b ^ c ^ d for a, b, c, d in zip(value[:8], value[8:16], value[16:24], value[24:], strict=True))


@lru_cache(maxsize=64)
def _key5(password: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "replace"), salt, rounds)


def _written5(block: Block, header: bytes, extra: bytes, data: bytes | None) -> bytes:
    flags = block.flags & ~0x03 | (0x01 if extra else 0) | (0x02 if data is not None else 0)
    sizes = (_vint(len(extra)) if extra else b"") + (_vint(len(data)) if data is not None else b"")
    body = _vint(block.kind) + _vint(flags) + sizes + header + extra
    sized = _vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized + (data or b"")


def _unlocked4(content: bytes, password: str) -> Iterator[bytes]:
    yield RAR4
    at, locked_headers = len(RAR4), False
    for _ in range(_MAX_BLOCKS):
        block = _locked_block4(content, at, password) if locked_headers else read_block4(content, at)
        if block.kind == MAIN4:
            locked_headers = bool(block.flags & _LOCKED_HEADERS4)
            yield _written4(MAIN4, block.flags & ~_LOCKED_HEADERS4, block.header, b"")
        elif block.kind == FILE4:
            yield _unlocked_file4(block, content[block.data_at : block.end], password)
        elif block.kind == END4:
            yield _written4(END4, block.flags, block.header, b"")
            return
        at = block.end
        if at >= len(content):
            return


def _locked_block4(content: bytes, at: int, password: str) -> Block:
    """A block whose header is locked: a salt, and the header filled up to whole cipher blocks."""
    key, iv = _key4(password, content[at : at + 8])
    start = at + 8
    (size,) = struct.unpack_from("<H", _decrypt(key, iv, content[start : start + _BLOCK]), 5)
    whole = -(-size // _BLOCK) * _BLOCK
    header = _decrypt(key, iv, content[start : start + whole])
    if zlib.crc32(header[2:size]) & 0xFFFF != int.from_bytes(header[:2], "little"):
        raise ContainerError(ContainerTrouble.ENCRYPTED)
    return replace(read_block4(header, 0), data_at=start + whole)


def _unlocked_file4(block: Block, data: bytes, password: str) -> bytes:
    if not block.flags & _LOCKED4:
        return _written4(FILE4, block.flags, block.header, data)
    _, unpacked, _, _, _, version, method, name_bytes = struct.unpack_from("<IIBIIBBH", block.header)
    if version < _FIRST_AES_VERSION or not block.flags & _SALT4:
        raise ContainerError(ContainerTrouble.METHOD)
    salt_at = 25 + (8 if block.flags & LARGE4 else 0) + name_bytes
    key, iv = _key4(password, block.header[salt_at : salt_at + 8])
    plain = _decrypt(key, iv, data)
    plain = plain[:unpacked] if method == _STORED4 else plain
    header = struct.pack("<I", len(plain)) + block.header[4:salt_at] + block.header[salt_at + 8 :]
    return _written4(FILE4, block.flags & ~(_LOCKED4 | _SALT4), header, plain)


@lru_cache(maxsize=64)
def _key4(password: str, salt: bytes) -> tuple[bytes, bytes]:
    """Key and IV: a byte of the IV after each sixteenth of the rounds has begun."""
    seed = password.encode("utf-16-le", "replace") + salt
    digest, iv = hashlib.sha1(usedforsecurity=False), bytearray()
    for sixteenth in range(16):
        first = sixteenth << 14
        digest.update(seed + first.to_bytes(3, "little"))
        iv.append(digest.digest()[19])
        digest.update(b"".join(seed + count.to_bytes(3, "little") for count in range(first + 1, first + (1 << 14))))
    words = struct.unpack(">4I", digest.digest()[:16])
    return struct.pack("<4I", *words), bytes(iv)


def _written4(kind: int, flags: int, header: bytes, data: bytes) -> bytes:
    body = struct.pack("<BHH", kind, flags, 7 + len(header)) + header
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body + data


def _decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    whole = data[: len(data) // _BLOCK * _BLOCK]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(whole) + decryptor.finalize()


def _vint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
