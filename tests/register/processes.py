"""Officers in processes of their own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.desk.officer import Officer
from pipeline.domain.life import Action, LifeError
from pipeline.profile.load import load_profile
from pipeline.store.errors import StaleCaseError
from pipeline.store.store import open_store

_PROFILE = load_profile("langfang-2018")


def conclude(url: str, folder: Path, name: str, cases: list[str], clock: str) -> tuple[list[str], int]:
    """Conclude the cases one after the other at that time; the numbers given, and how often somebody else was first."""
    numbers, refused, at = [], 0, datetime.fromisoformat(clock)
    with open_store(url, data_dir=folder) as store:
        officer = Officer(name=name, store=store, profile=_PROFILE, clock=lambda: at)
        for case in cases:
            try:
                handled = officer.act(case, Action.CONCLUDE)
            except (LifeError, StaleCaseError):
                refused += 1
            else:
                numbers.append(handled.number or "")
    return numbers, refused
