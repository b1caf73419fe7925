"""ID cards on a page: where each lies, and which sides belong together.

A portrait side is found by its number and the labels above it, an emblem side by two of its title, 签发机关 and
有效期限. Sizes are taken from the distance between the first label and the number, as the card's layout (GA 448)
is the same everywhere. Emblem sides go to the portrait side they lie nearest to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.document import ExtractedPaper, Field, PageBox, PaperKind
from pipeline.domain.finding import finding
from pipeline.domain.spelling import normalise
from pipeline.extract.page import Page
from pipeline.extract.paper_card_fields import read_back, read_front
from pipeline.extract.paper_geometry import Piece, find_box, fold_label, is_near
from pipeline.extract.paper_labels import CARD_LABELS, CARD_TITLE
from pipeline.extract.paper_sheet import Sheet, make_sheet

_ADVICE: Final = "请在光线均匀处正对证件重新拍照或扫描，四角完整、字迹清晰、不反光，然后重新发送。"
_UPPER: Final = ("sex", "nation", "birth", "address")
_NUMBER: Final = re.compile(r"[0-9OIL]{17}[0-9XO]")
_DAY: Final = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_BACK_ORDER: Final = {"title": 0, "authority": 1, "valid_until": 2}
#: What only other papers with these labels say: household registers, driving licences, permits.
_FOREIGN: Final = (
    "户主",
    "籍贯",
    "曾用名",
    "文化程度",
    "婚姻状况",
    "服务处所",
    "常住人口",
    "准驾车型",
    "驾驶证",
    "国籍",
    "领证日期",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of a card: the area it covers, in page units, and the pieces that told."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, piece: Piece) -> bool:
        return self.x0 <= piece.centre <= self.x1 and self.y0 <= piece.middle <= self.y1

    def distance(self, other: _Side) -> float:
        """Squared distance of the middles; beside each other counts as much as below."""
        across = (self.x0 + self.x1 - other.x0 - other.x1) / 2
        down = (self.y0 + self.y1 - other.y0 - other.y1) / 2
        return across * across + down * down


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReading:
    """The cards of a page and the pieces that are theirs."""

    papers: tuple[ExtractedPaper, ...]
    pieces: frozenset[Piece]


def read_cards(page: Page, pieces: Sequence[Piece]) -> CardReading:
    """Every ID card among `pieces`, with both its sides as one paper."""
    sheet = make_sheet(page, pieces, CARD_LABELS)
    fronts = tuple(side for side in _find_fronts(sheet) if not _is_foreign(side, pieces))
    backs = _find_backs(sheet)
    pairs = _pair(fronts, backs)
    papers, used = [], set()
    for front, back in pairs:
        areas = [side for side in (front, back) if side is not None]
        own = [piece for piece in pieces if any(area.holds(piece) for area in areas)]
        used.update(own)
        papers.append(_read_card(page, own, front, back))
    return CardReading(papers=tuple(papers), pieces=frozenset(used))


def _is_foreign(side: _Side, pieces: Iterable[Piece]) -> bool:
    """Whether what looks like a portrait side says what only other papers say."""
    text = "".join(fold_label(piece.text) for piece in pieces if side.holds(piece))
    return any(word in text for word in _FOREIGN)


def _find_fronts(sheet: Sheet) -> tuple[_Side, ...]:
    """Portrait sides, by their numbers first, then by labels that no number was read for."""
    labels = [(mark.label.key, mark.piece) for mark in sheet.marked if mark.label.key in ("name", *_UPPER)]
    numbers = [mark.piece for mark in sheet.marked if mark.label.key == "id_number"]
    for piece in sheet.others:
        if _NUMBER.search(_solid(piece)) and not any(_near_number(piece, number) for number in numbers):
            numbers.append(piece)
    sides: list[_Side] = []
    for number in sorted(numbers, key=lambda piece: (piece.y0, piece.x0)):
        own = _labels_above(number, [*labels, *_births_of(number, sheet)], sides)
        named = any(mark.piece is number for mark in sheet.marked)
        if len({key for key, _ in own} - {"name"}) >= (1 if named else 2):
            sides.append(_front_area([piece for _, piece in own], number, sheet))
    return (*sides, *_fronts_without_number(labels, sides))


def _births_of(number: Piece, sheet: Sheet) -> list[tuple[str, Piece]]:
    """Lines that are the very day which a number's digits tell, as a card prints it: they stand for the pale label 出生."""
    found = _NUMBER.search(_solid(number))
    if found is None:
        return []
    day = found.group()[6:14]
    return [("birth", piece) for piece in sheet.others if _day_of(piece) == day]


