"""Screenshots of a form: a window on a desktop, and a phone.

A screen shows the page dot by dot: nothing is noisy and nothing blurred, but 12-point text is 16 dots high at 100 %. Text is
drawn either in grey or, as ClearType does it, on the thirds of each dot, which leaves coloured fringes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples import fonts
from samples.picture import Box, Picture, pixels_of
from samples.seeds import random_for

#: What a desktop shows a page at, in dots an inch: 100, 125 and 150 %.
DESKTOP_DPI: Final = (96, 120, 144)
#: Of ClearType the page is drawn so many times finer: each dot has three parts side by side.
PARTS: Final = 3
#: How FreeType, and much like it ClearType, spreads a part's light over its neighbours, in 256ths.
_SPREAD: Final = (8, 77, 86, 77, 8)
#: Widths of phones' screens, in dots, and how many times higher they are.
_PHONES: Final = ((1080, 2.17), (1170, 2.165), (1260, 2.22), (1440, 2.2))
_A4_INCHES: Final = 8.264
Colour = tuple[int, int, int]
#: Draws the page at so many dots an inch.
Draw = Callable[[int], Picture]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Of a window: its bars, what is written on them, and the ground round the page."""

    bar: Colour
    tool: Colour
    text: Colour
    ground: Colour
    accent: Colour


LIGHT: Final = (
    Colours(bar=(255, 255, 255), tool=(243, 243, 243), text=(40, 40, 40), ground=(230, 230, 230), accent=(24, 90, 189)),
    Colours(bar=(24, 90, 189), tool=(250, 249, 248), text=(38, 38, 38), ground=(213, 213, 213), accent=(255, 255, 255)),
    Colours(bar=(222, 225, 230), tool=(255, 255, 255), text=(60, 64, 67), ground=(82, 86, 89), accent=(200, 40, 30)),
)
DARK: Final = (
    Colours(bar=(32, 32, 32), tool=(41, 41, 41), text=(230, 230, 230), ground=(25, 25, 25), accent=(90, 160, 250)),
    Colours(bar=(10, 10, 10), tool=(59, 59, 59), text=(210, 210, 210), ground=(82, 86, 89), accent=(138, 180, 248)),
)


def screenshot(draw: Draw, seed: int, name: str = "screenshot", *, dpi: int, fringed: bool, dark: bool) -> Picture:
    """A window with the page in it, at the screen's own dots (`dpi` one of `DESKTOP_DPI`): the file is a PNG.

    `fringed`: text on thirds of dots, as ClearType draws it; `dark`: the window, never the page.
    """
    page = on_thirds(draw(dpi * PARTS)) if fringed else draw(dpi)
    return window(page, seed, name, dark=dark)[0]


