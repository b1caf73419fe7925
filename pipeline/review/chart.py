"""The months as a drawing: places and texts for an inline SVG. Bars for what happened, a line for what was open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.reports.monthly import Figure, MonthRow
from pipeline.reports.monthly_files import BARS, FIGURE_NAMES, LINE, axis, month_name

WIDTH, HEIGHT = 960, 300
_LEFT, _TOP, _RIGHT, _BOTTOM = 52, 16, 950, 262
_LABELS_FIT: Final = 13
_BARS_SHARE: Final = 0.78


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month's figure as a bar. `kind` names its look."""

    kind: int
    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`lines` are the axis (height, number), `labels` the months (place, text), `points` the line's corners."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    lines: tuple[tuple[float, int], ...]
    labels: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    points: tuple[tuple[float, float, str], ...]
    legend: tuple[str, ...]
    line_name: str


def draw_chart(rows: Sequence[MonthRow]) -> Chart:
    """The chart of those months, in order."""
    step, top = axis(max((row.figures[figure] for row in rows for figure in (*BARS, LINE)), default=0))
    slot = (_RIGHT - _LEFT) / max(len(rows), 1)
    every = -(-len(rows) // _LABELS_FIT)
    middles = [round(_LEFT + (place + 0.5) * slot, 1) for place in range(len(rows))]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=_RIGHT,
        bottom=_BOTTOM,
        lines=tuple((_up(number, top), number) for number in range(0, top + 1, step)),
        labels=tuple((middles[place], month_name(rows[place])) for place in range(0, len(rows), every or 1)),
        bars=tuple(
            _bar(row, middle, slot, kind, top)
            for row, middle in zip(rows, middles, strict=True)
            for kind in range(len(BARS))
        ),
        points=tuple(
            (middle, _up(row.figures[LINE], top), _said(row, LINE)) for row, middle in zip(rows, middles, strict=True)
        ),
        legend=tuple(FIGURE_NAMES[figure] for figure in BARS),
        line_name=FIGURE_NAMES[LINE],
    )


def _bar(row: MonthRow, middle: float, slot: float, kind: int, top: int) -> Bar:
    width = slot * _BARS_SHARE / len(BARS)
    height = _up(row.figures[BARS[kind]], top)
    return Bar(
        kind=kind,
        x=round(middle + (kind - len(BARS) / 2) * width, 1),
        y=height,
        width=round(width * 0.92, 1),
        height=round(_BOTTOM - height, 1),
        said=_said(row, BARS[kind]),
    )


def _up(number: int, top: int) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * number / top, 1)


def _said(row: MonthRow, figure: Figure) -> str:
    return f"{month_name(row)} {FIGURE_NAMES[figure]} {row.figures[figure]}"
