"""The characters of a PDF page as a person would see them, with PDFium.

A character counts as seen when its text is painted (not render mode 3 or 7, not transparent) and the rendered page
shows contrast where it stands: white on white, off the page, or covered by a white patch is not seen.
Boxes are fractions of the page, origin top left, after the page's own rotation.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.domain.document import Box
from pipeline.extract.grid.pdf_places import Places
from pipeline.extract.symbol_fonts import symbol_text

MAX_CHARACTERS: Final = 30_000
_INVISIBLE_MODES: Final = frozenset({3, 7})
#: Difference of grey levels (0-255) below which nobody sees ink.
_CONTRAST: Final = 28
#: Of the largest in its row; a smaller letter is small print.
_SMALL: Final = 0.62
#: How far its middle is off that of the row, in its own heights.
_OFF: Final = 0.15
#: Halves of what UTF-16 writes as two.
_FIRST_HALVES: Final = range(0xD800, 0xDC00)
_SECOND_HALVES: Final = range(0xDC00, 0xE000)
#: Accented letters are what the bytes of Chinese text look like in a program that took them for Western ones.
_MISTAKEN: Final = range(0xC0, 0x100)
_SIGNS: Final = "×÷"
#: Share of a font's size below the base line, of a Chinese typeface.
_DESCENT: Final = 0.12
#: In radians, some 9 degrees: a page that was put down askew is less so.
_ASLANT: Final = 0.15
#: Share of a page's characters.
_MOST_UNKNOWN: Final = 0.3
#: Italics lean by a fifth or so.
_LEANING: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One character. `box` has the line's height, `ink` only the glyph's. `certain` is false without a known code.

    `em` is the line's height as a fraction of the page's width, to measure gaps with.
    """

    text: str
    box: Box
    ink: Box
    seen: bool
    certain: bool
    em: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def read_characters(page: pdfium.PdfPage, grey: npt.NDArray[np.uint8]) -> tuple[Character, ...]:
    """The page's characters in the PDF's order; `grey` is the rendered page, (height, width)."""
    text_page = page.get_textpage()
    try:
        reader = _CharacterReader(page, text_page, grey)
        count = min(MAX_CHARACTERS, text_page.count_chars())
        return tuple(found for index in range(count) if (found := reader.read(index)) is not None)
    finally:
        text_page.close()