def on_thirds(fine: Picture) -> Picture:
    """A page drawn three times finer as a screen shows it whose dots are red, green and blue stripes."""
    grey = np.asarray(cv2.cvtColor(pixels_of(fine.image), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    high, wide = grey.shape[0] // PARTS, grey.shape[1] // PARTS
    rows = cv2.resize(grey[: high * PARTS, : wide * PARTS], (wide * PARTS, high), interpolation=cv2.INTER_AREA)
    spread = cv2.filter2D(rows, -1, np.array([_SPREAD], np.float32) / 256, borderType=cv2.BORDER_REPLICATE)
    image = Image.fromarray(np.ascontiguousarray(spread.reshape(high, wide, PARTS).astype(np.uint8)))
    boxes = {key: _moved(box, 0, 0, 1 / PARTS) for key, box in fine.boxes.items()}
    return fine.evolve(image=image, boxes=boxes, dpi=fine.dpi // PARTS)


def window(page: Picture, seed: int, name: str, *, dark: bool) -> tuple[Picture, tuple[int, int]]:
    """The page on the ground of a program's window (title bar, tools, scroll bar, line of state), and where its top left is."""
    rng = random_for(seed, name, "window")
    colours = rng.choice(DARK if dark else LIGHT)
    unit = page.dpi / 96
    title, tools, state = (round(px * unit) for px in (32, rng.choice((42, 96)), 24))
    around = [round(rng.uniform(low, high) * page.image.width) for low, high in ((0.03, 0.3), (0.03, 0.3))]
    gap = round(rng.uniform(8, 24) * unit)
    left, top = around[0], title + tools + gap
    size = (page.image.width + sum(around), top + page.image.height + gap + state)
    image = Image.new("RGB", size, colours.ground)
    pen = ImageDraw.Draw(image)
    _page_shadow(pen, (left, top, left + page.image.width, top + page.image.height), colours)
    image.paste(page.image, (left, top))
    _bars(pen, size, (title, tools, state), unit, colours, rng)
    boxes = {key: _moved(box, left, top) for key, box in page.boxes.items()}
    return page.evolve(image=image, boxes=boxes), (left, top)


def _page_shadow(pen: ImageDraw.ImageDraw, page: tuple[int, int, int, int], colours: Colours) -> None:
    for step in (3, 2, 1):
        shade: Colour = tuple(max(0, round(v * (1 - 0.07 * (4 - step)))) for v in colours.ground)  # type: ignore[assignment]
        pen.rectangle((page[0] - step + 1, page[1] - step + 1, page[2] + step, page[3] + step), fill=shade)


def _bars(
    pen: ImageDraw.ImageDraw,
    size: tuple[int, int],
    bars: tuple[int, int, int],
    unit: float,
    colours: Colours,
    rng: Random,
) -> None:
    wide, high = size
    title, tools, state = bars
    small = fonts.font("sans", round(12 * unit))
    pen.rectangle((0, 0, wide, title), fill=colours.bar)
    head = colours.accent if sum(colours.bar) < 400 else colours.text
    pen.text((12 * unit, title / 2), rng.choice(_TITLES), font=small, fill=head, anchor="lm")
    for place, sign in enumerate(("—", "□", "×"), start=1):
        pen.text((wide - (4 - place) * 44 * unit, title / 2), sign, font=small, fill=head, anchor="lm")
    pen.rectangle((0, title, wide, title + tools), fill=colours.tool)
    at = 16 * unit
    for word in _TOOLS:
        if at + small.getlength(word) > wide - 30 * unit:
            break
        pen.text((at, title + 21 * unit), word, font=small, fill=colours.text, anchor="lm")
        at += small.getlength(word) + 18 * unit
    if tools > 60 * unit:
        at = 16 * unit
        while at < wide - 60 * unit:
            square = round(rng.choice((16, 24)) * unit)
            y = title + 62 * unit
            box = (at, y - square / 2, at + square, y + square / 2)
            pen.rounded_rectangle(box, radius=3 * unit, outline=colours.text, width=max(1, round(unit)))
            at += square + rng.uniform(8, 30) * unit
    pen.rectangle((0, high - state, wide, high), fill=colours.tool)
    pen.text((12 * unit, high - state / 2), "第 1 页，共 1 页　简体中文", font=small, fill=colours.text, anchor="lm")
    zoom = f"{round(unit * 100)}%"
    pen.text((wide - 16 * unit, high - state / 2), zoom, font=small, fill=colours.text, anchor="rm")
    thumb = rng.uniform(title + tools, high * 0.5)
    bar = (wide - 12 * unit, thumb, wide - 4 * unit, thumb + high * 0.2)
    pen.rounded_rectangle(bar, radius=4 * unit, fill=(150, 150, 150))


_TITLES: Final = ("登记表.docx - WPS 文字", "登记表 (1).pdf", "登记表 [兼容模式] - Word", "备案登记表.pdf - 浏览器")
_TOOLS: Final = ("文件", "开始", "插入", "页面", "引用", "审阅", "视图", "工具", "帮助", "搜索")


def phone_screenshot(draw: Draw, seed: int, name: str = "phone screenshot", *, dark: bool) -> Picture:
    """A phone that shows the page as wide as its screen, below the clock and the program's bar: half of them came as JPEG."""
    rng = random_for(seed, name, "phone")
    wide, ratio = rng.choice(_PHONES)
    fine = draw(round(2 * wide / _A4_INCHES))  # phones draw strokes where they stand, not on whole dots
    page = cv2.resize(
        pixels_of(fine.image),
        (wide, round(fine.image.height * wide / fine.image.width)),
        interpolation=cv2.INTER_AREA,
    )
    unit = wide / 390
    high = max(round(wide * ratio), page.shape[0] + round(150 * unit))
    image = Image.new("RGB", (wide, high), (17, 17, 17) if dark else (237, 237, 237))
    top = round(rng.uniform(96, min(240, (high - page.shape[0]) / unit - 50)) * unit)
    image.paste(Image.fromarray(np.asarray(page, dtype=np.uint8)), (0, top))
    _phone_bars(image, unit, dark, rng)
    scale = wide / fine.image.width
    boxes = {key: _moved(box, 0, top, scale) for key, box in fine.boxes.items()}
    return fine.evolve(image=image, boxes=boxes, dpi=72, quality=rng.choice((80, 90)))


def _phone_bars(image: Image.Image, unit: float, dark: bool, rng: Random) -> None:
    pen = ImageDraw.Draw(image)
    wide, high = image.size
    ink = (235, 235, 235) if dark else (20, 20, 20)
    small, large = (fonts.font("sans", round(size * unit)) for size in (14, 17))
    clock = f"{rng.randrange(8, 18)}:{rng.randrange(60):02d}"
    pen.text((28 * unit, 24 * unit), clock, font=small, fill=ink, anchor="lm")
    pen.text((wide - 66 * unit, 24 * unit), rng.choice(("5G", "4G")), font=small, fill=ink, anchor="rm")
    battery = (wide - 58 * unit, 17 * unit, wide - 28 * unit, 31 * unit)
    pen.rounded_rectangle(battery, radius=4 * unit, outline=ink, width=max(1, round(1.2 * unit)))
    full = rng.uniform(0.2, 1)
    pen.rectangle(
        (battery[0] + 3 * unit, battery[1] + 3 * unit, battery[0] + 27 * unit * full, battery[3] - 3 * unit), fill=ink
    )
    pen.line([(30 * unit, 64 * unit), (22 * unit, 72 * unit), (30 * unit, 80 * unit)], fill=ink, width=round(2 * unit))
    pen.text(
        (wide / 2, 72 * unit), rng.choice(("登记表.pdf", "登记表.docx", "文件预览")), font=large, fill=ink, anchor="mm"
    )
    pen.text((wide - 24 * unit, 72 * unit), "…", font=large, fill=ink, anchor="rm")
    pen.rounded_rectangle((wide * 0.34, high - 13 * unit, wide * 0.66, high - 8 * unit), radius=2 * unit, fill=ink)


def _moved(box: Box, left: float, top: float, scale: float = 1.0) -> Box:
    return box[0] * scale + left, box[1] * scale + top, box[2] * scale + left, box[3] * scale + top
