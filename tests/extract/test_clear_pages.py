"""Which pages read well enough for two looks that agree: blanks within labels say nothing about that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from pipeline.domain.document import Box
from pipeline.extract.form.labels import label_book
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.trust.page import is_clear
from tests.extract.seen import PROFILE, reading

_SURE = ("开通日期", "粉丝数量", "账号主体", "功能简介")


class _Rereader(PictureRereader):
    """The third reader saw `thirds`, and nothing elsewhere."""

    thirds: Mapping[Box, Reading] = {}

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self.thirds.get(box, Reading(text="", confidence=0.0))


def _page(*readings: Reading, thirds: Sequence[Reading] = ()) -> Page:
    """A page of these lines, one below the other, and what the third reader sees of the first ones."""
    places: dict[Box, Reading] = {(0.1, 0.1 * n, 0.3, 0.1 * n + 0.03): seen for n, seen in enumerate(readings)}
    lines = tuple(
        Line(text=seen.text, box=box, reader="main", confidence=seen.confidence) for box, seen in places.items()
    )
    rereader = _Rereader(cast("Any", None), cast("Any", None), places)
    rereader.thirds = dict(zip(places, thirds, strict=False))
    return Page(number=1, width=1000, height=1400, lines=lines, rereader=rereader)


@pytest.mark.parametrize(
    ("spread", "clear"),
    [
        pytest.param((reading("账号名 (昵称)", 0.99, 0.99, 0.99, 0.6), reading("姓 名", 0.99, 0.5)), True, id="blanks"),
        pytest.param(
            (reading("账号名 (昵称)", 0.99, 0.99, 0.9, 0.6), reading("姓 名", 0.9, 0.5)), False, id="letters too"
        ),
        pytest.param((reading("账号主体", 0.9), reading("地址", 0.9)), False, id="letters"),
    ],
)
def test_blanks_do_not_make_a_page_unclear(spread: tuple[Reading, ...], clear: bool) -> None:
    page = _page(*(reading(text) for text in _SURE), *spread)
    assert is_clear(page, label_book(PROFILE.form)) is clear


@pytest.mark.parametrize(
    ("thirds", "clear"),
    [
        pytest.param([0.99, 0.99, 0.99, 0.99], True, id="it is sure of all labels"),
        pytest.param([0.99, 0.7, 0.99, 0.99], True, id="of all but one"),
        pytest.param([0.97, 0.97, 0.99, 0.99], False, id="as on a soft photo"),
        pytest.param([0.99], False, id="it does not see them"),
    ],
)
def test_a_page_whose_labels_the_third_reader_surely_reads_is_clear(thirds: Sequence[float], clear: bool) -> None:
    """A screenshot, sharp and small: of two characters of its typeface the main reader was 0.71 and 0.97 sure."""
    page = _page(
        *(reading(text, sure) for text, sure in zip(_SURE, (0.71, 0.97, 0.99, 0.99), strict=True)),
        thirds=[reading(text, sure) for text, sure in zip(_SURE, thirds, strict=False)],
    )
    assert is_clear(page, label_book(PROFILE.form)) is clear


@pytest.mark.parametrize(("least", "clear"), [(0.99, True), (0.9, False)])
def test_labels_before_their_values_are_measured_too(least: float, clear: bool) -> None:
    """On a form of "label：value" hardly a label stands alone, and every value was asked about as on a blurred page."""
    lines = [reading(f"{label}：廊坊晨报", least, *[0.99] * 4, 0.4) for label in _SURE]
    assert is_clear(_page(*lines), label_book(PROFILE.form)) is clear
