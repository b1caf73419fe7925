"""Glyphs that stand for several characters, as the two parsers of a PDF give them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from pipeline.domain.document import Box
from pipeline.extract.grid.pdf_filled import Settled, without_doubles
from pipeline.extract.grid.pdf_layout import Drawing, lay_out_page
from pipeline.extract.grid.pdf_ligatures import spread_ligatures
from pipeline.extract.grid.pdf_text import Character, join_characters

_HIGH = 0.012
_UPRIGHT = 842 / 595


def _character(text: str, left: float, wide: float = 0.01) -> Character:
    box: Box = (left, 0.5, left + wide, 0.5 + _HIGH)
    return Character(text=text, box=box, ink=box, seen=True, certain=True, em=_HIGH * _UPRIGHT)


def _drawn(*glyphs: tuple[str, float, float]) -> list[tuple[str, float, float]]:
    """Texts with the left and right ends of their glyphs, as the other parser's texts with their middles."""
    return [(text, (left + right) / 2, 0.5 + _HIGH / 2) for text, left, right in glyphs]


def _text(characters: Sequence[Character]) -> list[str]:
    return [text for text, _ in join_characters(characters)]


@pytest.mark.parametrize("letters", ["ff", "fl", "ffi", "——"])
def test_a_glyph_of_several_codes_is_all_of_its_letters_side_by_side(letters: str) -> None:
    """LibreOffice writes ff and —— so. Every letter has the whole box: the second f was the first, drawn again to look bold, and
    l stood on f as if a value had been laid over another."""
    glyph = [_character(letter, 0.11, 0.02) for letter in letters]
    seen = [_character("o", 0.10), *glyph, _character("h", 0.13)]
    spread = spread_ligatures(seen, _drawn(("o", 0.10, 0.11), (letters, 0.11, 0.13), ("h", 0.13, 0.14)))
    assert _text(without_doubles(spread, _UPRIGHT)) == [f"o{letters}h"]
    ends = [(item.ink[0], item.ink[2]) for item in spread]
    assert all(before[1] <= after[0] + 1e-9 for before, after in itertools.pairwise(ends))


def test_characters_drawn_twice_stay_one() -> None:
    seen = [_character("7", 0.10), _character("7", 0.10), _character("8", 0.11)]
    spread = spread_ligatures(seen, _drawn(("7", 0.10, 0.11), ("8", 0.11, 0.12), ("ff", 0.30, 0.32)))
    assert _text(without_doubles(spread, _UPRIGHT)) == ["78"]


@pytest.mark.parametrize("shift", [-0.0001, 0.0, 0.0001])
@pytest.mark.parametrize(("glyph", "letters"), [("\ufb00", "ff"), ("\u2e3a", "——")])
def test_a_ligature_that_one_parser_gives_as_its_letters_is_no_more(glyph: str, letters: str, shift: float) -> None:
    """Chromium prints so. The first letter became the whole ligature, with the second behind it: fff."""
    own = [
        _character("i", 0.10),
        *(_character(x, 0.11 + 0.01 * at) for at, x in enumerate(letters)),
        _character("h", 0.13),
    ]
    seen = tuple(_drawn(("i", 0.10, 0.11), (glyph, 0.11 + shift, 0.13 + shift), ("h", 0.13, 0.14)))
    page = lay_out_page(1, Drawing(width=595, height=842, characters=seen), Settled(characters=tuple(own)), 0)
    assert [(line.text, line.doubt) for line in page.lines] == [(f"i{letters}h", None)]
