"""Text on a drawn picture: wrapped to a width, in sizes of one typeface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PIL import ImageDraw, ImageFont

from pipeline.pictures.watermark import Pen

_LEADING: Final = 1.3
_ELLIPSIS: Final = "…"
#: No line begins with these; they may stand a little beyond its end.
_CLOSING: Final = frozenset("，。、；：！？）》】”’…,.;:!?)")
_OPENING: Final = frozenset("（《【“‘([")


class Lettering:
    """The pen's typeface in one size, in pixels. Makes no file accesses, so that it works in a confined process."""

    def __init__(self, pen: Pen, size_px: int) -> None:
        self._font: ImageFont.FreeTypeFont = pen.font.font_variant(size=size_px)
        self.line_px = round(size_px * _LEADING)
        self.size_px = size_px

    def width(self, text: str) -> float:
        """How wide a line is, in pixels."""
        return self._font.getlength(text)

    def wrap(self, text: str, width_px: float, *, most: int) -> tuple[str, ...]:
        """At most `most` lines that fit, broken between any two characters; the last one says if there was more.

        Closing marks of punctuation hang over the end, opening ones go down. An empty text is one empty line.
        """
        lines = [""]
        for char in " ".join("".join(c if c.isprintable() else " " for c in text).split()):
            room = width_px + (self.size_px if char in _CLOSING else 0)
            if lines[-1] and self.width(lines[-1] + char) > room:
                if len(lines) == most:
                    return (*lines[:-1], lines[-1][:-1] + _ELLIPSIS)
                opened = lines[-1][-1] if len(lines[-1]) > 1 and lines[-1][-1] in _OPENING else ""
                lines[-1] = lines[-1].removesuffix(opened)
                lines.append(opened)
            lines[-1] += char if lines[-1] or char != " " else ""
        return tuple(lines)

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], lines: Sequence[str], colour: tuple[int, int, int]
    ) -> None:
        """The lines below each other; `at` is the top left corner."""
        for number, line in enumerate(lines):
            middle = at[1] + (number + 0.5) * self.line_px
            draw.text((at[0], middle), line, colour, self._font, anchor="lm")
