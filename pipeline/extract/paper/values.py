"""What belongs to a label: what stands behind it on its row, and the lines below that go on with it.

A value is not to lose a line, nor to take one that is another field's: recognisers lose labels, pale ones above all, and
the text they announce then seems to go on with the value above. A line that goes on begins in the value's column, is no
longer than the line before, and has nothing beside it where labels stand. Where text stands that is neither clearly
part of the value nor another's, the value is `open`, and somebody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pipeline.extract.paper_geometry import Found, Marked, Piece, same_row

#: Distances in heights of a line: between pieces of one row of print, and further than any glare or fold breaks a row.
_ROW_GAP: Final = 1.6
_COLUMN_GAP: Final = 4.0
#: Detectors leave more between two lines that a blank parts.
_TOUCHING: Final = 0.3
#: What stands further right of a label, or of the one character left of it, is another column's.
_FAR: Final = 14.0
_FAR_FROM_FRAGMENT: Final = 8.0
#: Two lines of one value stand further apart; boxes found twice for one line do not.
_STACKED: Final = 0.3
#: What stands behind 类型, below a name: where that label was not seen it is the name's next line as little.
_KIND_OF_BODY: Final = re.compile(
    r"个体工商户$|(?:其他)?(?:有限责任公司|股份有限公司)(?:分公司)?\((?:自然人|法人|非上市|国有|外)"
)
#: Confidence of what is read in patterns and portraits.
_NOISE: Final = 0.6
#: So many lines that begin where another does are a column, and in heights how far apart they do. Notes beside a code
#: certificate's values were eight.
_COLUMN: Final = 3
_BEGIN_ALIKE: Final = 0.5
#: Room between a line and the one that goes on with it.
_LINE_GAP: Final = 0.6
#: How far lines of one column begin or end apart.
_RAGGED: Final = 1.5
#: Lines of one value begin no further apart, unless one lost its first character, which was 0.89 of a line's height: of
#: 大厂镇 that wrapped before 厂 this one was not found, and 大镇 believed. A slope of five degrees makes 0.12.
_INDENT: Final = 0.6
#: The same where the value's beginning is reckoned from a line it shares with its label, whose characters may be spread.
_RECKONED: Final = 4.5
#: A line may end so far before its column does: a number too long for the rest of the line is not broken.
_UNBROKEN: Final = 4.5


def find_value(
    mark: Marked, marked: Sequence[Marked], others: Sequence[Piece], *, columns: bool = False
) -> Found | None:
    """What stands behind a label: in its own piece or on its row, with the lines it wraps into. None when nothing does.

    `columns`: the values of labels that stand below each other wrap at one width, so that a line ending before it is the last.
    """
    row, is_broken = _row_values(mark, marked, others)
    if not row:
        return None
    rows, is_open = _with_wrapped(mark, row, marked, others)
    pieces = tuple(piece for line in rows for piece in line)
    if len(rows) > 1 and not is_open:
        starts = [line[0] for line in (rows if mark.rest is None else rows[1:])]
        is_open = begin_apart(starts) or (columns and _ends_early(mark, rows, marked, others))
    is_open = is_open or any(_is_cut_between(*pair) for line in rows for pair in pairwise(line))
    return Found(text="".join(piece.text for piece in pieces), pieces=pieces, open=is_broken or is_open)


def _is_cut_between(one: Piece, other: Piece) -> bool:
    """Whether of two neighbours in a row a character may be read in both, or in neither.

    Their boxes share most of one (of 所 and the half of 河 that its box showed 所执 was read, and 执河北省… believed), or touch, as
    where the fold of a paper was taken for a rule that cuts a line.
    """
    return one.line is not other.line and other.x0 - one.x1 < _TOUCHING * min(one.height, other.height)


def begin_apart(lines: Sequence[Piece]) -> bool:
    """Whether of the lines of a value, given by their first pieces, one seems to lack its first character."""
    lefts = [line.x0 for line in lines]
    return max(lefts) - min(lefts) > _INDENT * min(line.height for line in lines)


def find_below(mark: Marked, others: Sequence[Piece]) -> Piece | None:
    """The nearest piece right under a label, starting near its left side."""
    piece = mark.piece
    below = [
        o
        for o in others
        if piece.middle < o.y0 + 0.3 * o.height
        and o.y0 - piece.y1 < 1.2 * piece.height
        and o.x0 < piece.x1
        and o.x1 > piece.x0
    ]
    return min(below, key=lambda o: o.y0, default=None)


def _row_values(mark: Marked, marked: Sequence[Marked], others: Sequence[Piece]) -> tuple[list[Piece], bool]:
    """The pieces behind a label on its row, and whether more stand behind a gap that a line of print does not have."""
    piece = mark.piece
    nexts = (m.piece for m in marked if m is not mark)
    stop = min((p.x0 for p in nexts if _is_right(p, piece) and same_row(p, piece)), default=float("inf"))
    right = sorted(
        (o for o in others if _is_right(o, piece) and same_row(o, piece) and o.x0 < stop), key=lambda o: o.x0
    )
    values = [mark.rest] if mark.rest is not None else []
    right, is_crossed = _one_row(right, piece)
    reach = _FAR if len(mark.printed) > 1 else _FAR_FROM_FRAGMENT
    if not values and right and right[0].x0 - piece.x1 > reach * piece.height:
        right, is_crossed = (right, True) if len(mark.printed) > 1 else ([], False)
    for other in right:
        last = values[-1] if values else None
        if last is not None and other.x0 - last.x1 > _ROW_GAP * last.height:
            near = other.x0 - last.x1 < _COLUMN_GAP * last.height and (other.line.confidence or 1.0) > _NOISE
            return values, near and not _begins_a_column(other, others)
        values.append(other)
    return values, is_crossed


def _one_row(right: Sequence[Piece], piece: Piece) -> tuple[list[Piece], bool]:
    """Of pieces one below another, which a slope brings to one row, the one nearest to the label's; and whether that is not the
    upper one, so that nobody knows which is the first."""
    kept: list[Piece] = []
    is_crossed = False
    for other in right:
        last = kept[-1] if kept else None
        if last is None or not _is_stacked(last, other):
            kept.append(other)
            continue
        nearest = min((last, other), key=lambda p: abs(p.middle - piece.middle))
        is_crossed = is_crossed or nearest.middle > min(last.middle, other.middle)
        kept[-1] = nearest
    return kept, is_crossed


def _begins_a_column(piece: Piece, others: Sequence[Piece]) -> bool:
    """Whether other lines begin where a piece does: it is one of the notes beside a certificate, and more of no value."""
    alike = [o for o in others if o is not piece and abs(o.x0 - piece.x0) < _BEGIN_ALIKE * piece.height]
    return sum(not same_row(o, piece) for o in alike) >= _COLUMN


def _is_stacked(one: Piece, other: Piece) -> bool:
    """Whether two pieces share more than a character's width, at different heights."""
    height = min(one.height, other.height)
    return min(one.x1, other.x1) - max(one.x0, other.x0) > height and abs(one.middle - other.middle) > _STACKED * height


