"""From the lines a PDF draws to the cells of its tables, merged ones included.

Positions of the rules make a lattice; two neighbouring squares are one cell where no rule runs between them. Rules
that touch make one table. Units are points on the upright page, origin top left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pipeline.extract.reading_order import Bounds, in_reading_order

#: Rules nearer than this are one (double borders, borders drawn as two thin rectangles).
NEAR_PT: Final = 3.0
#: Share of a square's side that a rule has to cover to divide.
_COVERED: Final = 0.6
#: As wide as a table at least, and as many level rules as one without any upright has.
_TABLE_PT: Final = 250.0
_TABLE_RULES: Final = 4
MAX_RULES: Final = 6_000
_MAX_ROWS, _MAX_COLUMNS = 300, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A straight rule: at `at` across its direction, from `start` to `end` along it."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledCell:
    """A cell with its place in the lattice and its rectangle (left, top, right, bottom)."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: tuple[float, float, float, float]


def build_tables(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> tuple[tuple[RuledCell, ...], ...]:
    """Tables with at least two cells, in reading order; nothing where there are too many rules to be a form."""
    if not horizontal or len(horizontal) + len(vertical) > MAX_RULES:
        return ()
    across, down = _joined(horizontal), _joined(vertical)
    down += _undrawn_sides(across, down)
    tables = (_cells(group[0], group[1]) for group in _groups(across, down))
    good = [cells for cells in tables if len(cells) >= 2]
    return in_reading_order(good, _bounds)


def find_holders(tables: Sequence[Sequence[Bounds]]) -> list[tuple[int, int] | None]:
    """For each table, given as its cells' boxes, the table and cell it lies in; of several the smallest."""
    frames = [
        (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        for boxes in tables
    ]
    found: list[tuple[int, int] | None] = []
    for at, inner in enumerate(frames):
        around = [
            (_area(box), other, place)
            for other, boxes in enumerate(tables)
            if other != at and _area(frames[other]) > _area(inner) and _holds(frames[other], inner)
            for place, box in enumerate(boxes)
            if _holds(box, inner)
        ]
        found.append(min(around)[1:] if around else None)
    return found


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _area(box: Bounds) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _bounds(cells: Sequence[RuledCell]) -> Bounds:
    lefts, tops, rights, bottoms = zip(*(cell.box for cell in cells), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Rules on one line that touch or overlap become one rule."""
    rows: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda item: item.at):
        if rows and rule.at - rows[-1][0].at <= NEAR_PT:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    joined: list[Rule] = []
    for row in rows:
        at = sum(rule.at for rule in row) / len(row)
        start, end = None, 0.0
        for rule in sorted(row, key=lambda item: item.start):
            if start is not None and rule.start <= end + NEAR_PT:
                end = max(end, rule.end)
                continue
            if start is not None:
                joined.append(Rule(at=at, start=start, end=end))
            start, end = rule.start, rule.end
        if start is not None:
            joined.append(Rule(at=at, start=start, end=end))
    return [rule for rule in joined if rule.end - rule.start > 2 * NEAR_PT]


def _undrawn_sides(across: list[Rule], down: list[Rule]) -> list[Rule]:
    """The sides of tables without any upright rule: long level rules that begin and end at the same places are one table's."""
    tables: list[list[Rule]] = []
    for rule in (rule for rule in across if rule.end - rule.start >= _TABLE_PT):
        same = (one for one in tables if abs(one[0].start - rule.start) <= NEAR_PT >= abs(one[0].end - rule.end))
        table = next(same, None)
        if table is None:
            tables.append([rule])
        else:
            table.append(rule)
    open_ones = (one for one in tables if len(one) >= _TABLE_RULES and not any(_meet(h, v) for h in one for v in down))
    ends = [(one, min(r.at for r in one), max(r.at for r in one)) for one in open_ones]
    return [Rule(at=x, start=top, end=foot) for one, top, foot in ends for x in (one[0].start, one[0].end)]


def _meet(level: Rule, upright: Rule) -> bool:
    """Whether two rules cross or touch."""
    beside = level.start - NEAR_PT <= upright.at <= level.end + NEAR_PT
    return beside and upright.start - NEAR_PT <= level.at <= upright.end + NEAR_PT


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that cross or touch, directly or through others."""
    owner = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for i, h in enumerate(across):
        for j, v in enumerate(down):
            if _meet(h, v):
                owner[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, h in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(v)
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _cells(across: list[Rule], down: list[Rule]) -> tuple[RuledCell, ...]:
    ys = _positions([rule.at for rule in across])
    xs = _positions([rule.at for rule in down] + _open_sides(across, down))
    if not 2 <= len(ys) <= _MAX_ROWS or not 2 <= len(xs) <= _MAX_COLUMNS:
        return ()
    walls = _walls(down, xs, ys)  # walls[column line][row]
    floors = _walls(across, ys, xs)  # floors[row line][column]
    return tuple(_spans(xs, ys, walls, floors))


def _positions(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR_PT:
            found.append(value)
    return found


def _open_sides(across: list[Rule], down: list[Rule]) -> list[float]:
    """Where rows run out beyond the outermost upright rules: tables without side borders."""
    left, right = min(rule.start for rule in across), max(rule.end for rule in across)
    first, last = min(rule.at for rule in down), max(rule.at for rule in down)
    return [x for x, far in ((left, first - left), (right, right - last)) if far > 4 * NEAR_PT]


def _walls(rules: list[Rule], lines: list[float], stops: list[float]) -> list[list[bool]]:
    """[line][piece]: whether a rule covers that piece of the line between two stops."""
    found = []
    for line in lines:
        here = [rule for rule in rules if abs(rule.at - line) <= NEAR_PT]
        pieces = pairwise(stops)
        found.append([_covered(here, start, end) for start, end in pieces])
    return found


def _covered(rules: list[Rule], start: float, end: float) -> bool:
    shared = sum(max(0.0, min(end, rule.end) - max(start, rule.start)) for rule in rules)
    return shared >= _COVERED * (end - start)


def _spans(xs: list[float], ys: list[float], walls: list[list[bool]], floors: list[list[bool]]) -> list[RuledCell]:
    rows, columns = len(ys) - 1, len(xs) - 1
    taken = [[False] * columns for _ in range(rows)]
    cells: list[RuledCell] = []
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            right = column + 1
            while right < columns and not walls[right][row] and not taken[row][right]:
                right += 1
            bottom = row + 1
            while bottom < rows and _opens(row, bottom, column, right, walls, floors, taken):
                bottom += 1
            for line in taken[row:bottom]:
                line[column:right] = [True] * (right - column)
            box = (xs[column], ys[row], xs[right], ys[bottom])
            cells.append(RuledCell(row=row, column=column, row_span=bottom - row, column_span=right - column, box=box))
    return cells


def _opens(
    row: int,
    bottom: int,
    left: int,
    right: int,
    walls: list[list[bool]],
    floors: list[list[bool]],
    taken: list[list[bool]],
) -> bool:
    """Whether a cell goes on below: no rule under any of it, none through it, and its sides go on."""
    if any(floors[bottom][left:right]) or any(taken[bottom][left:right]):
        return False
    inner = (line for line in (left, right) if 0 < line < len(walls) - 1)
    if any(walls[line][row] and not walls[line][bottom] for line in inner):
        return False  # a wall that stops here stops at a floor, drawn or not
    return not any(walls[line][bottom] for line in range(left + 1, right))