class _CharacterReader:
    def __init__(self, page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, grey: npt.NDArray[np.uint8]) -> None:
        self._text = text_page
        self._grey = grey
        self._fonts: dict[int, tuple[str, bool]] = {}
        self._places = Places(page)
        width, height = page.get_size()
        self._upright = height / max(width, 1e-6)

    def read(self, index: int) -> Character | None:
        if pdfium_c.FPDFText_IsGenerated(self._text, index) == 1:
            return None
        if is_aslant(pdfium_c.FPDFText_GetCharAngle(self._text, index)):
            return None
        code = self._code(index)
        if pdfium_c.FPDFText_IsHyphen(self._text, index) == 1:
            code = ord("-")
        box, ink = self._loose(index), self._tight(index)
        if box is None or ink is None or code in (10, 13):
            return None
        if code is None:
            return None
        box = self._as_high_as_its_font(index, box)
        font, painted = self._drawing(index)
        certain = (
            code not in (0, 0xFFFE, 0xFFFF)
            and (code not in _MISTAKEN or chr(code) in _SIGNS)
            and pdfium_c.FPDFText_HasUnicodeMapError(self._text, index) != 1
        )
        text = symbol_text(chr(code), font) if (certain or code in _MISTAKEN) and code < 0x110000 else "\ufffd"
        seen = painted and (text.isspace() or (self._opaque(index) and self._shows(ink)))
        em = (box[3] - box[1]) * self._upright
        return Character(text=text, box=box, ink=ink, seen=seen, certain=certain, em=em)

    def _code(self, index: int) -> int | None:
        """The character's code; None for the second half of one that PDFium gives in two (an emoji, a rare character)."""
        code = int(pdfium_c.FPDFText_GetUnicode(self._text, index))
        if code in _SECOND_HALVES:
            before = int(pdfium_c.FPDFText_GetUnicode(self._text, index - 1)) if index else 0
            return None if before in _FIRST_HALVES else 0
        if code in _FIRST_HALVES:
            behind = int(pdfium_c.FPDFText_GetUnicode(self._text, index + 1))
            whole = 0x10000 + ((code - _FIRST_HALVES.start) << 10) + (behind - _SECOND_HALVES.start)
            return whole if behind in _SECOND_HALVES else 0
        return code

    def _as_high_as_its_font(self, index: int, box: Box) -> Box:
        """`box`, at least as high as the font is large. Of a font that does not say how high it is PDFium gives the glyph's own
        height, and 一 or 、 would stand in a line of its own."""
        matrix, x, y = pdfium_c.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
        if not pdfium_c.FPDFText_GetMatrix(self._text, index, matrix):
            return box
        if not pdfium_c.FPDFText_GetCharOrigin(self._text, index, x, y):
            return box
        size = pdfium_c.FPDFText_GetFontSize(self._text, index)
        ends = [
            self._places.point(x.value + share * size * matrix.c, y.value + share * size * matrix.d)
            for share in (-_DESCENT, 1 - _DESCENT)
        ]
        if abs(ends[0][0] - ends[1][0]) * _LEANING > abs(ends[0][1] - ends[1][1]):
            return box  # written from top to bottom, or leaning
        ys = sorted(point[1] for point in ends)
        return box[0], min(box[1], ys[0]), box[2], max(box[3], ys[1])

    def _loose(self, index: int) -> Box | None:
        rect = pdfium_c.FS_RECTF()
        if not pdfium_c.FPDFText_GetLooseCharBox(self._text, index, rect):
            return None
        return self._places.box(rect.left, rect.bottom, rect.right, rect.top)

    def _tight(self, index: int) -> Box | None:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if not pdfium_c.FPDFText_GetCharBox(self._text, index, left, right, bottom, top):
            return None
        return self._places.box(left.value, bottom.value, right.value, top.value)

    def _drawing(self, index: int) -> tuple[str, bool]:
        """The font's name, and whether the text is painted at all."""
        item = pdfium_c.FPDFText_GetTextObject(self._text, index)
        if not item:
            return "", True
        key = ctypes.addressof(item.contents)
        if key not in self._fonts:
            painted = pdfium_c.FPDFTextObj_GetTextRenderMode(item) not in _INVISIBLE_MODES
            self._fonts[key] = _font_name(pdfium_c.FPDFTextObj_GetFont(item)), painted
        return self._fonts[key]

    def _opaque(self, index: int) -> bool:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not pdfium_c.FPDFText_GetFillColor(self._text, index, red, green, blue, alpha):
            return True
        return alpha.value > 12

    def _shows(self, ink: Box) -> bool:
        height, width = self._grey.shape
        left, right = int(ink[0] * width), min(width, int(ink[2] * width) + 2)
        top, bottom = int(ink[1] * height), min(height, int(ink[3] * height) + 2)
        patch = self._grey[max(0, top - 1) : bottom, max(0, left - 1) : right]
        return patch.size > 0 and int(patch.max()) - int(patch.min()) >= _CONTRAST


def is_aslant(angle: float) -> bool:
    """Whether a text runs aslant over the page (radians), as watermarks do and no value."""
    return abs(math.remainder(angle, math.pi / 2)) > _ASLANT


def is_legible(characters: Sequence[Character]) -> bool:
    """Whether the page's text is what a person reads: its codes are known, and it runs from left to right.

    Fonts without a table of their codes give letters at random, and of a page that lies on its side no row is found.
    """
    solid = [item for item in characters if not item.text.isspace()]
    unknown = sum(not item.certain for item in solid)
    steps = [
        (after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]) for before, after in pairwise(solid)
    ]
    across = sum(x > abs(y) for x, y in steps)
    return unknown <= _MOST_UNKNOWN * len(solid) and across * 3 >= len(steps)


