"""The written lines that the taught reader's network learns from, in the two typefaces that tests have."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.extract.surnames import load_surnames
from samples.fonts import has_handwriting
from tests.lent_engines import lent_engines
from training.taught import faces
from training.taught.examples import example
from training.taught.faces import LATIN_HELD_OUT, NPM_CHINESE, NPM_HELD_OUT, Files
from training.taught.strokes import Habit, Strokes
from training.taught.symbols import kept
from training.taught.texts import MARKS, draw_text, hanzi
from training.taught.writing import Hands

ROOT = Path(__file__).parents[2]
#: 十 as the package of strokes has it: from its left to its right, from its head to its foot.
CROSS = {"medians": [[[120, 400], [900, 410]], [[510, 820], [512, -60]]]}


@pytest.fixture
def material(tmp_path: Path) -> Path:
    strokes = tmp_path / "node_modules/hanzi-writer-data"
    strokes.mkdir(parents=True)
    (strokes / "十.json").write_text(json.dumps(CROSS), encoding="utf-8")
    (strokes.parent / "@fontsource").symlink_to(ROOT / "node_modules/@fontsource")
    return tmp_path


@pytest.fixture
def hands(material: Path) -> Hands:
    if not has_handwriting():
        pytest.skip("make fonts brings the typefaces")
    known = Files(material)
    chinese = [known.npm("long-cang", 2), known.npm("liu-jian-mao-cao")]
    return Hands(chinese, chinese[:1], Strokes(material))


def test_texts_are_of_characters_that_the_network_keeps() -> None:
    known = {*"".join(hanzi()), *MARKS, *map(chr, range(33, 127))}
    texts = [draw_text(random.Random(seed)) for seed in range(3000)]
    assert all(1 <= len(text) <= 40 for text in texts)
    assert set("".join(texts)) - known <= set(load_surnames().single)  # lines with a surname it lacks are not learnt


def test_what_is_kept_has_the_blank_first_and_the_space_last() -> None:
    assert kept(["", "中", "彁", "1", "，", " "]) == [0, 1, 3, 4, 5]


def test_a_seed_gives_one_line(hands: Hands) -> None:
    one, again, other = (example(seed, hands) for seed in (7, 7, 8))
    assert one.text == again.text
    assert np.array_equal(one.line, again.line)
    assert one.line.shape[0] == 48
    assert one.line.shape[2] == 3
    assert not np.array_equal(one.line, other.line)


def test_characters_without_strokes_are_left_out_of_the_text_too(hands: Hands) -> None:
    """A text that says more than was drawn teaches the network to read what is not there."""
    face = hands.chinese[0]
    drawn = [example(seed, hands).text for seed in range(80)]
    assert all(face.has(c) or hands.chinese[1].has(c) or c == "十" for text in drawn for c in text)


def test_strokes_are_drawn_where_they_stand(material: Path) -> None:
    strokes = Strokes(material)
    assert strokes.has("十")
    assert not strokes.has("一")
    careful = Habit(
        joined=0, rounded=0, wander=0, turned=0, beyond=0, rising=0, bent=0, width=0.04, pressure=0, hooks=0
    )
    ink, (left, top), step = strokes.glyph(random.Random(1), "十", careful)
    assert step == faces.EM_PX
    rows, columns = np.flatnonzero(ink.max(axis=1) > 128), np.flatnonzero(ink.max(axis=0) > 128)
    level, upright = int(ink.sum(axis=1).argmax()), int(ink.sum(axis=0).argmax())
    assert rows[0] < level < rows[-1]
    assert columns[0] < upright < columns[-1]
    assert abs(upright + left - faces.EM_PX / 2) < 3
    assert -faces.EM_PX < level + top < 0


def test_hands_held_out_are_never_learnt_from() -> None:
    assert not set(NPM_HELD_OUT) & set(NPM_CHINESE)
    assert set(LATIN_HELD_OUT) < set(faces.NPM_LATIN)


def _drawn(hands: Hands) -> Iterator[tuple[str, str]]:
    for seed in range(1_900_000_000, 1_900_000_200):
        line = example(seed, hands)
        (seen,) = lent_engines().taught.read_lines([np.ascontiguousarray(line.line[:, :, ::-1])])
        yield line.text, "".join(seen.text.split())


def test_what_was_learnt_reads_numbers_in_them(hands: Hands) -> None:
    """Lines that a scan in black and white made illegible are among them."""
    numbers = [(text, seen) for text, seen in _drawn(hands) if text.isdigit()]
    assert sum(text == seen for text, seen in numbers) > 0.75 * len(numbers) > 20
