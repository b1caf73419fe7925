"""Passwords: argon2id with the parameters of RFC 9106 (second choice: 64 MiB, 3 passes, 4 lanes).

A hash takes some 50 ms and 64 MiB for as long as it runs; a hash nobody can meet makes an unknown login cost the same.
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pwdlib import PasswordHash


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
