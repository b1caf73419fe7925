"""Mails out of mbox files and zip archives, one at a time, however large the archive is.

What cannot be read of an archive is given out as `Unread` where it stood, and the rest is read all the
same.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.domain.message import Media
from pipeline.ingest.containers import is_clutter
from pipeline.ingest.containers_zip import member_name
from pipeline.ingest.sniff import sniff

#: A mail larger than this is refused here as it is by every provider.
MAX_MAIL_BYTES: Final = 100 * 1024 * 1024
TOO_LARGE: Final = f"is larger than {MAX_MAIL_BYTES // 1024**2} MB"
NO_MAIL: Final = "is no mail"
#: How much of a file shows what it is.
HEAD_BYTES: Final = 8192
MAIL_SUFFIX: Final = ".eml"
ZIP_SUFFIX: Final = ".zip"
MBOX_SUFFIXES: Final = frozenset({".mbox", ".mbx"})
#: What an mbox file and each of its mails begin with (RFC 4155).
MBOX_START: Final = b"From "
_BLANK_LINES: Final = (b"\n", b"\r\n")
_LINE_BYTES: Final = 1 << 20
#: bzip2 and LZMA cannot be unpacked in bounded pieces.
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG: Final = 0x1
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A mail and where it came from. `sha256` is the hex digest of its bytes."""

    name: str
    content: bytes = field(repr=False)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.content).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What gave no mail, and why. `foreign` is a file that lies among mails and never was one."""

    name: str
    reason: str
    foreign: bool = False


def iter_mbox(path: Path) -> Iterator[MailFile | Unread]:
    """The mails of an mbox file, numbered from 1. Raises OSError.

    A mail begins at a line `From …` at the start of the file or behind a blank line.
    """
    with path.open("rb") as file:
        if file.read(len(MBOX_START)) not in (MBOX_START, b""):
            yield Unread(name=str(path), reason="is no mbox file: it does not begin with a line “From …”")
            return
        file.seek(0)
        for number, content in enumerate(_split_mbox(file), start=1):
            name = f"{path}:{number}"
            yield Unread(name=name, reason=TOO_LARGE) if content is None else MailFile(name=name, content=content)


def count_mbox(path: Path) -> int:
    """How many mails an mbox file holds. Raises OSError."""
    with path.open("rb") as file:
        return sum(begins for _, begins in _mbox_lines(file))


def _split_mbox(file: BinaryIO) -> Iterator[bytes | None]:
    """Each mail without the line that begins it and the blank one behind it; None for one that is too large."""
    mail: _Gathered | None = None
    for line, begins in _mbox_lines(file):
        if not begins and mail is not None:
            mail.add(line)
        elif begins:
            if mail is not None:
                yield mail.content()
            mail = _Gathered()
    if mail is not None:
        yield mail.content()


def _mbox_lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The lines (endless ones in pieces), each with whether a mail begins there."""
    at_start, blank_before = True, True
    for piece in iter(lambda: file.readline(_LINE_BYTES), b""):
        yield piece, at_start and blank_before and piece.startswith(MBOX_START)
        blank_before = at_start and piece in _BLANK_LINES
        at_start = piece.endswith(b"\n")


class _Gathered:
    """The bytes of one mail, as long as they are not too many."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._size = 0

    def add(self, line: bytes) -> None:
        self._size += len(line)
        if self._size <= MAX_MAIL_BYTES:
            self._bytes += line
        else:
            self._bytes.clear()

    def content(self) -> bytes | None:
        if self._size > MAX_MAIL_BYTES:
            return None
        for blank in _BLANK_LINES[::-1]:
            if self._bytes.endswith(b"\n" + blank):
                return bytes(self._bytes[: -len(blank)])
        return bytes(self._bytes)


def iter_zip(path: Path) -> Iterator[MailFile | Unread]:
    """The mails of a zip archive, in the order of their names. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            yield Unread(name=str(path), reason=f"is no readable zip archive ({type(error).__name__})")
            return
        with archive:
            for member in _members(archive):
                yield _read_member(archive, member, name=f"{path}:{member_name(member)}")


def count_zip(path: Path) -> int:
    """How much `iter_zip` will give. Raises OSError when it cannot be opened."""
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return len(_members(archive))
        except _DAMAGE:
            return 1


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    kept = (member for member in archive.infolist() if not is_clutter(member.orig_filename))
    return sorted(kept, key=lambda member: member.orig_filename)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, name: str) -> MailFile | Unread:
    if (refusal := _find_refusal(member)) is not None:
        return Unread(name=name, reason=refusal)
    try:
        with archive.open(member) as file:
            head = file.read(HEAD_BYTES)
            if _suffix(member) != MAIL_SUFFIX and sniff(head) is not Media.EMAIL:
                return Unread(name=name, reason=NO_MAIL, foreign=True)
            return MailFile(name=name, content=head + file.read(MAX_MAIL_BYTES))
    except _DAMAGE as error:
        return Unread(name=name, reason=f"is damaged ({type(error).__name__})")


def _find_refusal(member: zipfile.ZipInfo) -> str | None:
    """Why a member is not even opened, None when it is."""
    if member.flag_bits & _ENCRYPTED_FLAG:
        return "is behind a password"
    if member.file_size > MAX_MAIL_BYTES:
        return TOO_LARGE
    if member.compress_type not in _METHODS:
        return "is compressed in a way that is not read here; unpack it first"
    archived = _suffix(member) == ZIP_SUFFIX or _suffix(member) in MBOX_SUFFIXES
    return "is an archive in an archive; unpack it first" if archived else None


def _suffix(member: zipfile.ZipInfo) -> str:
    return Path(member.orig_filename).suffix.lower()
