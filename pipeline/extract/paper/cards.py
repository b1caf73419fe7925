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
from pipeline.domain.identifiers import check_id_number
from pipeline.domain.spelling import normalise
from pipeline.extract.page import Page
from pipeline.extract.paper.card_backs import CARD_TOP, NUMBER_LEFT, NUMBER_WIDTH, Side, find_backs
from pipeline.extract.paper.card_fields import read_back, read_front
from pipeline.extract.paper.sheet import Sheet, make_sheet
from pipeline.extract.paper_geometry import Piece, find_box, fold_label
from pipeline.extract.paper_labels import CARD_LABELS, CARD_TITLE

_ADVICE: Final = "请在光线均匀处正对证件重新拍照或扫描，四角完整、字迹清晰、不反光，然后重新发送。"
_UPPER: Final = ("sex", "nation", "birth", "address")
_NUMBER: Final = re.compile(r"[0-9OIL]{17}[0-9XO]")
_DAY: Final = re.compile(r"([0-9]{4})[年 ]+([0-9]{1,2})[月 ]+([0-9]{1,2})日?")
#: In widths of the number: where the day of birth begins beside it, and how far above it stands.
_BIRTH_LEFT: Final = (-0.36, -0.18)
_BIRTH_ABOVE: Final = (0.36, 0.7)
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
    "居住证",
    "暂住证",
    "居住地址",
    "暂住地址",
    "结婚证",
    "离婚证",
)
#: In heights of a line. Below a card's number its edge is nearer than that, and what lies below the card is not.
_FOREIGN_AROUND: Final = 1.5
#: These are ID cards in all but their title.
_COMPATRIOTS: Final = re.compile("(?:港澳|台湾)居民居住证")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReading:
    """The cards of a page and the pieces that are theirs."""

    papers: tuple[ExtractedPaper, ...]
    pieces: frozenset[Piece]


def read_cards(page: Page, pieces: Sequence[Piece]) -> CardReading:
    """Every ID card among `pieces`, with both its sides as one paper."""
    sheet = make_sheet(page, pieces, CARD_LABELS)
    backs = find_backs(sheet)
    found = _find_fronts(sheet)
    found = (*found, *_fronts_by_number(sheet, found, backs)) if backs else found
    fronts = tuple(side for side in found if not _is_foreign(side, pieces))
    pairs = _pair(fronts, backs)
    papers, used = [], set()
    for front, back in pairs:
        areas = [side for side in (front, back) if side is not None]
        own = [piece for piece in pieces if any(area.holds(piece) for area in areas)]
        used.update(own)
        papers.append(_read_card(page, own, front, back))
    return CardReading(papers=tuple(papers), pieces=frozenset(used))


def _is_foreign(side: Side, pieces: Sequence[Piece]) -> bool:
    """Whether what looks like a portrait side says what only other papers say, in it or close above and below: 居住证 stands
    over the name, and what it says more under the number."""
    around = _FOREIGN_AROUND * min((piece.height for piece in pieces if side.holds(piece)), default=0.0)
    wider = Side(x0=side.x0, y0=side.y0 - around, x1=side.x1, y1=side.y1 + around)
    text = "".join(fold_label(piece.text) for piece in pieces if wider.holds(piece))
    return any(word in _COMPATRIOTS.sub("", text) for word in _FOREIGN)


def _find_fronts(sheet: Sheet) -> tuple[Side, ...]:
    """Portrait sides, by their numbers first, then by labels that no number was read for."""
    labels = [(mark.label.key, mark.piece) for mark in sheet.marked if mark.label.key in ("name", *_UPPER)]
    numbers = [mark.piece for mark in sheet.marked if mark.label.key == "id_number"]
    for piece in sheet.others:
        if _NUMBER.search(_solid(piece)) and not any(_near_number(piece, number) for number in numbers):
            numbers.append(piece)
    sides: list[Side] = []
    for number in sorted(numbers, key=lambda piece: (piece.y0, piece.x0)):
        own = _labels_above(number, [*labels, *_births_of(number, sheet)], sides)
        named = any(mark.piece is number for mark in sheet.marked)
        told = named or any(_is_laid_out(piece, number) for piece in dict(own).values() if _day_of(piece) is not None)
        if len({key for key, _ in own} - {"name"}) >= (1 if told else 2):
            sides.append(_front_area([piece for _, piece in own], number, sheet))
    return (*sides, *_fronts_without_number(labels, sides))


def _births_of(number: Piece, sheet: Sheet) -> list[tuple[str, Piece]]:
    """Lines that are the very day which a number's digits tell, as a card prints it: they stand for the pale label 出生, and 男 or
    女 alone then for 性别. 年, 月 and 日 are as pale as labels."""
    found = _NUMBER.search(_solid(number))
    if found is None:
        return []
    day = found.group()[6:14]
    births = [("birth", piece) for piece in sheet.others if _day_of(piece) == day]
    return [*births, *(("sex", piece) for piece in sheet.others if births and piece.text in ("男", "女"))]


