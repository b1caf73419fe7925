"""What a RAR archive says of itself: the blocks it is made of, read without unpacking anything.

Sizes and counts are checked before the archive is given to a library, and what that library cannot do (passwords,
several volumes, solid archives of the old format) is known before it fails. Layouts as published by RARLAB in its
technical note for RAR 5 and in `technote.txt` for RAR 1.5 to 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.ingest.containers import ContainerError, ContainerTrouble

RAR4: Final = b"Rar!\x1a\x07\x00"
RAR5: Final = b"Rar!\x1a\x07\x01\x00"
_MAX_BLOCKS: Final = 100_000
_MAX_HEADER_BYTES: Final = 2 * 1024 * 1024

MAIN4, FILE4, END4 = 0x73, 0x74, 0x7B
#: A file of RAR 4 whose sizes have 64 bits.
LARGE4: Final = 0x100
MAIN5, FILE5, CRYPT5, END5 = 1, 2, 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RarSurvey:
    """A whole archive: how many files and bytes it announces, and what it is made with.

    `locked_names` says that even the names are behind the password; nothing else is known then. `ended` is false when
    the blocks stop before the one that ends them.
    """

    is_rar5: bool
    members: int = 0
    unpacked_bytes: int = 0
    encrypted: bool = False
    locked_names: bool = False
    solid: bool = False
    volume: bool = False
    ended: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. `header` begins behind type, flags and sizes; `extra` is the extra area of RAR 5.

    `data_at` is where its data begins, `packed_bytes` how much there is of it (of RAR 4, as the header says).
    """

    kind: int
    flags: int
    data_at: int
    packed_bytes: int
    header: bytes
    extra: bytes = b""

    @property
    def end(self) -> int:
        return self.data_at + self.packed_bytes


def survey_rar(content: bytes) -> RarSurvey:
    """Read the blocks. Raises `ContainerError` (damaged) when there are none."""
    if content.startswith(RAR5):
        return _survey5(content)
    if content.startswith(RAR4):
        return _survey4(content)
    raise ContainerError(ContainerTrouble.DAMAGED)


def _survey4(content: bytes) -> RarSurvey:
    members = unpacked = 0
    encrypted = solid = volume = ended = False
    for block in iter_blocks4(content):
        # Archives older than RAR 3 have no end block: then the last one must reach the end.
        ended = block.kind == END4 or block.end == len(content)
        if block.kind == MAIN4:
            solid, volume = bool(block.flags & 0x08), bool(block.flags & 0x01)
            if block.flags & 0x80:
                return RarSurvey(is_rar5=False, encrypted=True, locked_names=True, volume=volume)
        elif block.kind == FILE4:
            members += 1
            unpacked += _unpacked4(block)
            encrypted = encrypted or bool(block.flags & 0x04)
            solid = solid or bool(block.flags & 0x10)
    return RarSurvey(
        is_rar5=False,
        members=members,
        unpacked_bytes=unpacked,
        encrypted=encrypted,
        solid=solid,
        volume=volume,
        ended=ended,
    )


def _unpacked4(block: Block) -> int:
    if len(block.header) < 8:
        raise ContainerError(ContainerTrouble.DAMAGED)
    (low,) = struct.unpack_from("<I", block.header, 4)
    large = block.flags & LARGE4 and len(block.header) >= 33
    (high,) = struct.unpack_from("<I", block.header, 29) if large else (0,)
    return int(low + (high << 32))


def iter_blocks4(content: bytes) -> Iterator[Block]:
    """The blocks of a RAR 4 archive. Raises `ContainerError`."""
    at = len(RAR4)
    for _ in range(_MAX_BLOCKS):
        if at + 7 > len(content):
            return
        block = read_block4(content, at)
        yield block
        if block.kind == END4:
            return
        at = block.end
    raise ContainerError(ContainerTrouble.MEMBERS)


def read_block4(content: bytes, at: int) -> Block:
    """The block at a place; its `header` begins behind checksum, type, flags and size. Raises `ContainerError`."""
    try:
        _, kind, flags, size = struct.unpack_from("<HBHH", content, at)
    except struct.error as error:
        raise ContainerError(ContainerTrouble.DAMAGED) from error
    if size < 7:
        raise ContainerError(ContainerTrouble.DAMAGED)
    header = content[at + 7 : at + size]
    packed = 0
    if flags & 0x8000 or kind == FILE4:
        packed = int.from_bytes(header[:4], "little")
        if flags & LARGE4 and kind == FILE4:
            packed += int.from_bytes(header[25:29], "little") << 32
    return Block(kind=kind, flags=flags, header=header, data_at=at + size, packed_bytes=packed)


def _survey5(content: bytes) -> RarSurvey:
    members = unpacked = 0
    encrypted = solid = volume = ended = False
    for block in iter_blocks5(content):
        ended = block.kind == END5
        if block.kind == CRYPT5:
            return RarSurvey(is_rar5=True, encrypted=True, locked_names=True)
        if block.kind == MAIN5:
            archive_flags, _ = read_vint(block.header, 0)
            volume, solid = bool(archive_flags & 0x01), bool(archive_flags & 0x04)
        elif block.kind == FILE5:
            members += 1
            _, at = read_vint(block.header, 0)
            unpacked += read_vint(block.header, at)[0]
            encrypted = encrypted or any(kind == 0x01 for kind, _, _ in iter_extras(block.extra))
    return RarSurvey(
        is_rar5=True,
        members=members,
        unpacked_bytes=unpacked,
        encrypted=encrypted,
        solid=solid,
        volume=volume,
        ended=ended,
    )


def iter_blocks5(content: bytes) -> Iterator[Block]:
    """The blocks of a RAR 5 archive. Raises `ContainerError`."""
    at = len(RAR5)
    for _ in range(_MAX_BLOCKS):
        if at + 7 > len(content):
            return
        block = read_block5(content, at)
        yield block
        if block.kind == END5:
            return
        at = block.end
    raise ContainerError(ContainerTrouble.MEMBERS)


def read_block5(content: bytes, at: int) -> Block:
    """The block at a place. Raises `ContainerError`."""
    size, start = read_vint(content, at + 4)
    if not 0 < size <= _MAX_HEADER_BYTES:
        raise ContainerError(ContainerTrouble.DAMAGED)
    end = start + size
    kind, behind = read_vint(content, start)
    flags, behind = read_vint(content, behind)
    extra_bytes, behind = read_vint(content, behind) if flags & 0x01 else (0, behind)
    packed, behind = read_vint(content, behind) if flags & 0x02 else (0, behind)
    body_end = max(behind, end - extra_bytes)
    return Block(
        kind=kind,
        flags=flags,
        header=content[behind:body_end],
        extra=content[body_end:end],
        data_at=end,
        packed_bytes=packed,
    )


def iter_extras(extra: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Type, fields and the whole bytes of each record of an extra area. Raises `ContainerError`."""
    at = 0
    while at < len(extra):
        size, start = read_vint(extra, at)
        kind, behind = read_vint(extra, start)
        if size == 0:
            return
        yield kind, extra[behind : start + size], extra[at : start + size]
        at = start + size


def read_vint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends. Raises `ContainerError` at the end of the data."""
    value = 0
    for count in range(10):
        if at + count >= len(data):
            break
        byte = data[at + count]
        value |= (byte & 0x7F) << (7 * count)
        if not byte & 0x80:
            return value, at + count + 1
    raise ContainerError(ContainerTrouble.DAMAGED)
