"""What is left of a 4 on a fax is a 1 to all readers: where the ink says which it was, and where nothing does."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any, cast

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.extract.image.dots import Dots
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.lost_bars import is_as_it_seems
from pipeline.extract.trust.lost_bars import keeps_its_bars
from pipeline.extract.trust.numbers import NumberJudge
from samples import fonts
from tests.extract.seen import Seen, evidence_of, reading

_SCALE = 4
_HIGH_DPI = 816
_AROUND = 40
ALL = frozenset(range(11))


def _sent(text: str, *, level: int = 120, phase: int = 1, rows: int = 196) -> tuple[Gray, tuple[float, ...]]:
    """A number in kai of 9 points as a fax machine sees it, black where a dot is darker than `level`; and its digits' places.

    `phase` moves the machine's rows by shares of a row.
    """
    size = round(9 * _HIGH_DPI / 72)
    used = fonts.font("kai", size)
    wide = round(used.getlength(text)) + 2 * _AROUND
    picture = Image.new("L", (wide, 2 * size), 255)
    ImageDraw.Draw(picture).text((_AROUND, round(1.4 * size)), text, font=used, fill=20, anchor="ls")
    shown = np.asarray(picture)[phase:]
    low = cv2.resize(shown, (wide // _SCALE, shown.shape[0] * rows // _HIGH_DPI), interpolation=cv2.INTER_AREA)
    ends = [used.getlength(text[:i]) for i in range(len(text) + 1)]
    centres = tuple((_AROUND + (a + b) / 2) / wide for a, b in pairwise(ends))
    return np.where(low < level, 0, 255).astype(np.uint8), centres


@pytest.mark.parametrize(
    ("written", "read", "proved"),
    [
        pytest.param("15561299037", "15561299037", True, id="ones and zeros"),
        pytest.param("15564299037", "15561299037", False, id="a 4 without its bar"),
        pytest.param("15868299837", "15068299037", False, id="eights, read as zeros"),
    ],
)
def test_a_digit_that_lost_its_level_stroke_stands_elsewhere_or_is_narrower(
    written: str, read: str, proved: bool
) -> None:
    crop, centres = _sent(written)
    assert is_as_it_seems(read, centres, crop, ALL) is proved


def test_a_stroke_that_stands_where_a_4_has_its_own_is_no_1() -> None:
    """Without a dot left of it."""
    crop, centres = _sent("15561299037")
    middle, half = round(centres[4] * crop.shape[1]), round((centres[5] - centres[4]) * crop.shape[1] / 2)
    crop[:, middle - half : middle + half] = np.roll(crop[:, middle - half : middle + half], 2, axis=1)
    assert not is_as_it_seems("15561299037", centres, crop, ALL)


def test_a_dot_where_a_4_has_the_end_of_its_bar_is_left_of_no_1() -> None:
    crop, centres = _sent("15561299037")
    rows = np.flatnonzero((crop < 128).sum(axis=1) > 2)
    step = (centres[5] - centres[4]) * crop.shape[1]
    crop[rows[0] + round(0.65 * len(rows)), round(centres[4] * crop.shape[1] - 0.35 * step)] = 0
    assert not is_as_it_seems("15561299037", centres, crop, ALL)


def test_a_number_in_many_pieces_proves_nothing() -> None:
    crop, centres = _sent("15561299037", level=100, phase=3)
    assert not is_as_it_seems("15561299037", centres, crop, ALL)
    assert not is_as_it_seems("15561299037", centres, crop, frozenset())


def test_digits_that_do_not_stand_evenly_prove_nothing() -> None:
    """As a hand's, or those of a typeface whose digits are of several widths."""
    crop, centres = _sent("15561299037")
    left, right = crop[:, : crop.shape[1] // 2], crop[:, crop.shape[1] // 2 :]
    apart = np.hstack([left, np.full((crop.shape[0], 6), 255, np.uint8), right])
    moved = tuple((x * crop.shape[1] + (6 if x > 0.5 else 0)) / apart.shape[1] for x in centres)
    assert not is_as_it_seems("15561299037", moved, apart, frozenset())


class _OnFax(Seen):
    """A line that all readers read alike, with its dots."""

    def __init__(self, text: str, crop: Gray, centres: tuple[float, ...], dots: Dots) -> None:
        seen = dataclasses.replace(reading(text), centres=centres)
        super().__init__(seen, seen, coarse=True)
        self.picture = cast("Any", _Dots(crop, dots))
        self.slopes: dict[object, object] = {}


class _Dots:
    coarse = True

    def __init__(self, crop: Gray, dots: Dots) -> None:
        self.clean, self.dots = crop, dots

    def rect(self, box: object) -> tuple[int, int, int, int]:
        return 0, 0, self.clean.shape[1], self.clean.shape[0]


def _is_believed(key: str, written: str, read: str, dots: Dots = Dots.OWN_ROWS) -> bool:
    crop, centres = _sent(written)
    evidence = evidence_of(key, reading(read), _OnFax(read, crop, centres, dots), clear=False, whole=False)
    judge = NumberJudge(evidence)
    return not (judge.date() if key == "opened_on" else judge.phone()).doubtful


@pytest.mark.parametrize(
    ("key", "written", "read", "believed"),
    [
        pytest.param("owner_phone", "15561299037", "15561299037", True, id="a phone number"),
        pytest.param("owner_phone", "15564299037", "15561299037", False, id="a 4 without its bar"),
        pytest.param("opened_on", "2016-10-15", "2016-10-15", True, id="a date of which no 1 can be a 4"),
        pytest.param("opened_on", "2014-05-23", "2011-05-23", False, id="2011 or 2014"),
    ],
)
def test_a_number_is_believed_where_strokes_may_be_gone(key: str, written: str, read: str, believed: bool) -> None:
    assert _is_believed(key, written, read) is believed


def test_of_a_page_drawn_at_another_size_since_no_number_is() -> None:
    assert not _is_believed("owner_phone", "15561299037", "15561299037", Dots.REDRAWN)


def test_what_cannot_be_another_value_needs_no_proof() -> None:
    """All ones but the 11 of a month would have to be fours of a month or year that there is not."""
    crop, centres = _sent("2016-11-25")
    evidence = evidence_of(
        "opened_on",
        reading("2016-11-25"),
        _OnFax("2016-11-25", crop, centres, Dots.DOUBLED),
        clear=False,
        whole=False,
    )
    assert keeps_its_bars(evidence)
