"""From when on something is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """How long things may take before a person is told."""

    backlog: timedelta = timedelta(hours=4)
    not_given: timedelta = timedelta(hours=24)
    not_polled: timedelta = timedelta(hours=6)
    disk_free_bytes: int = 1024 * 1024 * 1024
