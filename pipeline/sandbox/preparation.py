"""What is loaded in the parent of all reading processes before a job's children are made, and made faster after some."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator
from typing import Final

#: After so many children a job is worth making faster: the steps cost what some thirty pages gain.
_WORTH_WARMING: Final = 3


class Preparation:
    """The further steps of a job's preparation, and how many children it has had."""

    def __init__(self, steps: Iterator[None]) -> None:
        self._steps: Iterator[None] | None = steps
        self.children = 0

    @property
    def is_worth_warming(self) -> bool:
        return self._steps is not None and self.children >= _WORTH_WARMING

    def step(self) -> bool:
        """Take one step; False when there was none left. What fails here only leaves the job slower."""
        if self._steps is None:
            return False
        try:
            next(self._steps)
        except Exception:  # noqa: BLE001 - StopIteration, or a plug-in's
            self._steps = None
            keep_for_good()
        return self._steps is not None


def keep_for_good() -> None:
    """What is loaded is no garbage: children need not look through it, nor copy its pages by doing so. What is free goes back:
    children would copy it as well before they write on it."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError):  # of glibc only
        ctypes.CDLL(None).malloc_trim(0)
