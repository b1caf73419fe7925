"""Teaches the main reader's network handwriting and writes it where the software loads it.

    python -m training.taught.learn --material FOLDER [--minutes N] [--seed N] [--go-on FILE] [--with FILE …] [--out FILE]
    make taught

What is written is a mean of what this run and others (`--with`) learnt and of what the network came with: of hands that it
never met it reads more than any of them. Lines are drawn while it learns, each once. Printed every few minutes: how many of
lines in hands that it learns from, and in those held out, are read right.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from pipeline.extract.edit_distance import edit_distance
from training.ctc import follow, losses, read
from training.taught.examples import Example, example
from training.taught.faces import PACKAGES
from training.taught.network import LineNetwork
from training.taught.symbols import kept
from training.taught.write import write
from training.taught.writing import Hands, load
from training.typefaces import fetch

#: Columns of a batch: some thirty lines.
_COLUMNS: Final = 6400
_STEP: Final = 32
_WIDEST: Final = 640
_POOL: Final = 512
_RATE: Final = 1e-4
_WARM: Final = 300
#: Operations that stay as they are: the first three convolutions, which see strokes alone.
_FROZEN: Final = 11
_REPORT_SECONDS: Final = 240
#: Seeds of the lines that are looked at, far from those it learns from.
_LOOKED_AT: Final = (1_900_000_000, 1_950_000_000)
_GREY: Final = 128
#: How much of what was learnt counts in what is written.
_LEARNT: Final = 0.8

Batch = tuple[torch.Tensor, list[str]]
State = Mapping[str, torch.Tensor]


def batches(examples: Iterable[Example]) -> Iterator[Batch]:
    """Lines about as wide as each other side by side, the narrowest first."""
    left = sorted(examples, key=lambda each: each.line.shape[1])
    while left:
        count = 1
        while count < len(left) and (count + 1) * _wide(left[count]) <= _COLUMNS:
            count += 1
        yield _batch(left[:count])
        del left[:count]


def _wide(one: Example) -> int:
    return math.ceil(one.line.shape[1] / _STEP) * _STEP


def _batch(examples: Sequence[Example]) -> Batch:
    height = examples[0].line.shape[0]
    picture = np.full((len(examples), 3, height, _wide(examples[-1])), _GREY, np.uint8)
    for place, each in zip(picture, examples, strict=True):
        place[:, :, : each.line.shape[1]] = each.line.transpose(2, 0, 1)
    return torch.from_numpy(picture), [each.text for each in examples]


class Lines(IterableDataset):
    """Batches without end, of texts in `characters`."""

    def __init__(self, hands: Hands, seed: int, characters: frozenset[str]) -> None:
        self._hands, self._seed, self._characters = hands, seed, characters

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        torch.set_num_threads(1)
        loader = get_worker_info()
        seed = self._seed + (0 if loader is None else loader.id * _LOOKED_AT[0] // 4)
        while True:
            pool = [example(seed + i, self._hands) for i in range(_POOL)]
            seed += _POOL
            made = list(batches(each for each in pool if self._can_be_learnt(each)))
            random.Random(seed).shuffle(made)
            yield from made

    def _can_be_learnt(self, one: Example) -> bool:
        return one.line.shape[1] <= _WIDEST and self._characters.issuperset(one.text)


def answers(network: LineNetwork, picture: torch.Tensor) -> torch.Tensor:
    """Logarithms of the chances, (count, steps, characters)."""
    signed = (picture.float() / 127.5 - 1).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        found = network(signed)
    return found.float().log_softmax(2)


@torch.no_grad()
def report(network: LineNetwork, hands: Hands, count: int, seed: int) -> str:
    """How it reads lines it has not met: those with Chinese characters, and others."""
    tally: Counter[tuple[str, str]] = Counter()
    for picture, texts in batches(example(seed + i, hands) for i in range(count)):
        found = read(answers(network, picture), network.characters)
        for text, seen in zip(texts, found, strict=True):
            sort = "letters and digits" if text.isascii() else "Chinese"
            plain = "".join(seen.split())
            tally[sort, "lines"] += 1
            tally[sort, "right"] += plain == text
            tally[sort, "characters"] += len(text)
            tally[sort, "off"] += edit_distance(plain, text, limit=len(text))
    return "; ".join(
        f"{sort}: {tally[sort, 'right']} of {tally[sort, 'lines']} lines right, "
        f"{tally[sort, 'off'] / max(1, tally[sort, 'characters']):.1%} of characters off"
        for sort in ("Chinese", "letters and digits")
    )


def learn(network: LineNetwork, hands: Hands, held_out: Hands, *, minutes: float, seed: int, keep: Path) -> LineNetwork:
    """The mean of the network's late states; what it learnt so far is kept on the way."""
    mean = copy.deepcopy(network)
    weights = [each for each in network.parameters() if each.requires_grad]
    steps_of = torch.optim.AdamW(weights, lr=_RATE, weight_decay=0.01)
    # Not forked: torch's threads would stand still in the child.
    lines = DataLoader(
        Lines(hands, seed, frozenset(network.characters)),
        batch_size=None,
        num_workers=1,
        prefetch_factor=16,
        multiprocessing_context="spawn",
    )
    began = reported = time.monotonic()
    learnt = 0
    for count, (picture, texts) in enumerate(lines, start=1):
        done = (time.monotonic() - began) / 60 / minutes
        if done >= 1:
            break
        for group in steps_of.param_groups:
            group["lr"] = _RATE * min(1, count / _WARM) * (0.03 + 0.97 * (0.5 + 0.5 * math.cos(math.pi * done)))
        loss = _loss(network, picture, texts)
        steps_of.zero_grad()
        loss.backward()
        if not torch.isfinite(torch.nn.utils.clip_grad_norm_(weights, 2.0)):
            continue
        steps_of.step()
        follow(mean, network, min(0.998, (count + 1) / (count + 20)))
        learnt += len(texts)
        if time.monotonic() - reported > _REPORT_SECONDS:
            reported = time.monotonic()
            print(f"{learnt} lines learnt, loss {loss.item():.3f}", flush=True)
            _show(mean, hands, held_out, 300)
            torch.save(mean.state_dict(), keep)
    return mean


