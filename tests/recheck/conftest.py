from __future__ import annotations

from tests.pictures.conftest import jail
from tests.postgres import postgres_cluster
from tests.review.conftest import browser, playwright_driver, site, tab
from tests.store.conftest import empty_place, place, postgres_template, profile, sqlite_template, store

__all__ = [
    "browser",
    "empty_place",
    "jail",
    "place",
    "playwright_driver",
    "postgres_cluster",
    "postgres_template",
    "profile",
    "site",
    "sqlite_template",
    "store",
    "tab",
]
