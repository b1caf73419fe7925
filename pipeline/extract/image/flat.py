"""A photographed or skewed page made flat: the table's four corners become a rectangle.

The page keeps what stands round the table (the heading above it). Without a table the page is only turned by
the slope of its lines of text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.readers import Quad
from pipeline.extract.raster.components import find_components
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import Mask
from pipeline.extract.raster.planes import as_rgb, only_plane

#: 3x3, from pixel centres to pixel centres.
Transform = npt.NDArray[np.float64]

_SEARCH_SIDE_PX: Final = 1200
_LEAST_AREA: Final = 0.06
_CANDIDATES: Final = 4
#: How far the flat page may reach beyond the table, in lengths of its longer side: what was taken for a table may be
#: one of two cards on a sheet, and the other must stay.
_AROUND: Final = 2.0
#: Where a picture is drawn out further than this against the table's middle, towards the horizon, it shows nothing.
_DRAWN_OUT: Final = 2.0
_MOST_SIDE_PX: Final = 3200
#: Corners nearer to the picture's edge than this share of its longer side lie on it.
_AT_EDGE: Final = 0.003
#: On the page made small: how thick dashes of a rule are at most, how far apart, and how much a rule may slope.
_THICK_PX: Final = 5
_BREAK_PX: Final = 13
_SLOPE: Final = 0.1
_STRAIGHT_DEGREES: Final = 0.12


def made_small(even: Gray) -> tuple[Gray, float]:
    """A page as a table's corners are looked for and tried in, and its scale."""
    scale = min(1.0, _SEARCH_SIDE_PX / max(even.shape))
    small = cv2.resize(even, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), scale


def find_table_quads(small: Gray, scale: float, *, dashed: bool = False) -> tuple[Quad, ...]:
    """Four corners of what may be a ruled table, largest first, in pixels of the page (its light evened out) that was `made_small`.

    A table's rules hang together: it is the outline of a large connected piece of ink; those that are `dashed` do once small
    pieces beside each other are joined. The edge of the sheet on its desk looks alike, so the caller tries the candidates in turn.
    """
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    ink = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    if dashed:
        ink = _with_dashes_joined(np.asarray(ink, dtype=np.uint8))
    outlines, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    found: list[tuple[float, Quad]] = []
    least = _LEAST_AREA * small.size
    for outline in outlines:
        hull = cv2.convexHull(outline)
        area = cv2.contourArea(hull)
        if area < least or area > 0.995 * small.size:
            continue
        quad = _quad_of(hull, area)
        if quad is not None and not any(_alike(quad, other, small.shape) for _, other in found):
            found.append((area, quad))
    found.sort(key=lambda item: -item[0])
    return tuple((quad / np.float32(scale)).astype(np.float32) for _, quad in found[:_CANDIDATES])


def _with_dashes_joined(ink: Mask) -> Mask:
    """The ink with its dashes drawn out lengthwise, level and upright as far as a hand holds a camera so."""
    level, upright = np.zeros_like(ink), np.zeros_like(ink)
    for left, top, wide, high, _ in find_components(ink):
        if min(wide, high) <= _THICK_PX + _SLOPE * max(wide, high):
            for mask in (level,) * (wide >= high) + (upright,) * (high >= wide):
                mask[top : top + high, left : left + wide] = 255
    # One dash stands a little lower than the next.
    level, upright = (
        np.asarray(cv2.dilate(mask, np.ones(size, np.uint8)), dtype=np.uint8)
        for mask, size in ((level, (3, _BREAK_PX)), (upright, (_BREAK_PX, 3)))
    )
    return ink | level | upright


def is_cut_off(quad: Quad, shape: tuple[int, ...]) -> bool:
    """Whether a side of the corners is the picture's own edge: what is cut off there has its true corners elsewhere."""
    high, wide = shape[:2]
    near = _AT_EDGE * max(high, wide)
    ends = (quad[:, 0] <= near, quad[:, 1] <= near, quad[:, 0] >= wide - 1 - near, quad[:, 1] >= high - 1 - near)
    return any(bool((at & np.roll(at, -1)).any()) for at in ends)


