"""What a line's box left out of a value: a character under a seal between two pieces, a digit before a short last line."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line, Page
from pipeline.extract.paper.gaps import close_gaps, widen_last
from pipeline.extract.paper.sheet import make_sheet, read_text
from pipeline.extract.paper_geometry import Found, make_pieces
from pipeline.extract.paper_labels import CERTIFICATE_LABELS
from pipeline.extract.raster.ink import Mask
from tests.extract.test_paper_value_alone import reading
from tests.extract.written_papers import HEIGHT, WIDTH, line


class Wider(PictureRereader):
    """A rereader: what all readers see of a crop by where it begins and ends, in pixels; of others what was read first."""

    def __init__(self, seen: Mapping[tuple[int, int], str], lines: Mapping[Box, str]) -> None:
        self._seen, self._lines = dict(seen), dict(lines)

    @property
    def picture(self) -> Any:
        return SimpleNamespace(coarse=False, shape=(HEIGHT, WIDTH), red=np.zeros((HEIGHT, WIDTH), np.uint8))

    def _look(self, box: Box) -> Reading:
        if box in self._lines:
            return reading(self._lines[box], 0.99)
        left, right = box[0] * WIDTH, box[2] * WIDTH
        near = [text for (x0, x1), text in self._seen.items() if abs(x0 - left) < 12 and abs(x1 - right) < 12]
        return reading(near[0] if near else "", 0.99)

    def first_reading(self, box: Box) -> Reading:
        return self._look(box)

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        return self._look(box)

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        return self._look(box)

    def second_reading(self, box: Box, *, alphabet: str | None, lines: int) -> str | None:
        return None

    def close_round(self, box: Box) -> Box:
        return box

    def dark(self, box: Box) -> Mask:
        return np.zeros((30, 400), np.uint8)

    def ink(self, box: Box) -> float:
        return 0.2 if box in self._lines else 0.0

    def line_red(self, box: Box) -> Mask | None:
        return None


def page_of(*lines: Line, seen: Mapping[tuple[int, int], str], again: Mapping[Box, str] | None = None) -> Page:
    """A page of these lines; `again` is what all looks at one of them see, where that is something else."""
    rereader = Wider(seen, {item.box: item.text for item in lines} | dict(again or {}))
    return Page(number=1, width=WIDTH, height=HEIGHT, lines=tuple(lines), rereader=rereader)


def found_in(page: Page) -> Found:
    pieces = make_pieces(page)
    return Found(text="".join(piece.text for piece in pieces), pieces=pieces)


ONE, OTHER = line("固安兴汇", 500, 300), line("饮管理有限公司", 650, 300)
WHOLE = (500, 860)


@pytest.mark.parametrize(
    ("seen", "text", "is_open"),
    [
        ("固安兴汇餐饮管理有限公司", "固安兴汇餐饮管理有限公司", False),
        ("固安兴汇饮管理有限公司", "固安兴汇饮管理有限公司", False),
        ("固安兴江餐饮管理有限公司", "固安兴汇饮管理有限公司", True),
        ("", "固安兴汇饮管理有限公司", True),
    ],
)
def test_two_pieces_of_a_row_are_read_as_one(seen: str, text: str, is_open: bool) -> None:
    """餐 lay under a seal, both pieces were read right by every reader, and the name was believed without it."""
    page = page_of(ONE, OTHER, seen={WHOLE: seen})
    closed = close_gaps(page, found_in(page))
    assert (closed.text, closed.open, len(closed.pieces)) == (text, is_open, 2 if is_open else 1)


def test_pieces_below_each_other_stay_as_they_are() -> None:
    page = page_of(line("固安兴汇", 500, 300), line("饮管理有限公司", 500, 340), seen={})
    assert close_gaps(page, found_in(page)) == found_in(page)


@pytest.mark.parametrize(("seen", "text"), [("1室", "2811室"), ("室", "281室"), ("堂", "281室")])
def test_a_short_last_line_is_read_with_more_before_it(seen: str, text: str) -> None:
    """281 stood above, and 1室 was 室 in a crop that began behind the 1."""
    page = page_of(line("281", 500, 300), line("室", 510, 340), seen={(498, 540): seen})
    assert widen_last(page, found_in(page)).text == text


def test_a_paper_s_value_is_read_so() -> None:
    page = page_of(line("名称", 300, 300), ONE, OTHER, seen={WHOLE: "固安兴汇餐饮管理有限公司"})
    sheet = make_sheet(page, make_pieces(page), CERTIFICATE_LABELS, columns=True)
    (field,) = read_text(sheet, "name")
    assert (field.value, field.doubtful) == ("固安兴汇餐饮管理有限公司", False)
