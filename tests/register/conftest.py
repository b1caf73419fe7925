from __future__ import annotations

from tests.officer.conftest import (
    desk,
    empty_place,
    place,
    postgres_cluster,
    postgres_template,
    profile,
    sqlite_template,
    store,
)

__all__ = [
    "desk",
    "empty_place",
    "place",
    "postgres_cluster",
    "postgres_template",
    "profile",
    "sqlite_template",
    "store",
]
