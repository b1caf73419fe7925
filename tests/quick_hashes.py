"""Passwords hashed in a moment, for tests that log in hundreds of times; tests/people shows the real cost once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from pipeline.store import passwords

#: As it is outside of tests.
REAL_HASHER = passwords._hasher


@cache
def _quick_hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def use() -> Callable[[], None]:
    """From now on in this process; returns what ends that."""
    return _replace(_quick_hasher)


def do_not_use() -> Callable[[], None]:
    """The real ones, as outside of tests; returns what ends that."""
    return _replace(REAL_HASHER)


def _replace(hasher: Callable[[], PasswordHash]) -> Callable[[], None]:
    before = passwords._hasher
    vars(passwords)["_hasher"] = hasher
    passwords._dummy.cache_clear()
    return partial(_put_back, before)


def _put_back(before: Callable[[], PasswordHash]) -> None:
    vars(passwords)["_hasher"] = before
    passwords._dummy.cache_clear()
