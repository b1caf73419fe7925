"""A text page of a PDF as grid and lines: rules by pdfplumber, characters by PDFium, and the two readers compared.

The two parse a file independently. Where they see different characters in a cell, the cell is doubtful.
"""

from __future__ import annotations

import io
import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pdfplumber
from pdfplumber.page import Page as PlumberPage

from pipeline.domain.document import Box, PageBox
from pipeline.extract.doubts import HIDDEN, joined
from pipeline.extract.grid.docx_runs import RAISED, STRUCK
from pipeline.extract.grid.pdf_filled import Settled
from pipeline.extract.grid.pdf_ligatures import glyph_letters, spelled_out
from pipeline.extract.grid.pdf_places import holds, middle_of
from pipeline.extract.grid.pdf_rules import RuledCell, build_tables, find_holders
from pipeline.extract.grid.pdf_strokes import clipped, fraction_of, rules_of, squares_of
from pipeline.extract.grid.pdf_text import Character, holds_raised, is_aslant, join_characters, split_columns
from pipeline.extract.page import Cell, Grid, Letter, Line, Page
from pipeline.extract.symbol_fonts import is_symbol_font

READER: Final = "pdf-text"
#: A character without a code.
LOST: Final = "\ufffd"
UNCERTAIN: Final = "此栏有字符无法确定，请核对"
DIFFERENT: Final = "两种方式读取此栏的结果不一致，请核对"
COVERED: Final = "此栏文字被图片遮盖，请核对"
#: Level strokes themselves.
_LEVEL: Final = frozenset("一-_—–=~ー－＿")
UNCOMPARED: Final = "此页只有一种方式能够读取，请核对"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What pdfplumber sees of a page, in fractions of it. `covers` are pictures without transparency.

    `level` are level rules, each with its height, start and end; `squares` small frames, as of boxes to tick.
    """

    width: float
    height: float
    tables: tuple[tuple[RuledCell, ...], ...] = ()
    pictures: tuple[Box, ...] = ()
    covers: tuple[Box, ...] = ()
    level: tuple[tuple[float, float, float], ...] = ()
    squares: tuple[Box, ...] = ()
    characters: tuple[tuple[str, float, float], ...] = ()
    compared: bool = True

    @property
    def picture_coverage(self) -> float:
        """Share of the page that pictures cover, at most 1; overlaps count twice."""
        return min(1.0, sum((b[2] - b[0]) * (b[3] - b[1]) for b in self.pictures))


def read_drawings(content: bytes, numbers: Iterable[int]) -> dict[int, Drawing]:
    """Rules, pictures and characters of the pages in `numbers`; a page pdfplumber can't read is not in the result."""
    found: dict[int, Drawing] = {}
    # pdfminer warns once a glyph about fonts it finds odd, in words that come from the file.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content), pages=sorted(numbers)) as document:
            for page in document.pages:
                drawing = _read_drawing(page)
                if drawing is not None:
                    found[page.page_number] = drawing
    # pdfminer raises whatever its own code trips over in a malformed file (KeyError, TypeError, AssertionError,
    # RecursionError ...): a foreign parser's boundary. The pages it gave nothing for are read as pictures.
    except Exception as error:  # noqa: BLE001
        logging.getLogger(__name__).info("pdfplumber gave up: %s", type(error).__name__)
    return found


def _letter(character: Mapping[str, Any]) -> tuple[str, str, float, float]:
    """Text, font and middle of a character as pdfplumber gives it."""
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return str(character["text"]), str(character["fontname"]), float(x), float(y)


