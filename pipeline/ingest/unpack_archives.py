"""Opens the archives of one mail within the room there is for all of them together.

An archive behind a password waits until the whole text of the mail is known, which may name the password.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pipeline.domain.message import Media
from pipeline.ingest.containers import ContainerError, ContainerTrouble, Member, Room
from pipeline.ingest.containers_7z import read_7z
from pipeline.ingest.containers_libarchive import read_gzip, read_locked_rar, read_locked_zip, read_rar, read_tar
from pipeline.ingest.containers_zip import read_zip
from pipeline.ingest.limits import UnpackLimits
from pipeline.ingest.passwords import password_bytes

#: What is opened here.
ARCHIVES: Final = frozenset({Media.ZIP, Media.SEVEN_ZIP, Media.RAR, Media.TAR, Media.GZIP})
#: Those that passwords of the text are tried on.
_WITH_PASSWORDS: Final = frozenset({Media.ZIP, Media.SEVEN_ZIP, Media.RAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive as it came, under a name that is safe to show."""

    name: str
    media: Media
    content: bytes


class ArchiveOpener:
    """Counts members, real bytes and processor time over all archives of a mail."""

    def __init__(self, limits: UnpackLimits, *, process_seconds: Callable[[], float] = time.process_time) -> None:
        self._members_left = limits.zip_members
        self._bytes_left = limits.zip_bytes
        self._only_plain_zip = not limits.archives
        self._seconds = process_seconds
        self._deadline = process_seconds() + limits.archive_seconds

    def open(self, archive: Archive) -> Iterator[Member]:
        """The files of an archive that has no password.

        Raises `ContainerError`, with trouble `ENCRYPTED` for one that has, and `LibraryMissingError`.
        """
        if self._only_plain_zip and archive.media is not Media.ZIP:
            raise ContainerError(ContainerTrouble.UNSAFE)
        self._check_time()
        yield from self._counted(_members(archive, self._room()))

    def open_locked(self, archive: Archive, passwords: Sequence[str]) -> Iterator[Member]:
        """The files of an archive behind one of the passwords; of several that fit, the one that opens everything.

        Raises `ContainerError`, with trouble `ENCRYPTED` when none fits.
        """
        if self._only_plain_zip:
            raise ContainerError(ContainerTrouble.UNSAFE)
        best: list[Member] = []
        for password in passwords if archive.media in _WITH_PASSWORDS else ():
            self._check_time()
            for opened in _tries(archive, self._room(), password):
                if not any(member.trouble for member in opened):
                    yield from self._counted(iter(opened))
                    return
                best = max(best, opened, key=lambda members: sum(member.trouble is None for member in members))
        if not any(member.trouble is None for member in best):
            raise ContainerError(ContainerTrouble.ENCRYPTED)
        yield from self._counted(iter(best))

    def _room(self) -> Room:
        return Room(members=self._members_left, size_bytes=self._bytes_left)

    def _check_time(self) -> None:
        if self._seconds() > self._deadline:
            raise ContainerError(ContainerTrouble.TIME)

    def _counted(self, members: Iterator[Member]) -> Iterator[Member]:
        for member in members:
            if member.trouble is ContainerTrouble.SIZE or len(member.content) > self._bytes_left:
                raise ContainerError(ContainerTrouble.SIZE)
            if not self._members_left:
                raise ContainerError(ContainerTrouble.MEMBERS)
            self._members_left -= 1
            self._bytes_left -= len(member.content)
            yield member
            self._check_time()


def _members(archive: Archive, room: Room) -> Iterator[Member]:
    content = archive.content
    match archive.media:
        case Media.ZIP:
            return read_zip(content, room)
        case Media.SEVEN_ZIP:
            return read_7z(content, room)
        case Media.RAR:
            return read_rar(content, room)
        case Media.TAR:
            return read_tar(content, room)
        case _:
            return read_gzip(content, room, name=archive.name)


def _tries(archive: Archive, room: Room, password: str) -> Iterator[list[Member]]:
    """What a password opens, in each spelling of it that the format may have been given."""
    read = read_locked_rar if archive.media is Media.RAR else read_7z
    tries = [partial(read, archive.content, room, password)]
    if archive.media is Media.ZIP:
        tries = [partial(read_locked_zip, archive.content, room, key) for key in password_bytes(password)]
    for attempt in tries:
        try:
            yield list(attempt())
        except ContainerError as error:
            if error.trouble in (ContainerTrouble.SIZE, ContainerTrouble.MEMBERS):
                raise
