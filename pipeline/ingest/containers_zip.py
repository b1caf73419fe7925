"""ZIP archives, within limits that hold for the real bytes and not for what the archive says of itself.

Refused: more members than allowed (the end record is read before anything else), overlapping members,
more real bytes than allowed. Only stored and deflated members are unpacked: bzip2 and LZMA cannot be
read in bounded pieces. Names are GBK or UTF-8 with or without the flag that should say so.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from pipeline.ingest.charset import decode_text
from pipeline.ingest.containers import ContainerError, ContainerTrouble, Member, Room, is_clutter
from pipeline.ingest.limits import UnpackLimits

_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_END64_LOCATOR: Final = b"PK\x06\x07"
_LOCAL: Final = b"PK\x03\x04"
_DIRECTORY_BYTES_PER_MEMBER: Final = 1100
_PIECE_BYTES: Final = 64 * 1024
_ENCRYPTED_FLAG: Final = 0x1
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    OverflowError,
)


def list_names(content: bytes) -> frozenset[str]:
    """The members' names. Raises `ContainerError`."""
    with _opened(content, UnpackLimits().zip_members * 10) as archive:
        return frozenset(info.orig_filename for info in archive.infolist())


def read_zip(content: bytes, room: Room) -> Iterator[Member]:
    """The files of an archive one by one, at most so many bytes of them together as there is room for.

    A member that goes over the room ends the archive with trouble `SIZE`. Raises `ContainerError`, with trouble
    `ENCRYPTED` when any member is behind a password: see `containers_libarchive`.
    """
    budget_bytes = room.size_bytes
    with _opened(content, room.members) as archive:
        infos = [info for info in archive.infolist() if not is_clutter(info.orig_filename)]
        _refuse_overlaps(content, archive)
        if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
            room.check(members=len(infos), size_bytes=sum(info.file_size for info in infos))
            raise ContainerError(ContainerTrouble.ENCRYPTED)
        for info in infos:
            member = _read_member(archive, info, budget_bytes)
            yield member
            if member.trouble is ContainerTrouble.SIZE:
                return
            budget_bytes -= len(member.content)


def _opened(content: bytes, max_members: int) -> zipfile.ZipFile:
    _check_end_record(content, max_members)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGE as error:
        raise ContainerError(ContainerTrouble.DAMAGED) from error
    if len(archive.infolist()) > max_members:
        raise ContainerError(ContainerTrouble.MEMBERS)
    return archive


def _check_end_record(content: bytes, max_members: int) -> None:
    """Refuse an archive by what its end record announces, before the library builds a million records."""
    at = len(content) - 22
    if content[at : at + 4] != _END or content[-2:] != b"\0\0":
        at = content.rfind(_END, max(0, len(content) - 22 - 0xFFFF))
    if at < 0 or at + 22 > len(content):
        raise ContainerError(ContainerTrouble.DAMAGED)
    members, directory_bytes = struct.unpack_from("<HI", content, at + 10)
    if content[at - 20 : at - 16] == _END64_LOCATOR:
        record = content.rfind(_END64, max(0, at - 20 - 0xFFFF), at)
        if record < 0 or record + 56 > len(content):
            raise ContainerError(ContainerTrouble.DAMAGED)
        members, directory_bytes = struct.unpack_from("<QQ", content, record + 32)
    if members > max_members or directory_bytes > max_members * _DIRECTORY_BYTES_PER_MEMBER:
        raise ContainerError(ContainerTrouble.MEMBERS)


def _refuse_overlaps(content: bytes, archive: zipfile.ZipFile) -> None:
    ends_at = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        start = info.header_offset
        if start < ends_at:
            raise ContainerError(ContainerTrouble.OVERLAP)
        if content[start : start + 4] != _LOCAL:
            raise ContainerError(ContainerTrouble.DAMAGED)
        name_bytes, extra_bytes = struct.unpack("<HH", content[start + 26 : start + 30].ljust(4, b"\0"))
        ends_at = start + 30 + name_bytes + extra_bytes + info.compress_size
    if ends_at > archive.start_dir:
        raise ContainerError(ContainerTrouble.OVERLAP)


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name. Without the UTF-8 flag the library has read it as cp437, which can be undone exactly."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return decode_text(info.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.orig_filename


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget_bytes: int) -> Member:
    name = member_name(info)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Member(untrusted_name=name, trouble=ContainerTrouble.METHOD)
    content = bytearray()
    try:
        with archive.open(info) as stream:
            while piece := stream.read(_PIECE_BYTES):
                content += piece
                if len(content) > budget_bytes:
                    return Member(untrusted_name=name, trouble=ContainerTrouble.SIZE)
    except _DAMAGE:
        return Member(untrusted_name=name, trouble=ContainerTrouble.DAMAGED)
    return Member(untrusted_name=name, content=bytes(content))