def _read_drawing(page: PlumberPage) -> Drawing | None:
    left, top, right, bottom = map(float, page.bbox)
    width, height = right - left, bottom - top
    if width <= 0 or height <= 0:
        return None
    images = [(clipped(item, page), item) for item in page.images]
    pictures = [(box, item) for box, item in images if box[2] - box[0] > 0.005 and box[3] - box[1] > 0.005]
    horizontal, vertical = rules_of(page)
    letters = [_letter(character) for character in _chars(page)]
    return Drawing(
        width=width,
        height=height,
        tables=tuple(
            tuple(replace(cell, box=fraction_of(cell.box, page)) for cell in table)
            for table in build_tables(horizontal, vertical)
        ),
        pictures=tuple(box for box, _ in pictures),
        covers=tuple(box for box, item in pictures if not _transparent(item)),
        level=tuple(((r.at - top) / height, (r.start - left) / width, (r.end - left) / width) for r in horizontal),
        squares=tuple(squares_of(page)),
        characters=tuple(
            (text, (x - left) / width, (y - top) / height)
            for text, font, x, y in letters
            if text.strip() and not is_symbol_font(font)
        ),
    )


def _chars(page: PlumberPage) -> list[dict[str, Any]]:
    deduped: list[dict[str, Any]] = page.dedupe_chars(tolerance=0.5).chars
    return [item for item in deduped if not is_aslant(math.atan2(item["matrix"][1], item["matrix"][0]))]


def _transparent(image: dict[str, object]) -> bool:
    attributes = getattr(image.get("stream"), "attrs", {})
    return bool(image.get("imagemask")) or "SMask" in attributes or "Mask" in attributes


