"""How well and how fast pages are read, beside what else one would install, on the same pages in one run.

    python -m bench.reading [--pages N] [--seed N] [--growth N] [--out FOLDER]
    python -m bench.reading --small     # a page or two a channel against the recorded floors; exit status 1 below one

The pages come from seeds that no sample has. Speed is CPU time of one thread; only ratios of one run mean something.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench.contenders import CONTENDERS, Read, Result, in_child, is_here, ours, prepared
from bench.pages import PICTURED, BenchPage, as_pdf, channels_here, make_pages
from bench.scoring import WECHAT_KEYS, Score, Tally
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.ocr import Engines

FLOORS: Final = Path(__file__).with_name("floors.json")
SEED: Final = 700_000
_BESIDE_PAGES: Final = 100
_FILE_PAGES: Final = 10


def read_by(name: str, pages: Sequence[BenchPage]) -> Result:
    """By a contender in a fresh process, so that memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(CONTENDERS[name], pages).result()


def tallies(reads: Sequence[Read], *, without: frozenset[str] = frozenset()) -> Mapping[str, Tally]:
    """The values by channel, some keys left out."""
    found: dict[str, Tally] = defaultdict(Tally)
    for read in reads:
        for item in read.scored:
            if item.key not in without:
                found[read.channel].add(item)
    return found


def accuracy_lines(reads: Sequence[Read]) -> Iterator[str]:
    """A table: shares of values read right (believed or not), accepted and right, silently wrong among the accepted,
    doubtful, not placed."""
    whole, plainly = tallies(reads), tallies(reads, without=WECHAT_KEYS)
    pages = Counter(read.channel for read in reads)
    yield (
        f"{'channel':<18}{'pages':>6}{'values':>8}{'right':>9}{'(no WeChat)':>12}"
        f"{'accepted':>10}{'wrong':>9}{'doubtful':>10}{'lost':>8}"
    )
    for channel, tally in whole.items():
        yield (
            f"{channel:<18}{pages[channel]:>6}{tally.values:>8}{tally.right_share:>9.2%}{plainly[channel].right_share:>12.2%}"
            f"{tally.share(Score.EXACT):>10.2%}{tally.wrong_share:>9.3%}"
            f"{tally.share(Score.DOUBTFUL):>10.2%}{tally.share(Score.LOST):>8.2%}"
        )
        yield from (f"    silently wrong: {what} ({count})" for what, count in tally.wrong.most_common())


def speed_lines(results: Mapping[str, Result]) -> Iterator[str]:
    """CPU seconds a page and the share of values found, for each channel and contender, and the ratio to ours."""
    mine = _seconds(results["ours"].reads)
    yield f"{'channel':<18}{'reader':<12}{'median s':>9}{'p95 s':>8}{'ratio':>7}{'found':>8}{'peak MB':>9}"
    for name, result in results.items():
        for channel, seconds in _seconds(result.reads).items():
            found = [read.found for read in result.reads if read.channel == channel and read.found is not None]
            share = f"{sum(found) / len(found):>8.1%}" if found else " " * 8
            ratio = median(seconds) / median(mine[channel])
            yield (
                f"{channel:<18}{name:<12}{median(seconds):>9.2f}{_p95(seconds):>8.2f}{ratio:>7.1f}{share}{result.peak_mb:>9.0f}"
            )


