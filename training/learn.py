"""Learns the Latin reader's network and writes it where the software loads it.

    python -m training.learn --typefaces FOLDER [--minutes N] [--seed N] [--go-on FILE] [--out FILE]     # or: make latin

Lines are drawn while it learns, each once. Printed every few minutes: how many of lines in typefaces that it learns from, and
in those held out, are read right; how many it is sure of; and how many of those are wrong.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from pipeline.extract.ocr.latin_line import SYMBOLS
from training.ctc import follow, losses, read
from training.examples import Example, example
from training.network import LatinNetwork
from training.typefaces import Choice, choices, fetch

_CHARACTERS: Final = ("", *SYMBOLS)
_BATCH: Final = 64
_POOL: Final = 10 * _BATCH
_WIDEST: Final = 560
_RATE: Final = 2e-3
_REPORT_SECONDS: Final = 240
_SURE: Final = 0.98
#: Seeds of the lines that are looked at, far from those it learns from.
_LOOKED_AT: Final = (1_900_000_000, 1_950_000_000)
_LOADERS_APART: Final = 500_000_000


def batch(examples: Sequence[Example]) -> tuple[torch.Tensor, list[str], torch.Tensor]:
    """Their pictures side by side, texts, and how many steps each line has."""
    width = (max(each.line.shape[1] for each in examples) + 15) // 16 * 16
    picture = np.full((len(examples), 1, examples[0].line.shape[0], width), 255, np.uint8)
    for place, each in zip(picture, examples, strict=True):
        place[0, :, : each.line.shape[1]] = each.line
    steps = torch.tensor([min(width // 2, (each.line.shape[1] + 1) // 2 + 2) for each in examples])
    return torch.from_numpy(picture), [each.text for each in examples], steps


class Lines(IterableDataset):
    """Batches without end, of lines about as wide as each other."""

    def __init__(self, choice: Choice, seed: int) -> None:
        self._choice, self._seed = choice, seed

    def __iter__(self) -> Iterator[tuple[torch.Tensor, list[str], torch.Tensor]]:
        cv2.setNumThreads(1)
        loader = get_worker_info()
        seed = self._seed + (0 if loader is None else loader.id * _LOADERS_APART)
        while True:
            pool = [example(seed + i, self._choice) for i in range(_POOL)]
            seed += _POOL
            pool = sorted((each for each in pool if each.line.shape[1] <= _WIDEST), key=lambda e: e.line.shape[1])
            batches = [pool[i : i + _BATCH] for i in range(0, len(pool), _BATCH)]
            random.Random(seed).shuffle(batches)
            yield from map(batch, batches)


def answers(network: LatinNetwork, picture: torch.Tensor) -> torch.Tensor:
    """Logarithms of the chances, (count, steps, symbols + 1)."""
    ink = ((255 - picture.float()) / 255).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        found = network(ink)
    return found.float().log_softmax(2)


@torch.no_grad()
def report(network: LatinNetwork, choice: Choice, count: int, seed: int) -> str:
    """How it reads lines it has not met."""
    network.eval()
    examples = sorted((example(seed + i, choice) for i in range(count)), key=lambda each: each.line.shape[1])
    tally: Counter[str] = Counter()
    for start in range(0, count, _BATCH):
        part = examples[start : start + _BATCH]
        picture, _, steps = batch(part)
        logs = answers(network, picture)
        found = read(logs, _CHARACTERS)
        chances = torch.exp(-losses(logs, [text or "-" for text in found], _CHARACTERS, steps, "none")).tolist()
        for each, text, chance in zip(part, found, chances, strict=True):
            tally["right"] += text == each.text
            tally["sure"] += chance > _SURE
            tally["sure and wrong"] += chance > _SURE and text != each.text
    network.train()
    return f"{count} lines: " + ", ".join(f"{name} {number}" for name, number in tally.items())


def learn(network: LatinNetwork, choice: Choice, held_out: Choice, *, minutes: float, seed: int) -> LatinNetwork:
    """The mean of the network's late states."""
    mean = copy.deepcopy(network)
    steps_of = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.02)
    began = reported = time.monotonic()
    for count, (picture, texts, steps) in enumerate(
        DataLoader(Lines(choice, seed), batch_size=None, num_workers=2, prefetch_factor=24), start=1
    ):
        done = (time.monotonic() - began) / 60 / minutes
        if done >= 1:
            break
        for group in steps_of.param_groups:
            group["lr"] = _RATE * min(1, done / 0.04) * (0.5 + 0.5 * math.cos(math.pi * done))
        loss = losses(answers(network, picture), texts, _CHARACTERS, steps, "mean")
        steps_of.zero_grad()
        loss.backward()
        if not torch.isfinite(torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)):
            continue  # one such batch in some thousands made every weight no number
        steps_of.step()
        follow(mean, network, min(0.998, (count + 1) / (count + 20)))
        if time.monotonic() - reported > _REPORT_SECONDS:
            reported = time.monotonic()
            print(f"{count * _BATCH} lines learnt, loss {loss.item():.3f}", flush=True)
            for name, faces, own in zip(("learnt", "held out"), (choice, held_out), _LOOKED_AT, strict=True):
                print(f"  {name}: {report(mean, faces, 1024, own)}", flush=True)
    return mean


class _Shipped(torch.nn.Module):
    """As the software calls it: logarithms of the chances."""

    def __init__(self, network: LatinNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x).log_softmax(2)


def write(network: LatinNetwork, file: Path) -> None:
    """As ONNX, of any count and width."""
    network.eval()
    torch.onnx.export(
        _Shipped(network),
        (torch.zeros(1, 1, 40, 256),),
        str(file),
        input_names=["lines"],
        output_names=["chances"],
        dynamic_axes={"lines": {0: "count", 3: "width"}, "chances": {0: "count", 1: "steps"}},
        opset_version=17,
    )


def main(given: Iterable[str] | None = None) -> None:
    """Learn, show, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--typefaces", type=Path, required=True, help="where they are, or are to be unpacked")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--go-on", type=Path, help="from what a run before kept")
    parser.add_argument(
        "--keep", type=Path, default=Path("latin.pt"), help="where to keep what a next run goes on from"
    )
    parser.add_argument("--out", type=Path, default=Path("pipeline/extract/data/latin.onnx"))
    options = parser.parse_args(None if given is None else list(given))
    fetch(options.typefaces)
    learnt, held_out = choices(options.typefaces)
    network = LatinNetwork(len(SYMBOLS)).to(memory_format=torch.channels_last)
    if options.go_on:
        network.load_state_dict(torch.load(options.go_on, weights_only=True))
    if options.minutes > 0:
        network = learn(network, learnt, held_out, minutes=options.minutes, seed=options.seed)
        torch.save(network.state_dict(), options.keep)
        for name, faces, own in zip(("learnt", "held out"), (learnt, held_out), _LOOKED_AT, strict=True):
            print(f"{name}: {report(network, faces, 4096, own)}")
    write(network, options.out)


if __name__ == "__main__":
    main()
