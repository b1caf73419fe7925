"""The file of one kept mail: a header with its own wrapped key, then sealed chunks.

    header  magic "BEIANBLB" (8) | version (1) | key id (4) | nonce (12) | wrapped key (32 + 16)
    chunk   AES-256-GCM of up to 256 KiB plaintext; nonce = chunk number; associated data = last or not

Every blob has a random key of its own, wrapped by the main key and bound to the blob's digest: whoever
destroys the header has destroyed the mail, and adding a main key means writing new headers only. The mark
on the last chunk shows a cut; the chunk number shows exchanged chunks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.store.errors import ArchiveDamagedError
from pipeline.store.keyring import ID_BYTES, KEY_BYTES, Keyring

CHUNK_BYTES: Final = 256 * 1024
_MAGIC: Final = b"BEIANBLB\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
HEADER_BYTES: Final = len(_MAGIC) + ID_BYTES + _NONCE_BYTES + KEY_BYTES + _TAG_BYTES
_MIDDLE, _LAST = b"\x00", b"\x01"


def wrap_key(keyring: Keyring, blob_key: bytes, digest: str) -> bytes:
    """The header of the blob with that SHA-256 (hex)."""
    key = keyring.newest
    nonce = os.urandom(_NONCE_BYTES)
    head = _MAGIC + key.id
    return head + nonce + AESGCM(key.derive("blob keys")).encrypt(nonce, blob_key, head + digest.encode())


def unwrap_key(keyring: Keyring, header: bytes, digest: str) -> bytes:
    """The blob's key. Raises `StoreKeyError` (unknown main key) or `ArchiveDamagedError`."""
    if len(header) != HEADER_BYTES or not header.startswith(_MAGIC):
        raise ArchiveDamagedError(f"kept mail {digest}: the file's head is damaged")
    cut = len(_MAGIC) + ID_BYTES
    key = keyring.key(header[len(_MAGIC) : cut])
    nonce, wrapped = header[cut : cut + _NONCE_BYTES], header[cut + _NONCE_BYTES :]
    try:
        return AESGCM(key.derive("blob keys")).decrypt(nonce, wrapped, header[:cut] + digest.encode())
    except InvalidTag:
        raise ArchiveDamagedError(f"kept mail {digest}: the file's head was changed or belongs to another") from None


def sealed_chunks(pieces: Iterable[bytes], blob_key: bytes) -> Iterator[bytes]:
    """The sealed chunks of a stream; at least one, also for an empty mail."""
    cipher = AESGCM(blob_key)
    held: bytes | None = None
    number = 0
    for chunk in _even(pieces):
        if held is not None:
            yield cipher.encrypt(_nonce(number), held, _MIDDLE)
            number += 1
        held = chunk
    yield cipher.encrypt(_nonce(number), held or b"", _LAST)


def opened_chunks(file: BinaryIO, blob_key: bytes, digest: str) -> Iterator[bytes]:
    """The plain chunks of the file behind its header. Raises `ArchiveDamagedError`."""
    cipher = AESGCM(blob_key)
    number = 0
    chunk = file.read(CHUNK_BYTES + _TAG_BYTES)
    while True:
        following = file.read(CHUNK_BYTES + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number), chunk, _MIDDLE if following else _LAST)
        except (InvalidTag, ValueError):
            raise ArchiveDamagedError(f"kept mail {digest}: the file is cut or changed") from None
        if not following:
            return
        chunk, number = following, number + 1


def _nonce(number: int) -> bytes:
    """Unique below a key that is used for one blob only."""
    return number.to_bytes(_NONCE_BYTES, "big")


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of `CHUNK_BYTES`, the last one shorter, none empty."""
    buffer = bytearray()
    for piece in pieces:
        for start in range(0, len(piece), CHUNK_BYTES):
            buffer += piece[start : start + CHUNK_BYTES]
            if len(buffer) >= CHUNK_BYTES:
                yield bytes(buffer[:CHUNK_BYTES])
                del buffer[:CHUNK_BYTES]
    if buffer:
        yield bytes(buffer)
