"""What is offered of a WeChat ID that stays doubtful, and what more of it the ink proves or refutes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest

from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.glyphs import cut_glyphs, split_glyph
from pipeline.extract.wechat.guess import likely_id
from pipeline.extract.wechat.ink import InkLine
from pipeline.extract.wechat.look_alikes import Examples
from pipeline.extract.wechat.page_digits import PageDigits, is_printed
from pipeline.extract.wechat.page_numbers import read_digits
from pipeline.extract.wechat.proof import OnPage, is_contradicted, prove_wechat_id, tells_l
from tests.extract.printed_lines import NUMBERS, draw_line, ink_line


@cache
def digits_in(face: str, size_px: int = 30) -> PageDigits:
    lines = [ink_line(text, face, seed=i, size_px=size_px) for i, text in enumerate(NUMBERS)]
    return PageDigits(digits=read_digits([line] for line in lines))


def examples_in(face: str, size_px: int = 30) -> Examples:
    found = digits_in(face, size_px).examples
    assert found is not None
    return found


def unseen(text: str) -> InkLine:
    """A line of which only the text is known."""
    crop = np.full((40, 400), 255, np.uint8)
    return InkLine(text=text, middles=tuple(range(len(text))), confidence=0.99, crop=crop)


@pytest.mark.parametrize("face", ["song", "kai", "hei", "sans"])
@pytest.mark.parametrize(
    ("shown", "read_as"),
    [
        ("hello7611_lf", "he11o7611_1f"),
        ("lf_shen48", "1f_shen48"),
        ("long-87551zs", "1ong-87551zs"),
        ("qm__236oo", "qm__23600"),
        ("l905O0_song", "1905O0_song"),
    ],
)
def test_the_likeliest_spelling_is_offered(face: str, shown: str, read_as: str) -> None:
    line = ink_line(shown, face, read_as=read_as)
    assert likely_id([line], [read_as], digits_in(face).rough) == shown


@pytest.mark.parametrize(
    ("read_as", "second", "likely"),
    [
        ("he11o25_wm", "he11o25_wm", "hello25_wm"),
        ("1q1984", "1q1984", "lq1984"),
        ("dxpl99802", "dxpl99802", "dxp199802"),
        ("qm_236ab", "qm__236ab", "qm__236ab"),
        ("wxid_55bde1bO", "wxid_55bde1bO", "wxid_55bde1b0"),
        ("1iang_li海", "liang_li", "liang_li"),
        ("1ab", "1ab", None),
        ("l87l36l4O4O", "", "18713614040"),
        ("l3333", "", None),
    ],
)
def test_without_ink_neighbours_and_grammar_decide(read_as: str, second: str, likely: str | None) -> None:
    assert likely_id([unseen(read_as)], [second], None) == likely


def test_two_rings_that_touch_are_cut_between_them() -> None:
    first, second = cut_glyphs(draw_line("O0", "song", size_px=60))
    lost = round(4 * (second.left - first.right))
    joined = np.zeros(
        (max(first.ink.shape[0], second.ink.shape[0]), first.ink.shape[1] + second.ink.shape[1]), np.float32
    )
    joined[: first.ink.shape[0], : first.ink.shape[1]] = first.ink
    joined[: second.ink.shape[0], first.ink.shape[1] :] = second.ink
    touching = replace(first, ink=joined, right=second.right - lost / 4)
    middles = (first.middle, second.middle - lost / 4)
    parts = split_glyph(touching, middles, (True, True))
    assert [round(part.width / glyph.width, 1) for part, glyph in zip(parts, (first, second), strict=True)] == [1, 1]


@pytest.mark.parametrize(
    ("face", "size_px", "shown", "read_as"),
    [
        pytest.param("song", 30, "lf_lu192", "1f_1u192", id="an l of the line is none"),
        pytest.param("kai", 32, "zhong-9711zby", "zhong-971lzby", id="the h stands higher, so would an l"),
        pytest.param("song", 30, "yy__6663ab", "yy_6663ab", id="too wide for one underscore, too narrow for three"),
    ],
)
def test_more_is_proved(face: str, size_px: int, shown: str, read_as: str) -> None:
    line = _line_of(shown, read_as, face, size_px)
    assert prove_wechat_id([line], [read_as], examples_in(face, size_px)) == shown


def test_an_l_elsewhere_on_the_page_tells_the_1_of_a_line() -> None:
    examples, line = examples_in("song"), ink_line("wuxu192", "song")
    other = ink_line("lf_yu85", "song", read_as="1f_yu85")
    assert not tells_l([line], examples)
    assert tells_l([other], examples)
    assert prove_wechat_id([line], ["wuxu192"], examples) is None
    assert prove_wechat_id([line], ["wuxu192"], examples, OnPage(apart=True)) == "wuxu192"


def test_a_line_in_another_size_is_held_against_digits_of_its_size() -> None:
    line = ink_line("kong-42317kys", "hei", size_px=42, read_as="kong-423l7kys")
    assert prove_wechat_id([line], [line.text], examples_in("hei", 45)) == "kong-42317kys"


@pytest.mark.parametrize(("shown", "read_as"), [("gan_jie", "ganjie"), ("ganjie", "ganje"), ("xu_hai", "xuhai")])
@pytest.mark.parametrize("face", ["song", "hei", "sans"])
def test_what_went_unread_contradicts_both_readers(face: str, shown: str, read_as: str) -> None:
    examples = examples_in(face)
    line = _line_of(shown, read_as, face, 30)
    assert is_contradicted([line], examples)
    assert prove_wechat_id([line], [read_as], examples) is None
    assert not is_contradicted([ink_line(shown, face)], examples)


@pytest.mark.parametrize("face", ["kai", "hei", "sans"])
def test_print_in_black_and_white_is_print(face: str) -> None:
    lines = [ink_line(text, face, seed=i, size_px=45) for i, text in enumerate(NUMBERS)]
    hard = [replace(line, crop=_black_and_white(line.crop, 0.23 * i)) for i, line in enumerate(lines)]
    assert is_printed(read_digits([line] for line in hard))


def _black_and_white(crop: Gray, moved: float) -> Gray:
    """As a machine that knows no grey gives it; `moved` by a part of a pixel, so that no two prints have the same edges."""
    moving = np.array([[1.0, 0.0, moved], [0.0, 1.0, moved]])
    grey = cv2.warpAffine(crop, moving, (crop.shape[1], crop.shape[0]), borderValue=(255,))
    return np.where(grey < 160, 0, 255).astype(np.uint8)


def _line_of(shown: str, read_as: str, face: str, size_px: int) -> InkLine:
    """What stands on the line and what was read of it, which may be less."""
    line = ink_line(shown, face, size_px=size_px)
    if len(read_as) == len(shown):
        return replace(line, text=read_as)
    at = [0, *(i for i, (a, b) in enumerate(pairwise(line.middles), 1) if b > a)][: len(shown)]
    kept, left = [], list(read_as)
    for index in at:
        if left and left[0] == shown[index]:
            kept.append(line.middles[index])
            left.pop(0)
    return replace(line, text=read_as, middles=tuple(kept))
