"""Words whose characters a blur joined are no level rules: a row was cut in two by its own value, which was read as blank."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.extract.image.grid import find_tables
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.rules import find_rules

_LEVELS = tuple(range(200, 1001, 66))


def _table(*, word: bool) -> Gray:
    """Twelve rows of two cells, in one of them a row of rings that a blur joins."""
    page = np.full((2000, 1500), 255, np.uint8)
    for y in _LEVELS:
        page[y : y + 3, 200:1201] = 0
    for x in (200, 400, 1200):
        page[_LEVELS[0] : _LEVELS[-1] + 3, x : x + 3] = 0
    for x in range(420, 576, 13) if word else ():
        cv2.circle(page, (x, _LEVELS[3] + 33), 5, (0,), 3)
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 1.2), dtype=np.uint8)


def test_a_word_is_no_rule() -> None:
    for word in (False, True):
        rules = find_rules(_table(word=word))
        assert len(rules.horizontal) == len(_LEVELS)
        (table,) = find_tables(rules)
        assert len(table.frames) == 2 * (len(_LEVELS) - 1)
