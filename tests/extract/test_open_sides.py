"""Tables without borders at their sides."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.image.grid import find_tables
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.rules import find_rules

LEFT, RIGHT, HIGH = 150, 1500, 70


def open_table(rows: list[tuple[int, ...]], *, sides: bool = False) -> Gray:
    """Level rules from side to side and in each row its walls."""
    image = Image.new("L", (1654, 2339), 255)
    pen = ImageDraw.Draw(image)
    for row in range(len(rows) + 1):
        pen.line((LEFT, 300 + HIGH * row, RIGHT, 300 + HIGH * row), fill=0, width=3)
    for row, walls in enumerate(rows):
        for x in (LEFT, *walls, RIGHT) if sides else walls:
            pen.line((x, 300 + HIGH * row, x, 300 + HIGH * (row + 1)), fill=0, width=3)
    return np.asarray(image)


@pytest.mark.parametrize("sides", [False, True])
def test_rows_of_a_single_cell_are_of_the_table(*, sides: bool) -> None:
    """They were outside of it, and parted it into two."""
    rows: list[tuple[int, ...]] = [(400, 800, 1000), (400,), (), (400, 800, 1000), (400,), ()]
    (table,) = find_tables(find_rules(open_table(rows, sides=sides)))
    cells = [(round(f.left, -1), round(f.right, -1)) for f in table.frames]
    assert cells == [pair for walls in rows for pair in pairwise((LEFT, *walls, RIGHT))]


def test_lines_to_write_on_are_no_table() -> None:
    assert find_tables(find_rules(open_table([()] * 8))) == ()
