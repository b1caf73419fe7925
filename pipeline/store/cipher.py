"""Values at rest: AES-256-GCM, bound to the place they stand in, and a keyed index for look-ups.

A sealed value is `version (1) | key id (4) | nonce (12) | ciphertext and tag`. The associated data are
version, key id, table, column and row id, so that a value copied to another row does not open.
What remains visible: how long a value is, and which rows have equal index values.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.store.errors import StoreDamagedError
from pipeline.store.keyring import ID_BYTES, Keyring, MasterKey

VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
_HEAD_BYTES: Final = 1 + ID_BYTES + NONCE_BYTES
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a sealed value stands."""

    table: str
    column: str
    row: str

    def binding(self, head: bytes) -> bytes:
        """The associated data; JSON keeps the parts apart whatever they hold."""
        return head + json.dumps([self.table, self.column, self.row]).encode()


class Cipher:
    """Seals and opens the values of one store."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._ciphers = {key.id: AESGCM(key.derive("values")) for key in keyring.keys}
        self._index_key = keyring.oldest.derive("index")

    def __repr__(self) -> str:
        return f"Cipher({self._keyring.path})"

    def seal(self, text: str, cell: Cell) -> bytes:
        """`text` encrypted for that place. Any string goes, lone surrogates and NUL included."""
        key: MasterKey = self._keyring.newest
        nonce = os.urandom(NONCE_BYTES)
        head = VERSION + key.id
        content = text.encode("utf-8", "surrogatepass")
        return head + nonce + self._ciphers[key.id].encrypt(nonce, content, cell.binding(head))

    def open(self, sealed: bytes, cell: Cell) -> str:
        """The text sealed for that place. Raises `StoreKeyError` (unknown key) or `StoreDamagedError`."""
        if len(sealed) < _HEAD_BYTES + _TAG_BYTES or sealed[:1] != VERSION:
            raise StoreDamagedError(f"{cell.table}.{cell.column}, row {cell.row}: not a sealed value")
        head, nonce = sealed[: 1 + ID_BYTES], sealed[1 + ID_BYTES : _HEAD_BYTES]
        key = self._keyring.key(head[1:])
        try:
            content = self._ciphers[key.id].decrypt(nonce, sealed[_HEAD_BYTES:], cell.binding(head))
        except InvalidTag:
            raise StoreDamagedError(
                f"{cell.table}.{cell.column}, row {cell.row}: the value was changed, or moved from another place"
            ) from None
        return content.decode("utf-8", "surrogatepass")

    def index(self, label: str, *parts: str) -> bytes:
        """The 32-byte look-up value of `parts` (HMAC-SHA256); each `label` is a separate space."""
        content = json.dumps([label, *parts]).encode()
        return hmac.new(self._index_key, content, sha256).digest()
