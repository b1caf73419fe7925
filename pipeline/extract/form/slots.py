"""The cells of a table as rectangles, nested tables laid into the cell that holds them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.extract.page import Cell, Grid, Page

_EPSILON: Final = 1e-6
_MAX_NESTING: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slot:
    """A cell at its place in the outermost table, in rows and columns of that table (fractions where nested)."""

    cell: Cell
    page: Page
    left: float
    top: float
    right: float
    bottom: float

    @property
    def text(self) -> str:
        return self.cell.text

    def shares_rows(self, other: Slot) -> bool:
        return min(self.bottom, other.bottom) - max(self.top, other.top) > _EPSILON

    def shares_columns(self, other: Slot) -> bool:
        return min(self.right, other.right) - max(self.left, other.left) > _EPSILON


class Table:
    """One outermost table of a page: its slots in reading order, and who stands beside whom."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self.slots = tuple(sorted(slots, key=lambda slot: (slot.top, slot.left)))
        #: By whole rows, as a table may have thousands of cells.
        self._rows: dict[int, list[Slot]] = {}
        for slot in self.slots:
            for row in _rows_of(slot):
                self._rows.setdefault(row, []).append(slot)

    def in_rows_of(self, slot: Slot) -> tuple[Slot, ...]:
        """All slots that share a row with this one, itself included, in reading order."""
        near = dict.fromkeys(other for row in _rows_of(slot) for other in self._rows[row])
        return tuple(sorted((s for s in near if s.shares_rows(slot)), key=lambda s: (s.top, s.left)))

    def right_of(self, slot: Slot) -> tuple[Slot, ...]:
        """The slots to the right in the same rows, nearest first, as far as they join without a gap."""
        beside = [s for s in self.in_rows_of(slot) if s.left > slot.left + _EPSILON and s.left >= slot.right - _EPSILON]
        found: list[Slot] = []
        reach = slot.right
        for item in sorted(beside, key=lambda s: (s.left, s.top)):
            if item.left > reach + _EPSILON:
                break
            found.append(item)
            reach = max(reach, item.right)
        return tuple(found)

    def left_of(self, slot: Slot) -> tuple[Slot, ...]:
        """The slots directly left in the same rows."""
        return tuple(s for s in self.in_rows_of(slot) if abs(s.right - slot.left) < _EPSILON)

    def below(self, slot: Slot) -> Slot | None:
        """The slot directly below, starting at the same column."""
        lower = self._rows.get(int(slot.bottom + _EPSILON), ())
        under = [s for s in lower if abs(s.top - slot.bottom) < _EPSILON and s.shares_columns(slot)]
        return next((s for s in under if abs(s.left - slot.left) < _EPSILON), None)


def _rows_of(slot: Slot) -> range:
    first = int(slot.top + _EPSILON)
    return range(first, max(first + 1, math.ceil(slot.bottom - _EPSILON)))


def read_tables(page: Page) -> tuple[tuple[Slot, ...], ...]:
    """The slots of the page's outermost tables in order."""
    inner = {grid.index: grid for grid in page.grids}
    nested = {index for grid in page.grids for cell in grid.cells for index in cell.nested}
    outermost = (grid for grid in page.grids if grid.index not in nested and grid.cells)
    return tuple(tuple(_slots(page, grid, inner, (0.0, 0.0, 1.0, 1.0), None, 0)) for grid in outermost)


def _slots(
    page: Page,
    grid: Grid,
    inner: dict[int, Grid],
    area: tuple[float, float, float, float] | None,
    outer: Slot | None,
    depth: int,
) -> Iterator[Slot]:
    place = _Scale(grid.cells, None if outer is None else area)
    for cell in grid.cells:
        slot = place.slot(cell, page)
        grids = [inner[index] for index in cell.nested if index in inner and inner[index].cells]
        if not grids or depth >= _MAX_NESTING:
            yield slot
            continue
        parts = len(grids) + (1 if cell.text.strip() else 0)
        height = (slot.bottom - slot.top) / parts
        top = slot.top
        if cell.text.strip():
            yield _resized(slot, top, top + height)
            top += height
        for number, nested in enumerate(grids):
            box = (slot.left, top + number * height, slot.right, top + (number + 1) * height)
            yield from _slots(page, nested, inner, box, slot, depth + 1)


def _resized(slot: Slot, top: float, bottom: float) -> Slot:
    return Slot(cell=slot.cell, page=slot.page, left=slot.left, right=slot.right, top=top, bottom=bottom)


class _Scale:
    """From a table's rows and columns to the outermost table's."""

    def __init__(self, cells: Sequence[Cell], area: tuple[float, float, float, float] | None) -> None:
        rows = max(cell.row + cell.row_span for cell in cells)
        columns = max(cell.column + cell.column_span for cell in cells)
        left, top, right, bottom = area or (0.0, 0.0, float(columns), float(rows))
        self._origin = left, top
        self._unit = (right - left) / columns, (bottom - top) / rows

    def slot(self, cell: Cell, page: Page) -> Slot:
        (left, top), (wide, high) = self._origin, self._unit
        return Slot(
            cell=cell,
            page=page,
            left=left + cell.column * wide,
            top=top + cell.row * high,
            right=left + (cell.column + cell.column_span) * wide,
            bottom=top + (cell.row + cell.row_span) * high,
        )
