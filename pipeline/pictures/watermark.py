"""Who looks, in the pixels: light diagonal lines of text all over a page, which leave what lies below readable."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.chinese_font import NoChineseFontError, load_chinese_font
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.pictures.requests import Watermark

_DRAWN_PX: Final = 32
_DEGREES: Final = 24.0
#: The height of a character as a share of the page's width, within bounds.
_SHARE: Final = 1 / 64
_LEAST_PX, _MOST_PX = 11, 30
#: Below the text each shade goes a little towards grey: it shows on paper and on print, and hides neither.
_STRENGTH, _GREY = 0.17, 96
_MARKED: Final = np.round(np.arange(256) * (1 - _STRENGTH) + _GREY * _STRENGTH).astype(np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """A loaded typeface; `chinese` says whether it has Chinese characters."""

    font: ImageFont.FreeTypeFont
    chinese: bool


def load_pen() -> Pen:
    """The machine's Chinese typeface, else the plain one that comes with Pillow. Call it before the sandbox locks itself.

    The file is held in memory, because a reading process closes all files it inherits.
    """
    try:
        found = load_chinese_font(None, _DRAWN_PX)
    except NoChineseFontError:
        plain = ImageFont.load_default(_DRAWN_PX)
        if not isinstance(plain, ImageFont.FreeTypeFont):
            raise TypeError("Pillow was built without FreeType") from None
        return Pen(font=plain, chinese=False)
    content = BytesIO(Path(str(found.path)).read_bytes())
    font = ImageFont.truetype(content, _DRAWN_PX, index=found.index)
    font.getmask("备案")  # loads what FreeType loads late
    return Pen(font=font, chinese=True)


def watermarked(rgb: Rgb, mark: Watermark, pen: Pen) -> Rgb:
    """The page with the text repeated over it."""
    text = " ".join((mark.text if pen.chinese else mark.plain).split())
    if not text:
        return rgb
    height, width = rgb.shape[:2]
    mask = _tiled(_line(text, pen), width, height)
    shown = np.ascontiguousarray(rgb).copy()
    cv2.copyTo(cv2.LUT(shown, _MARKED), mask, shown)
    return shown


def _line(text: str, pen: Pen) -> Gray:
    """The text once, with room round it, as a mask."""
    left, top, right, bottom = pen.font.getbbox(text)
    gap = 3 * _DRAWN_PX
    size = (min(4_000, int(right - left) + gap), int(bottom - top) + gap + _DRAWN_PX)
    tile = Image.new("L", size, 0)
    ImageDraw.Draw(tile).text((gap / 2 - left, gap / 2 - top), text, 255, pen.font)
    return np.asarray(tile, dtype=np.uint8)


def _tiled(line: Gray, width: int, height: int) -> Gray:
    """The mask over the whole page: a brick pattern of the line, turned and brought to half size in one step."""
    half = (-(-width // 2), -(-height // 2))
    scale = min(_MOST_PX, max(_LEAST_PX, width * _SHARE)) / _DRAWN_PX / 2
    reach = int(np.hypot(*half) / scale) + 1
    row = np.tile(line, (1, -(-reach // line.shape[1]) + 1))
    rows = [np.roll(row, number * line.shape[1] // 3, axis=1) for number in range(-(-reach // line.shape[0]))]
    wall = np.ascontiguousarray(np.vstack(rows)[:, :reach])
    turn = cv2.getRotationMatrix2D((wall.shape[1] / 2, wall.shape[0] / 2), _DEGREES, scale)
    turn[0, 2] += (half[0] - wall.shape[1]) / 2
    turn[1, 2] += (half[1] - wall.shape[0]) / 2
    grey = cv2.resize(cv2.warpAffine(wall, turn, half, flags=cv2.INTER_LINEAR), (width, height))
    return np.asarray(cv2.threshold(grey, 96, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
