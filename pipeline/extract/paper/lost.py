"""Texts of licences and certificates that were not found behind their labels: offered, and always asked about.

A watermark that crosses a value takes its line along: the strip behind the label is read, and what both networks see
there is offered. Where a label was lost and its value was not, the value is known by its column and by how it ends. Without
either, a person would be asked for what stands on the page, or the sender for another picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from pipeline.domain.document import Box, Field
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.doubts import COVERED
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.paper.sheet import Sheet
from pipeline.extract.paper.trust import make_field
from pipeline.extract.paper.values import find_value
from pipeline.extract.paper_geometry import Found, Marked, Piece, find_box, same_row
from pipeline.extract.paper_labels import is_stamped_text

_NO_LABEL: Final = "证件上的此项的栏目名未读出，按位置推测，请对照图片核对"
#: In heights of the label: where the strip begins, ends at most, and what it shows above and below.
_CLEAR: Final = 0.3
_REACH: Final = 22.0
_AROUND: Final = 0.1
#: Of the characters that one network saw the other must have seen so many; of fewer than three nothing is said.
_ALIKE: Final = 0.6
_LEAST: Final = 3
#: How far lines of one column begin apart, and wrap below each other, in heights.
_RAGGED: Final = 1.0
_LINE_GAP: Final = 0.6
#: What a body's name ends with, and what an address begins with and has.
_SHAPES: Final = {
    "name": re.compile(
        r".{2,}(?:公司|分公司|合作社|工作室|事务所|服务部|营业部|经营部|门市部|维修部|中心|协会|商会|学会|学校|医院|"
        r"幼儿园|超市|商店|\(有限合伙\)|[餐饮服装花吃发杂货品]店)$"
    ),
    "address": re.compile(
        r"(?:[\u4e00-\u9fff]{1,8}[省市县区旗]).*(?:[0-9一二三四五六七八九十]+(?:号|米|室|层|组)|村|路|街|道)"
    ),
}
#: What stands behind 类型, and ends as names do.
_KIND: Final = re.compile(r"(?:其他)?(?:有限责任公司|股份有限公司|有限公司)(?:分公司)?(?:\(.*)?$")
_INNER: Final = re.compile("[、;，,。:]")


def find_lost(sheet: Sheet, key: str) -> tuple[Field, ...]:
    """The text of `key`, doubtful; none where nothing was seen that may be it."""
    marks = [mark for mark in sheet.marked if mark.label.key == key]
    return next(_covered(sheet, key, marks), None) or _unlabelled(sheet, key)


def _covered(sheet: Sheet, key: str, marks: list[Marked]) -> Iterator[tuple[Field, ...]]:
    rereader = sheet.page.rereader
    if not isinstance(rereader, PictureRereader):
        return
    for mark in marks:
        strip = _strip(sheet, mark)
        if strip is None:
            continue
        first = rereader.main_reading(strip, alphabet=None, prepared=False).text
        third = rereader.third_reading(strip).text
        if _is_alike(first, third) and not is_stamped_text(first):
            text = _without_label("".join(normalise(first).split()), mark)
            piece = _piece(sheet, mark, text, strip)
            yield (make_field(sheet.page, key, text, Found(text=text, pieces=(piece,)), doubt=COVERED, second=third),)


def _without_label(text: str, mark: Marked) -> str:
    """Without what the strip shows of a label that was not found whole: 址: behind 地."""
    ends = [spelling.removeprefix(mark.printed) for spelling in mark.label.texts if spelling.startswith(mark.printed)]
    end = max((end for end in ends if text.startswith(end)), key=len, default="")
    return text.removeprefix(end).lstrip(":;")


def _is_alike(one: str, other: str) -> bool:
    first, second = squash(one), squash(other)
    least = min(len(first), len(second))
    return least >= _LEAST and SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _strip(sheet: Sheet, mark: Marked) -> Box | None:
    """From behind a label to what stands next on its row, or where values of its column end; None where there is no room."""
    piece = mark.piece
    height = piece.height
    left = piece.x1 + _CLEAR * height
    others = (*(m.piece for m in sheet.marked if m is not mark), *sheet.others)
    beside = [o.x0 - _CLEAR * height for o in others if o.x0 > left and same_row(o, piece)]
    right = min([left + _REACH * height, sheet.page.width, *beside])
    if right - left < _LEAST * height:
        return None
    top, bottom = piece.y0 - _AROUND * height, piece.y1 + _AROUND * height
    page = sheet.page
    return left / page.width, max(0.0, top / page.height), right / page.width, min(1.0, bottom / page.height)


def _piece(sheet: Sheet, mark: Marked, text: str, strip: Box) -> Piece:
    x0, y0, x1, y1 = strip
    wide, high = sheet.page.width, sheet.page.height
    piece = replace(mark.piece, text=text, x0=x0 * wide, y0=y0 * high, x1=x1 * wide, y1=y1 * high)
    return replace(piece, line=replace(mark.piece.line, text=text, box=find_box((piece,), sheet.page)))


def _unlabelled(sheet: Sheet, key: str) -> tuple[Field, ...]:
    """The one text of the right shape that begins in a column of values and is none of another label's."""
    values = [(mark, find_value(mark, sheet.marked, sheet.others, columns=sheet.columns)) for mark in sheet.marked]
    taken = {id(piece) for _, found in values if found is not None for piece in found.pieces}
    starts = [found.pieces[0].x0 for _, found in values if found is not None]
    free = [piece for piece in sheet.others if id(piece) not in taken and not is_stamped_text(piece.text)]
    fits = [piece for piece in free if is_shaped(piece.text, key) and _is_in_column(piece, starts)]
    if len(fits) != 1:
        return ()
    pieces = tuple(_lines_from(fits[0], free)) if key == "address" else (fits[0],)
    text = "".join(piece.text for piece in pieces)
    value = "".join(normalise(text).split())
    return (make_field(sheet.page, key, value, Found(text=text, pieces=pieces), doubt=_NO_LABEL),)


def is_shaped(text: str, key: str) -> bool:
    """Whether a text ends as a body's name does, or begins as an address and has a place in it."""
    solid = "".join(normalise(text).split())
    return bool(_SHAPES[key].match(solid)) and not _KIND.match(solid) and not _INNER.search(solid)


def _is_in_column(piece: Piece, starts: list[float]) -> bool:
    return any(abs(piece.x0 - start) < _RAGGED * piece.height for start in starts)


def _lines_from(first: Piece, free: list[Piece]) -> Iterator[Piece]:
    """`first` and the lines that stand closely below it in its column."""
    last = first
    yield first
    for piece in sorted(free, key=lambda p: p.y0):
        below = piece.middle > last.middle + 0.4 * last.height and piece.y0 - last.y1 < _LINE_GAP * last.height
        if below and abs(piece.x0 - first.x0) < _RAGGED * first.height:
            yield piece
            last = piece