def _loss(network: LineNetwork, picture: torch.Tensor, texts: Sequence[str]) -> torch.Tensor:
    """For each character."""
    logs = answers(network, picture)
    steps = torch.full((len(texts),), logs.shape[1])
    return losses(logs, texts, network.characters, steps, "sum") / sum(map(len, texts))


def mean_of(came_with: State, runs: Sequence[State]) -> State:
    """Of the weights of all runs, and a fifth of those it came with."""
    learnt = {name: sum(run[name] for run in runs) / len(runs) for name in came_with}
    return {name: came_with[name] * (1 - _LEARNT) + learnt[name] * _LEARNT for name in came_with}


def _show(network: LineNetwork, hands: Hands, held_out: Hands, count: int) -> None:
    for name, some, own in zip(("learnt", "held out"), (hands, held_out), _LOOKED_AT, strict=True):
        print(f"  {name}: {report(network, some, count, own)}", flush=True)


def model() -> Path:
    """The main reader's."""
    package = find_spec("rapidocr")
    if package is None or package.origin is None:
        raise SystemExit("rapidocr is not installed")
    return Path(package.origin).parent / "models/PP-OCRv6_rec_small.onnx"


def main(given: Iterable[str] | None = None) -> None:
    """Learn, show, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--material", type=Path, required=True, help="where npm's packages are; Debian's are unpacked there"
    )
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--go-on", type=Path, help="from what was written before, as taught.onnx")
    parser.add_argument(
        "--with", type=Path, nargs="*", default=[], dest="others", help="what other runs kept (taught.pt)"
    )
    parser.add_argument(
        "--keep", type=Path, default=Path("taught.pt"), help="where to keep what it learnt, to be averaged with others"
    )
    parser.add_argument("--out", type=Path, default=Path("pipeline/extract/data/taught.onnx"))
    options = parser.parse_args(None if given is None else list(given))
    fetch(options.material / "debian", PACKAGES)
    hands, held_out = load(options.material)
    network = LineNetwork(model())
    network.keep(kept(network.characters))
    came_with = copy.deepcopy(network.state_dict())
    network.freeze(_FROZEN)
    if options.go_on:
        network.take(LineNetwork(options.go_on).numbers())
    network = network.to(memory_format=torch.channels_last)
    if options.minutes > 0:
        how = {"minutes": options.minutes, "seed": options.seed, "keep": options.keep}
        network = learn(network, hands, held_out, **how)
        torch.save(network.state_dict(), options.keep)
    runs = [network.state_dict(), *(torch.load(file, weights_only=True) for file in options.others)]
    network.load_state_dict(mean_of(came_with, runs))
    _show(network, hands, held_out, 1500)
    write(model(), network.numbers(), network.characters, options.out)


if __name__ == "__main__":
    main()
