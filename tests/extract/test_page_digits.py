"""Whether the digits of a page are printed or written by hand."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image

from pipeline.extract.look_alikes import Digits
from pipeline.extract.page_digits import is_printed
from pipeline.extract.trust_wechat import read_digits
from pipeline.extract.wechat_ink import InkLine
from samples import ink
from samples.fonts import has_handwriting
from tests.extract.printed_lines import NUMBERS, ink_line


def digits_of(lines: list[InkLine]) -> Digits:
    return read_digits([line] for line in lines)


def written_line(text: str, face: str, seed: int) -> InkLine:
    """As `printed_lines.ink_line`, with a black pen."""
    picture = Image.new("RGB", (40 * len(text), 70), (255, 255, 255))
    ink.write_by_hand(picture, text, 15, 50, 34, face, random.Random(seed), colour=ink.PEN_BLACK)
    crop = np.asarray(picture.convert("L"))
    return InkLine(text=text, middles=tuple(float(i) for i in range(len(text))), confidence=0.99, crop=crop)


@pytest.mark.parametrize("face", ["song", "kai", "hei", "sans"])
def test_print_is_known_by_its_repeated_digits(face: str) -> None:
    assert is_printed(digits_of([ink_line(text, face, seed=i) for i, text in enumerate(NUMBERS)]))


@pytest.mark.skipif(not has_handwriting(), reason="handwriting typefaces come with `make fonts`")
@pytest.mark.parametrize("face", ["longcang", "liujianmaocao"])
def test_digits_written_by_hand_are_no_print_whatever_the_pen(face: str) -> None:
    lines = [written_line(text, face, seed) for seed, text in enumerate(NUMBERS)]
    assert digits_of(lines).glyphs
    assert not is_printed(digits_of(lines))


def test_too_few_digits_prove_nothing() -> None:
    assert not is_printed(digits_of([ink_line("17756238940", "song")]))
