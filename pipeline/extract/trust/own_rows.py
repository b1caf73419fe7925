"""Whether strokes were kept on a page of black and white that shows each of the machine's rows once (a fine fax).

Such a page has twice the rows of a standard fax, and whether hairlines are kept hangs on the machine's threshold and
the typeface together: of one serif face 4 was 1 to all readers where the machine blackened what ink covers by half,
and nothing was lost where a third was enough. What tells is how often level strokes are two rows thick, and how many
of them there are. In a typeface whose strokes are of one thickness a few thick ones prove the others. In one with
thick and thin ones (a brush) they do not: there as many must be left as text has, or nearly half be thick.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.page import Line
from pipeline.extract.raster.strokes import OWN_ROWS_PX, Strokes, level_strokes, upright_strokes

#: Fewer dots along strokes on a page say nothing about its typeface.
_LEAST_COLUMNS: Final = 150
#: Thick among all level strokes, where there are as many columns of them for each character and dot of its height …
_HAN_SHARE: Final = 0.1
_HAN_COLUMNS: Final = 1.8
#: … and where there are fewer.
_HAN_MOST: Final = 0.4
_FIGURE_SHARE: Final = 0.22
_FIGURE_COLUMNS: Final = 0.65
#: Of upright strokes, which are thicker in most typefaces.
_UPRIGHT_SHARE: Final = 0.4
#: One line has few strokes, and is asked more mildly.
_LINE_SHARE: Final = 0.05
_LINE_COLUMNS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRows:
    """Which sorts of characters kept all their strokes on a page."""

    han: bool
    figures: bool

    def holds_of(self, line: Line, rereader: PictureRereader, *, han: bool) -> bool:
        """Whether a line's own strokes say so too; `han` if some of its characters are Chinese."""
        seen = _Measured((line,), rereader)
        return seen.share >= _LINE_SHARE and (han or seen.columns >= _LINE_COLUMNS)


def measure_own_rows(han: Iterable[Line], figures: Iterable[Line], rereader: PictureRereader) -> OwnRows:
    """Looks at all Chinese values of a page, and at all figures."""
    text, numbers = _Measured(han, rereader), _Measured(figures, rereader)
    many = text.share >= _HAN_SHARE and text.columns >= _HAN_COLUMNS
    return OwnRows(
        han=text.enough and (many or text.share >= _HAN_MOST),
        figures=numbers.enough and numbers.share >= _FIGURE_SHARE and numbers.columns >= _FIGURE_COLUMNS,
    )


class _Measured:
    """The strokes of some lines together. `columns` are of level stroke, for each character and dot of its height."""

    def __init__(self, lines: Iterable[Line], rereader: PictureRereader) -> None:
        seen = [(line.text, *_strokes(line, rereader)) for line in lines]
        level, upright = _Sum([s for _, s, _ in seen]), _Sum([s for _, _, s in seen])
        self.share = level.share
        self.columns = level.columns / max(1, sum(s.height * len(text) for text, s, _ in seen))
        self.enough = level.columns >= _LEAST_COLUMNS and upright.share >= _UPRIGHT_SHARE


class _Sum:
    def __init__(self, strokes: list[Strokes]) -> None:
        self.columns = sum(s.columns for s in strokes)
        self.share = sum(s.thick for s in strokes) / max(1, self.columns)


def _strokes(line: Line, rereader: PictureRereader) -> tuple[Strokes, Strokes]:
    own = rereader.picture.own
    assert own is not None
    left, top, right, bottom = rereader.picture.rect(line.box)
    crop = own[top:bottom, left:right]
    return level_strokes(crop, two_px=OWN_ROWS_PX), upright_strokes(crop)
