"""The keys: a file beside the data, made on first start.

One line per key, oldest first: `key <id> <made> <base64 of 32 bytes>`. The newest key encrypts, all
decrypt. The id is derived from the key, so that a damaged line shows. The oldest key also gives the
look-up index and the event chain, which must not change when a key is added. No representation or
message here holds key material.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.store.errors import StoreKeyError

KEY_BYTES: Final = 32
ID_BYTES: Final = 4
_HEADER: Final = "# beian keys: whoever has this file can read the register. Back it up, apart from the data."
_SALT: Final = b"beian store v1"
_MAX_FILE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One key. `id` is four bytes derived from it."""

    id: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> MasterKey:
        """The key of 32 bytes."""
        return cls(id=_expand(secret, "key id", ID_BYTES), secret=secret)

    def derive(self, label: str) -> bytes:
        """The 32-byte subkey for one purpose (HKDF-SHA256, one label each)."""
        return _expand(self.secret, label, KEY_BYTES)


def _expand(secret: bytes, label: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=_SALT, info=label.encode()).derive(secret)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one installation, oldest first; `path` is the file they came from."""

    path: Path
    keys: tuple[MasterKey, ...] = field(repr=False)

    @property
    def newest(self) -> MasterKey:
        """The key that encrypts."""
        return self.keys[-1]

    @property
    def oldest(self) -> MasterKey:
        """The key behind the look-up index and the event chain."""
        return self.keys[0]

    def find(self, key_id: bytes) -> MasterKey | None:
        """The key of that id, None when the file does not hold it."""
        return next((key for key in self.keys if key.id == key_id), None)

    def key(self, key_id: bytes) -> MasterKey:
        """The key of that id. Raises `StoreKeyError` naming the id and the file."""
        found = self.find(key_id)
        if found is None:
            raise StoreKeyError(
                f"{self.path}: this data was written with key {key_id.hex()}, which the key file does not hold; "
                "restore the key file that belongs to this data"
            )
        return found


def load_or_create_keyring(path: Path) -> Keyring:
    """The keyring of that file, made with one random key if there is no file.

    Several processes may start at once: one file wins. Raises `StoreKeyError`.
    """
    if not path.exists():
        _create(path, (MasterKey.of(secrets.token_bytes(KEY_BYTES)),))
    return load_keyring(path)


def load_keyring(path: Path) -> Keyring:
    """The keyring of an existing file. Raises `StoreKeyError` if it is missing, open to others, or damaged."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            _refuse_open_permissions(path, os.fstat(descriptor).st_mode)
            content = file.read(_MAX_FILE_BYTES)
    except FileNotFoundError:
        raise StoreKeyError(f"{path}: the key file is missing; restore it from its backup") from None
    except OSError as error:
        raise StoreKeyError(f"{path}: cannot read the key file: {error.strerror}") from None
    return Keyring(path=path, keys=tuple(_parse(path, content)))


def add_key(path: Path) -> Keyring:
    """Add a new key that encrypts from now on; running processes take it up when they open the store again."""
    ring = load_keyring(path)
    fresh = Keyring(path=path, keys=(*ring.keys, MasterKey.of(secrets.token_bytes(KEY_BYTES))))
    temporary = _write_temporary(path, fresh.keys)
    temporary.replace(path)
    sync_folder(path.parent)
    return fresh


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_open_permissions(path: Path, mode: int) -> None:
    if mode & 0o077:
        raise StoreKeyError(
            f"{path}: the key file is open to other users (mode {mode & 0o777:04o}); run: chmod 0400 {path}"
        )


def _create(path: Path, keys: Iterable[MasterKey]) -> None:
    """Put a whole file in place under a name nobody else has taken: written aside, then linked."""
    try:
        temporary = _write_temporary(path, keys)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return  # another process was first; its key counts
        finally:
            temporary.unlink()
        sync_folder(path.parent)
        structlog.get_logger(__name__).warning("key file made: back it up, apart from the data", path=str(path))
    except OSError as error:
        raise StoreKeyError(f"{path}: cannot make the key file: {error.strerror}") from None


def _write_temporary(path: Path, keys: Iterable[MasterKey]) -> Path:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with open(descriptor, "wb") as file:
        file.write(_render(keys))
        file.flush()
        os.fsync(descriptor)
    return temporary


def _render(keys: Iterable[MasterKey]) -> bytes:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    lines = (f"key {key.id.hex()} {made} {base64.b64encode(key.secret).decode()}" for key in keys)
    return ("\n".join((_HEADER, *lines)) + "\n").encode()


def _parse(path: Path, content: bytes) -> Iterable[MasterKey]:
    lines = [line for line in content.decode("ascii", "replace").splitlines() if line.strip() and line[0] != "#"]
    keys = [_parse_line(line) for line in lines]
    if not keys or None in keys:
        raise StoreKeyError(f"{path}: the key file is damaged; restore it from its backup")
    return (key for key in keys if key is not None)


def _parse_line(line: str) -> MasterKey | None:
    parts = line.split()
    if len(parts) != 4 or parts[0] != "key":
        return None
    try:
        secret = base64.b64decode(parts[3], validate=True)
    except binascii.Error:
        return None
    key = MasterKey.of(secret) if len(secret) == KEY_BYTES else None
    return key if key is not None and key.id.hex() == parts[1] else None