def _quad_of(hull: cv2.typing.MatLike, area: float) -> Quad | None:
    """The hull as four sides, each a line through the hull's points near it; None where four do not describe it."""
    rough = _four_corners(hull)
    if rough is None:
        return None
    quad = _ordered(rough)
    refined = _refined(quad, hull.reshape(-1, 2).astype(np.float32))
    if not 0.9 < cv2.contourArea(refined) / area < 1.1 or not cv2.isContourConvex(refined):
        return None
    return refined


def _four_corners(hull: cv2.typing.MatLike) -> Quad | None:
    length = cv2.arcLength(hull, True)
    for share in (0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08):
        corners = cv2.approxPolyDP(hull, share * length, True).reshape(-1, 2)
        if len(corners) == 4:
            return corners.astype(np.float32)
        if len(corners) < 4:
            return None
    return None


def _ordered(corners: Quad) -> Quad:
    """Top left, top right, bottom right, bottom left."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    turned = corners[np.argsort(angles)]
    first = int(np.argmin(turned.sum(axis=1)))
    return np.roll(turned, -first, axis=0).astype(np.float32)


def _refined(quad: Quad, hull: Quad) -> Quad:
    """Corners as crossings of the lines fitted to the hull's points along each side."""
    sides = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        along = end - start
        length = float(np.hypot(*along))
        if length < 8:
            return quad
        unit = along / length
        offset = hull - start
        across = np.abs(offset[:, 0] * unit[1] - offset[:, 1] * unit[0])
        reach = offset @ unit
        near = hull[(across < 0.02 * length + 2) & (reach > -2) & (reach < length + 2)]
        points = near if len(near) >= 2 else np.array([start, end])
        vx, vy, x, y = cv2.fitLine(points.astype(np.float32), cv2.DIST_L1, 0, 0.01, 0.01).ravel()
        sides.append((float(x), float(y), float(vx), float(vy)))
    corners = [_crossing(sides[i - 1], sides[i]) for i in range(4)]
    if any(c is None for c in corners):
        return quad
    refined = np.array(corners, np.float32)
    return quad if np.abs(refined - quad).max() > 0.06 * np.ptp(quad) else refined


def _crossing(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> tuple[float, float] | None:
    cross = a[2] * b[3] - a[3] * b[2]
    if abs(cross) < 1e-3:
        return None
    t = ((b[0] - a[0]) * b[3] - (b[1] - a[1]) * b[2]) / cross
    return a[0] + t * a[2], a[1] + t * a[3]


def _alike(one: Quad, other: Quad, shape: tuple[int, ...]) -> bool:
    return bool(np.abs(one - other).max() < 0.012 * max(shape))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """How a page is laid flat: `matrix` leads to a page of `size` (width, height), where the table's rectangle is `area`."""

    matrix: Transform
    size: tuple[int, int]
    area: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flat:
    """A flattened page. `matrix` leads there from the picture; `area` is where the rectangle lies on it, in pixels."""

    picture: Rgb | Gray
    matrix: Transform
    area: tuple[float, float, float, float]


def flatten(picture: Rgb | Gray, quad: Quad, *, flags: int = cv2.INTER_CUBIC) -> Flat:
    """The page with `quad` as an upright rectangle; what lies round it stays as far as the picture reaches.

    `flags` is how dots are drawn: a trial needs them less fine than reading does.
    """
    layout = lay_out(quad, picture.shape)
    moved = picture if is_unmoved(layout) else warp(picture, layout.matrix, layout.size, flags=flags)
    return Flat(picture=moved, matrix=layout.matrix, area=layout.area)


def is_unmoved(layout: Layout) -> bool:
    """Whether the page stays as it is: that of a table which is upright already."""
    return np.array_equal(layout.matrix, np.eye(3))


def lay_out(quad: Quad, shape: tuple[int, ...]) -> Layout:
    """How a picture of `shape` (height, width) is laid flat by a table's corners."""
    if _is_straight(quad):
        low, high = quad.min(axis=0), quad.max(axis=0)
        area = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        return Layout(matrix=np.eye(3), size=(shape[1], shape[0]), area=area)
    width = (_distance(quad[0], quad[1]) + _distance(quad[3], quad[2])) / 2
    height = (_distance(quad[0], quad[3]) + _distance(quad[1], quad[2])) / 2
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, target).astype(np.float64)
    matrix /= matrix[2] @ (*quad.mean(axis=0), 1.0)
    left, top, right, bottom = _reach(matrix, shape, width, height)
    scale = min(1.0, _MOST_SIDE_PX / max(right - left, bottom - top))
    shift = np.array([[scale, 0, -left * scale], [0, scale, -top * scale], [0, 0, 1]])
    size = (max(16, round((right - left) * scale)), max(16, round((bottom - top) * scale)))
    place = (-left * scale, -top * scale, (width - left) * scale, (height - top) * scale)
    return Layout(matrix=shift @ matrix, size=size, area=place)


