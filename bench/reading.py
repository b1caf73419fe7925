"""How well and how fast pages are read, beside what else one would install, on the same pages in one run.

    python -m bench.reading [--pages N] [--beside N] [--seed N] [--growth N] [--out FOLDER]
    python -m bench.reading --small     # a page or two a channel against the recorded floors; exit status 1 below one

The pages come from seeds that no sample has. Speed is CPU time of one thread; only ratios of one run mean something.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Final, TextIO
from unittest import mock

from bench.contenders import CONTENDERS, Read, in_child, is_here, ours, peak_mb, prepared
from bench.pages import PICTURED, BenchPage, as_pdf, channels_here, make_pages
from bench.plots import draw_accuracy, draw_growth, draw_speed
from bench.scoring import WECHAT_KEYS, Score, Tally
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.ocr.readers import Engines
from pipeline.sandbox.pool import environment

FLOORS: Final = Path(__file__).with_name("floors.json")
SEED: Final = 700_000
_BESIDE_PAGES: Final = 100
_FILE_PAGES: Final = 10


def read_by(name: str, pages: Sequence[BenchPage]) -> Sequence[Read]:
    """By a contender in a fresh process, so that what another one has loaded is not counted as its memory.

    Ours is started as the software starts its reading processes: how the C library takes memory, and one thread a library;
    threads of BLAS that wait for work count as CPU time, 5 % of a scan's.
    """
    with (
        mock.patch.dict(os.environ, environment() if name == "ours" else {}),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        return pool.submit(_read_all, name, pages).result()


def _read_all(name: str, pages: Sequence[BenchPage]) -> Sequence[Read]:
    return tuple(CONTENDERS[name](pages))


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


def speed_lines(reads: Mapping[str, Sequence[Read]]) -> Iterator[str]:
    """For each channel, and all of pictures, and each contender: CPU seconds and peak memory a page, how many times our seconds
    that is, and the share of values found. All have read the same pages, others pictures only."""
    yield (
        f"{'channel':<18}{'reader':<12}{'pages':>6}{'median s':>10}{'p95 s':>8}{'ratio':>7}"
        f"{'found':>8}{'median MB':>11}{'p95 MB':>8}"
    )
    pictured = {read.channel for name, others in reads.items() if name != "ours" for read in others}
    rows = {channel: {channel} for channel in dict.fromkeys(read.channel for read in reads["ours"])}
    for row, channels in {**rows, "all pictures": pictured}.items():
        mine = [read.seconds for read in reads["ours"] if read.channel in channels]
        for name, everything in reads.items():
            if own := [read for read in everything if read.channel in channels]:
                yield f"{row:<18}{name:<12}{_speed(own, median(mine))}"


def _speed(reads: Sequence[Read], mine: float) -> str:
    seconds, peaks = [read.seconds for read in reads], [read.peak_mb for read in reads]
    found = [read.found for read in reads if read.found is not None]
    share = f"{sum(found) / len(found):>8.1%}" if found else " " * 8
    ratio = median(seconds) / mine
    return (
        f"{len(reads):>6}{median(seconds):>10.2f}{_p95(seconds):>8.2f}{ratio:>7.1f}{share}"
        f"{median(peaks):>11.0f}{_p95(peaks):>8.0f}"
    )


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What a page costs where so many are read by so many processes: seconds a page, and the most memory of a process."""

    pages: int
    processes: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float

    def line(self) -> str:
        return f"{self.pages:<8}{self.processes:>10}{self.cpu_seconds:>14.2f}{self.wall_seconds:>15.2f}{self.peak_mb:>9.0f}"


GROWTH_HEAD: Final = f"{'pages':<8}{'processes':>10}{'CPU s a page':>14}{'wall s a page':>15}{'peak MB':>9}"


