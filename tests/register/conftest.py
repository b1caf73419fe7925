from __future__ import annotations

from tests.officer.conftest import desk

__all__ = ["desk"]
