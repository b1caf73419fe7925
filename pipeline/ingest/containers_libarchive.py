"""RAR, ZIP behind a password, tar and gzip, read with Debian's libarchive: no program is started, no file is written.

Reading goes on in bounded pieces and stops at the room there is, whatever the archive says of its sizes. libarchive
opens no RAR in volumes and no solid RAR of the old format: these are told by name; a password is taken off before
(docs/decisions/0014).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pipeline.ingest.charset import decode_text
from pipeline.ingest.containers import ContainerError, ContainerTrouble, Member, Room, is_clutter
from pipeline.ingest.rar_headers import survey_rar
from pipeline.ingest.rar_unlock import unlock_rar

if TYPE_CHECKING:
    from types import ModuleType

PACKAGE: Final = "libarchive13"
_PIECE_BYTES: Final = 64 * 1024
_REGULAR: Final = 0o100000
_FOLDER: Final = 0o040000
_TYPE_MASK: Final = 0o170000
#: ARCHIVE_FATAL: nothing more can be read.
_FATAL: Final = -30


class LibraryMissingError(Exception):
    """libarchive is not installed."""


def load_library() -> str:
    """Load libarchive, which a locked sandbox cannot; returns its version. Raises `LibraryMissingError`."""
    number = int(_ffi().version_number())
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def read_rar(content: bytes, room: Room) -> Iterator[Member]:
    """The files of a RAR archive (formats 1.5 to 7). Raises `ContainerError`."""
    survey = survey_rar(content)
    room.check(members=survey.members, size_bytes=survey.unpacked_bytes)
    if survey.volume:
        raise ContainerError(ContainerTrouble.VOLUME)
    if survey.encrypted:
        raise ContainerError(ContainerTrouble.ENCRYPTED)
    kind = "rar5" if survey.is_rar5 else "rar"
    try:
        yield from _read(content, (kind,), "none", room)
    except ContainerError as error:
        if survey.solid and not survey.is_rar5:
            raise ContainerError(ContainerTrouble.METHOD) from error
        raise
    if not survey.ended:
        raise ContainerError(ContainerTrouble.DAMAGED)


def read_locked_rar(content: bytes, room: Room, password: str) -> Iterator[Member]:
    """The files of a RAR archive behind a password. Raises `ContainerError`, with trouble `ENCRYPTED` for a wrong one.

    The old format tells a wrong password only by damage; a member that shows it has trouble `ENCRYPTED`.
    """
    for member in read_rar(unlock_rar(content, password), room):
        wrong = member.trouble is ContainerTrouble.DAMAGED
        yield replace(member, trouble=ContainerTrouble.ENCRYPTED) if wrong else member


def read_locked_zip(content: bytes, room: Room, password: bytes) -> Iterator[Member]:
    """The files of a ZIP archive behind a password (AES or the old cipher); its structure was checked before.

    A member that the password does not open has trouble `ENCRYPTED`. Raises `ContainerError`.
    """
    for member in _read(content, ("zip",), "none", room, password=password):
        wrong = member.trouble is ContainerTrouble.DAMAGED
        yield replace(member, trouble=ContainerTrouble.ENCRYPTED) if wrong else member


def read_tar(content: bytes, room: Room) -> Iterator[Member]:
    """The files of a tar archive, compressed with gzip or not. Raises `ContainerError`."""
    yield from _read(content, ("tar",), "gzip", room)


def read_gzip(content: bytes, room: Room, *, name: str) -> Iterator[Member]:
    """What a gzip file holds: the files of the tar archive in it, else its one file, called as the outer one.

    Raises `ContainerError`.
    """
    inner = name[:-3] if name.lower().endswith(".gz") else name
    for member in _read(content, ("tar", "raw"), "gzip", room):
        yield replace(member, untrusted_name=member.untrusted_name or inner)


def _read(
    content: bytes, kinds: Sequence[str], packing: str, room: Room, *, password: bytes | None = None
) -> Iterator[Member]:
    left_bytes, left_members = room.size_bytes, room.members
    with _opened(content, kinds, packing, password) as archive:
        for entry in archive.entries():
            name = _name(archive, entry)
            kind = archive.ffi.entry_filetype(entry) & _TYPE_MASK
            if kind == _FOLDER or (name and is_clutter(name)):
                continue
            left_members -= 1
            if left_members < 0:
                raise ContainerError(ContainerTrouble.MEMBERS)
            member = _member(archive, entry, name, left_bytes)
            yield member
            if member.trouble is ContainerTrouble.SIZE:
                return
            left_bytes -= len(member.content)


def _member(archive: _Archive, entry: object, name: str, left_bytes: int) -> Member:
    if not _is_file(archive, entry):
        return Member(untrusted_name=name, trouble=ContainerTrouble.LINK)
    ffi = archive.ffi
    has_size = bool(ffi.entry_size_is_set(entry))
    if has_size and ffi.entry_size(entry) > left_bytes:
        return Member(untrusted_name=name, trouble=ContainerTrouble.SIZE)
    content = bytearray()
    piece = ctypes.create_string_buffer(_PIECE_BYTES)
    while True:
        try:
            count = ffi.read_data(archive.pointer, piece, _PIECE_BYTES)
        except archive.error as error:
            if error.retcode == _FATAL:
                raise ContainerError(ContainerTrouble.DAMAGED) from error
            return _damaged(name)
        if count == 0:
            # RAR 5 keeps a second copy of a file as a reference, without a size; a gzip file has no name.
            is_reference = not content and not has_size and name
            trouble = ContainerTrouble.LINK if is_reference else None
            return Member(untrusted_name=name, content=bytes(content), trouble=trouble)
        if count < 0:  # a warning: what was given so far may be wrong
            return _damaged(name)
        content += piece.raw[:count]
        if len(content) > left_bytes:
            return Member(untrusted_name=name, trouble=ContainerTrouble.SIZE)


def _damaged(name: str) -> Member:
    return Member(untrusted_name=name, trouble=ContainerTrouble.DAMAGED)


def _is_file(archive: _Archive, entry: object) -> bool:
    """A regular file with content of its own: a link's target may lie anywhere."""
    ffi = archive.ffi
    kind = ffi.entry_filetype(entry) & _TYPE_MASK
    return kind == _REGULAR and ffi.entry_hardlink(entry) is None and ffi.entry_symlink(entry) is None