def grown(page: BenchPage, most: int) -> Iterator[Grown]:
    """As there are 1, 10, 100, … pages to read, by one process and by two, in files of at most `_FILE_PAGES`.

    Two processes read no more than `_BESIDE_PAGES`: what they cost each other does not depend on how long they go on.
    """
    for processes in (1, 2):
        with (
            mock.patch.dict(os.environ, environment()),
            ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool,
        ):
            list(pool.map(_read_pdf, [as_pdf(page, 1)] * processes))  # loads the engines
            for count in _counts(most if processes == 1 else min(most, _BESIDE_PAGES)):
                files = [as_pdf(page, min(count, _FILE_PAGES))] * max(1, count // _FILE_PAGES)
                began = time.perf_counter()
                costs = list(pool.map(_read_pdf, files))
                yield Grown(
                    pages=count,
                    processes=processes,
                    cpu_seconds=sum(cost.seconds for cost in costs) / count,
                    wall_seconds=(time.perf_counter() - began) / count,
                    peak_mb=max(cost.peak_mb for cost in costs),
                )


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
    return in_child(partial(_cost_of, content))


def _cost_of(content: bytes) -> _Cost:
    profile, engines = prepared()
    began = time.process_time()
    reading = read_document(content, Media.PDF, name="pages", profile=profile, engines=engines)
    if not reading.forms:
        raise AssertionError("no form was read")
    return _Cost(time.process_time() - began, peak_mb())


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
    return tuple(ours([page for channel in channels_here() for page in _small(channel)], engines))


def _small(channel: str) -> Iterator[BenchPage]:
    """Two pages; of the pictured forms one: companies' and individuals' take turns, and what else goes by the seed."""
    if channel in PICTURED:
        return make_pages(channel, 1, SEED + (PICTURED.index(channel) + 1) % 2)
    return make_pages(channel, 2, SEED)


def load_floors() -> Mapping[str, Mapping[str, float]]:
    """By channel: the least share of exact values, and how many were silently wrong (of print and papers: none)."""
    floors: Mapping[str, Mapping[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return floors


def main() -> int:
    """Read, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10, help="of each channel")
    parser.add_argument("--beside", type=int, default=3, help="of each channel, by other programs as well")
    parser.add_argument("--seed", type=int, default=SEED + 1000)
    parser.add_argument("--growth", type=int, default=1000, help="most pages to read")
    parser.add_argument("--out", type=Path, default=Path("bench-plots"), help="folder for tables and plots")
    parser.add_argument("--small", action="store_true")
    given = parser.parse_args()
    return _small_run() if given.small else _whole_run(given)


def _small_run() -> int:
    reads = read_small()
    print("\n".join(accuracy_lines(reads)))
    faults = list(floor_faults(reads, load_floors()))
    print("\n".join(faults))
    return 1 if faults else 0


def _whole_run(given: argparse.Namespace) -> int:
    """Each table is shown as soon as it is known, the last rows after an hour and more; all are kept in `out`."""
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.out / "reading.txt").open("w", encoding="utf-8") as kept:
        show = partial(_show, kept)
        pages = [page for channel in channels_here() for page in make_pages(channel, given.pages, given.seed)]
        reads = read_by("ours", pages)
        sorts = {page.channel: page.sort for page in pages}
        show(accuracy_lines(reads))
        show(accuracy_lines([replace(read, channel=sorts[read.channel]) for read in reads]))
        draw_accuracy(tallies(reads), given.out)
        shared = [page for i, page in enumerate(pages) if i % given.pages < given.beside]
        beside = {name: read_by(name, shared) for name in CONTENDERS if is_here(name)}
        show(speed_lines(beside))
        draw_speed(beside, given.out)
        rows: list[Grown] = []
        show(_growing(next(make_pages("scan", 1, given.seed)), given.growth, rows))
        draw_growth(rows, given.out)
    return 0


def _show(kept: TextIO, lines: Iterable[str]) -> None:
    for line in itertools.chain(lines, [""]):
        print(line, flush=True)
        print(line, file=kept, flush=True)


def _growing(page: BenchPage, most: int, rows: list[Grown]) -> Iterator[str]:
    yield GROWTH_HEAD
    for row in grown(page, most):
        rows.append(row)
        yield row.line()


if __name__ == "__main__":
    sys.exit(main())
