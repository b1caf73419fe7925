"""Measures how often values were right, and writes that as the calibration the software ships with.

    python -m bench.calibrate [--pages N] [--seed N] [--plot FILE]     # or: make calibrate

The pages come from other seeds than the samples' and the bench's. Printed and drawn: what an independent half of the pages
says of confidences that were measured on the other half. The file is made of both halves.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import resources
from itertools import repeat
from pathlib import Path
from typing import Final

from bench.contenders import Read, ours
from bench.pages import channels_here, make_pages
from bench.scoring import Scored
from pipeline.extract.calibration import ANY, Calibration, Steps, dump_steps, fit, group_of, is_measurable

SEED: Final = 800_000
_FILE: Final = "calibration.json"
#: Nearer to each other the figures of two classes are written one below the other.
_CLOSE: Final = 0.05
#: Upper bounds of the classes of confidence that are compared with what came out.
_CLASSES: Final = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)


def measure(values: Iterable[Scored]) -> Steps:
    """Steps for each group, and for each document's groups of any field."""
    shown: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for item in values:
        if item.field is not None and is_measurable(item.field):
            for key in (None, ANY):
                shown[group_of(item.document, item.field, key=key)].append((item.field.sure or 0.0, item.right))
    return {name: steps for name, found in shown.items() if (steps := fit(found))}


def reliability(steps: Steps, values: Iterable[Scored]) -> Iterator[tuple[float, float, int]]:
    """Of each class: the mean confidence, the share that was right, and how many there were."""
    calibration = Calibration(steps)
    classes: dict[float, list[tuple[float, bool]]] = defaultdict(list)
    for item in values:
        confidence = None if item.field is None else calibration.confidence(item.document, item.field)
        if confidence is not None:
            classes[next(bound for bound in _CLASSES if confidence <= bound)].append((confidence, item.right))
    for _, found in sorted(classes.items()):
        yield sum(c for c, _ in found) / len(found), sum(right for _, right in found) / len(found), len(found)


def groups_lines(steps: Steps) -> Iterator[str]:
    """Each group as a whole: how many, how many wrong."""
    yield f"{'group':<64}{'shown':>7}{'wrong':>7}"
    for name, found in sorted(steps.items()):
        shown, right = sum(step.shown for step in found), sum(step.right for step in found)
        yield f"{name:<64}{shown:>7}{shown - right:>7}"


def draw(classes: Sequence[tuple[float, float, int]], file: Path) -> None:
    """The reliability plot: confidence against what came out, on pages it was not measured on."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(5.5, 5.5), layout="constrained")
    axes.plot((0, 1), (0, 1), color="#999999", linewidth=1)
    axes.plot([c for c, _, _ in classes], [share for _, share, _ in classes], "o-", color="#1f5f8b")
    lower, before = 0, 0.0
    for confidence, share, count in classes:
        lower = lower + 1 if confidence - before < _CLOSE else 0
        before = confidence
        axes.annotate(
            str(count),
            (confidence, share),
            textcoords="offset points",
            xytext=(-26, -4 - 11 * lower),
            ha="right",
            fontsize=8,
        )
    axes.set(xlabel="confidence", ylabel="share that was right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set_title("Confidence and what came out (numbers: values)")
    figure.savefig(file, dpi=110)


def halves(values: Mapping[int, Sequence[Scored]]) -> tuple[list[Scored], list[Scored]]:
    """The values of every other page, and the rest."""
    even = [item for number, found in values.items() if number % 2 == 0 for item in found]
    return even, [item for number, found in values.items() if number % 2 for item in found]


def _read(channel: str, pages: int, seed: int) -> Sequence[Read]:
    return tuple(ours(list(make_pages(channel, pages, seed))))


def main() -> int:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40, help="of each channel")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--plot", type=Path, default=Path("docs/reliability.png"))
    given = parser.parse_args()
    values: dict[int, Sequence[Scored]] = {}
    channels = channels_here()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for channel, read in zip(
            channels, pool.map(_read, channels, repeat(given.pages), repeat(given.seed)), strict=True
        ):
            values |= {len(values) + number: page.scored for number, page in enumerate(read)}
            print(f"{channel}: {len(read)} pages read", file=sys.stderr, flush=True)
    learnt, held_out = halves(values)
    classes = list(reliability(measure(learnt), held_out))
    steps = measure([*learnt, *held_out])
    print("\n".join(groups_lines(steps)))
    print(f"{'confidence':>10}{'right':>8}{'values':>8}")
    for confidence, share, count in classes:
        print(f"{confidence:>10.3f}{share:>8.3f}{count:>8}")
    draw(classes, given.plot)
    target = resources.files("pipeline.extract") / "data" / _FILE
    Path(str(target)).write_text(dump_steps(steps), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
