"""A dot between two characters (麦田·麦田) that the main and the quick reader passed over together."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.extract.ocr.readers import Reading
from pipeline.extract.raster.ink import Mask
from pipeline.extract.trust.lost_dots import has_dot_between
from pipeline.extract.trust.text import judge_text
from tests.extract.seen import Seen, evidence_of, reading

_SIDE = 30


def line(*dots: tuple[int, int, int]) -> Mask:
    """Two characters in strokes, 30 dots high and 12 apart, and dots with their left, top and side."""
    ink = np.zeros((_SIDE, 2 * _SIDE + 12), np.uint8)
    for left in (0, _SIDE + 12):
        part = ink[:, left : left + _SIDE]
        part[::6] = part[:, ::7] = 255
    for left, top, side in dots:
        ink[top : top + side, left : left + side] = 255
    return ink


@pytest.mark.parametrize(
    ("dots", "is_dot"),
    [
        pytest.param([(34, 13, 5)], True, id="half-way up"),
        pytest.param([], False, id="nothing"),
        pytest.param([(34, 25, 5)], False, id="a full stop, low"),
        pytest.param([(34, 8, 5), (34, 18, 5)], False, id="a colon, or drops of 冯"),
        pytest.param([(31, 10, 10)], False, id="too large"),
        pytest.param([(35, 14, 1)], False, id="too small"),
    ],
)
def test_ink_between_two_characters_is_like_a_dot(dots: list[tuple[int, int, int]], is_dot: bool) -> None:
    seen = Reading(text="麦田", confidence=0.99, chances=(0.99, 0.99), centres=(15 / 72, 57 / 72))
    assert has_dot_between(seen, line(*dots)) is is_dot
    typed = Reading(text="麦·田", confidence=0.99, chances=(0.99,) * 3, centres=(15 / 72, 0.5, 57 / 72))
    assert not has_dot_between(typed, line(*dots))


class _WithInk(Seen):
    """A line with that ink."""

    ink: Mask = line()

    def dark(self, box: object) -> Mask:
        return self.ink


@pytest.mark.parametrize(
    ("again", "dots", "believed"),
    [
        pytest.param("麦·田", [(34, 13, 5)], False, id="a dot, which the second look saw"),
        pytest.param("麦田", [(34, 13, 5)], True, id="a speck, which nobody saw"),
        pytest.param("麦·田", [], True, id="a dot without ink"),
    ],
)
def test_a_name_whose_dot_only_some_saw_is_asked_about(
    again: str, dots: list[tuple[int, int, int]], believed: bool
) -> None:
    """Main and quick reader said 麦田麦田 of a messenger picture, and it was believed."""
    first = Reading(text="麦田", confidence=0.99, chances=(0.99, 0.99), centres=(15 / 72, 57 / 72))
    seen = _WithInk(first, first, again=reading(again), quick=reading("麦田"))
    seen.ink = line(*dots)
    field = judge_text(evidence_of("account_name", first, seen, printed=True))
    assert field.doubtful is not believed
