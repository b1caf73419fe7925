"""The lines that the Latin reader's network learns from."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from pipeline.extract.ocr.latin import HEIGHT_PX
from pipeline.extract.ocr.latin_line import SYMBOLS
from tests.lent_engines import lent_engines
from training.examples import example
from training.texts import draw_text
from training.typefaces import HELD_OUT, Choice, choices, faces

FONTS = Path("/usr/share/fonts")


@pytest.fixture(scope="module")
def choice() -> Choice:
    return Choice([face for face in faces(FONTS) if not face.family.startswith(HELD_OUT)])


def test_texts_hold_nothing_but_symbols_and_every_one_of_them() -> None:
    texts = [draw_text(random.Random(seed)) for seed in range(3000)]
    assert all(1 <= len(text) <= 22 for text in texts)
    assert set("".join(texts)) == set(SYMBOLS)


def test_a_seed_gives_one_line(choice: Choice) -> None:
    one, again, other = (example(seed, choice) for seed in (7, 7, 8))
    assert (one.text, one.way) == (again.text, again.way)
    assert np.array_equal(one.line, again.line)
    assert one.line.shape[0] == HEIGHT_PX
    assert not np.array_equal(one.line, other.line)


def test_lines_come_every_way(choice: Choice) -> None:
    drawn = [example(seed, choice) for seed in range(60)]
    assert {each.way for each in drawn} == {"scan", "screen", "fax", "coarse", "photo"}
    assert all(each.line.min() < 128 < each.line.max() for each in drawn)


def test_families_held_out_are_never_learnt_from() -> None:
    learnt, held_out = choices(FONTS)
    dice = random.Random(1)
    assert not any(learnt.pick(dice).family.startswith(HELD_OUT) for _ in range(300))
    assert all(held_out.pick(dice).family.startswith(HELD_OUT) for _ in range(300))


def test_what_was_learnt_reads_them(choice: Choice) -> None:
    """Riddles of look-alikes and lines that faxes made illegible are among them."""
    drawn = [example(seed, choice) for seed in range(1_900_000_000, 1_900_000_120)]
    looks = [lent_engines().latin.look(each.line) for each in drawn]
    assert sum(look.text == each.text for look, each in zip(looks, drawn, strict=True)) > 70
    sure = [(look, each) for look, each in zip(looks, drawn, strict=True) if look.chance(look.text) > 0.99]
    assert all(look.text == each.text for look, each in sure)