def _day_of(piece: Piece) -> str | None:
    day = _DAY.fullmatch(_solid(piece))
    return None if day is None else f"{day[1]}{int(day[2]):02d}{int(day[3]):02d}"


def _solid(piece: Piece) -> str:
    return "".join(normalise(piece.text).split()).upper()


def _near_number(piece: Piece, number: Piece) -> bool:
    """Whether a piece is the number that stands behind its label 公民身份号码."""
    return (
        abs(piece.middle - number.middle) < 1.2 * number.height
        and -number.height < piece.x0 - number.x1 < 8 * number.height
    )


def _labels_above(
    number: Piece, labels: Iterable[tuple[str, Piece]], sides: Sequence[_Side]
) -> list[tuple[str, Piece]]:
    """The labels of the same card: above its number, within a card's size, in no card already found."""
    reach = 18 * number.height
    own: dict[str, Piece] = {}
    for key, piece in labels:
        above = 0 < number.middle - piece.middle < reach
        # 民族 stands right of where the label 公民身份号码 ends
        beside = number.x0 - 14 * number.height < piece.x0 < number.x1 + 2 * number.height
        nearer = key not in own or own[key].middle < piece.middle
        if above and beside and nearer and not any(side.holds(piece) for side in sides):
            own[key] = piece
    return list(own.items())


def _front_area(labels: Sequence[Piece], number: Piece, sheet: Sheet) -> _Side:
    top, left = min(piece.y0 for piece in labels), min((*(piece.x0 for piece in labels), number.x0))
    digits = [piece for piece in sheet.others if _near_number(piece, number)]
    bottom = number.y1
    height = max(bottom - top, 6 * number.height)
    right = max([number.x1, left + 1.75 * height, *(piece.x1 for piece in digits)])
    margin = min(piece.height for piece in labels)
    first = min(labels, key=lambda piece: piece.y0)
    named = any(mark.piece is first and mark.label.key == "name" for mark in sheet.marked)
    above = margin if named else 3 * margin
    return _Side(x0=left - 1.5 * margin, y0=top - above, x1=right + margin, y1=bottom + margin)


def _fronts_without_number(labels: Sequence[tuple[str, Piece]], sides: Sequence[_Side]) -> tuple[_Side, ...]:
    """A portrait side whose number line was lost: 姓名 with at least two of 性别, 出生, 住址 below it."""
    found: list[_Side] = []
    free = [(key, piece) for key, piece in labels if not any(side.holds(piece) for side in sides)]
    for key, name in free:
        below = {
            k: p
            for k, p in free
            if k in ("sex", "birth", "address")
            and 0 < p.middle - name.middle < 14 * name.height
            and abs(p.x0 - name.x0) < 3 * name.height
        }
        if key == "name" and len(below) >= 2:
            last = max(below.values(), key=lambda piece: piece.y0)
            step = (last.middle - name.middle) / max(1, len(below))
            bottom = last.y1 + 3.2 * max(step, 1.5 * name.height)
            left, margin = name.x0, name.height
            found.append(
                _Side(x0=left - 1.5 * margin, y0=name.y0 - margin, x1=left + 1.75 * (bottom - name.y0), y1=bottom)
            )
    return tuple(found)


