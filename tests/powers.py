"""Root without its powers, for which files' permissions hold as for everybody else."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_DROP_FROM_BOUNDS = 24  # PR_CAPBSET_DROP
_VERSION = 0x2008_0522  # _LINUX_CAPABILITY_VERSION_3


def give_up() -> None:
    """Every capability of this process, and of what it runs from now on. Raises OSError; nothing for another user."""
    if os.geteuid() != 0:
        return
    library = ctypes.CDLL(None, use_errno=True)
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _check(library.prctl(_DROP_FROM_BOUNDS, capability, 0, 0, 0))
    _check(library.capset((ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()))


def _check(status: int) -> None:
    if status:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
