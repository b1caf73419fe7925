"""From ruling lines to the cells of a table, merged ones included.

The rules' positions make a lattice; between two neighbouring squares of it there is a wall where enough of
the rule is really drawn; squares without a wall between them are one cell. So a rule with breaks still
separates, and a merged cell is found without knowing the form.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.raster.ink import Mask
from pipeline.extract.raster.rules import LEAST_ENDS, Rule, Rules
from pipeline.extract.reading_order import in_reading_order

#: Share of a wall that must be drawn.
_WALL: Final = 0.55
_LEAST_CELLS: Final = 4
#: So long are level rules of a table, of the longer side; lines to write on are shorter.
_LONG: Final = 0.2
_SAME: Final = 0.007  # rules nearer than this share of the longer side are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One cell: its place in the lattice and its pixels (left, top, right, bottom), inside the rules.

    `open_left` and `open_right` say that no rule was found there, or not all along: the cell may be wider.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    left: int
    top: int
    right: int
    bottom: int
    open_left: bool = False
    open_right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table's cells in reading order."""

    frames: tuple[Frame, ...]

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the whole table."""
        frames = self.frames
        return (
            min(f.left for f in frames),
            min(f.top for f in frames),
            max(f.right for f in frames),
            max(f.bottom for f in frames),
        )


def find_tables(rules: Rules, *, open_sides: bool = True) -> tuple[Table, ...]:
    """Tables on the page, in reading order. Fewer than four cells are no table (a frame round the page, an underline).

    With `open_sides` a border that is gone is put where the rules end that should meet it: not on a page that has a desk
    round it, whose grain ends at the sheet.
    """
    tables = [_table(rules, group, open_sides=open_sides) for group in _groups(rules, open_sides=open_sides)]
    good: list[Table] = []
    for table in sorted((t for t in tables if t is not None), key=lambda t: -len(t.frames)):
        rivals = [other for other in good if _overlap(table.bounds, other.bounds)]
        if all(_is_frame_of(other, table) for other in rivals):
            # The edges of a sheet and the grain of its desk make a table round the real one, of as many cells if need be.
            good = [*(other for other in good if other not in rivals), table]
    return in_reading_order(good, lambda table: table.bounds)


def _is_frame_of(rough: Table, fine: Table) -> bool:
    """Whether a table has most of its cells beside another, which has more of them where both are: nearly as many in all."""
    left, top, right, bottom = fine.bounds
    inside = [
        frame
        for frame in rough.frames
        if left <= (frame.left + frame.right) / 2 <= right and top <= (frame.top + frame.bottom) / 2 <= bottom
    ]
    return 2 * len(inside) < min(len(fine.frames), len(rough.frames)) and 2 * len(fine.frames) > len(rough.frames)


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return wide > 0 and high > 0 and wide * high > 0.3 * smaller


def _groups(rules: Rules, *, open_sides: bool) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that cross or touch belong together; with `open_sides` also level ones as long as each other, one below the other,
    that no upright one ends: a table without a border at its sides has nothing else round a row of a single cell."""
    near = _near(rules)
    horizontal, vertical = rules.horizontal, rules.vertical
    owner = list(range(len(horizontal) + len(vertical)))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for i, across in enumerate(horizontal):
        for j, down in enumerate(vertical):
            if _touch(across, down, near):
                owner[root(i)] = root(len(horizontal) + j)
    for i, j in _open_pairs(rules, near) if open_sides else ():
        owner[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, across in enumerate(horizontal):
        groups.setdefault(root(i), ([], []))[0].append(across)
    for j, down in enumerate(vertical):
        groups.setdefault(root(len(horizontal) + j), ([], []))[1].append(down)
    return [group for group in groups.values() if len(group[0]) >= 2 and len(group[1]) >= 2]


def _open_pairs(rules: Rules, near: float) -> Iterator[tuple[int, int]]:
    """Indexes of long level rules that begin and end at the same places, one or both of which no upright rule holds."""
    least = _LONG * float(max(rules.horizontal_mask.shape))
    free = [
        (index, rule)
        for index, rule in enumerate(rules.horizontal)
        if rule.length >= least and not all(_held(x, rule, rules.vertical, near) for x in (rule.start, rule.end))
    ]
    for (i, upper), (j, lower) in itertools.combinations(free, 2):
        if abs(upper.start - lower.start) < near and abs(upper.end - lower.end) < near:
            yield i, j


def _held(x: int, level: Rule, upright: Sequence[Rule], near: float) -> bool:
    return any(abs(rule.at - x) <= near and rule.start - near <= level.at <= rule.end + near for rule in upright)


def _touch(across: Rule, down: Rule, near: float) -> bool:
    return across.start - near <= down.at <= across.end + near and down.start - near <= across.at <= down.end + near


def _near(rules: Rules) -> float:
    return max(6.0, float(max(rules.horizontal_mask.shape)) * _SAME)


def _table(rules: Rules, group: tuple[list[Rule], list[Rule]], *, open_sides: bool) -> Table | None:
    near = _near(rules)
    ys, xs = _positions(group[0], near), _positions(group[1], near)
    if len(ys) < 3 or len(xs) < 2 or len(ys) > 200 or len(xs) > 60:
        return None
    frames = _cells(rules, ys, xs, near, narrow=open_sides)
    if open_sides and len(frames) >= _LEAST_CELLS:
        whole = _with_open_sides(ys, group[1], near), _with_open_sides(xs, group[0], near)
        if whole != (ys, xs):
            sides = whole[1][0] != xs[0], whole[1][-1] != xs[-1]
            frames = _cells(rules, *whole, near, narrow=True, gone=sides)
    return Table(frames=frames) if len(frames) >= _LEAST_CELLS else None


def _cells(
    rules: Rules, ys: list[int], xs: list[int], near: float, *, narrow: bool, gone: tuple[bool, bool] = (False, False)
) -> tuple[Frame, ...]:
    """The cells of a lattice whose lines run at `ys` and `xs`. `gone` says whether its left and right borders are."""
    tolerance = max(3, round(near * 0.8))
    across = _drawn(rules.horizontal_mask, ys, xs, tolerance, narrow=narrow)
    down = _drawn(rules.vertical_mask.T, xs, ys, tolerance, narrow=narrow)
    for side, missing in zip((0, -1), gone, strict=True):
        down[side] |= missing
    return tuple(_frames(ys, xs, across, down.T))


def _with_open_sides(lines: list[int], across: Sequence[Rule], near: float) -> list[int]:
    """Lines of the lattice, with a border that is gone: where several rules that should meet it end together."""
    found = list(lines)
    for ends, inner in ((sorted(r.start for r in across), lines[0]), (sorted(-r.end for r in across), -lines[-1])):
        together = [end for end in ends if end - ends[0] < near / 2]
        if len(together) >= LEAST_ENDS and ends[0] < inner - 2 * near:
            found.append(abs(round(sum(together) / len(together))))
    return sorted(found)


def _positions(rules: list[Rule], near: float) -> list[int]:
    """Where the lattice's lines run: rules at the same height are one, weighted by length."""
    clusters: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda item: item.at):
        if clusters and rule.at - _middle(clusters[-1]) < near:
            clusters[-1].append(rule)
        else:
            clusters.append([rule])
    return [round(_middle(cluster)) for cluster in clusters]


