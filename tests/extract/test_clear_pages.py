"""Which pages read well enough for two looks that agree: blanks within labels say nothing about that."""

from __future__ import annotations

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


def _page(*readings: Reading) -> Page:
    """A page of these lines, one below the other."""
    places: dict[Box, Reading] = {(0.1, 0.1 * n, 0.3, 0.1 * n + 0.03): seen for n, seen in enumerate(readings)}
    lines = tuple(
        Line(text=seen.text, box=box, reader="main", confidence=seen.confidence) for box, seen in places.items()
    )
    rereader = PictureRereader(cast("Any", None), cast("Any", None), places)
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


@pytest.mark.parametrize(("least", "clear"), [(0.99, True), (0.9, False)])
def test_labels_before_their_values_are_measured_too(least: float, clear: bool) -> None:
    """On a form of "label：value" hardly a label stands alone, and every value was asked about as on a blurred page."""
    lines = [reading(f"{label}：廊坊晨报", least, *[0.99] * 4, 0.4) for label in _SURE]
    assert is_clear(_page(*lines), label_book(PROFILE.form)) is clear
