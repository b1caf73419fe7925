"""The Latin reader: chances of whole texts, and what it sees in print."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipeline.extract.ocr import models
from pipeline.extract.ocr.latin import HEIGHT_PX, LatinReader, build_latin, framed
from pipeline.extract.ocr.latin_line import SYMBOLS, LatinLine
from tests.extract.printed_lines import MONOSPACED, draw_line
from tests.lent_engines import lent_engines


def _line(steps: int, seed: int) -> LatinLine:
    """A line over a, b and the blank only."""
    logs = np.full((steps, len(SYMBOLS) + 1), -60.0, np.float32)
    shares = np.random.default_rng(seed).dirichlet((1, 1, 1), steps)
    logs[:, [0, SYMBOLS.index("a") + 1, SYMBOLS.index("b") + 1]] = np.log(shares)
    return LatinLine(logs)


def _by_hand(line: LatinLine, text: str) -> float:
    """The sum over all ways through the steps that spell the text."""
    total = 0.0
    for way in itertools.product(" ab", repeat=len(line.logs)):
        spelled = "".join(c for c, _ in itertools.groupby(way) if c != " ")
        if spelled == text:
            columns = [0 if c == " " else SYMBOLS.index(c) + 1 for c in way]
            total += float(np.exp(line.logs[np.arange(len(way)), columns].sum()))
    return total


@pytest.mark.parametrize("text", ["a", "ab", "aa", "aba", "abb", "bbaa"])
@pytest.mark.parametrize("seed", range(3))
def test_the_chance_of_a_text_is_that_of_all_ways_to_it(text: str, seed: int) -> None:
    line = _line(7, seed)
    assert line.chance(text) == pytest.approx(_by_hand(line, text), rel=1e-4)


def test_chances_of_several_texts_are_those_of_each() -> None:
    line = _line(9, 5)
    assert line.chances(["aab", "aba", "bbb"]) == pytest.approx([line.chance(text) for text in ("aab", "aba", "bbb")])


def test_idle_steps_count_once_and_change_nothing() -> None:
    line = _line(6, 1)
    idle = np.full((5, len(SYMBOLS) + 1), -60.0, np.float32)
    idle[:, 0] = 0.0
    longer = LatinLine(np.concatenate((line.logs[:3], idle, line.logs[3:])))
    apart = LatinLine(np.concatenate((line.logs[:3], idle[:1], line.logs[3:])))
    assert longer.chance("aba") == pytest.approx(apart.chance("aba"), rel=1e-4)


@pytest.mark.parametrize("text", ["", "微信", "a b"])
def test_what_it_cannot_write_has_no_chance(text: str) -> None:
    assert _line(7, 0).chance(text) == 0.0


@pytest.mark.parametrize("shape", [(12, 60), (40, 300), (97, 700), (7, 7)])
def test_a_line_is_framed_at_its_height_with_all_contrast(shape: tuple[int, int]) -> None:
    crop = np.full(shape, 190, np.uint8)
    crop[shape[0] // 3 : 2 * shape[0] // 3, shape[1] // 4 : shape[1] // 2] = 90
    line = framed(crop)
    assert line.shape[0] == HEIGHT_PX
    assert line.min() <= 40
    assert np.percentile(line, 90) >= 250


def test_an_empty_line_stays_empty() -> None:
    assert framed(np.full((40, 200), 230, np.uint8)).min() == 255
    assert lent_engines().latin.look(np.full((40, 200), 230, np.uint8)).text == ""


@pytest.mark.parametrize("face", ["song", "kai", "hei", "sans", MONOSPACED])
@pytest.mark.parametrize("text", ["tan_yinggang", "zheng-3032", "wangfangjun1989", "DuTing_99158", "13803161234"])
def test_print_is_read(face: str, text: str) -> None:
    line = lent_engines().latin.look(draw_line(text, face))
    assert line.text == text
    assert line.chance(text) > 0.5


@pytest.mark.parametrize("face", ["hei", MONOSPACED])
def test_it_tells_what_has_look_alikes_where_the_ink_does(face: str) -> None:
    line = lent_engines().latin.look(draw_line("fan1l10o", face))
    assert line.chance("fan1l10o") > 10 * line.chance("fan11l0o")


def test_it_is_unsure_where_the_ink_says_nothing() -> None:
    """In Zen Hei an l and a capital I are the same bar but for a dot of height."""
    line = lent_engines().latin.look(draw_line("xlx", "sans", size_px=14))
    assert line.chance("xlx") < 0.95


def test_crops_of_any_size_are_answered() -> None:
    reader = build_latin()
    for shape in ((1, 1), (5, 90), (30, 5), (20, 3000)):
        assert reader.look(np.full(shape, 255, np.uint8)).chance("a") <= 1.0


def test_the_same_is_read_where_openvino_does_not_install(monkeypatch: pytest.MonkeyPatch) -> None:
    line = draw_line("fan1l10o", "hei")
    before = lent_engines().latin.look(line)
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    other: LatinReader = build_latin()
    assert np.abs(np.exp(other.look(line).logs) - np.exp(before.logs)).max() < 0.01