def _is_straight(quad: Quad) -> bool:
    """Whether all four sides run along the picture's within an eighth of a degree: warping would only blur."""
    limit = math.tan(math.radians(_STRAIGHT_DEGREES))
    for index in range(4):
        dx, dy = np.abs(quad[(index + 1) % 4] - quad[index])
        if min(dx, dy) > limit * max(dx, dy) + 1.0:
            return False
    return True


def _reach(matrix: Transform, shape: tuple[int, ...], width: float, height: float) -> tuple[float, float, float, float]:
    """How far the flat page goes: to the picture's edges, but not further than `_AROUND` and `_DRAWN_OUT` allow.

    `matrix` has the weight 1 in the table's middle.
    """
    high, wide = shape[:2]
    around = _AROUND * max(width, height)
    edges = [(x * wide / 8, y) for x in range(9) for y in (0, high)] + [
        (x, y * high / 8) for y in range(9) for x in (0, wide)
    ]
    points = np.array(edges, np.float64)
    weights = matrix @ np.vstack([points.T, np.ones(len(points))])
    seen = weights[2] > 1 / _DRAWN_OUT  # points beyond the horizon turn inside out
    if not seen.any():
        return 0.0, 0.0, width, height
    flat = weights[:2, seen] / weights[2, seen]
    left, top = np.maximum(flat.min(axis=1), -around)
    right, bottom = np.minimum(flat.max(axis=1), (width + around, height + around))
    return float(min(left, 0)), float(min(top, 0)), float(max(right, width)), float(max(bottom, height))


def text_slope_degrees(quads: Sequence[Quad]) -> float:
    """The slope of the lines of text, long ones counting more; 0 where there are none. Between -45 and 45."""
    slopes = [slope for quad in quads if (slope := line_slope(quad)) is not None]
    if not slopes:
        return 0.0
    degrees, weights = (np.array(part) for part in zip(*slopes, strict=True))
    order = np.argsort(degrees)
    reached = np.cumsum(weights[order])
    middle = float(degrees[order][np.searchsorted(reached, reached[-1] / 2)])
    return middle if abs(middle) <= 45 else 0.0


def line_slope(quad: Quad) -> tuple[float, float] | None:
    """The slope of a line of text in degrees, and its length in pixels; None of what is too short to have one."""
    along, down = quad[1] - quad[0], quad[3] - quad[0]
    if np.hypot(*down) > np.hypot(*along):
        along = np.array([down[1], -down[0]])
    length = float(np.hypot(*along))
    if length <= 3 * min(float(np.hypot(*down)), float(np.hypot(*(quad[1] - quad[0])))):
        return None
    return math.degrees(math.atan2(float(along[1]), float(along[0]))), length


def level(rgb: Rgb, quads: Sequence[Quad], degrees: float) -> tuple[Rgb, tuple[Quad, ...], Transform]:
    """The picture turned so that lines of that slope lie level, grown to hold its corners; the lines with it, and how."""
    if abs(degrees) < 0.3:
        return rgb, tuple(quads), np.eye(3)
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    matrix[0, 2] += (size[0] - width) / 2
    matrix[1, 2] += (size[1] - height) / 2
    moved = tuple((quad @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32) for quad in quads)
    whole = np.vstack([matrix, [0.0, 0.0, 1.0]])
    return warp(rgb, whole, size), moved, whole


def warp(rgb: Rgb | Gray, matrix: Transform, size: tuple[int, int], *, flags: int = cv2.INTER_CUBIC) -> Rgb:
    """The picture moved by `matrix` onto a page of `size` (width, height); its edges are drawn out to the page's."""
    shown = only_plane(rgb)
    moved = cv2.warpPerspective(
        rgb if shown is None else shown, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    grey = np.asarray(moved, dtype=np.uint8)
    return grey if shown is None else as_rgb(grey)


def _distance(a: Quad, b: Quad) -> float:
    return float(np.hypot(*(a - b)))
