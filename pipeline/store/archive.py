"""The kept mails: one encrypted file per content, named by its SHA-256.

`keep` returns only when the bytes would survive a power cut: temporary file, fsync, rename, fsync of the
folder. A temporary file is locked while it is written; what a crash left behind has no lock and is removed
when the archive is opened, while the files of other running processes stay.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.store.blob_format import HEADER_BYTES, opened_chunks, sealed_chunks, unwrap_key, wrap_key
from pipeline.store.errors import (
    ArchiveDamagedError,
    ArchiveMissingError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from pipeline.store.keyring import KEY_BYTES, Keyring, sync_folder

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_PROBE_BYTES: Final = 4096
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class BlobArchive:
    """The folder of kept mails. Safe for many processes at once."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._temporary = folder / "tmp"
        self._keyring = keyring

    def __repr__(self) -> str:
        return f"BlobArchive({self._folder})"

    def prepare(self) -> int:
        """Make the folders and remove what crashes left; returns how many leftovers went."""
        with _translated():
            for folder in (self._folder, self._temporary):
                folder.mkdir(mode=0o700, exist_ok=True)
            return sum(_remove_if_dead(path) for path in self._temporary.iterdir())

    def keep(self, chunks: Iterable[bytes]) -> str:
        """Store a stream of any size; returns its SHA-256 in hex. Needs memory for one chunk.

        Content that is already there is written anew, which heals a damaged file. Whatever
        `chunks` raises passes through, and nothing is kept. Raises `StoreFullError`.
        """
        with _untouched(), _translated(), self._locked_temporary() as (path, file):
            digest = self._write(file, _guarded(chunks))
            target = self._path(digest)
            made = not target.parent.exists()
            target.parent.mkdir(mode=0o700, exist_ok=True)
            path.rename(target)
            sync_folder(target.parent)
            if made:
                sync_folder(self._folder)
        return digest

    def probe(self) -> None:
        """Prove that mails can be kept now: write and sync a small file, and remove it. Raises `StoreError`."""
        with _translated(), self._locked_temporary() as (_, file):
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())

    def free_bytes(self) -> int:
        """Room left on the archive's disk for this user. Raises `StoreUnavailableError`."""
        with _translated():
            found = os.statvfs(self._folder)
            return found.f_bavail * found.f_frsize

    def load(self, digest: str) -> bytes:
        """The whole mail. Raises `ArchiveMissingError`, `ArchiveDamagedError`, `StoreKeyError`."""
        return b"".join(self.stream(digest))

    def stream(self, digest: str) -> Iterator[bytes]:
        """The mail in chunks; a changed file raises `ArchiveDamagedError`, possibly after some chunks."""
        try:
            file = self._path(digest).open("rb")
        except FileNotFoundError:
            raise ArchiveMissingError(f"kept mail {digest}: there is no such file in {self._folder}") from None
        with file:
            key = unwrap_key(self._keyring, file.read(HEADER_BYTES), digest)
            seen = sha256()
            for chunk in opened_chunks(file, key, digest):
                seen.update(chunk)
                yield chunk
        if seen.hexdigest() != digest:
            raise ArchiveDamagedError(f"kept mail {digest}: the content is another")

    def has(self, digest: str) -> bool:
        """Whether a file of that SHA-256 is there (not whether it is whole)."""
        return self._path(digest).is_file()

    def __iter__(self) -> Iterator[str]:
        """The SHA-256 of every kept mail, in order."""
        for shard in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            yield from (path.name for path in sorted(shard.iterdir()) if _DIGEST.fullmatch(path.name))

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ArchiveMissingError("kept mails are named by their SHA-256 in lower-case hex")
        return self._folder / digest[:2] / digest

    def _write(self, file: BinaryIO, chunks: Iterable[bytes]) -> str:
        digest, key = sha256(), secrets.token_bytes(KEY_BYTES)

        def counted() -> Iterator[bytes]:
            for chunk in chunks:
                digest.update(chunk)
                yield chunk

        file.write(bytes(HEADER_BYTES))
        for sealed in sealed_chunks(counted(), key):
            file.write(sealed)
        file.seek(0)
        file.write(wrap_key(self._keyring, key, digest.hexdigest()))
        file.flush()
        os.fsync(file.fileno())
        return digest.hexdigest()

    @contextmanager
    def _locked_temporary(self) -> Iterator[tuple[Path, BinaryIO]]:
        path, file = self._open_temporary()
        try:
            with file:
                yield path, file
        finally:
            path.unlink(missing_ok=True)

    def _open_temporary(self) -> tuple[Path, BinaryIO]:
        """A new file under a lock. Between making and locking, another process may take it for a leftover."""
        while True:
            path = self._temporary / secrets.token_hex(16)
            file = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "r+b")
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return path, file
            file.close()


def _remove_if_dead(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        path.unlink()
        return True
    return False


class _StreamError(Exception):
    """Carries an OSError of the caller's stream (a cut connection) past the translation of the disk's errors."""


def _guarded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    except OSError as error:
        raise _StreamError from error


@contextmanager
def _untouched() -> Iterator[None]:
    try:
        yield
    except _StreamError as wrapper:
        if wrapper.__cause__ is not None:
            raise wrapper.__cause__ from None
        raise


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the disk as errors of the store."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFullError("the archive's disk is full; free some room, nothing was lost") from error
        kind = StoreReadOnlyError if error.errno in _READ_ONLY else StoreUnavailableError
        raise kind(f"the archive cannot be written: {error.strerror}") from error
