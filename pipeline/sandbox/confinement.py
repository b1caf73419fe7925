"""What a reading process may still do: compute, read its libraries, and write its one reply.

Three layers, each enough against most attacks by itself:
 - resource limits: address space, CPU seconds, open files, no core, files only in the scratch folder;
 - Landlock: reading below the folders named here, writing only below the scratch folder, no TCP,
   no signals or abstract sockets out of the domain (as far as the kernel's version has them);
 - seccomp (`refused_calls`): no sockets, no tracing, no mounting, no keys, no BPF, no namespaces, nothing done to
   another process or to a file that is not open, and no new programs unless the job needs one (Tesseract).

Landlock is called by its system calls (there is no maintained binding); numbers from linux/landlock.h.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import struct
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from errno import EPERM
from pathlib import Path
from typing import Final

from pipeline.sandbox.refused_calls import refuse_calls

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_ABI_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_SIGKILL: Final = 9

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_ALL_BY_ABI: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_ALL_TCP: Final = 0b11
_ALL_SCOPES: Final = 0b11


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """The limits of one job. `scratch` is the only folder it may write to, None for nowhere."""

    memory_bytes: int
    cpu_seconds: int
    may_exec: bool
    scratch: Path | None
    scratch_bytes: int = 64 * 1024 * 1024


class ConfinementError(OSError):
    """The kernel refused a layer; the text says which."""


def readable_paths() -> tuple[Path, ...]:
    """What a reading process may read: the interpreter, its libraries, ours, and what the engines need."""
    package = Path(__file__).resolve().parents[1]
    names = {Path(item) for item in (*sys.path, sys.prefix, sys.base_prefix) if item}
    names |= {package, Path("/usr"), Path("/lib"), Path("/lib64"), Path("/bin"), Path("/etc/ld.so.cache")}
    names |= {Path("/etc/fonts"), Path("/etc/localtime"), Path("/dev/urandom"), Path("/dev/null")}
    # LibreOffice's settings; Debian's links from its own folder lead here.
    names |= {Path("/etc/libreoffice"), Path("/var/lib/libreoffice"), Path("/var/spool/libreoffice")}
    names |= {Path("/sys/devices/system/cpu")}  # not /proc/self: it resolves to the zygote
    resolved = {item.resolve() for item in names if item.exists() and item != Path()}
    # The working directory is on sys.path as the checkout; its data must not come with it.
    return tuple(sorted(item for item in resolved if item != package.parent and item != Path("/")))


def landlock_version() -> int:
    """Landlock's ABI version, 0 where the kernel has none."""
    version = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ABI_VERSION))
    return max(int(version), 0)


def load_layers() -> None:
    """Load what `confine` needs, while this process may still open files and start programs."""
    importlib.import_module("pyseccomp")


def confine(limits: Confinement, readable: Sequence[Path], *, strict: bool = True) -> None:
    """Put all layers on this process, for good.

    Raises `ConfinementError` for the first the kernel refuses; unless `strict`, Landlock and seccomp
    are left out where the kernel has none (an operator's explicit choice).
    """
    _limit_resources(limits)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    _prctl(_PR_SET_DUMPABLE, 0, "dumpable")
    forgiven = () if strict else (ConfinementError, ImportError)
    with contextlib.suppress(*forgiven):
        _landlock(readable, limits)
    with contextlib.suppress(*forgiven):
        _seccomp(may_exec=limits.may_exec)


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL, "pdeathsig")


def _limit_resources(limits: Confinement) -> None:
    file_bytes = limits.scratch_bytes if limits.scratch else 0
    for what, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        # Never the first to be met; libraries that ask for it need not look into /proc for what is free.
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(what, (value, value))
    # The soft limit sends SIGXCPU, which tells the service why; the hard one is SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))


def _landlock(readable: Iterable[Path], limits: Confinement) -> None:
    abi = landlock_version()
    if abi == 0:
        raise ConfinementError(EPERM, "the kernel has no Landlock")
    handled = _ALL_BY_ABI[min(abi, 5)]
    attributes = struct.pack("=QQQ", handled, _ALL_TCP if abi >= 4 else 0, _ALL_SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _libc().syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        raise ConfinementError(ctypes.get_errno(), "Landlock refused its rule set")
    try:
        reading = _READ_FILE | _READ_DIR | (_EXECUTE if limits.may_exec else 0)
        for path in readable:
            _allow_beneath(ruleset, path, reading)
        if limits.scratch is not None:
            _allow_beneath(ruleset, limits.scratch, handled & ~_EXECUTE)
        if Path("/dev/null").exists():
            _allow_beneath(ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)
        if _libc().syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) < 0:
            raise ConfinementError(ctypes.get_errno(), "Landlock refused to restrict")
    finally:
        os.close(ruleset)


def _allow_beneath(ruleset: int, path: Path, access: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what cannot be opened cannot be read either
    try:
        if not path.is_dir():
            access &= _EXECUTE | _WRITE_FILE | _READ_FILE
        rule = struct.pack("=Qi", access, folder)
        if _libc().syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, ctypes.c_uint32(0)) < 0:
            raise ConfinementError(ctypes.get_errno(), f"Landlock refused a rule for {path}")
    finally:
        os.close(folder)


def _seccomp(*, may_exec: bool) -> None:
    try:
        refuse_calls(may_exec=may_exec)
    except (RuntimeError, OSError) as error:
        raise ConfinementError(EPERM, "the kernel refused the seccomp filter") from error


def _prctl(option: int, value: int, name: str) -> None:
    if _libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise ConfinementError(ctypes.get_errno(), f"the kernel refused {name}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
