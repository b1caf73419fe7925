"""Glyphs that stand for several characters (ff, fi, ——) become these characters, side by side.

A PDF says so in one of two ways. Where it gives the glyph several codes, PDFium gives each of them the glyph's whole box: equal
ones passed for a character drawn twice, and different ones for writing on each other. Where it gives it the one code of a ligature
(ﬂ), PDFium gives the first letter alone, or all of them, each with its share of the box.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.domain.spelling import normalise
from pipeline.extract.grid.pdf_places import holds
from pipeline.extract.grid.pdf_text import Character

#: Typefaces set several dashes as one; Unicode does not say that it is these.
_DASHES: Final = str.maketrans({"\u2e3a": "——", "\u2e3b": "———"})

#: Shares of one box differ by less.
_SAME_WIDTH: Final = 0.1


def glyph_letters(text: str) -> str:
    """What a glyph's text is made of, without blanks."""
    return "".join(normalise(text.translate(_DASHES)).split())


def spelled_out(characters: Sequence[Character], drawn: Iterable[tuple[str, float, float]]) -> Iterator[Character]:
    """The characters, a ligature's first letter as all that it stands for, where the others are not there by themselves."""
    ligatures = [(letters, (x, y)) for text, x, y in drawn if len(letters := glyph_letters(text)) > len(text) == 1]
    for at, item in enumerate(characters):
        whole = next((letters for letters, point in ligatures if holds(item.box, point)), item.text)
        here = sum(holds(item.box, other.middle) for other in characters) if whole != item.text else 0
        alone = here == 1 and whole.startswith(item.text) and not _stands_whole(characters, at, whole)
        yield replace(item, text=whole) if alone else item


def _stands_whole(characters: Sequence[Character], at: int, whole: str) -> bool:
    """Whether all letters of the ligature that one of them belongs to are there, each with its share of the box."""
    runs = (characters[start : start + len(whole)] for start in range(max(0, at - len(whole) + 1), at + 1))
    return any("".join(item.text for item in run) == whole and _is_shared_out(run) for run in runs)


def _is_shared_out(run: Sequence[Character]) -> bool:
    wide = [item.ink[2] - item.ink[0] for item in run]
    return max(wide) - min(wide) <= _SAME_WIDTH * max(wide)


def spread_ligatures(
    characters: Sequence[Character], drawn: Iterable[tuple[str, float, float]]
) -> tuple[Character, ...]:
    """The characters in their order. `drawn` are the other parser's texts, one for each glyph, with their middles."""
    glyphs = [(text, (x, y)) for text, x, y in drawn if len(text) > 1]
    if not glyphs:
        return tuple(characters)
    found: list[Character] = []
    at = 0
    while at < len(characters):
        length = _ligature_length(characters, at, glyphs)
        found += _side_by_side(characters[at : at + length])
        at += length
    return tuple(found)


def _ligature_length(
    characters: Sequence[Character], at: int, glyphs: Iterable[tuple[str, tuple[float, float]]]
) -> int:
    """Of how many characters the glyph consists that begins with the one at `at`."""
    box = characters[at].box
    for text, middle in glyphs:
        if text[0] == characters[at].text and holds(box, middle):
            run = characters[at : at + len(text)]
            if "".join(item.text for item in run) == text and all(item.box == box for item in run):
                return len(text)
    return 1


def _side_by_side(run: Sequence[Character]) -> Iterable[Character]:
    if len(run) == 1:
        return run
    return [
        replace(item, box=_part(item.box, number, len(run)), ink=_part(item.ink, number, len(run)))
        for number, item in enumerate(run)
    ]


def _part(box: Box, number: int, parts: int) -> Box:
    wide = (box[2] - box[0]) / parts
    return box[0] + number * wide, box[1], box[0] + (number + 1) * wide, box[3]
