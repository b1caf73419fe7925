"""Photos of bent paper: the truth goes with the paper."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageDraw

from samples import channels
from samples.bent import BENDS, Bend, photo_bent
from samples.picture import Picture

SIZE = (1240, 1754)


def _dotted() -> Picture:
    """A sheet with black squares all over, and a box round each."""
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    boxes = {}
    for across, down in product(range(5), repeat=2):
        x, y = 100 + 260 * across, 100 + 388 * down
        boxes[f"{across} {down}"] = (float(x), float(y), float(x + 16), float(y + 16))
        pen.rectangle((x, y, x + 15, y + 15), fill="black")
    return Picture(image=image, boxes=boxes)


def _black(picture: Picture) -> float:
    """The share of black in the box that has the least of it."""
    grey = np.asarray(picture.image.convert("L"))
    rects = [[round(side) for side in box] for box in picture.boxes.values()]
    return min(float((grey[top:bottom, left:right] < 110).mean()) for left, top, right, bottom in rects)


@pytest.mark.parametrize("bend", BENDS)
def test_boxes_follow_what_stands_on_bent_paper(bend: Bend) -> None:
    sheet = _dotted()
    picture = photo_bent(sheet, 3, rise=0.03, bend=bend)
    assert _black(picture) > 0.5
    flat = channels.photo(sheet, 3, "bent").boxes
    assert _black(picture.evolve(boxes=flat)) < 0.2, "the test could not fail"


def test_the_same_sheet_for_the_same_seed() -> None:
    sheet = _dotted()
    one, again, other = (photo_bent(sheet, seed) for seed in (5, 5, 6))
    assert one.encode() == again.encode()
    assert one.encode() != other.encode()