def _name(archive: _Archive, entry: object) -> str:
    """RAR of the old format, ZIP and tar may hold names in any character set, GBK above all; "" where there is none."""
    if archive.ffi.format_name(archive.pointer) == b"raw":
        return ""
    return decode_text(archive.ffi.entry_pathname(entry) or b"")


class _Archive:
    """An open archive in libarchive's hands."""

    def __init__(self, ffi: ModuleType, pointer: object) -> None:
        self.ffi: Any = ffi
        self.pointer = pointer
        self.error: Any = ffi.ArchiveError

    def entries(self) -> Iterator[object]:
        """Each entry, valid until the next. Raises `ContainerError`."""
        entry = self.ffi.entry_new()
        try:
            while True:
                try:
                    if self.ffi.read_next_header2(self.pointer, entry) == self.ffi.ARCHIVE_EOF:
                        return
                except self.error as error:
                    raise ContainerError(ContainerTrouble.DAMAGED) from error
                yield entry
        finally:
            self.ffi.entry_free(entry)


@contextmanager
def _opened(content: bytes, kinds: Sequence[str], packing: str, password: bytes | None = None) -> Iterator[_Archive]:
    ffi = _ffi()
    pointer = ffi.read_new()
    try:
        try:
            if password is not None:
                ffi.read_add_passphrase(pointer, password)
            ffi.get_read_filter_function(packing)(pointer)
            for kind in kinds:
                ffi.get_read_format_function(kind)(pointer)
            ffi.read_open_memory(pointer, content, len(content))
        except ffi.ArchiveError as error:
            raise ContainerError(ContainerTrouble.DAMAGED) from error
        yield _Archive(ffi, pointer)
    finally:
        ffi.read_free(pointer)


def _ffi() -> Any:
    try:
        from libarchive import ffi
    except (ImportError, OSError, AttributeError, TypeError) as error:  # what a missing library looks like to ctypes
        raise LibraryMissingError(f"{PACKAGE} cannot be loaded") from error
    return ffi
