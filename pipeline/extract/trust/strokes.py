"""Whether the strokes of a line can be believed to be all there, on a page of black and white with few dots (a fax).

Where thin strokes fall out 本 is 木 to every reader and 4 a 1: no agreement proves anything about ink that is gone.
But a typeface whose level strokes are two rows thick here and there loses none of them (`raster.strokes`). That is
asked of all values on the page together, Chinese and figures apart because they are often set in two typefaces; and
of the line itself, more mildly, because one line has few strokes.

On standard faxes, whose rows are shown twice, measured on 20 pages in five typefaces (thick strokes among all of a
page's values): Chinese 0.11 to 0.34 in two sans-serif faces, 0.11 at most in a brush face, 0.06 in two serif ones.
Figures 0.33 to 0.41 in the sans-serif faces, with 1.08 to 1.52 columns of level stroke for each dot of height and
figure; 0.20 and 1.06 at most in the others. Of 1030 values believed on 87 fresh pages in sans-serif faces none was
wrong (one-sided 95 % bound 0.29 %). What is asked of pages that show each row once stands in `trust.own_rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.form.labels import LabelBook
from pipeline.extract.image.dots import Dots
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Line, Page
from pipeline.extract.raster.strokes import Strokes, level_strokes
from pipeline.extract.trust.own_rows import OwnRows, measure_own_rows

_HAN: Final = re.compile("[\u4e00-\u9fff]")
_FIGURES: Final = re.compile(r"[0-9X.,/\-]{3,}")
_MARKS: Final = re.compile("[□☐☑√✓✔■●]")
#: A sentence: its marks are smaller than a fax keeps, and nobody misses the one that is gone.
_SENTENCE: Final = re.compile("[，。、；：！？,;!?]")
#: Fewer columns of dots on a page say nothing about its typeface.
_LEAST_COLUMNS: Final = 150
_HAN_SHARE: Final = 0.1
_FIGURE_SHARE: Final = 0.22
_FIGURE_COLUMNS: Final = 0.8
_LINE_SHARE: Final = 0.05
_LINE_COLUMNS: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStrokes:
    """Which sorts of characters kept all their strokes on a page. `own` has more where rows are the machine's own."""

    han: bool
    figures: bool
    own: OwnRows | None = None

    def of(self, line: Line, rereader: PictureRereader) -> bool:
        """Whether a line's strokes may be believed."""
        text = line.text
        if self.own is None and _SENTENCE.search(text):
            return False
        han, figures = _HAN.search(text) is not None, re.search(r"[0-9A-Za-z]", text) is not None
        if (han and not self.han) or (figures and not self.figures) or not (han or figures):
            return False
        if self.own is not None:
            return self.own.holds_of(line, rereader, han=han)
        strokes = _strokes(line, rereader)
        return strokes.share >= _LINE_SHARE and (han or _columns([(text, strokes)]) >= _LINE_COLUMNS)


def kept_strokes(page: Page, book: LabelBook, rereader: PictureRereader, boilerplate: Iterable[str]) -> KeptStrokes:
    """Looks at the values in the page's tables; a page without a table has kept nothing for sure."""
    return kept_in_lines(list(_values(page, book, tuple(map(squash, boilerplate)))), rereader)


def kept_in_lines(values: Iterable[Line], rereader: PictureRereader) -> KeptStrokes:
    """Looks at lines of one page that were set in the typefaces of its values."""
    if rereader.picture.dots is Dots.REDRAWN:
        return KeptStrokes(han=False, figures=False)  # how thick its strokes were cannot be seen
    values = list(values)
    han = [line for line in values if _HAN.search(line.text)]
    figures = [line for line in values if _FIGURES.fullmatch(line.text)]
    if rereader.picture.own is not None:
        own = measure_own_rows(han, figures, rereader)
        return KeptStrokes(han=own.han, figures=own.figures, own=own)
    return _kept_doubled(
        [(line.text, _strokes(line, rereader)) for line in han],
        [(line.text, _strokes(line, rereader)) for line in figures],
    )


def _kept_doubled(han: list[tuple[str, Strokes]], figures: list[tuple[str, Strokes]]) -> KeptStrokes:
    return KeptStrokes(
        han=_share(han) >= _HAN_SHARE,
        figures=_share(figures) >= _FIGURE_SHARE and _columns(figures) >= _FIGURE_COLUMNS,
    )


def _values(page: Page, book: LabelBook, boilerplate: tuple[str, ...]) -> Iterator[Line]:
    """Lines that are no printed label or sentence and no row of tick boxes."""
    for cell in (cell for grid in page.grids for cell in grid.cells):
        text = squash(cell.text)
        label = book.exact(cell.text) or book.near(cell.text) or book.section(cell.text)
        if not label and not _MARKS.search(text) and not any(words and words in text for words in boilerplate):
            yield from cell.lines


def _strokes(line: Line, rereader: PictureRereader) -> Strokes:
    left, top, right, bottom = rereader.picture.rect(line.box)
    return level_strokes(rereader.picture.clean[top:bottom, left:right])


def _share(lines: list[tuple[str, Strokes]]) -> float:
    columns = sum(strokes.columns for _, strokes in lines)
    return sum(strokes.thick for _, strokes in lines) / columns if columns >= _LEAST_COLUMNS else 0.0


def _columns(lines: list[tuple[str, Strokes]]) -> float:
    """Columns of level stroke for each character and dot of its height."""
    return sum(s.columns for _, s in lines) / max(1, sum(s.height * len(text) for text, s in lines))