def _is_right(other: Piece, piece: Piece) -> bool:
    return other.x0 > piece.x0 and other.centre > piece.x1 - 0.3 * piece.height


def _with_wrapped(
    mark: Marked, row: list[Piece], marked: Sequence[Marked], others: Sequence[Piece]
) -> tuple[list[list[Piece]], bool]:
    """`row` with the rows below that go on with it, and whether something stands there that may."""
    rows, height = [row], row[0].height
    start, spare = row[0].x0, _RAGGED if mark.rest is None else _RECKONED
    left = max(start - _RAGGED * height, mark.piece.x0 + height)
    while True:
        last = rows[-1]
        below = _row_below(last, left, height, others)
        if not below:
            return rows, _label_goes_on(mark, last, (start - _RAGGED * height, start + spare * height), marked, others)
        first = below[0]
        if _KIND_OF_BODY.match(first.text):
            return rows, False
        beside = [m for m in marked if _is_beside(m.piece, first, mark)]
        if beside:
            return rows, any(first.x0 < _end_of(m) - _INDENT * height for m in beside)
        if any(_is_part_of_label(o, first, mark) for o in others):
            return rows, False
        line = list(_adjacent(below))
        fits = first.x0 < start + spare * height and all(0.6 < piece.height / height < 1.6 for piece in line)
        ends = line[-1].x1 < last[-1].x1 + _RAGGED * height
        if not fits or not ends or any(_is_beside(o, first, mark) for o in others if o.x1 < first.x0 + 0.5 * height):
            return rows, True
        if len(line) < len(below) and below[len(line)].x0 < last[-1].x1:
            return [*rows, line], True
        rows.append(line)
        start, spare, left = first.x0, _RAGGED, first.x0 - _RAGGED * height


