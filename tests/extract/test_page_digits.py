"""Whether the digits of a page are printed or written by hand."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.extract.wechat.ink import InkLine, digit_glyphs, upright_glyphs
from pipeline.extract.wechat.page_digits import PageDigits, is_printed
from pipeline.extract.wechat.page_numbers import read_digits, read_touching_digits
from pipeline.extract.wechat.true_digits import Digits
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


@pytest.mark.parametrize("face", ["song", "hei"])
@pytest.mark.parametrize("smaller_px", [28, 26])
def test_a_number_made_smaller_to_fit_its_cell_does_not_make_print_a_hand(face: str, smaller_px: int) -> None:
    """The ID number half a point smaller than the rest: names of such pages were judged as handwriting."""
    lines = [ink_line(NUMBERS[0], face, size_px=smaller_px)]
    lines += [ink_line(text, face, seed=i) for i, text in enumerate(NUMBERS[1:])]
    assert is_printed(digits_of(lines))


def test_digits_that_fall_apart_at_their_hairlines_are_still_print() -> None:
    """On a photo of thin print 25 pieces stood for 18 digits, and no digit of the page was known."""
    lines = [_torn(ink_line(text, "sans", size_px=40, seed=i)) for i, text in enumerate((NUMBERS[0], NUMBERS[2]))]
    assert all(len(upright_glyphs(line)) > len(line.text) for line in lines)
    assert is_printed(digits_of(lines))


def test_more_strokes_than_digits_are_no_digits_that_fell_apart() -> None:
    """Of 17756147892 the 5 was not read, and nine digits do not stand evenly then."""
    line = ink_line(NUMBERS[1], "song")
    assert digit_glyphs(replace(line, text=NUMBERS[1].replace("5", ""))) == ()


@pytest.mark.parametrize(("face", "size_px"), [("hei", 12), ("sans", 13), ("kai", 14)])
def test_digits_that_touch_are_cut_apart_to_tell_print(face: str, size_px: int) -> None:
    """At 150 dpi no digit of a number stood apart, and each WeChat ID of the page might have been written by hand."""
    lines = [ink_line(text, face, size_px=size_px, seed=i) for i, text in enumerate(NUMBERS)]
    assert digits_of(lines).glyphs == {}
    assert _page_of(lines).printed


def _page_of(lines: list[InkLine]) -> PageDigits:
    return PageDigits(digits=digits_of(lines), cut_apart=lambda: read_touching_digits([line] for line in lines))


def _smeared(line: InkLine) -> InkLine:
    """The line with all its digits touching, and evenly as far apart as they are on the whole."""
    crop = np.asarray(cv2.erode(line.crop, np.ones((1, 3), np.uint8)), dtype=np.uint8)
    inked = np.flatnonzero((crop < 128).any(axis=0))
    edges = np.linspace(inked[0], inked[-1] + 1, len(line.text) + 1)
    return replace(line, crop=crop, middles=tuple(float(a + b) / 2 for a, b in itertools.pairwise(edges)))


def _torn(line: InkLine) -> InkLine:
    """The line with a column of paper through the middle of each 0."""
    crop = line.crop.copy()
    for character, middle in zip(line.text, line.middles, strict=True):
        if character == "0":
            crop[:, round(middle) : round(middle) + 2] = 255
    return replace(line, crop=crop)


@pytest.mark.skipif(not has_handwriting(), reason="handwriting typefaces come with `make fonts`")
@pytest.mark.parametrize("face", ["longcang", "liujianmaocao"])
def test_digits_written_by_hand_are_no_print_whatever_the_pen(face: str) -> None:
    lines = [written_line(text, face, seed) for seed, text in enumerate(NUMBERS)]
    assert digits_of(lines).glyphs
    assert not is_printed(digits_of(lines))


@pytest.mark.skipif(not has_handwriting(), reason="handwriting typefaces come with `make fonts`")
def test_digits_written_by_hand_that_touch_are_no_print() -> None:
    lines = [_smeared(written_line(text, "longcang", seed)) for seed, text in enumerate(NUMBERS)]
    assert read_touching_digits([line] for line in lines).repeated
    assert not _page_of(lines).printed


def test_too_few_digits_prove_nothing() -> None:
    assert not is_printed(digits_of([ink_line("17756238940", "song")]))
