"""Passwords: argon2id with the parameters of RFC 9106 (second choice: 64 MiB, 3 passes, 4 lanes).

A hash takes some 50 ms and 64 MiB for as long as it runs; a hash nobody can meet makes an unknown login cost the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pwdlib import PasswordHash

_ONCE: Final = "once:"
#: Without what looks alike on paper: i, l, o, 0 and 1.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_CHARACTERS = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassword:
    """A hash as an account keeps it. `once_until`: good for one change of password before then, and for nothing else."""

    hashed: str = field(repr=False)
    once_until: datetime | None = None

    def pack(self) -> str:
        """As it is sealed: a one-time password has its end before the hash."""
        return self.hashed if self.once_until is None else f"{_ONCE}{int(self.once_until.timestamp())}:{self.hashed}"


def unpack_password(text: str) -> StoredPassword:
    """The other way round."""
    if not text.startswith(_ONCE):
        return StoredPassword(hashed=text)
    seconds, _, hashed = text.removeprefix(_ONCE).partition(":")
    return StoredPassword(hashed=hashed, once_until=datetime.fromtimestamp(int(seconds), UTC))


def make_one_time_password() -> str:
    """A password to be read out or written down, some 79 bits in four groups."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=4),))


@cache
def _dummy() -> str:
    """The hash of a password that nobody knows."""
    return _hasher().hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """The hash, with its own salt and parameters in it."""
    return _hasher().hash(password)


def verify_password(password: str | None, hashed: str | None) -> bool:
    """Whether it is the password of that hash; takes the same time when there is none to compare with."""
    dummy = _dummy()  # asked for always: the first call of all has to hash it
    matches = _hasher().verify(password if password is not None else "", hashed if hashed is not None else dummy)
    return matches and password is not None and hashed is not None