def _is_laid_out(birth: Piece, number: Piece) -> bool:
    """Whether the day of birth stands over the number as on a card (GA 448), where a seal hides what else tells it."""
    wide = number.x1 - number.x0
    across, up = (birth.x0 - number.x0) / wide, (number.middle - birth.middle) / wide
    return _BIRTH_LEFT[0] < across < _BIRTH_LEFT[1] and _BIRTH_ABOVE[0] < up < _BIRTH_ABOVE[1]


def _day_of(piece: Piece) -> str | None:
    day = _DAY.fullmatch(piece.text)
    return None if day is None else f"{day[1]}{int(day[2]):02d}{int(day[3]):02d}"


def _solid(piece: Piece) -> str:
    return "".join(normalise(piece.text).split()).upper()


def _near_number(piece: Piece, number: Piece) -> bool:
    """Whether a piece is the number that stands behind its label 公民身份号码."""
    return (
        abs(piece.middle - number.middle) < 1.2 * number.height
        and -number.height < piece.x0 - number.x1 < 8 * number.height
    )


def _labels_above(number: Piece, labels: Iterable[tuple[str, Piece]], sides: Sequence[Side]) -> list[tuple[str, Piece]]:
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


def _front_area(labels: Sequence[Piece], number: Piece, sheet: Sheet) -> Side:
    top, left = min(piece.y0 for piece in labels), min((*(piece.x0 for piece in labels), number.x0))
    digits = [piece for piece in sheet.others if _near_number(piece, number)]
    bottom = number.y1
    height = max(bottom - top, 6 * number.height)
    right = max([number.x1, left + 1.75 * height, *(piece.x1 for piece in digits)])
    margin = min(piece.height for piece in labels)
    first = min(labels, key=lambda piece: piece.y0)
    named = any(mark.piece is first and mark.label.key == "name" for mark in sheet.marked)
    above = margin if named else 3 * margin
    return Side(x0=left - 1.5 * margin, y0=top - above, x1=right + margin, y1=bottom + margin)


def _fronts_without_number(labels: Sequence[tuple[str, Piece]], sides: Sequence[Side]) -> tuple[Side, ...]:
    """A portrait side whose number line was lost: 姓名 with at least two of 性别, 出生, 住址 below it."""
    found: list[Side] = []
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
                Side(x0=left - 1.5 * margin, y0=name.y0 - margin, x1=left + 1.75 * (bottom - name.y0), y1=bottom)
            )
    return tuple(found)


def _fronts_by_number(sheet: Sheet, sides: Sequence[Side], backs: Sequence[Side]) -> tuple[Side, ...]:
    """Portrait sides of which nothing but the number could be read, on a page with an emblem side: small ones on photos, whose
    pale labels are gone. Else the card was one whose portrait side its sender had left out."""
    found: list[Side] = []
    behind = [mark.rest for mark in sheet.marked if mark.label.key == "id_number" and mark.rest is not None]
    for piece in (*sheet.others, *behind):
        solid = _solid(piece)
        known = any(side.holds(piece) for side in (*sides, *backs))
        if not known and _NUMBER.fullmatch(solid) and check_id_number(solid).ok:
            wide = (piece.x1 - piece.x0) / NUMBER_WIDTH
            left, top = piece.x0 - NUMBER_LEFT * wide, piece.middle - CARD_TOP * wide
            found.append(Side(x0=left, y0=top, x1=left + wide, y1=piece.y1 + piece.height))
    return tuple(found)


def _pair(fronts: Sequence[Side], backs: Sequence[Side]) -> tuple[tuple[Side | None, Side | None], ...]:
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


def _read_card(page: Page, own: Sequence[Piece], front: Side | None, back: Side | None) -> ExtractedPaper:
    shown = [piece for piece in own if front is not None and front.holds(piece)]
    behind = [piece for piece in own if piece not in shown]
    fields = (*read_front(page, shown, front), *read_back(page, behind if shown else own, shown))
    side = Field(
        key="side",
        value="front" if back is None else "back" if front is None else "both",
        source=PageBox(page=page.number, box=find_box(own, page)),
        reader=own[0].line.reader,
    )
    present = {field.key for field in fields if field.value is not None}
    missing = {"name": "姓名", "id_number": "公民身份号码"}.items() if front is not None else ()
    lost = [word for key, word in missing if key not in present]
    if front is None and not any(field.key == "valid_until" for field in fields):
        lost = ["文字"]  # of a side by its title alone nobody knows that the other is not there, just as hard to read
    found = (finding("material.unreadable", f"身份证图片上的{'和'.join(lost)}无法辨认，{_ADVICE}"),) if lost else ()
    return ExtractedPaper(
        kind=PaperKind.ID_CARD, pages=(page.number,), title=CARD_TITLE, fields=(*fields, side), findings=found
    )
