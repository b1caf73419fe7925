"""A sheet to print a paper on, and the marks several papers share."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from samples import fonts, ink
from samples.picture import Box, Picture

BLACK = (25, 25, 28)
_MARK_GREY = (150, 150, 150)


class Sheet:
    """A sheet to print on, in pixels, that remembers where each value went."""

    def __init__(self, size: tuple[int, int], ground: tuple[int, int, int], face: str) -> None:
        self.image = Image.new("RGB", size, ground)
        self.pen = ImageDraw.Draw(self.image)
        self.face = face
        self.boxes: dict[str, Box] = {}

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        key: str = "",
        anchor: str = "ls",
        colour: tuple[int, int, int] = BLACK,
        face: str = "",
        bold: int = 0,
    ) -> None:
        used = fonts.font(face or self.face, size)
        self.pen.text(at, text, font=used, fill=colour, anchor=anchor, stroke_width=bold, stroke_fill=colour)
        if key:
            self._cover(key, self.pen.textbbox(at, text, font=used, anchor=anchor))

    def block(
        self, at: tuple[float, float], text: str, size: int, width: float, *, key: str = "", face: str = ""
    ) -> int:
        """Text broken to a width; returns how many lines it took."""
        used = fonts.font(face or self.face, size)
        lines, line = [], ""
        for char in text:
            if line and used.getlength(line + char) > width:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
        for index, part in enumerate(lines):
            self.text((at[0], at[1] + index * size * 1.35), part, size, key=key, face=face)
        return len(lines)

    def _cover(self, key: str, box: Sequence[float]) -> None:
        old = self.boxes.get(key, (box[0], box[1], box[2], box[3]))
        self.boxes[key] = (min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3]))

    def seal(self, text: str, diameter: int, centre: tuple[float, float], rng: random.Random) -> None:
        self.image = ink.press_seal(self.image, ink.seal_image(text, diameter, rng), centre)
        self.pen = ImageDraw.Draw(self.image)

    def picture(self, dpi: int = 200) -> Picture:
        return Picture(image=self.image, boxes=dict(self.boxes), dpi=dpi)


def draw_emblem(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """Something round, red and gold in the national emblem's place; not the emblem."""
    gold = (214, 160, 44)
    sheet.pen.ellipse(
        (x - radius, y - radius, x + radius, y + radius),
        fill=(204, 40, 34),
        outline=gold,
        width=max(4, int(radius / 9)),
    )
    for dx, dy, r in (
        (0, -0.4, 0.2),
        (-0.42, -0.15, 0.09),
        (0.42, -0.15, 0.09),
        (-0.28, -0.02, 0.07),
        (0.28, -0.02, 0.07),
    ):
        sheet.pen.regular_polygon((x + dx * radius, y + dy * radius, r * radius), 5, fill=gold)
    sheet.pen.rectangle((x - radius * 0.45, y + radius * 0.15, x + radius * 0.45, y + radius * 0.42), fill=gold)
    sheet.pen.rectangle((x - radius * 0.6, y + radius * 0.42, x + radius * 0.6, y + radius * 0.5), fill=gold)


def draw_mark(sheet: Sheet, at: tuple[float, float], size: int = 20) -> None:
    sheet.text(at, "样本", size, colour=_MARK_GREY, face="hei", anchor="rs")
