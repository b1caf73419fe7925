"""Emblem sides of ID cards on a page, and the area a side covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.extract.paper.sheet import Sheet
from pipeline.extract.paper_geometry import Piece, fold_label, is_near
from pipeline.extract.paper_labels import CARD_TITLE

#: Of a card's width: its number's, where that begins, and how far below the card's top it stands (GA 448).
NUMBER_WIDTH: Final = 0.53
NUMBER_LEFT: Final = 0.34
CARD_TOP: Final = 0.53
_BACK_ORDER: Final = {"title": 0, "authority": 1, "valid_until": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a card: the area it covers, in page units, and the pieces that told."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, piece: Piece) -> bool:
        return self.x0 <= piece.centre <= self.x1 and self.y0 <= piece.middle <= self.y1

    def distance(self, other: Side) -> float:
        """Squared distance of the middles; beside each other counts as much as below."""
        across = (self.x0 + self.x1 - other.x0 - other.x1) / 2
        down = (self.y0 + self.y1 - other.y0 - other.y1) / 2
        return across * across + down * down


def find_backs(sheet: Sheet) -> tuple[Side, ...]:
    """Emblem sides: at least two of 居民身份证, 签发机关 and 有效期限 close together."""
    titles = [("title", piece) for piece in sheet.others if _is_card_title(piece.text)]
    marks = [(m.label.key, m.piece) for m in sheet.marked if m.label.key in ("authority", "valid_until")]
    backs: list[Side] = []
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
        elif keys == {"title"} and any(_is_state_above(piece, first) for piece in sheet.others):
            backs.append(_titled_area(first))
    return tuple(backs)


def _is_card_title(text: str) -> bool:
    folded = fold_label(text).removeprefix("中华人民共和国").removeprefix("临时")
    return is_near(folded, CARD_TITLE) or folded in ("港澳居民居住证", "台湾居民居住证")


def _on_one_back(above: Piece, piece: Piece, titled: bool) -> bool:
    down = piece.middle - above.middle
    reach = 9 * max(above.height, piece.height) if titled else 4.5 * piece.height
    return 0 < down < reach and piece.x0 < above.x1 + 2 * piece.height and piece.x1 > above.x0 - 6 * piece.height


def _is_state_above(piece: Piece, title: Piece) -> bool:
    """Whether 中华人民共和国 stands over a card's title, of which small labels are all unreadable."""
    near = 0 < title.middle - piece.middle < 2.5 * title.height and piece.x0 < title.x1 and piece.x1 > title.x0
    return near and fold_label(piece.text) == "中华人民共和国"


def _titled_area(title: Piece) -> Side:
    """The side of which only the title was read: as far as its lines reach (GA 448)."""
    height = title.height
    return Side(
        x0=title.x0 - 4 * height, y0=title.y0 - 3 * height, x1=title.x1 + 2 * height, y1=title.y1 + 5.5 * height
    )


def _back_area(group: Sequence[Piece], *, whole: bool) -> Side:
    """`whole`: the lowest label was seen; else the line below the lowest that was is the side's too."""
    height = min(piece.height for piece in group)
    x0, x1 = min(piece.x0 for piece in group), max(piece.x1 for piece in group)
    y0, y1 = min(piece.y0 for piece in group), max(piece.y1 for piece in group)
    return Side(
        x0=x0 - 3 * height,
        y0=y0 - 3 * height,
        x1=max(x1, x0 + 16 * height) + height,
        y1=y1 + (1 if whole else 3) * height,
    )
