from __future__ import annotations

from tests.review.conftest import site, tab

__all__ = ["site", "tab"]
