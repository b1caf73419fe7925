"""The marks of a tick-box row: boxes of all kinds, brackets, strokes, and what is put in the place of a box."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

EMPTY_BOXES: Final = "□☐◻◽▢▫❏❐❑❒○◯〇⬜囗"
_TICKED_BOXES: Final = "☑■●▣◼◾▪⬛⊠☒🗹🗷◉⦿✅▇█◙"
_CROSSED: Final = "☒⊠🗷"
STROKES: Final = "√✓✔∨✅"
CROSSES: Final = "×✗✘✕✖╳Xx"
_INSIDE: Final = f"[{STROKES}{CROSSES}{EMPTY_BOXES}{_TICKED_BOXES}Vv*1 _\\n]"
MARK: Final = re.compile(
    rf"(?P<bracket>[\[(]{_INSIDE}{{0,4}}[\])])|(?P<box>[{EMPTY_BOXES}{_TICKED_BOXES}])"
    rf"|(?P<stroke>[{STROKES}])|(?P<cross>[×✗✘✕✖╳])"
)
#: What is typed in the place of a box to tick it, and of which boxes.
_STAND_INS: Final = {"V": EMPTY_BOXES + "[(", "v": EMPTY_BOXES + "[(", "◎": "○◯〇", "⊙": "○◯〇"}

#: What forms print on how to tick: （请在对应方框内打√）, 注：在□内划“√”. Its mark and its box are nobody's.
_HOW_TO_TICK: Final = re.compile(
    r"[(\[][^()\[\]\n]{0,20}[打划画填标][ ]?[\"“'‘]?(?:[√✓✔∨☑vV×]|勾|对号)[^()\[\]\n]{0,12}[)\]]"
    r"|(?:注:|说明:|请)[^()\[\]\n,。;]{0,16}[打划画填标][ ]?[\"“'‘]?[√✓✔∨☑vV×][\"”'’]?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPlace:
    """Where an option's label stands in a text: `start` and `end` count characters of that text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark in a text: a box, or a stroke without one. `state` is True for a ticked one, False for an empty one, None for a
    cross."""

    start: int
    end: int
    box: bool
    state: bool | None


def find_marks(text: str, places: Sequence[OptionPlace]) -> list[Mark]:
    """The marks outside the options' labels, in reading order."""
    marks: list[Mark] = []
    for match in MARK.finditer(text):
        if any(place.start < match.end() and match.start() < place.end for place in places):
            continue
        mark = _mark(match)
        if mark is not None:
            marks.append(mark)
    return marks


def _mark(match: re.Match[str]) -> Mark | None:
    inner = match[0].strip("[]() _\n")
    if match["bracket"] is None:
        state: bool | None = match[0] in STROKES or match[0] in _TICKED_BOXES
        if match[0] in _CROSSED or match["cross"]:
            state = None
        return Mark(start=match.start(), end=match.end(), box=match["box"] is not None, state=state)
    if match[0] in ("()", "[]") or not inner:
        return Mark(start=match.start(), end=match.end(), box=True, state=False)
    states = {
        False if c in EMPTY_BOXES else None if c in CROSSES + _CROSSED else True for c in inner if not c.isspace()
    }
    merged = True if True in states else None if None in states else False
    return Mark(start=match.start(), end=match.end(), box=True, state=merged)


def typed_boxes(text: str, places: Sequence[OptionPlace]) -> str:
    """A typed text with 口 as the box it was typed for, where it stands alone."""
    alone = [i for i, c in enumerate(text) if c == "口" and _stands_alone(text, i, places)]
    return "".join("□" if i in alone else c for i, c in enumerate(text)) if alone else text


def without_blank(text: str, places: Sequence[OptionPlace], marks: Sequence[Mark], free: Collection[str]) -> list[Mark]:
    """The marks without empty brackets to write in behind the box of the last option, if that takes text."""
    behind = [mark for mark in marks if mark.start >= places[-1].end]
    blank = len(behind) > 1 and text[behind[-1].start] in "([" and _is_empty(behind[-1])
    return list(marks[:-1]) if blank and places[-1].value in free else list(marks)


def behind_mark(text: str, at: int) -> int:
    """Where a mark that stands at once behind `at` ends, if there is none behind it (其他（√）：微信小程序)."""
    own = MARK.match(text, at)
    return at if own is None or MARK.search(text, own.end()) else own.end()


def without_instructions(text: str) -> str:
    """A text, as long as before, with blanks for what the form prints on how to tick."""
    return _HOW_TO_TICK.sub(lambda found: " " * len(found[0]), text)


def in_turn(places: Sequence[OptionPlace], marks: Sequence[Mark], free: Collection[str]) -> list[int | None] | None:
    """The owners where marks and options take turns, one each: a tick in the place of a box is its option's, however near the next
    one stands. None where they do not.

    Empty brackets behind an option of `free`, which takes text, are for that text, if it has its mark before it.
    """
    own, rest = marks[: len(places)], marks[len(places) :]
    if len(places) < 2 or len(own) < len(places):
        return None
    ends = [0, *(place.end for place in places)]
    before = all(end <= m.start and m.end <= p.start for end, m, p in zip(ends, own, places, strict=False))
    starts = [*(place.start for place in places[1:]), own[-1].end]
    behind = all(p.end <= m.start and m.end <= at for p, m, at in zip(places, own, starts, strict=True))
    last = places[-1]
    written_on = before and last.value in free and all(_is_empty(m) and m.start >= last.end for m in rest)
    if not (before or behind) or (rest and not written_on):
        return None
    return [*range(len(places)), *([len(places) - 1] * len(rest))]


def with_stand_in(text: str, places: Sequence[OptionPlace], marks: Sequence[Mark]) -> list[Mark]:
    """The marks and a V or ◎ that ticks the one option whose box it replaced: where all others have theirs, alike and empty."""
    alone = stand_ins(text, places)
    looks = {text[mark.start] for mark in marks}
    if len(alone) != 1 or len(marks) != len(places) - 1 or len(looks) != 1 or not all(map(_is_empty, marks)):
        return list(marks)
    at = alone[0]
    stroke = Mark(start=at, end=at + 1, box=False, state=True)
    merged = sorted([*marks, stroke], key=lambda mark: mark.start)
    known = looks <= set(_STAND_INS[text[at]])
    return merged if known and in_turn(places, merged, ()) else list(marks)


def stand_ins(text: str, places: Sequence[OptionPlace]) -> list[int]:
    """Where a V or ◎ stands alone, which may be a tick."""
    return [i for i, c in enumerate(text) if c in _STAND_INS and _stands_alone(text, i, places)]


def _is_empty(mark: Mark) -> bool:
    return mark.box and mark.state is False


def _stands_alone(text: str, at: int, places: Sequence[OptionPlace]) -> bool:
    """Whether a letter is no part of a word. A label's letters are another word's."""
    labels = {i for place in places for i in range(place.start, place.end)}
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(text) and i not in labels]
    # In brackets it is read with them.
    return at not in labels and not any(text[i].isalnum() or text[i] in "[]()" for i in beside)
