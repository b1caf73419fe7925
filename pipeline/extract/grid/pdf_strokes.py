"""What pdfplumber says was drawn on a page: rules of tables, and the small frames of boxes to tick."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pdfplumber.page import Page as PlumberPage

from pipeline.domain.document import Box
from pipeline.extract.grid.pdf_dashes import LONGEST_DASH_PT, dashed_rules
from pipeline.extract.grid.pdf_rules import NEAR_PT, Rule

#: Sides of a box to tick, in points.
_SQUARE_PT: Final = (5.0, 18.0)
_MAX_SQUARES: Final = 500


def clipped(item: dict[str, float], page: PlumberPage) -> Box:
    """Where a thing that pdfplumber gives stands, as fractions of its page."""
    return fraction_of((item["x0"], item["top"], item["x1"], item["bottom"]), page)


def fraction_of(box: tuple[float, float, float, float], page: PlumberPage) -> Box:
    """A box in points as fractions of its page, at most to the edges."""
    left, top, right, bottom = map(float, page.bbox)
    width, height = right - left, bottom - top
    xs = [min(1.0, max(0.0, (x - left) / width)) for x in (box[0], box[2])]
    ys = [min(1.0, max(0.0, (y - top) / height)) for y in (box[1], box[3])]
    return xs[0], ys[0], xs[1], ys[1]


def rules_of(page: PlumberPage) -> tuple[list[Rule], list[Rule]]:
    """Visible straight lines, thin rectangles and outlines, as rules."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    dashes: list[Box] = []
    for item in (*page.lines, *page.rects, *page.curves):
        for x0, y0, x1, y1 in _segments(item):
            if max(x1 - x0, y1 - y0) <= LONGEST_DASH_PT:
                dashes.append((x0, y0, x1, y1))
            if y1 - y0 <= NEAR_PT < x1 - x0:
                horizontal.append(Rule(at=(y0 + y1) / 2, start=x0, end=x1))
            elif x1 - x0 <= NEAR_PT < y1 - y0:
                vertical.append(Rule(at=(x0 + x1) / 2, start=y0, end=y1))
    across, down = dashed_rules(dashes)
    return horizontal + across, vertical + down


def squares_of(page: PlumberPage) -> Iterator[Box]:
    """Small frames and circles, each once."""
    found: set[tuple[int, int]] = set()
    for item in (*page.rects, *page.curves):
        wide, high = float(item["width"]), float(item["height"])
        framed = bool(item.get("stroke")) and not _white(item.get("stroking_color"))
        key = round(float(item["x0"]) / _SQUARE_PT[0]), round(float(item["top"]) / _SQUARE_PT[0])
        sized = _SQUARE_PT[0] <= min(wide, high) and max(wide, high) <= min(_SQUARE_PT[1], 1.4 * min(wide, high))
        if framed and sized and key not in found and len(found) < _MAX_SQUARES:
            found.add(key)
            yield clipped(item, page)


def _segments(item: dict[str, object]) -> Iterator[tuple[float, float, float, float]]:
    x0, y0, x1, y1 = (float(item[key]) for key in ("x0", "top", "x1", "bottom"))  # type: ignore[arg-type]
    stroked = bool(item.get("stroke")) and not _white(item.get("stroking_color"))
    filled = bool(item.get("fill")) and not _white(item.get("non_stroking_color"))
    if min(x1 - x0, y1 - y0) <= NEAR_PT:
        if stroked or filled or (item["object_type"] == "line" and not _white(item.get("stroking_color"))):
            yield x0, y0, x1, y1
    elif stroked and item["object_type"] == "rect":
        yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
    elif stroked and item["object_type"] == "curve":
        points = item.get("pts")
        corners = [(float(x), float(y)) for x, y in points] if isinstance(points, list) else []
        for (ax, ay), (bx, by) in pairwise(corners):
            yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _white(color: object) -> bool:
    if isinstance(color, int | float):
        return color >= 0.97
    if not isinstance(color, tuple | list) or not all(isinstance(part, int | float) for part in color):
        return False
    if len(color) == 4:
        return all(part <= 0.03 for part in color)
    return bool(color) and all(part >= 0.97 for part in color)