def _seconds(reads: Sequence[Read]) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for read in reads:
        found[read.channel].append(read.seconds)
    return found


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def growth_lines(page: BenchPage, most: int) -> Iterator[str]:
    """Seconds a page as there are 1, 10, 100, … pages to read, by one process and by two, in files of at most `_FILE_PAGES`.

    Two processes read no more than `_BESIDE_PAGES`: what they cost each other does not depend on how long they go on.
    """
    yield f"{'pages':<8}{'processes':>10}{'CPU s a page':>14}{'wall s a page':>15}{'peak MB':>9}"
    for processes in (1, 2):
        with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
            list(pool.map(_read_pdf, [as_pdf(page, 1)] * processes))  # loads the engines
            for count in _counts(most if processes == 1 else min(most, _BESIDE_PAGES)):
                files = [as_pdf(page, min(count, _FILE_PAGES))] * max(1, count // _FILE_PAGES)
                began = time.perf_counter()
                costs = list(pool.map(_read_pdf, files))
                wall = (time.perf_counter() - began) / count
                seconds = sum(cost.seconds for cost in costs) / count
                yield f"{count:<8}{processes:>10}{seconds:>14.2f}{wall:>15.2f}{max(cost.peak_mb for cost in costs):>9.0f}"


def _counts(most: int) -> Iterator[int]:
    count = 1
    while count <= most:
        yield count
        count *= 10


@dataclass(frozen=True, slots=True)
class _Cost:
    """CPU seconds a file took, and the most memory of the process that read it."""

    seconds: float
    peak_mb: float


def _read_pdf(content: bytes) -> _Cost:
    """In a fork of this process, as the software does it."""
    prepared()
    seconds, peak = in_child(partial(_seconds_of, content))
    return _Cost(seconds, peak)


def _seconds_of(content: bytes) -> float:
    profile, engines = prepared()
    began = time.process_time()
    reading = read_document(content, Media.PDF, name="pages", profile=profile, engines=engines)
    if not reading.forms:
        raise AssertionError("no form was read")
    return time.process_time() - began


def floor_faults(reads: Sequence[Read], floors: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """What is worse than recorded: too few exact values, or a value that is silently wrong."""
    for channel, tally in tallies(reads).items():
        least, most = floors[channel]["exact"], floors[channel]["wrong"]
        if tally.share(Score.EXACT) < least:
            yield f"{channel}: {tally.share(Score.EXACT):.1%} of the values exact, the floor is {least:.1%}"
        if tally.counts[Score.WRONG] > most:
            yield f"{channel}: silently wrong: {', '.join(tally.wrong)}"


def read_small(engines: Engines | None = None) -> Sequence[Read]:
    """A few pages of each channel, read here with one's own engines if none are given."""
    return ours([page for channel in channels_here() for page in _small(channel)], engines).reads


def _small(channel: str) -> Iterator[BenchPage]:
    """Two pages; of the pictured forms one: companies' and individuals' take turns, and what else goes by the seed."""
    if channel in PICTURED:
        return make_pages(channel, 1, SEED + (PICTURED.index(channel) + 1) % 2)
    return make_pages(channel, 2, SEED)


def load_floors() -> Mapping[str, Mapping[str, float]]:
    """By channel: the least share of exact values, and how many were silently wrong (of print and papers: none)."""
    floors: Mapping[str, Mapping[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return floors


def draw(results: Mapping[str, Result], out: Path) -> None:
    """Two plots: what became of the values by channel, and CPU seconds by channel and reader."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    out.mkdir(parents=True, exist_ok=True)
    found = tallies(results["ours"].reads)
    names = list(found)
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    left = [0.0] * len(names)
    for score, colour in zip(Score, ("#3b7a57", "#c0392b", "#e0a030", "#999999"), strict=True):
        shares = [found[name].share(score) for name in names]
        axes.barh(names, shares, left=left, label=score.value, color=colour)
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.set(xlabel="share of values", title="What became of the values", xlim=(0, 1))
    axes.invert_yaxis()
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.1))
    figure.savefig(out / "accuracy.png", dpi=110)
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    seconds = {name: _seconds(result.reads) for name, result in results.items()}
    shown = [name for name in names if name in seconds.get("rapidocr", {})]
    for index, (name, by_channel) in enumerate(seconds.items()):
        at = [row + 0.8 * index / len(seconds) for row in range(len(shown))]
        axes.barh(at, [median(by_channel[row]) for row in shown], height=0.8 / len(seconds), label=name)
    axes.set_yticks(range(len(shown)), shown)
    axes.set(xlabel="CPU seconds a page, median", title="What a page costs")
    axes.invert_yaxis()
    axes.legend()
    figure.savefig(out / "speed.png", dpi=110)


def main() -> int:
    """Read, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10, help="of each channel")
    parser.add_argument("--seed", type=int, default=SEED + 1000)
    parser.add_argument("--growth", type=int, default=1000, help="most pages to read")
    parser.add_argument("--out", type=Path, help="folder for the plots")
    parser.add_argument("--small", action="store_true")
    given = parser.parse_args()
    if given.small:
        reads = read_small()
        print("\n".join(accuracy_lines(reads)))
        faults = list(floor_faults(reads, load_floors()))
        print("\n".join(faults))
        return 1 if faults else 0
    pages = [page for channel in channels_here() for page in make_pages(channel, given.pages, given.seed)]
    results = {name: read_by(name, pages) for name in CONTENDERS if is_here(name)}
    print("\n".join(accuracy_lines(results["ours"].reads)), end="\n\n")
    sorts = {page.channel: page.sort for page in pages}
    pooled = [replace(read, channel=sorts[read.channel]) for read in results["ours"].reads]
    print("\n".join(accuracy_lines(pooled)), end="\n\n")
    print("\n".join(speed_lines(results)), end="\n\n")
    for line in growth_lines(next(make_pages("scan", 1, given.seed)), given.growth):
        print(line, flush=True)
    if given.out:
        draw(results, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
