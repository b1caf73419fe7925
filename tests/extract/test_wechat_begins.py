"""Whether a line is what a WeChat ID begins with: nothing stands before it in its cell."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from pipeline.extract.image.pixels import prepare
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import even_light
from pipeline.extract.wechat.page_numbers import stands_first
from tests.extract.printed_lines import draw_line

CELL = (0.1, 0.2, 0.9, 0.5)


def rereader_of(shown: str) -> PictureRereader:
    """A page of 1000 x 400 dots with the text at the left of a cell; nobody is to read it."""
    page: Gray = np.full((400, 1000), 255, np.uint8)
    line = draw_line(shown, "kai")
    page[120 : 120 + line.shape[0], 110 : 110 + line.shape[1]] = line
    rgb = np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    picture = prepare(rgb, even_light(page), np.zeros_like(page))
    return PictureRereader(picture, cast("Engines", None))


def test_a_character_before_the_line_is_seen() -> None:
    assert stands_first((0.12, 0.3, 0.3, 0.42), [CELL], rereader_of("1f_yu20"))
    assert not stands_first((0.141, 0.3, 0.3, 0.42), [CELL], rereader_of("m1f_yu20"))


def test_a_line_in_no_cell_may_begin_anywhere() -> None:
    assert not stands_first((0.12, 0.3, 0.3, 0.42), [], rereader_of("1f_yu20"))
    assert not stands_first((0.12, 0.3, 0.3, 0.42), [(0.5, 0.2, 0.9, 0.5)], rereader_of("1f_yu20"))