def _find_backs(sheet: Sheet) -> tuple[_Side, ...]:
    """Emblem sides: at least two of 居民身份证, 签发机关 and 有效期限 close together."""
    titles = [("title", piece) for piece in sheet.others if _is_card_title(piece.text)]
    marks = [(m.label.key, m.piece) for m in sheet.marked if m.label.key in ("authority", "valid_until")]
    backs: list[_Side] = []
    left = sorted([*titles, *marks], key=lambda item: (_BACK_ORDER[item[0]], item[1].y0))
    while left:
        key, first = left.pop(0)
        group, keys = [first], {key}
        for item in sorted(left, key=lambda item: item[1].y0):
            if item[0] not in keys and _on_one_back(group[-1], item[1], keys == {"title"}):
                group.append(item[1])
                keys.add(item[0])
                left.remove(item)
        if len(group) >= 2:
            backs.append(_back_area(group, whole="valid_until" in keys))
    return tuple(backs)


def _is_card_title(text: str) -> bool:
    folded = fold_label(text).removeprefix("中华人民共和国").removeprefix("临时")
    return is_near(folded, CARD_TITLE) or folded in ("港澳居民居住证", "台湾居民居住证")


def _on_one_back(above: Piece, piece: Piece, titled: bool) -> bool:
    down = piece.middle - above.middle
    reach = 9 * max(above.height, piece.height) if titled else 4.5 * piece.height
    return 0 < down < reach and piece.x0 < above.x1 + 2 * piece.height and piece.x1 > above.x0 - 6 * piece.height


def _back_area(group: Sequence[Piece], *, whole: bool) -> _Side:
    """`whole`: the lowest label was seen; else the line below the lowest that was is the side's too."""
    height = min(piece.height for piece in group)
    x0, x1 = min(piece.x0 for piece in group), max(piece.x1 for piece in group)
    y0, y1 = min(piece.y0 for piece in group), max(piece.y1 for piece in group)
    return _Side(
        x0=x0 - 3 * height,
        y0=y0 - 3 * height,
        x1=max(x1, x0 + 16 * height) + height,
        y1=y1 + (1 if whole else 3) * height,
    )


def _pair(fronts: Sequence[_Side], backs: Sequence[_Side]) -> tuple[tuple[_Side | None, _Side | None], ...]:
    """Each emblem side with the nearest portrait side that has none; what is left stays alone."""
    ways = sorted(
        ((f.distance(b), i, j) for i, f in enumerate(fronts) for j, b in enumerate(backs)), key=lambda way: way[0]
    )
    of_front: dict[int, int] = {}
    for _, i, j in ways:
        if i not in of_front and j not in of_front.values():
            of_front[i] = j
    whole = [(front, backs[of_front[i]] if i in of_front else None) for i, front in enumerate(fronts)]
    alone = [(None, back) for j, back in enumerate(backs) if j not in of_front.values()]
    return (*whole, *alone)


def _read_card(page: Page, own: Sequence[Piece], front: _Side | None, back: _Side | None) -> ExtractedPaper:
    shown = [piece for piece in own if front is not None and front.holds(piece)]
    behind = [piece for piece in own if piece not in shown]
    fields = (*read_front(page, shown), *read_back(page, behind if shown else own, shown))
    side = Field(
        key="side",
        value="front" if back is None else "back" if front is None else "both",
        source=PageBox(page=page.number, box=find_box(own, page)),
        reader=own[0].line.reader,
    )
    present = {field.key for field in fields if field.value is not None}
    missing = {"name": "姓名", "id_number": "公民身份号码"}.items() if front is not None else ()
    lost = [word for key, word in missing if key not in present]
    found = (finding("material.unreadable", f"身份证图片上的{'和'.join(lost)}无法辨认，{_ADVICE}"),) if lost else ()
    return ExtractedPaper(
        kind=PaperKind.ID_CARD, pages=(page.number,), title=CARD_TITLE, fields=(*fields, side), findings=found
    )