def lay_out_page(number: int, drawing: Drawing, look: Settled, first_grid: int) -> Page:
    """The page's grids (indexes from `first_grid`) and lines. Characters nobody sees are left out and leave a doubt."""
    holders = find_holders([[ruled.box for ruled in cells] for cells in drawing.tables])
    found: dict[int, Grid] = {}
    drawing = _as_settled(drawing, look)
    characters = tuple(spelled_out(look.characters, drawing.characters))
    free = list(characters)
    # What stands in a table that lies in another one's cell is the inner one's.
    for at in sorted(range(len(drawing.tables)), key=lambda item: (holders[item] is None, item)):
        table = []
        for place, ruled in enumerate(drawing.tables[at]):
            inside, free = _divided(free, ruled.box)
            nested = tuple(first_grid + inner for inner, holder in enumerate(holders) if holder == (at, place))
            table.append(_cell(number, ruled, inside, drawing, look, nested))
        found[at] = Grid(index=first_grid + at, page=number, cells=tuple(table))
    grids = [found[at] for at in sorted(found)]
    outside = [_line(part, drawing, look) for part in split_columns(_shown_or_lost(free))]
    lines = [line for grid in grids for cell in grid.cells for line in cell.lines] + outside
    ordered = tuple(sorted(lines, key=lambda line: (round(line.box[1], 2), line.box[0])))
    return Page(
        number=number,
        width=drawing.width,
        height=drawing.height,
        lines=ordered,
        grids=tuple(grids),
        typeset=_Typeset(number=number, characters=characters, drawing=drawing, look=look),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typeset:
    """The page's characters, for cells that no rules were drawn for (`page.Typeset`)."""

    number: int
    characters: tuple[Character, ...]
    drawing: Drawing
    look: Settled

    @property
    def letters(self) -> tuple[Letter, ...]:
        return tuple(Letter(text=item.text, box=item.box) for item in _shown(self.characters))

    def cell(self, box: Box) -> Cell:
        inside, _ = _divided(self.characters, box)
        ruled = RuledCell(row=0, column=0, row_span=1, column_span=1, box=box)
        return _cell(self.number, ruled, inside, self.drawing, self.look, ())


def _shown(characters: Iterable[Character]) -> list[Character]:
    return [item for item in characters if item.seen]


def _shown_or_lost(characters: Iterable[Character]) -> list[Character]:
    """With those that have neither ink nor a code: some typefaces draw nothing for a ☑ that they lack."""
    return [item for item in characters if item.seen or (item.text == LOST and not item.certain)]


def _divided(characters: Sequence[Character], box: Box) -> tuple[list[Character], list[Character]]:
    inside: list[Character] = []
    outside: list[Character] = []
    for item in characters:
        (inside if holds(box, item.middle) else outside).append(item)
    return inside, outside


def _cell(
    number: int,
    ruled: RuledCell,
    characters: list[Character],
    drawing: Drawing,
    look: Settled,
    nested: tuple[int, ...],
) -> Cell:
    lines = tuple(Line(text=text, box=box, reader=READER) for text, box in join_characters(_shown(characters)))
    return Cell(
        row=ruled.row,
        column=ruled.column,
        row_span=ruled.row_span,
        column_span=ruled.column_span,
        text="\n".join(line.text for line in lines),
        lines=lines,
        place=PageBox(page=number, box=ruled.box),
        box=ruled.box,
        reader=READER,
        pictures=sum(holds(ruled.box, middle_of(box)) for box in drawing.pictures) + (ruled.box in look.inked),
        doubt=joined(_doubts(ruled.box, characters, drawing, look, bare=not nested)),
        nested=nested,
    )


def _as_settled(drawing: Drawing, look: Settled) -> Drawing:
    """The drawing without the other parser's letters where a box stands, and with what nothing was drawn for."""
    kept = (item for item in drawing.characters if not any(holds(box, item[1:]) for box in look.boxes))
    return replace(drawing, characters=(*kept, *((item.text, *item.middle) for item in look.missing)))


def _noted(box: Box, characters: Iterable[Character], look: Settled, *, within: bool) -> Iterator[str]:
    """Reasons to ask about what stands in a box: notes on it, or (`within`) anywhere in it."""
    points = [item.middle for item in characters]
    for place, reason in look.doubts:
        if (within and holds(box, middle_of(place))) or any(holds(place, point) for point in points):
            yield reason


def _doubts(box: Box, characters: list[Character], drawing: Drawing, look: Settled, *, bare: bool) -> Iterator[str]:
    solid = [item for item in characters if not item.text.isspace()]
    yield from _noted(box, solid, look, within=bare)
    if any(not item.seen for item in solid):
        yield HIDDEN
    if any(not item.certain for item in solid):
        yield UNCERTAIN
    if any(holds(cover, item.middle) for item in solid for cover in drawing.covers):
        yield COVERED
    if any(_is_crossed(item, rule) for item in solid for rule in drawing.level):
        yield STRUCK
    if holds_raised(solid):
        yield RAISED
    if not bare:
        return  # the other parser's characters are not told apart by tables
    if _differs(box, solid, drawing):
        yield DIFFERENT


def _differs(box: Box, characters: Iterable[Character], drawing: Drawing) -> bool:
    """Whether the other parser sees other characters in a box."""
    other = Counter("".join(glyph_letters(text) for text, x, y in drawing.characters if holds(box, (x, y))))
    own = Counter("".join(glyph_letters(item.text) for item in characters))
    symbols = set("□■☑☒✓✗●○√\ufffd")
    return any(own[c] != other[c] for c in (own | other) if c not in symbols)


def _is_crossed(character: Character, rule: tuple[float, float, float]) -> bool:
    """Whether a level rule runs through the middle of a character, as what is struck out has it; an underline runs below."""
    left, top, right, bottom = character.ink
    at, start, end = rule
    inside = 0.25 * (bottom - top)
    across = start <= left + 0.2 * (right - left) and end >= right - 0.2 * (right - left)
    return character.text not in _LEVEL and across and top + inside < at < bottom - inside


def _line(characters: Sequence[Character], drawing: Drawing, look: Settled) -> Line:
    text, box = next(iter(join_characters(characters)))
    doubt = UNCERTAIN if any(not item.certain for item in characters) else None
    doubt = doubt or next(_noted(box, characters, look, within=True), None)
    if any(_is_crossed(item, rule) for item in characters for rule in drawing.level):
        doubt = doubt or STRUCK
    if _differs(box, (item for item in characters if not item.text.isspace()), drawing):
        doubt = doubt or DIFFERENT
    return Line(text=text, box=box, reader=READER, doubt=doubt)
