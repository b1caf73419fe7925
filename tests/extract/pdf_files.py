"""PDF files made by hand with reportlab. The people are invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from samples import fonts
from tests.extract import word_files
from tests.extract.word_files import LAYOUT

WIDTH, HEIGHT = 595.0, 842.0
LEFT, TOP, ROW = 60.0, 100.0, 34.0
COLUMNS = (60.0, 150.0, 220.0, 330.0, 400.0, 535.0)
#: The face has no ☑; what has no glyph is not seen.
VALUES = {**word_files.VALUES, "account_type": "微信公众账号■ 手机APP□ 其他     □"}
Draw = Callable[[Canvas], None]


def font() -> str:
    """The name of an embedded Chinese face."""
    if "test-song" not in pdfmetrics.getRegisteredFontNames():
        path, index = fonts.font_file("song")
        pdfmetrics.registerFont(TTFont("test-song", str(path), subfontIndex=index))
    return "test-song"


def pdf(*pages: Draw, rotation: int = 0, encrypt: str | None = None) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1, encrypt=encrypt)
    for draw in pages:
        canvas.setPageRotation(rotation)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def text(canvas: Canvas, x: float, y: float, words: str, *, size: float = 10, mode: int = 0) -> None:
    """Words with their baseline `y` points below the page's top."""
    item = canvas.beginText(x, HEIGHT - y)
    item.setFont(font(), size)
    item.setTextRenderMode(mode)
    item.textOut(words)
    item.setTextRenderMode(0)
    canvas.drawText(item)


def place(key: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a value's cell in points."""
    return next((x0, y0, x1, y1) for x0, y0, x1, y1, name, is_value in _cells() if name == key and is_value)


def _cells() -> list[tuple[float, float, float, float, str, bool]]:
    cells = []
    for i, line in enumerate(LAYOUT):
        top, first = TOP + i * ROW, 1 if line[0][1].startswith("owner") else 0
        for j, (_, key) in enumerate(line):
            label = first + 2 * j if first or j == 0 else 3
            value = label + 1
            end = 5 if j == len(line) - 1 else (first + 2 * (j + 1) if first else 3)
            cells.append((COLUMNS[label], top, COLUMNS[value], top + ROW, key, False))
            cells.append((COLUMNS[value], top, COLUMNS[end], top + ROW, key, True))
    return cells


def form(values: Mapping[str, str] = VALUES, *, rules: str = "lines", first: int = 0, last: int = 99) -> Draw:
    """The form with rows `first` to `last`; `rules` draws "lines", thin "rects", or "none"."""

    def draw(canvas: Canvas) -> None:
        labels = {key: label for line in LAYOUT for label, key in line}
        text(canvas, 200, 60, "廊坊市新媒体账号登记备案表", size=14)
        rows = [line[0][1] for line in LAYOUT]
        for x0, y0, x1, y1, key, is_value in _cells():
            row = round((y0 - TOP) / ROW)
            if not first <= row <= last:
                continue
            frame(canvas, x0, y0, x1, y1, rules)
            for number, words in enumerate((values[key] if is_value else labels[key]).split("\n")):
                text(canvas, x0 + 4, y0 + 14 + 14 * number, words)
        owner = rows.index("owner_name")
        if first <= owner <= last:
            frame(canvas, COLUMNS[0], TOP + owner * ROW, COLUMNS[1], TOP + (owner + 2) * ROW, rules)
            text(canvas, COLUMNS[0] + 4, TOP + (owner + 1) * ROW, "账号所有人")

    return draw


def frame(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, rules: str) -> None:
    if rules == "lines":
        for ax, ay, bx, by in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            canvas.line(ax, HEIGHT - ay, bx, HEIGHT - by)
    elif rules == "rects":
        for ax, ay, wide, high in (
            (x0, y0, x1 - x0, 0.5),
            (x0, y1, x1 - x0, 0.5),
            (x0, y0, 0.5, y1 - y0),
            (x1, y0, 0.5, y1 - y0),
        ):
            canvas.rect(ax, HEIGHT - ay - high, wide, high, stroke=0, fill=1)


def image(canvas: Canvas, box: tuple[float, float, float, float], *, see_through: bool = False) -> None:
    """A noisy grey picture over a box of points from the top left."""
    picture = Image.effect_noise((200, 200), 60).convert("RGBA" if see_through else "RGB")
    if see_through:
        picture.putalpha(90)
    x0, y0, x1, y1 = box
    mask = "auto" if see_through else None
    canvas.drawImage(ImageReader(picture), x0, HEIGHT - y1, x1 - x0, y1 - y0, mask=mask)


def white_patch(canvas: Canvas, box: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = box
    canvas.setFillGray(1)
    canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
    canvas.setFillGray(0)


def together(*draws: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw
