"""Lines of print as crops, with what an engine would say of them."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.extract.raster.decode import Gray
from pipeline.extract.wechat.ink import InkLine
from pipeline.extract.wechat.look_alikes import Examples, make_examples
from pipeline.extract.wechat.page_numbers import read_digits
from samples import fonts

NUMBERS = ("131003196105206571", "17756147892", "15610070810")


#: Its 0 has a dot.
MONOSPACED = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
#: Its 1 of 28 px is no smaller picture of one of 30.
WITH_SERIFS = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"


def _font(face: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face, size_px) if face.startswith("/") else fonts.font(face, size_px)


def draw_line(text: str, face: str, *, size_px: int = 30, noise: float = 4.0, seed: int = 1) -> Gray:
    """Black on white, a little soft and noisy, as a scanner gives it."""
    used = _font(face, size_px)
    picture = Image.new("L", (round(used.getlength(text)) + 24, round(1.6 * size_px)), 255)
    ImageDraw.Draw(picture).text((12, round(1.15 * size_px)), text, font=used, fill=20, anchor="ls")
    grain = np.random.default_rng(seed).normal(0, noise, (picture.height, picture.width))
    return np.asarray(np.clip(np.asarray(picture, dtype=np.float64) + grain, 0, 255), dtype=np.uint8)


def ink_line(shown: str, face: str, *, read_as: str | None = None, size_px: int = 30, seed: int = 1) -> InkLine:
    """A line on which `shown` stands and in which an engine read `read_as`, a text of the same length."""
    used = _font(face, size_px)
    middles = tuple(12 + (used.getlength(shown[:i]) + used.getlength(shown[: i + 1])) / 2 for i in range(len(shown)))
    crop = draw_line(shown, face, size_px=size_px, seed=seed)
    return InkLine(text=read_as or shown, middles=middles, confidence=0.99, crop=crop)


@cache
def examples_in(face: str, size_px: int = 30) -> Examples:
    """The proved digits of a page printed in `face`."""
    lines = [ink_line(text, face, seed=i, size_px=size_px) for i, text in enumerate(NUMBERS)]
    found = make_examples(read_digits([[line] for line in lines]))
    assert found is not None
    return found
