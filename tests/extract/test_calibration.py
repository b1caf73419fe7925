"""Confidence: a measured share, rising with the reader's own figure, never sure, and None where nobody measured."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.document import ExtractedForm, Field
from pipeline.extract.calibration import ANY, LEAST, Calibration, Step, Steps, dump_steps, fit, group_of, load_steps

Values = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=400)


def _field(
    *, sure: float | None = 0.95, reader: str = "rapidocr", value: str | None = "某某", doubtful: bool = False
) -> Field:
    return Field(key="owner_name", value=value, reader=reader, sure=sure, doubtful=doubtful)


def _steps(*steps: tuple[float, int, int]) -> tuple[Step, ...]:
    return tuple(Step(sure=sure, shown=shown, right=right) for sure, shown, right in steps)


@given(Values)
def test_confidence_rises_and_is_never_nought_or_one(values: list[tuple[float, bool]]) -> None:
    steps = fit(values)
    shares = [step.confidence for step in steps]
    assert shares == sorted(shares)
    assert all(0 < share < 1 for share in shares)
    assert sum(step.shown for step in steps) == (len(values) if steps else 0)
    assert sum(step.right for step in steps) == (sum(right for _, right in values) if steps else 0)
    assert all(step.shown >= LEAST for step in steps)
    assert bool(steps) == (len(values) >= LEAST)


def test_what_is_measured_is_what_is_given() -> None:
    rng = random.Random(5)
    values = [(sure, rng.random() < sure) for sure in (rng.random() for _ in range(20_000))]
    calibration = Calibration({group_of("form", _field()): fit(values)})
    for sure in (0.2, 0.5, 0.8, 0.95):
        confidence = calibration.confidence("form", _field(sure=sure))
        assert confidence == pytest.approx(sure, abs=0.06)


def test_a_group_nobody_measured_has_that_of_any_field_or_none() -> None:
    steps: Steps = {group_of("form", _field(), key=ANY): _steps((0.0, 99, 99))}
    assert Calibration(steps).confidence("form", _field()) == pytest.approx(0.995)
    assert Calibration(steps).confidence("id_card", _field()) is None
    assert Calibration(steps).confidence("form", _field(doubtful=True)) is None
    assert Calibration({}).confidence("form", _field()) is None


def test_a_figure_below_all_steps_has_the_lowest() -> None:
    steps = {group_of("form", _field()): _steps((0.5, 30, 10), (0.9, 30, 29))}
    assert Calibration(steps).confidence("form", _field(sure=0.1)) == pytest.approx(10.5 / 31, abs=1e-4)
    assert Calibration(steps).confidence("form", _field(sure=None)) == pytest.approx(10.5 / 31, abs=1e-4)


@pytest.mark.parametrize("field", [_field(reader="docx"), _field(reader="pdf-text"), _field(value=None)])
def test_only_values_read_from_pictures_have_one(field: Field) -> None:
    steps: Steps = {group_of("form", field, key=ANY): _steps((0.0, 99, 99))}
    form = ExtractedForm(profile="x", fields=(field,))
    assert Calibration(steps).measured("form", form) == form


def test_the_file_holds_what_was_measured() -> None:
    steps: Steps = {
        "form owner_name believed once": _steps((0.1, 30, 3), (0.7, 40, 39)),
        "id_card any doubtful once": (),
    }
    assert load_steps(dump_steps(steps)) == steps
