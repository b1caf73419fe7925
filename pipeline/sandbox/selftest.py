"""Proves, in real reading processes, that breaking out is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from pipeline.sandbox.confinement import landlock_version
from pipeline.sandbox.errors import JailNotTightError, JobError
from pipeline.sandbox.pool import Jail


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One attempt and whether it was refused."""

    name: str
    refused: bool


def run_selftest(jail: Jail, *, private: Sequence[Path] = ()) -> tuple[Check, ...]:
    """Try to break out of both kinds of job. `private` are paths no job may read (keys, data).

    Raises `JobError` when the confinement cannot be put on at all.
    """
    header = json.dumps({"paths": [str(path.resolve()) for path in private if path.exists()]}).encode()
    checks = []
    for job in ("selftest", "selftest-exec"):
        results = json.loads(jail.run(job, header, b"").record_json)
        checks += [Check(name=f"{job}: {name}", refused=refused) for name, refused in results.items()]
    return tuple(checks)


def require_tight(jail: Jail, *, required: bool, private: Sequence[Path] = ()) -> None:
    """Stop the service when a reading process could break out; without `required`, warn.

    Raises `JailNotTightError` saying what is missing.
    """
    try:
        open_ways = [check.name for check in run_selftest(jail, private=private) if not check.refused]
    except JobError:
        version = landlock_version()
        open_ways = [f"confinement failed (Landlock version {version}; libseccomp2 must be installed)"]
    if not open_ways:
        return
    if required:
        raise JailNotTightError(
            "the reading processes are not confined: "
            + "; ".join(open_ways)
            + ". Use a kernel with Landlock and seccomp, or set work.require_sandbox = false and accept the risk"
        )
    structlog.get_logger(__name__).warning("reading processes are not confined", count=len(open_ways))
