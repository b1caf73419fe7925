"""The monthly statistics as a picture (PNG): bars for what happened in a month, a line for what was open at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from pipeline.chinese_font import load_chinese_font
from pipeline.reports.monthly import By, Figure, Monthly, MonthRow
from pipeline.reports.monthly_files import BARS, FIGURE_NAMES, LINE, axis, month_name, period_line
from pipeline.wording import Wording

_SIZE: Final = (1600, 900)
_LEFT, _TOP, _RIGHT, _BOTTOM = 110, 150, 1560, 780
_INK, _GRID, _PAPER = "#1f2933", "#d9dee3", "#ffffff"
#: Told apart in print and by people who see no red or green (Okabe and Ito).
_COLOURS: Final = {BARS[0]: "#0072b2", BARS[1]: "#009e73", BARS[2]: "#e69f00", LINE: "#cc3311"}
_LABELS_FIT: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """From months and numbers to pixels."""

    months: int
    step: int
    top: int

    @property
    def slot(self) -> float:
        return (_RIGHT - _LEFT) / self.months

    def across(self, month: int) -> float:
        """The middle of a month."""
        return _LEFT + (month + 0.5) * self.slot

    def up(self, number: int) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * number / self.top


def draw_monthly(file: BinaryIO, monthly: Monthly, wording: Wording, *, font_file: Path | None = None) -> None:
    """Draw the totals. Raises `NoChineseFontError` when this machine has no typeface to write with."""
    title, text = load_chinese_font(font_file, 36), load_chinese_font(font_file, 22)
    picture = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(picture)
    rows = monthly.of(By.TOTAL)
    scale = _scale(rows)
    middle = _SIZE[0] / 2
    draw.text((middle, 46), f"{wording.profile.city}新媒体账号登记备案月度统计", _INK, title, anchor="mm")
    draw.text((middle, 96), period_line(monthly, wording), _INK, text, anchor="mm")
    _draw_axes(draw, rows, scale, text)
    _draw_bars(draw, rows, scale, load_chinese_font(font_file, 15))
    _draw_line(draw, rows, scale)
    _draw_legend(draw, text)
    picture.save(file, format="PNG")


def _scale(rows: Sequence[MonthRow]) -> _Scale:
    step, top = axis(max((row.figures[figure] for row in rows for figure in (*BARS, LINE)), default=0))
    return _Scale(months=max(len(rows), 1), step=step, top=top)


def _draw_axes(draw: ImageDraw.ImageDraw, rows: Sequence[MonthRow], scale: _Scale, font: FreeTypeFont) -> None:
    for number in range(0, scale.top + 1, scale.step):
        height = scale.up(number)
        draw.line([(_LEFT, height), (_RIGHT, height)], _INK if number == 0 else _GRID, 2 if number == 0 else 1)
        draw.text((_LEFT - 14, height), str(number), _INK, font, anchor="rm")
    every = -(-len(rows) // _LABELS_FIT)
    for place in range(0, len(rows), every):
        at = (scale.across(place), _BOTTOM + 24)
        draw.text(at, month_name(rows[place]), _INK, font, anchor="mm")


def _draw_bars(draw: ImageDraw.ImageDraw, rows: Sequence[MonthRow], scale: _Scale, font: FreeTypeFont) -> None:
    width = scale.slot * 0.88 / len(BARS)
    for place, row in enumerate(rows):
        for number, figure in enumerate(BARS):
            left = scale.across(place) + (number - len(BARS) / 2) * width
            top = scale.up(row.figures[figure])
            draw.rectangle([left, top, left + width - 1, _BOTTOM], _COLOURS[figure])
            said = str(row.figures[figure] or "")
            if draw.textlength(said, font) <= width:
                draw.text((left + width / 2, top - 4), said, _INK, font, anchor="mb")


def _draw_line(draw: ImageDraw.ImageDraw, rows: Sequence[MonthRow], scale: _Scale) -> None:
    points = [(scale.across(place), scale.up(row.figures[LINE])) for place, row in enumerate(rows)]
    draw.line(points, _COLOURS[LINE], 4, joint="curve")
    for across, up in points:
        draw.ellipse([across - 6, up - 6, across + 6, up + 6], _COLOURS[LINE])


def _draw_legend(draw: ImageDraw.ImageDraw, font: FreeTypeFont) -> None:
    left = _LEFT + 60.0
    for figure in (*BARS, LINE):
        colour, middle = _COLOURS[figure], _SIZE[1] - 50
        if figure is LINE:
            draw.line([(left, middle), (left + 36, middle)], colour, 4)
        else:
            draw.rectangle([left, middle - 12, left + 36, middle + 12], colour)
        name = FIGURE_NAMES[Figure(figure)]
        draw.text((left + 50, middle), name, _INK, font, anchor="lm")
        left += 300
