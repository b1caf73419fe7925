"""Plots of how well and how fast pages are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bench.contenders import Read
from bench.scoring import Score, Tally

if TYPE_CHECKING:
    from bench.reading import Grown

_COLOURS: Final = dict(zip(Score, ("#3b7a57", "#c0392b", "#e0a030", "#999999"), strict=True))


def draw_accuracy(found: Mapping[str, Tally], out: Path) -> None:
    """What became of the values, by channel."""
    names = list(found)
    figure, axes = _figure(2 + 0.25 * len(names))
    left = [0.0] * len(names)
    for score, colour in _COLOURS.items():
        shares = [found[name].share(score) for name in names]
        axes.barh(names, shares, left=left, label=score.value, color=colour)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.set(xlabel="share of values", title="What became of the values", xlim=(0, 1))
    axes.invert_yaxis()
    figure.legend(ncols=4, loc="outside lower center")
    figure.savefig(out / "accuracy.png", dpi=110)


def draw_speed(reads: Mapping[str, Sequence[Read]], out: Path) -> None:
    """CPU seconds by channel and reader, of the channels that all have read."""
    shown = list(dict.fromkeys(read.channel for read in min(reads.values(), key=len)))
    figure, axes = _figure(2 + 0.4 * len(shown))
    for index, (name, everything) in enumerate(reads.items()):
        at = [row + 0.8 * index / len(reads) for row in range(len(shown))]
        seconds = [median(read.seconds for read in everything if read.channel == row) for row in shown]
        axes.barh(at, seconds, height=0.8 / len(reads), label=name)
    axes.set_yticks([row + 0.4 - 0.4 / len(reads) for row in range(len(shown))], shown)
    axes.set(xlabel="CPU seconds a page, median", title="What a page costs")
    axes.invert_yaxis()
    axes.legend()
    figure.savefig(out / "speed.png", dpi=110)


def draw_growth(rows: Sequence[Grown], out: Path) -> None:
    """CPU and wall seconds a page as there are more pages, by one process and by two."""
    figure, axes = _figure(4)
    for processes in dict.fromkeys(row.processes for row in rows):
        own = [row for row in rows if row.processes == processes]
        at = [row.pages for row in own]
        axes.plot(at, [row.cpu_seconds for row in own], marker="o", label=f"CPU, processes: {processes}")
        axes.plot(
            at, [row.wall_seconds for row in own], marker="x", linestyle="--", label=f"wall, processes: {processes}"
        )
    axes.set(xlabel="pages", xscale="log", ylabel="seconds a page", ylim=(0, None), title="What a page of many costs")
    axes.legend()
    figure.savefig(out / "growth.png", dpi=110)


def _figure(inches: float) -> tuple[Any, Any]:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(9, inches), layout="constrained")
