"""Lines that the detector finds in a seal, on a cell drawn here."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.image.cells import Rect
from pipeline.extract.image.seals import without_seals
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask, even_light, red_free, red_mask
from samples.fonts import font

NUMBER: Rect = (150, 40, 390, 90)
#: What the ring cuts off of the paper before the number, and of the number's last digits.
BEFORE: Rect = (60, 70, 148, 118)
END: Rect = (300, 60, 420, 118)


def _cell(text: str = "13146534021") -> tuple[Gray, Mask]:
    """A number with the ring of a seal below it: the page without red, and where the red was."""
    image = Image.new("RGB", (500, 120), "white")
    ImageDraw.Draw(image).text((160, 80), text, font=font("sans", 36), fill=(20, 20, 20), anchor="ls")
    rgb = np.array(image)
    ring = np.full_like(rgb, 255)
    cv2.circle(ring, (250, 270), 200, (215, 40, 50), 8, cv2.LINE_AA)
    cv2.circle(ring, (340, 100), 26, (215, 40, 50), -1, cv2.LINE_AA)
    rgb = (rgb.astype(np.uint16) * ring // 255).astype(np.uint8)
    return even_light(red_free(rgb)), red_mask(rgb)


@pytest.mark.parametrize("found", [(NUMBER, BEFORE), (BEFORE, NUMBER), (NUMBER, END), (NUMBER, BEFORE, END)])
def test_a_line_of_nothing_but_a_seal_and_anothers_print_is_not_read(found: tuple[Rect, ...]) -> None:
    """Of a label under a ring `手机 机` was read, and the telephone number had no place; of a number 13127157451 7137451."""
    assert without_seals(found, *_cell()) == (NUMBER,)


def test_print_under_a_seal_is_kept() -> None:
    assert without_seals((END,), *_cell()) == (END,)
    one: Rect = (318, 50, 362, 94)
    blank = np.full((120, 500), 255, np.uint8)
    red = np.zeros((120, 500), np.uint8)
    red[50:94, 318:362] = 255
    blank[60:84, 338:342] = 20
    assert without_seals((one,), blank, red) == (one,)


def test_lines_without_a_seal_are_left_alone() -> None:
    pages = np.full((120, 500), 255, np.uint8), np.zeros((120, 500), np.uint8)
    assert without_seals((NUMBER, BEFORE), *pages) == (NUMBER, BEFORE)