def _font_name(font: object) -> str:
    if not font:
        return ""
    buffer = ctypes.create_string_buffer(256)
    length = pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 256)
    return buffer.raw[: max(0, min(length, 256) - 1)].decode("utf-8", "replace") if length else ""


def join_characters(characters: Iterable[Character]) -> Iterator[tuple[str, Box]]:
    """Characters as lines of text with their boxes, top to bottom; gaps between words become blanks."""
    for row in _rows(characters):
        ordered = sorted(row, key=lambda item: item.box[0])
        spread = _letter_spacing(ordered)
        text = ""
        for previous, item in zip([None, *ordered], ordered, strict=False):
            text += (" " if previous is not None and _is_blank(previous, item, spread) else "") + item.text
        if text.strip():
            yield text.strip(), _around([item for item in ordered if not item.text.isspace()])


def split_columns(characters: Iterable[Character]) -> Iterator[tuple[Character, ...]]:
    """Rows of text cut where more than two characters' width is empty: what stands apart is read apart."""
    for row in _rows(characters):
        part: list[Character] = []
        blanks: list[Character] = []
        for item in sorted(row, key=lambda c: c.box[0]):
            if item.text.isspace():
                blanks.append(item)
                continue
            if part and _apart(part[-1], item, 2.0):
                yield tuple(part)
                part, blanks = [], []
            part += [*(blanks if part else ()), item]
            blanks = []
        if part:
            yield tuple(part)


def holds_raised(characters: Iterable[Character]) -> bool:
    """Whether a letter or digit stands small and high or low in its row, as a note's mark does: it is none of the value."""
    rows = _rows(characters)
    largest = max((item.em for row in rows for item in row), default=0.0)
    for row in rows:
        high = max(item.em for item in row)
        if high < _SMALL * largest:
            return True  # a reading above its character, or two characters in the place of one
        for item in row:
            off = abs(item.middle[1] - max(row, key=lambda other: other.em).middle[1])
            small = item.text.isascii() and item.text.isalnum() and item.em < _SMALL * high
            if small and off > _OFF * (item.box[3] - item.box[1]):
                return True
    return False


def _rows(characters: Iterable[Character]) -> list[list[Character]]:
    rows: list[list[Character]] = []
    for item in sorted(characters, key=lambda c: (c.box[1] + c.box[3]) / 2):
        if rows and abs(item.middle[1] - rows[-1][-1].middle[1]) < 0.5 * _height(rows[-1][-1], item):
            rows[-1].append(item)
        else:
            rows.append([item])
    return rows


def _height(first: Character, second: Character) -> float:
    return min(first.box[3] - first.box[1], second.box[3] - second.box[1])


def _apart(previous: Character, item: Character, ratio: float) -> bool:
    """Whether the gap between two characters is wider than `ratio` of the wider one's width (a letter's at least)."""
    wide = max(previous.box[2] - previous.box[0], item.box[2] - item.box[0], 0.3 * min(previous.em, item.em))
    return item.box[0] - previous.box[2] > ratio * max(wide, 1e-6)


def _letter_spacing(ordered: Sequence[Character]) -> float:
    """The space that a row set wide (分散对齐) has between all its characters, as a share of the page's width; 0 elsewhere."""
    gaps = [item.box[0] - previous.box[2] for previous, item in pairwise(ordered)]
    blank = any(item.text.isspace() for item in ordered)
    return max(0.0, min(gaps)) if len(gaps) > 1 and not blank else 0.0


def _is_blank(previous: Character, item: Character, spread: float) -> bool:
    """Latin words stand a seventh of the height apart; Chinese is set wide for looks, and against Latin by Word."""
    if previous.text.isspace() or item.text.isspace():
        return False
    latin = previous.text.isascii() and item.text.isascii()
    if latin:
        return item.box[0] - previous.box[2] - spread > 0.15 * min(previous.em, item.em)
    return _apart(previous, item, 0.6)


def _around(characters: Sequence[Character]) -> Box:
    return (
        min(c.box[0] for c in characters),
        min(c.box[1] for c in characters),
        max(c.box[2] for c in characters),
        max(c.box[3] for c in characters),
    )