def _row_below(last: Sequence[Piece], left: float, height: float, others: Sequence[Piece]) -> list[Piece]:
    """The nearest row under a line of the value, of what begins under it."""
    under = [
        other
        for other in others
        if left <= other.x0 < last[-1].x1
        and other.middle > last[0].middle + 0.4 * height
        and other.y0 - last[0].y1 <= _LINE_GAP * height
        and 0.45 < other.height / height < 2.2
    ]
    first = min(under, key=lambda other: other.y0, default=None)
    return [] if first is None else sorted((o for o in under if o is first or same_row(o, first)), key=lambda o: o.x0)


def _adjacent(row: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces of a row up to the first gap."""
    last = row[0]
    for piece in row:
        if piece.x0 - last.x1 > _ROW_GAP * last.height:
            return
        yield piece
        last = piece


def _is_beside(label: Piece, other: Piece, mark: Marked) -> bool:
    """Whether what stands where labels of the column do is on the row of `other`, which then is its value."""
    near = mark.piece.x0 - 4 * label.height < label.x0 < other.x0
    return label not in (mark.piece, other) and near and same_row(label, other)


def _end_of(mark: Marked) -> float:
    """Where a label ends: what begins before is no value of its, though it seems to stand on its row (the 号 of an address, wrapped
    alone, close above 公民身份号码)."""
    return mark.piece.x1 if mark.rest is None else mark.rest.x0


def _is_part_of_label(piece: Piece, other: Piece, mark: Marked) -> bool:
    """Whether a short piece is what was read of a label whose value `other` is: it begins, or ends, where the label above does."""
    near = 0.8 * piece.height
    own = mark.piece if mark.rest is None else replace(mark.piece, x1=float("-inf"))
    aligned = abs(piece.x0 - own.x0) < near or abs(piece.x1 - own.x1) < near
    return aligned and piece.x1 < other.x0 + near and same_row(piece, other)


def _label_goes_on(
    mark: Marked,
    last: Sequence[Piece],
    starts: tuple[float, float],
    marked: Sequence[Marked],
    others: Sequence[Piece],
) -> bool:
    """Whether what was taken for a label stands under the value, first in its column: (经营场所与住所相同) ends an address."""
    height = last[0].height
    under = [
        m.piece
        for m in marked
        if m is not mark
        and len(m.printed) > 1
        and max(starts[0], mark.piece.x0 + _RAGGED * height) < m.piece.x0 < starts[1]
        and m.piece.middle > last[0].middle + 0.4 * height
        and m.piece.y0 - last[0].y1 <= _LINE_GAP * height
    ]
    before = (*(m.piece for m in marked), *others)
    return any(not any(_is_beside(other, piece, mark) for other in before) for piece in under)


def _is_far(value: Piece, label: Piece) -> bool:
    """Whether what stands on a label's row is another column's: notes beside 统一社会信用代码, whose number stands below."""
    return value.x0 - label.x1 > _FAR * label.height


def _ends_early(
    mark: Marked, rows: Sequence[Sequence[Piece]], marked: Sequence[Marked], others: Sequence[Piece]
) -> bool:
    """Whether a line that seems to go on ends well before the column of values does."""
    height = rows[0][0].height
    column = [m for m in marked if m is not mark and abs(m.piece.x0 - mark.piece.x0) < _RAGGED * height]
    rows_beside = ((m.piece, _row_values(m, marked, others)[0]) for m in column)
    ends = [values[-1].x1 for label, values in rows_beside if values and not _is_far(values[0], label)]
    right = max((*ends, *(line[-1].x1 for line in rows)))
    return any(line[-1].x1 < right - _UNBROKEN * height for line in rows[:-1])
