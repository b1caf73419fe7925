"""7z archives, with py7zr, all in memory.

Members' sizes are summed before the first is unpacked; each gives exactly what it announces, or is damaged. Members are
asked for by their number: their names are never taken for paths.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pipeline.ingest.containers import ContainerError, ContainerTrouble, Member, Room, is_clutter

if TYPE_CHECKING:
    from py7zr import SevenZipFile

_HEADER_BYTES: Final = 32
#: A header larger than this names more files than any filing has.
_MAX_HEADER_BYTES: Final = 4 * 1024 * 1024


def load_library() -> None:
    """Load what the library loads late: a locked sandbox cannot."""
    import psutil  # noqa: F401
    import py7zr  # noqa: F401


def read_7z(content: bytes, room: Room, password: str | None = None) -> Iterator[Member]:
    """The files of an archive. Raises `ContainerError`, with trouble `ENCRYPTED` without the right password."""
    _check_header(content)
    with _translated(locked=password is not None):
        archive = _open(content, password)
    with archive:
        entries = [entry for entry in archive.files if not entry.is_directory]
        room.check(members=len(entries), size_bytes=sum(entry.uncompressed for entry in entries))
        if archive.password_protected and password is None:
            raise ContainerError(ContainerTrouble.ENCRYPTED)
        with _translated(locked=archive.password_protected):
            contents = _extract(archive, [entry for entry in entries if not _is_link(entry)], room)
    for entry in entries:
        name = _mended(entry.filename)
        if is_clutter(name):
            continue
        if _is_link(entry):
            yield Member(untrusted_name=name, trouble=ContainerTrouble.LINK)
        else:
            yield Member(untrusted_name=name, content=contents.pop(entry.id, b""))


def _check_header(content: bytes) -> None:
    """The start header says how large the header is: too large, and building its records alone would take minutes."""
    if len(content) < _HEADER_BYTES:
        raise ContainerError(ContainerTrouble.DAMAGED)
    _, size = struct.unpack_from("<QQ", content, 12)
    if size > _MAX_HEADER_BYTES:
        raise ContainerError(ContainerTrouble.MEMBERS)


def _open(content: bytes, password: str | None) -> SevenZipFile:
    from py7zr import SevenZipFile

    archive = SevenZipFile(io.BytesIO(content), password=password)
    if getattr(archive, "files", None) is None:
        raise ContainerError(ContainerTrouble.DAMAGED)
    return archive


def _extract(archive: SevenZipFile, entries: list[Any], room: Room) -> dict[int, bytes]:
    """Contents by the entry's number. Not `archive.extract`, which refuses the whole archive for one odd name."""
    from py7zr.io import BytesIOFactory, MemIO

    writers = BytesIOFactory(room.size_bytes + 1)
    for entry in entries:
        archive.worker.register_filelike(entry.id, MemIO(str(entry.id), writers))
    archive.worker.extract(archive.fp, None, parallel=False)
    return {int(number): writer.read() for number, writer in writers.products.items()}


@contextmanager
def _translated(*, locked: bool) -> Iterator[None]:
    """Whatever the library and its decoders raise as what is wrong; behind a password, most probably that is."""
    from py7zr.exceptions import PasswordRequired, UnsupportedCompressionMethodError

    try:
        yield
    except ContainerError:
        raise
    except PasswordRequired as error:
        raise ContainerError(ContainerTrouble.ENCRYPTED) from error
    except UnsupportedCompressionMethodError as error:
        raise ContainerError(ContainerTrouble.METHOD) from error
    except MemoryError as error:
        raise ContainerError(ContainerTrouble.SIZE) from error
    except Exception as error:  # six decoders with errors of their own; all of them are about these bytes
        raise ContainerError(ContainerTrouble.ENCRYPTED if locked else ContainerTrouble.DAMAGED) from error


def _is_link(entry: Any) -> bool:
    return bool(entry.is_symlink or entry.is_junction or entry.is_socket)


def _mended(name: str) -> str:
    """Names are UTF-16; tools without a character set put each byte of a GBK name into a character of its own."""
    if name.isascii() or any(char > "\xff" for char in name):
        return name
    for codec in ("utf-8", "gb18030"):
        try:
            return name.encode("latin-1").decode(codec)
        except UnicodeDecodeError:
            continue
    return name
