"""Random numbers that follow from a seed and a name alone."""

from __future__ import annotations

import hashlib
import random

import numpy as np


def number_for(seed: int, *names: object) -> int:
    """A 64-bit number that only these arguments decide, the same on every machine and in every process."""
    text = "\x1f".join([str(seed), *(str(name) for name in names)])
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")


def random_for(seed: int, *names: object) -> random.Random:
    """A generator of its own for one purpose."""
    return random.Random(number_for(seed, *names))


def noise_for(seed: int, *names: object) -> np.random.Generator:
    """The same for whole arrays (picture noise)."""
    return np.random.default_rng(number_for(seed, *names))
