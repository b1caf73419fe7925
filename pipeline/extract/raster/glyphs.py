"""Single characters cut out of a line of print, and how alike two of them are.

A glyph is a piece of ink, or several one above the other (the dot of i belongs to its stem). Sizes are pixels of
the page, measured on the line enlarged four times, so that a quarter of a pixel counts. Nothing here knows a typeface.

A page is asked for the same lines and glyphs by every field that is judged from them: its digits some twenty times. What was
cut and measured is kept for as many as a page has; a glyph's ink is never changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.decode import Gray

Ink = npt.NDArray[np.float32]
_Labels = npt.NDArray[np.int32 | np.uint16]
#: Where one glyph fits best over another, on a canvas of that height and width; glyphs by their identity.
_Fits = dict[tuple[int, int, int, int], tuple[int, int]]

_SCALE: Final = 4
_LEAST_AREA: Final = 0.0025  # of the line's height squared: less is dust
_STACKED: Final = 0.5  # share of the narrower piece's width that lies over or under the other
_ASTRAY: Final = 0.6  # of a digit's pitch: engines place characters no better
_MOST_EXAMPLES: Final = 12
_SHIFT: Final = 5  # enlarged pixels by which two glyphs may be moved to fit
_BRIM: Final = 0.2  # of a ring's height: its head and its foot
_EDGE_BLUR: Final = 2.0  # enlarged pixels
#: Lines, and glyphs or pairs of them, that are kept: a page's numbers and WeChat IDs.
_LINES_KEPT: Final = 16
_GLYPHS_KEPT: Final = 256
_PAIRS_KEPT: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glyph:
    """One character's ink. `left`..`bottom` are pixels of the crop; `ink` is its darkness 0-1, enlarged four times.
    `cut` says that it touched a neighbour, `stained` that a seal's ink lay over it, of which some is left."""

    left: float
    top: float
    right: float
    bottom: float
    ink: Ink
    cut: bool = False
    stained: bool = False

    @property
    def spoiled(self) -> bool:
        """Whether its edges may be wrong."""
        return self.cut or self.stained

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def cut_glyphs(line: Gray) -> tuple[Glyph, ...]:
    """The glyphs of a line (black on white, no rules) from left to right. Touching characters come out as one."""
    return _cut_glyphs(line.tobytes(), line.shape) if min(line.shape) >= 6 else ()


