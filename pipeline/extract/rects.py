"""Rectangles: left, top, right, bottom, in pixels or in shares of a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Side = TypeVar("Side", int, float)


def around(rects: Iterable[tuple[Side, Side, Side, Side]]) -> tuple[Side, Side, Side, Side]:
    """The smallest rectangle that holds them all. Raises ValueError for none."""
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
