"""What the tests run in processes of their own: each opens the store for itself."""

from __future__ import annotations

from pathlib import Path

from pipeline.store.store import open_store
from tests.store.filings import NOW


def claim_all(url: str, folder: Path, login: str) -> list[str]:
    """The cases this process got until none was left."""
    with open_store(url, data_dir=folder) as store:
        user = store.people.show(login)
        assert user is not None
        got = []
        while case_id := store.claims.claim_next(user, frozenset({"sanhe"}), NOW):
            got.append(case_id)
        return got