@lru_cache(maxsize=_LINES_KEPT)
def _cut_glyphs(dots: bytes, shape: tuple[int, int]) -> tuple[Glyph, ...]:
    line = np.frombuffer(dots, np.uint8).reshape(shape)
    large = cv2.resize(line, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
    level, _ = cv2.threshold(cv2.GaussianBlur(large, (0, 0), 1.5), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    black = np.asarray(large <= level, dtype=np.uint8)
    count, labels, stats = _pieces(black)
    least = _LEAST_AREA * large.shape[0] ** 2
    kept = [index for index in range(1, count) if stats[index, cv2.CC_STAT_AREA] >= least]
    dark = (255 - large.astype(np.float32)) / np.float32(255)
    return tuple(_glyph(dark, labels, stats, group) for group in _stacks(stats, kept))


def _pieces(black: npt.NDArray[np.uint8]) -> tuple[int, _Labels, npt.NDArray[np.int32]]:
    """Connected pieces: how many, of each dot its piece, of each piece OpenCV's statistics."""
    high, wide = black.shape
    # Pieces of which no two touch, not over corners either; numbers of two bytes take OpenCV 0.4 of the time.
    few = ((high + 1) // 2) * ((wide + 1) // 2) < np.iinfo(np.uint16).max
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        black, connectivity=8, ltype=cv2.CV_16U if few else cv2.CV_32S
    )
    return count, np.asarray(labels, dtype=np.uint16 if few else np.int32), np.asarray(stats, dtype=np.int32)


def share_out(extents: Sequence[tuple[float, float]], middles: Sequence[float], pitch: float) -> list[int] | None:
    """How many of the characters at `middles` each piece of ink holds (one at least); None where they do not fit.

    `extents` are left and right of the pieces; `pitch` is a digit with its gap. The cheapest way to share them out:
    a character lies in its piece, and a piece is as wide as its characters.
    """
    pieces, characters = len(extents), len(middles)
    if not 0 < pieces <= characters:
        return None
    best: list[dict[int, tuple[float, list[int]]]] = [{0: (0.0, [])}]
    for left, right in extents:
        reached: dict[int, tuple[float, list[int]]] = {}
        for done, (cost, counts) in best[-1].items():
            for count in range(1, min(4, characters - done) + 1):
                off = [max(left - x, x - right, 0.0) for x in middles[done : done + count]]
                total = cost + sum(off) + 0.5 * max(0.0, abs(right - left - 0.85 * count * pitch) - 0.3 * pitch)
                if max(off) < _ASTRAY * pitch and total < reached.get(done + count, (float("inf"), []))[0]:
                    reached[done + count] = (total, [*counts, count])
        best.append(reached)
    return best[-1].get(characters, (0.0, None))[1]


def split_glyph(glyph: Glyph, middles: Sequence[float], rounds: Sequence[bool] = ()) -> tuple[Glyph, ...]:
    """A glyph of several touching characters cut where its ink is thinnest between their middles (pixels of the crop).

    `rounds` says which of them are rings: two rings touch where their sides are, and thinnest are they in their hollows.
    There they are cut where nothing is at their heads and feet.
    """
    whole = _profile(glyph.ink)
    brim = round(_BRIM * glyph.ink.shape[0])
    ends = _profile(np.concatenate((glyph.ink[:brim], glyph.ink[-brim:])))
    ring = itertools.pairwise(rounds or (False,) * len(middles))
    cuts = [0]
    for (before, after), rings in zip(itertools.pairwise(middles), ring, strict=True):
        columns = ends if all(rings) else whole
        start, end = (
            (x - glyph.left) * _SCALE for x in (before + (after - before) * 0.25, after - (after - before) * 0.25)
        )
        low, high = max(cuts[-1] + 4, int(start)), min(len(columns) - 4, int(end) + 1)
        if low >= high:
            return (glyph,)
        cuts.append(low + int(columns[low:high].argmin()))
    return tuple(_part(glyph, a, b) for a, b in itertools.pairwise([*cuts, len(columns)]))


def joined(one: Glyph, other: Glyph) -> Glyph:
    """Two pieces of one character as one glyph."""
    left, top = min(one.left, other.left), min(one.top, other.top)
    right, bottom = max(one.right, other.right), max(one.bottom, other.bottom)
    ink = np.zeros((round((bottom - top) * _SCALE), round((right - left) * _SCALE)), np.float32)
    for piece in (one, other):
        y, x = round((piece.top - top) * _SCALE), round((piece.left - left) * _SCALE)
        place = ink[y : y + piece.ink.shape[0], x : x + piece.ink.shape[1]]
        np.maximum(place, piece.ink[: place.shape[0], : place.shape[1]], out=place)
    return Glyph(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        ink=ink,
        cut=one.cut or other.cut,
        stained=one.stained or other.stained,
    )


def _profile(ink: Ink) -> Ink:
    """How much ink each column holds."""
    return np.asarray(cv2.GaussianBlur(ink.sum(axis=0, keepdims=True), (5, 1), 0)[0], dtype=np.float32)


def _part(glyph: Glyph, start: int, end: int) -> Glyph:
    ink = glyph.ink[:, start:end]
    rows = np.flatnonzero((ink > 0.45 * float(glyph.ink.max())).any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, ink.shape[0])
    return Glyph(
        left=glyph.left + start / _SCALE,
        top=glyph.top + top / _SCALE,
        right=glyph.left + end / _SCALE,
        bottom=glyph.top + bottom / _SCALE,
        ink=np.ascontiguousarray(ink[top:bottom]),
        cut=True,
        stained=glyph.stained,
    )


def _stacks(stats: npt.NDArray[np.int32], kept: Sequence[int]) -> list[list[int]]:
    """Pieces grouped by what lies over each other, left to right."""
    groups: list[list[int]] = []
    reach: list[tuple[int, int]] = []
    for index in sorted(kept, key=lambda i: int(stats[i, cv2.CC_STAT_LEFT])):
        left = int(stats[index, cv2.CC_STAT_LEFT])
        right = left + int(stats[index, cv2.CC_STAT_WIDTH])
        if groups:
            low, high = reach[-1]
            if min(high, right) - max(low, left) >= _STACKED * min(high - low, right - left):
                groups[-1].append(index)
                reach[-1] = (min(low, left), max(high, right))
                continue
        groups.append([index])
        reach.append((left, right))
    return groups


def _glyph(dark: npt.NDArray[np.float32], labels: _Labels, stats: npt.NDArray[np.int32], group: Sequence[int]) -> Glyph:
    left = min(int(stats[i, cv2.CC_STAT_LEFT]) for i in group)
    top = min(int(stats[i, cv2.CC_STAT_TOP]) for i in group)
    right = max(int(stats[i, cv2.CC_STAT_LEFT] + stats[i, cv2.CC_STAT_WIDTH]) for i in group)
    bottom = max(int(stats[i, cv2.CC_STAT_TOP] + stats[i, cv2.CC_STAT_HEIGHT]) for i in group)
    member = np.zeros(len(stats), np.uint8)
    member[list(group)] = 1
    own = member[labels[top:bottom, left:right]]
    # The grey rim of the strokes belongs to the glyph, a neighbour's ink does not.
    near = cv2.dilate(_filled(own), np.ones((2 * _SCALE + 1, 2 * _SCALE + 1), np.uint8))
    ink = np.where(near > 0, dark[top:bottom, left:right], 0).astype(np.float32)
    ink.flags.writeable = False  # it is kept
    return Glyph(left=left / _SCALE, top=top / _SCALE, right=right / _SCALE, bottom=bottom / _SCALE, ink=ink)


def _filled(own: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The pieces with what they enclose: the dot in the 0 of some typefaces is so small and pale that it is no piece, and without
    it an O is the same."""
    outlines, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(own.copy(), outlines, -1, (1,), cv2.FILLED), dtype=np.uint8)


def longest_run(glyph: Glyph, top: float, bottom: float) -> float:
    """The longest unbroken row of ink in a glyph between two heights (pixels of the crop)."""
    first, last = (round((y - glyph.top) * _SCALE) for y in (top, bottom))
    black = glyph.ink[max(0, first) : max(0, last)] > 0.45 * float(glyph.ink.max())
    longest = 0
    for row in black:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        longest = max(longest, int((edges[1::2] - edges[::2]).max(initial=0)))
    return longest / _SCALE


def inked_columns(glyph: Glyph, top: float, bottom: float) -> list[tuple[float, float]]:
    """Where a glyph has ink between two heights (pixels of the crop): runs of columns, pixels from its left edge."""
    first, last = (round((y - glyph.top) * _SCALE) for y in (top, bottom))
    black = (glyph.ink[max(0, first) : max(0, last)] > 0.45 * float(glyph.ink.max())).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], black.astype(np.int8), [0]))))
    return [(int(a) / _SCALE, int(b) / _SCALE) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Template:
    """What several prints of one character have in common; `noise` is how much the worst of them differs from the rest,
    `height` the middle of their fine heights (px), `unsteady` how far those spread (their deviation, a share of it)."""

    glyph: Glyph
    noise: float
    height: float
    unsteady: float

    def difference(self, glyph: Glyph) -> float:
        """See `difference`."""
        return difference(self.glyph, glyph)


def make_template(glyphs: Sequence[Glyph], *, fewest: int, most_noise: float) -> Template | None:
    """The mean of prints of one character, those that fit none of the others left out; None where they are too few
    or differ too much."""
    kept = _without_strangers(glyphs[:_MOST_EXAMPLES])
    if len(kept) < fewest:
        return None
    fits: _Fits = {}
    noise = (
        max((difference(_mean([o for o in kept if o is not one], fits), one) for one in kept), default=0.0)
        if len(kept) > 1
        else 0.0
    )
    if noise > most_noise:
        return None
    heights = [fine_height(glyph) for glyph in kept]
    height = float(np.median(heights))
    return Template(glyph=_mean(kept, fits), noise=noise, height=height, unsteady=float(np.std(heights)) / height)


@lru_cache(maxsize=_GLYPHS_KEPT)
def fine_height(glyph: Glyph) -> float:
    """How high a glyph is (px), to a twentieth of a pixel: from where its darkest dots pass half of their darkness.

    A glyph's box counts quarters of a pixel, of which one is more than what an l of some typefaces rises above a 1.
    """
    margin = round(3 * _EDGE_BLUR)
    ink = cv2.copyMakeBorder(glyph.ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(0.0,))
    rows = cv2.GaussianBlur(ink, (0, 0), _EDGE_BLUR).max(axis=1)
    half = 0.5 * float(np.percentile(rows, 90))
    dark = np.flatnonzero(rows >= half)
    if not (dark.size and dark[0] > 0 and dark[-1] + 1 < rows.size):
        return glyph.height
    first, last = int(dark[0]), int(dark[-1])
    top = first - (rows[first] - half) / (rows[first] - rows[first - 1])
    foot = last + (rows[last] - half) / (rows[last] - rows[last + 1])
    return float(foot - top) / _SCALE


@lru_cache(maxsize=_GLYPHS_KEPT)
def softened(glyph: Glyph, blur: float) -> Glyph:
    """The glyph blurred by so many enlarged pixels."""
    margin = round(3 * blur)
    ink = cv2.copyMakeBorder(glyph.ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(0.0,))
    return replace(glyph, ink=np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), dtype=np.float32))


def resized(glyph: Glyph, height: float) -> Glyph:
    """The glyph at another height (pixels), in proportion."""
    scale = height / glyph.height
    ink = cv2.resize(glyph.ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    right, bottom = glyph.left + glyph.width * scale, glyph.top + height
    return replace(glyph, right=right, bottom=bottom, ink=ink.astype(np.float32))


def _without_strangers(glyphs: Sequence[Glyph]) -> list[Glyph]:
    if len(glyphs) < 3:
        return list(glyphs)
    apart = np.zeros((len(glyphs), len(glyphs)))
    for (i, one), (j, other) in itertools.combinations(enumerate(glyphs), 2):
        apart[i, j] = apart[j, i] = difference(one, other)
    middles = [float(np.median(np.delete(row, i))) for i, row in enumerate(apart)]
    limit = 3 * float(np.median(middles)) + 0.005
    return [glyph for glyph, middle in zip(glyphs, middles, strict=True) if middle <= limit]


def _mean(glyphs: Sequence[Glyph], fits: _Fits) -> Glyph:
    """The glyphs laid over the first at their best fit, averaged. `fits` are those known of the same glyphs: adds to them."""
    first = glyphs[0]
    height = max(glyph.ink.shape[0] for glyph in glyphs) + 2 * _SHIFT
    width = max(glyph.ink.shape[1] for glyph in glyphs) + 2 * _SHIFT
    base = _centred(first.ink, height, width)
    total = base.copy()
    for glyph in glyphs[1:]:
        inner = _centred(glyph.ink, height - 2 * _SHIFT, width - 2 * _SHIFT)
        pair = (id(first), id(glyph), height, width)
        y, x = fits[pair] = fits.get(pair) or _best_fit(base, inner)
        total[y : y + inner.shape[0], x : x + inner.shape[1]] += inner
    sizes = np.median([(g.width, g.height) for g in glyphs], axis=0)
    return Glyph(
        left=0.0, top=0.0, right=float(sizes[0]), bottom=float(sizes[1]), ink=(total / len(glyphs)).astype(np.float32)
    )


def _best_fit(base: Ink, inner: Ink) -> tuple[int, int]:
    fit = cv2.matchTemplate(base, inner, cv2.TM_CCORR)
    y, x = np.unravel_index(int(fit.argmax()), fit.shape)
    return int(y), int(x)


@lru_cache(maxsize=_PAIRS_KEPT)
def difference(one: Glyph, other: Glyph) -> float:
    """How much of two glyphs' ink does not coincide at their best fit, 0 (the same) to 1 (nothing in common)."""
    height = max(one.ink.shape[0], other.ink.shape[0])
    width = max(one.ink.shape[1], other.ink.shape[1])
    field = _centred(one.ink, height + 2 * _SHIFT, width + 2 * _SHIFT)
    template = _centred(other.ink, height, width)
    total = float((field**2).sum() + (template**2).sum())
    fit = cv2.matchTemplate(field, template, cv2.TM_CCORR)
    return max(0.0, 1.0 - 2.0 * float(fit.max()) / max(total, 1e-6))


def _centred(ink: Ink, height: int, width: int) -> Ink:
    canvas = np.zeros((height, width), np.float32)
    top, left = (height - ink.shape[0]) // 2, (width - ink.shape[1]) // 2
    canvas[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return canvas