def _middle(cluster: list[Rule]) -> float:
    weight = sum(rule.length for rule in cluster)
    return sum(rule.at * rule.length for rule in cluster) / weight


def _drawn(mask: Mask, lines: list[int], stops: list[int], tolerance: int, *, narrow: bool) -> npt.NDArray[np.bool_]:
    """[line, piece] true where the piece of that line between two stops is really drawn.

    With `narrow` also a piece of which nothing is left away from its ends: of two tables on a page some lines lie so near
    to each other. The grain of a desk has many.
    """
    result = np.zeros((len(lines), len(stops) - 1), dtype=bool)
    for i, at in enumerate(lines):
        strip = np.asarray(mask[max(0, at - tolerance) : at + tolerance + 1].any(axis=0))
        for j, (start, end) in enumerate(itertools.pairwise(stops)):
            ends = min(tolerance, (end - start) // 3) if narrow else tolerance
            inner = strip[start + ends : end - ends]
            result[i, j] = inner.size > 0 and np.count_nonzero(inner) / inner.size >= _WALL
    return result


def _frames(ys: list[int], xs: list[int], across: npt.NDArray[np.bool_], down: npt.NDArray[np.bool_]) -> list[Frame]:
    """`across[i, j]`: wall on line i over column j; `down[i, j]`: wall right of line j along row i."""
    rows, columns = len(ys) - 1, len(xs) - 1
    taken = np.zeros((rows, columns), dtype=bool)
    frames = []
    for row in range(rows):
        for column in range(columns):
            if taken[row, column]:
                continue
            row_span, column_span = _span(row, column, across, down, taken)
            taken[row : row + row_span, column : column + column_span] = True
            frames.append(
                Frame(
                    row=row,
                    column=column,
                    row_span=row_span,
                    column_span=column_span,
                    left=xs[column],
                    top=ys[row],
                    right=xs[column + column_span],
                    bottom=ys[row + row_span],
                    open_left=not down[row : row + row_span, column].all(),
                    open_right=not down[row : row + row_span, column + column_span].all(),
                )
            )
    return [frame for frame in frames if _closed(frame, across, down)]


def _span(
    row: int,
    column: int,
    across: npt.NDArray[np.bool_],
    down: npt.NDArray[np.bool_],
    taken: npt.NDArray[np.bool_],
) -> tuple[int, int]:
    """How far the cell reaches: right while no wall stands there, then down while no wall lies under all of it."""
    rows, columns = taken.shape
    right = column + 1
    while right < columns and not down[row, right] and not taken[row, right]:
        right += 1
    bottom = row + 1
    while (
        bottom < rows
        and not across[bottom, column:right].any()
        and not down[bottom, column + 1 : right].any()
        and not taken[bottom, column:right].any()
    ):
        bottom += 1
    return bottom - row, right - column


def _closed(frame: Frame, across: npt.NDArray[np.bool_], down: npt.NDArray[np.bool_]) -> bool:
    """At least three of a cell's sides are drawn: areas outside an L-shaped table are no cells."""
    rows = slice(frame.row, frame.row + frame.row_span)
    columns = slice(frame.column, frame.column + frame.column_span)
    sides = (
        across[frame.row, columns],
        across[frame.row + frame.row_span, columns],
        down[rows, frame.column],
        down[rows, frame.column + frame.column_span],
    )
    return sum(bool(2 * np.count_nonzero(side) > side.size) for side in sides) >= 3
