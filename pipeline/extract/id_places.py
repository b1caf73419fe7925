"""Where ID numbers stand on a page, for those who may not see them: found when the page is read, kept with its geometry.

Guaranteed as far as reading can: a number that was read is inside a box, and a page that may hold one at a place
nobody knows says so. That is a page nobody recognised, a card whose number was not read whole, a form whose number
has no place, and a form that seems to show a card as well. What remains: a number on a recognised page that neither
fields nor lines show (handwriting outside the table).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.document import Box, ExtractedForm, ExtractedPaper, Field, PageBox, PaperKind
from pipeline.domain.spelling import normalise
from pipeline.extract.page import Page

_OWNER: Final = "owner_id_number"
_LIKE_ID: Final = re.compile(r"(?<![0-9A-Z])[0-9OIL]{14,17}[0-9OILX](?![0-9A-Z])")
_DIGIT: Final = re.compile(r"[0-9OILX]")
#: Credit codes of firms (GB 32100) begin so and have no day of birth inside.
_CREDIT_CODE: Final = re.compile(r"9[123][0-9]{4}(?!(?:18|19|20)[0-9]{2}[01][0-9][0-3])")
#: What is printed on a card and on no form.
_ON_CARDS: Final = ("公民身份号码", "签发机关")
#: The row of a card that tells the day of birth: with the digits that a masked number shows, it gives the rest of it.
_BIRTH: Final = re.compile(r"出生|(?:18|19|20)[0-9]{2}年")
#: Fewer digits in a cell are a part of a number whose rest stands in other cells.
_WHOLE_IN_CELL: Final = 10
_WHOLE: Final = 15
#: An empty cell less wide than this has no room for a number; the form then has one for each digit.
_ROOM: Final = 0.12
_MOST_BOXES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IdPlaces:
    """What is known of ID numbers on a page. `recognised` says that a form or paper was read from it; `absent`, that one is
    unplaced only because the page's one form, or part of one, has no row for it."""

    boxes: tuple[Box, ...] = ()
    unplaced: bool = False
    recognised: bool = False
    absent: bool = False


def find_id_places(
    page: Page, forms: Sequence[ExtractedForm], papers: Sequence[ExtractedPaper], *, asked: bool
) -> IdPlaces:
    """The ID numbers on a page that `forms` and `papers` of its file were read from. `asked`: forms have a row for one."""
    own_forms = [form for form in forms if page.number in form.pages]
    cards = [paper for paper in papers if page.number in paper.pages and paper.kind is PaperKind.ID_CARD]
    own = len(own_forms) + sum(page.number in paper.pages for paper in papers)
    fields = [form.field(_OWNER) for form in own_forms] if asked else []
    fields_found = [_in_form(page, field) for field in fields]
    cards_found = [_on_card(paper.field("id_number"), page) for paper in cards]
    births_found = _births(page, cards_found)
    found = [*fields_found, *cards_found, births_found]
    lines = tuple(_larger(line.box) for line in page.lines if _may_be_id(line.text))
    boxes = tuple(dict.fromkeys((*lines, *(box for boxes in found if boxes is not None for box in boxes))))
    hidden = bool(own_forms) and not cards and _shows_a_card(page) and len(lines) < 2
    unclear = hidden or len(boxes) > _MOST_BOXES
    return IdPlaces(
        boxes=boxes[:_MOST_BOXES],
        unplaced=unclear or None in found,
        recognised=own > 0,
        absent=not unclear and own == 1 and fields == [None],
    )


def _in_form(page: Page, field: Field | None) -> tuple[Box, ...] | None:
    """The place of the owner's number as boxes on this page, () when it stands on another one, None where unknown."""
    if field is None or not isinstance(field.source, PageBox):
        return None
    if field.source.page != page.number:
        return ()
    box = field.source.box
    inside = [line for line in page.lines if _middle_in(box, line.box)]
    cell = any(_same(box, cell.box) for grid in page.grids for cell in grid.cells if cell.box is not None)
    digits = sum(_count_digits(line.text) for line in inside)
    if digits >= (_WHOLE_IN_CELL if cell else _WHOLE):
        return (_larger(_round(box, (line.box for line in inside))),)
    blank = field.value is None and not field.raw.strip() and not inside
    return (_larger(box),) if blank and cell and box[2] - box[0] >= _ROOM else None


def _on_card(field: Field | None, page: Page) -> tuple[Box, ...] | None:
    if field is None or not isinstance(field.source, PageBox) or field.source.page != page.number:
        return None
    return (_larger(field.source.box),) if _count_digits(field.raw) >= _WHOLE else None


def _births(page: Page, numbers: Sequence[tuple[Box, ...] | None]) -> tuple[Box, ...] | None:
    """The rows with the days of birth of the cards whose numbers stand on this page; None where one was not seen."""
    right = max((box[2] for boxes in numbers for box in boxes or ()), default=0.0)
    rows = [line.box for line in page.lines if _BIRTH.search(_solid(line.text))] if right else []
    if len(rows) < sum(bool(boxes) for boxes in numbers):
        return None
    # The label and the day can be two lines of one row: the row is covered as far as the number reaches.
    return tuple(_larger((row[0], row[1], max(row[2], right), row[3])) for row in rows)


def _may_be_id(text: str) -> bool:
    return any(not _CREDIT_CODE.match(found.group()) for found in _LIKE_ID.finditer(_solid(text)))


def _shows_a_card(page: Page) -> bool:
    text = "".join(_solid(line.text) for line in page.lines)
    return any(word in text for word in _ON_CARDS)


def _count_digits(text: str) -> int:
    return len(_DIGIT.findall(_solid(text)))


def _solid(text: str) -> str:
    return "".join(normalise(text).split()).upper()


def _middle_in(box: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _same(one: Box, other: Box) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 1e-6


def _round(box: Box, others: Iterable[Box]) -> Box:
    boxes = [box, *others]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def _larger(box: Box) -> Box:
    """Half a character more on either side: readers cut close."""
    around = min(0.6 * (box[3] - box[1]), 0.012)
    return (
        max(0.0, box[0] - around),
        max(0.0, box[1] - 0.4 * around),
        min(1.0, box[2] + around),
        min(1.0, box[3] + 0.4 * around),
    )
