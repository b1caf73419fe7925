"""A WeChat ID that a program broke because its cell was too narrow, and two IDs in two lines."""

from __future__ import annotations

import pytest

from pipeline.domain.document import PageBox
from pipeline.extract.form.wrapped_words import is_broken_by_width
from pipeline.extract.page import Cell, Line

_LETTER, _HIGH = 0.01, 0.015
_LEFT, _RIGHT = 0.3, 0.46


def _cell(*texts: str, left: float = _LEFT + 0.009, reader: str = "pdf-text") -> Cell:
    """A cell of room for 14 letters and a margin, its lines beginning at `left`."""
    lines = tuple(
        Line(
            text=text,
            box=(left, 0.5 + _HIGH * at, left + _LETTER * len(text), 0.5 + _HIGH * (at + 1)),
            reader=reader,
        )
        for at, text in enumerate(texts)
    )
    box = (_LEFT, 0.49, _RIGHT, 0.6)
    return Cell(
        row=0, column=1, text="\n".join(texts), lines=lines, box=box, reader=reader, place=PageBox(page=1, box=box)
    )


@pytest.mark.parametrize(
    ("cell", "broken"),
    [
        pytest.param(_cell("wxid_8f0647421", "c838a0"), True, id="as wide as the cell"),
        pytest.param(_cell("yunshan_77", "li_xiaoman"), False, id="room for more"),
        pytest.param(_cell("yunshan_77", "li_xiao", left=0.33), False, id="room at both sides"),
        pytest.param(_cell("13803161234567", "13803161234"), False, id="a whole mobile number"),
        pytest.param(_cell("yunshan 123456", "c838a0"), False, id="where it could break at a blank"),
        pytest.param(_cell("wxid_8f0647421"), False, id="one line"),
        pytest.param(_cell("wxid_8f0647421", "c838a0", reader="docx"), False, id="without places"),
    ],
)
def test_a_line_as_wide_as_its_cell_goes_on_in_the_next(cell: Cell, broken: bool) -> None:
    assert is_broken_by_width((cell,)) is broken
