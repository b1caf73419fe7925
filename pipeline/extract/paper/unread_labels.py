"""Labels for which no line was found, or only a piece: read where they have to stand, beside what they announce.

Detectors pass over labels of spread, pale characters (负　责　人), and over those that a seal lies upon. The value is found, in the
column of values, but nobody knows whose it is, and a person is asked for what stands on the page. What a label says is a closed
vocabulary: it is looked for in the one strip where it can stand, before a text that may be its value, and has to be read so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.domain.spelling import normalise
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Page
from pipeline.extract.paper.dates import is_whole_period, parse_day
from pipeline.extract.paper.lost import is_shaped
from pipeline.extract.paper.sheet import Sheet
from pipeline.extract.paper.values import find_value
from pipeline.extract.paper_geometry import Label, Marked, Piece, find_box, fold_label, is_near, same_row
from pipeline.extract.paper_labels import is_stamped_text
from pipeline.extract.surnames import begins_with_surname

#: In heights of a line: how far values of one column begin apart, how wide labels are at most, and what is left out beside a value.
_RAGGED: Final = 1.5
_WIDEST: Final = 9.0
_CLEAR: Final = 0.1
_AROUND: Final = 0.1
#: What was found of a label has no more characters; what is longer is another column's.
_MOST_OF_LABEL: Final = 3
#: Shorter labels have to be all that is read: behind what a border left any two characters may stand.
_LONG: Final = 3
_PERSON: Final = re.compile(r"[\u3400-\u9fff]{2,4}")


def with_unread_labels(sheet: Sheet, labels: Sequence[Label], wanted: Collection[str]) -> Sheet:
    """`sheet` with the labels of `wanted` keys that were read beside texts which may be their values."""
    if not isinstance(sheet.page.rereader, PictureRereader):
        return sheet
    values = [(mark, find_value(mark, sheet.marked, sheet.others, columns=sheet.columns)) for mark in sheet.marked]
    taken = {id(found.pieces[0]) for _, found in values if found is not None}  # what stands below may be another's
    starts = {found.pieces[0].x0: mark.piece.x0 for mark, found in values if found is not None}
    added: dict[str, Marked] = {}
    for piece in sheet.others:
        if id(piece) in taken or is_stamped_text(piece.text):
            continue
        for key in wanted:
            mark = (
                _read_before(sheet, piece, starts, labels, key)
                if key not in added and _SHAPES[key](piece.text)
                else None
            )
            if mark is not None:
                added[key] = mark
    return replace(sheet, marked=(*sheet.marked, *added.values())) if added else sheet


def _read_before(
    sheet: Sheet, piece: Piece, starts: Mapping[float, float], labels: Sequence[Label], key: str
) -> Marked | None:
    """The label of that key, if it is what stands before a piece that begins in a column of values."""
    height, page = piece.height, sheet.page
    column = [label for value, label in starts.items() if abs(value - piece.x0) < _RAGGED * height]
    rereader = page.rereader
    if not column or not isinstance(rereader, PictureRereader):
        return None
    everything = (*(mark.piece for mark in sheet.marked), *sheet.others)
    ends = [o.x1 for o in everything if o.x1 < piece.x0 + _CLEAR * height and same_row(o, piece) and _is_other(o)]
    left = max([min(column) - _RAGGED * height, piece.x0 - _WIDEST * height, *ends])
    right = piece.x0 - _CLEAR * height
    if right - left < height:
        return None
    strip = (left, piece.y0 - _AROUND * height, right, piece.y1 + _AROUND * height)
    text = fold_label(rereader.main_reading(_box(page, strip), alphabet=None, prepared=False).text)
    for label in labels:
        if label.key == key and any(_is_label(text, spelling) for spelling in label.texts):
            return Marked(label=label, printed=text, piece=_piece(page, piece, strip, text), rest=None)
    return None


def _is_other(piece: Piece) -> bool:
    return len(fold_label(piece.text)) > _MOST_OF_LABEL


def _is_label(text: str, spelling: str) -> bool:
    is_long = len(spelling) >= _LONG
    return (
        text == spelling or (is_long and text.endswith(spelling)) or (len(spelling) > _LONG and is_near(text, spelling))
    )


def _box(page: Page, sides: tuple[float, float, float, float]) -> Box:
    x0, y0, x1, y1 = sides
    return max(0.0, x0 / page.width), max(0.0, y0 / page.height), min(1.0, x1 / page.width), min(1.0, y1 / page.height)


def _piece(page: Page, value: Piece, sides: tuple[float, float, float, float], text: str) -> Piece:
    x0, _, x1, _ = sides
    piece = replace(value, text=text, x0=x0, x1=x1)
    return replace(piece, line=replace(value.line, text=text, box=find_box((piece,), page)))


def _is_person(text: str) -> bool:
    solid = "".join(normalise(text).split())
    return _PERSON.fullmatch(solid) is not None and begins_with_surname(solid)


_SHAPES: Final[Mapping[str, Callable[[str], bool]]] = {
    "name": lambda text: is_shaped(text, "name"),
    "legal_representative": _is_person,
    "address": lambda text: is_shaped(text, "address"),
    "established_on": lambda text: parse_day(text) is not None,
    "valid_until": is_whole_period,
}
