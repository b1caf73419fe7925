"""Tick-box rows: which options are ticked, however the ticks were typed.

A row is options and marks: a box (□ ☑ ■ [x] (√)) or a bare stroke (√ ✓). Boxes stand before or after
their option; the whole row shows which. A stroke belongs to what it stands nearest to. Where the text
allows two readings nothing is chosen and `sure` is false: an option is never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Final

from pipeline.extract.symbol_fonts import symbol_text
from pipeline.extract.tick_marks import (
    MARK,
    Mark,
    OptionPlace,
    behind_mark,
    find_marks,
    in_turn,
    stand_ins,
    typed_boxes,
    with_stand_in,
    without_blank,
    without_instructions,
)
from pipeline.profile.form import Option

_MAX_TEXT: Final = 2_000
#: 是 and 否 in place of a mark: in brackets, or alone behind a colon.
_YES_OR_NO: Final = re.compile(r"(?<=[(\[])[是否](?=[)\]])|(?<=:)[是否](?!\w)|(?<=: )[是否](?!\w)")
#: A label is set wide, or wraps.
_BLANKS: Final = r"[ \t]{0,4}(?:\n[ \t]{0,4})?"
_OTHER_HINT: Final = re.compile(r"请?(?:注明|填写|说明|写明)|具体(?:类型|名称)")
#: What else stands round a tick: one reader's 【√】 is another's [√].
_BRACKETS: Final = str.maketrans("【】〔〕〖〗", "[][][]")
#: Where a line of Chinese goes on in the next.
_WRAP: Final = re.compile(r"(?<=[^\x00-\xff])\n(?=[^\x00-\xff])")
#: A remark behind the one option that was written out (微信公众号（订阅号）); nothing that takes it back.
_REMARK: Final = re.compile(r"\((?![^()]{0,9}[不非未无没否待])[^()\n]{1,12}\)")
_BLANK_BRACKETS: Final = re.compile(r"[(\[][ _]{0,30}[)\]]")
_LOOSE: Final = " \t:;,.·_-—/|()[]。、，；：\n"


class Orientation(Enum):
    """Where the row's boxes stand."""

    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TickReading:
    """What a tick-box row says.

    `ticked` are the values of all ticked options in the options' order. `other_text` is what stands behind the
    option that has an `other_key`. `sure` is false where a mark could belong to two options; it is then in no list.
    `known` are the options whose labels were found. `in_turn` tells that each has a mark of its own, all before or all behind.
    """

    ticked: tuple[str, ...] = ()
    other_text: str = ""
    sure: bool = True
    known: tuple[str, ...] = ()
    in_turn: bool = False


def find_options(text: str, options: Sequence[Option]) -> tuple[OptionPlace, ...]:
    """The options' labels in `text` in reading order, each option once, letter-spaced ones included."""
    labels = sorted(((label, option) for option in options for label in option.labels), key=lambda p: -len(p[0]))
    found: list[OptionPlace] = []
    for label, option in labels:
        if any(place.value == option.value for place in found):
            continue
        for match in _label_pattern(label).finditer(text[:_MAX_TEXT]):
            if all(match.end() <= place.start or match.start() >= place.end for place in found):
                found.append(OptionPlace(value=option.value, start=match.start(), end=match.end()))
                break
    return _without_free_text(text, tuple(sorted(found, key=lambda place: place.start)), options)


def as_brackets(text: str) -> str:
    """The text with Chinese brackets as square ones, as long as before."""
    return text.translate(_BRACKETS)


def read_ticks(text: str, options: Sequence[Option], *, typed: bool = False) -> TickReading:
    """Which of `options` are ticked in `text`. `typed` says that no reader of pictures made it: people type 口 for a box."""
    # A blank as wide as a character is two, before it is made one of the others.
    wide = symbol_text(text[:_MAX_TEXT]).replace("\u3000", "  ")
    plain = as_brackets(unicodedata.normalize("NFKC", wide))
    plain = without_instructions(plain)
    plain = _YES_OR_NO.sub(lambda found: "√" if found[0] == "是" else "□", plain)
    places = find_options(plain, options)
    if not places:
        return TickReading(sure=not plain.strip(_LOOSE))
    plain = typed_boxes(plain, places) if typed else plain
    free = {option.value for option in options if option.other_key}
    printed = without_blank(plain, places, find_marks(plain, places), free)
    marks = with_stand_in(plain, places, printed)
    if not marks:
        return _read_unmarked(plain, places, options)
    turn = in_turn(places, marks, free)
    owners = turn or _without_strangers(plain, places, marks, _owners(plain, places, marks), options)
    strokes = any(mark.state for mark in marks)
    hits: set[str] = set()
    for mark, owner in zip(marks, owners, strict=True):
        # A cross means "this one" only where nothing in the row is ticked otherwise.
        counts = mark.state is True or (mark.state is None and not strokes)
        if counts and owner is not None:
            hits.add(places[owner].value)
    unknown = len(marks) == len(printed) and bool(stand_ins(plain, places))
    lost = any(owner is None and mark.state is not False for mark, owner in zip(marks, owners, strict=True))
    return TickReading(
        ticked=tuple(option.value for option in options if option.value in hits),
        other_text=_other_text(plain, places, marks, options),
        sure=not lost and not unknown and (bool(hits) or not _lacks_box(places, marks)),
        known=tuple(place.value for place in places),
        in_turn=bool(turn),
    )


def _lacks_box(places: Sequence[OptionPlace], marks: Sequence[Mark]) -> bool:
    """Whether some options have boxes and others none: what replaced it (V, ◎, 勾, a drawing) may be the tick."""
    return 0 < sum(mark.box for mark in marks) < len(places)


@cache
def _label_pattern(label: str) -> re.Pattern[str]:
    """Letter-spaced ones too; and with one of two equal letters behind Chinese ones, as readers of pictures join them."""
    solid = "".join(unicodedata.normalize("NFKC", label).split())
    joined = not solid[:1].isascii()
    body = re.escape(solid[:1])
    for before, character in pairwise(solid):
        body += rf"(?:{_BLANKS}{re.escape(character)})" + (
            "?" if joined and character.lower() == before.lower() else ""
        )
    edge = r"(?<![A-Za-z0-9])" if solid[:1].isascii() and solid[:1].isalnum() else ""
    return re.compile(edge + body, re.IGNORECASE)


def _without_free_text(
    text: str, places: tuple[OptionPlace, ...], options: Sequence[Option]
) -> tuple[OptionPlace, ...]:
    """Labels inside what somebody wrote behind 其他: are no options (其他：微信小程序)."""
    others = {option.value for option in options if option.other_key}
    kept: list[OptionPlace] = []
    free_until = -1
    for place in places:
        if place.start < free_until:
            continue
        kept.append(place)
        start = behind_mark(text, place.end)
        if place.value in others and text[start : start + 1] in tuple(":(："):
            free_until = _free_end(text, start)
    return tuple(kept)


def _free_end(text: str, start: int) -> int:
    ends = [match.start() for match in MARK.finditer(text, start)] + [
        match.start() for match in re.finditer(r"\n|  ", text[start:]) if match.start() > 1
    ]
    return min(ends, default=len(text))


def _orientation(places: Sequence[OptionPlace], marks: Sequence[Mark]) -> Orientation:
    """Boxes tell; where there are none, strokes say nothing about each other."""
    boxes = [mark for mark in marks if mark.box]
    first = any(box.end <= places[0].start for box in boxes)
    last = any(box.start >= places[-1].end for box in boxes)
    if first != last:
        return Orientation.BEFORE if first else Orientation.AFTER
    if first or not boxes or len(places) < 2:
        return Orientation.UNKNOWN
    # The first or the last box was replaced by a stroke.
    first = any(mark.end <= places[0].start for mark in marks)
    last = any(mark.start >= places[-1].end for mark in marks)
    if first == last:
        return Orientation.UNKNOWN
    return Orientation.BEFORE if first else Orientation.AFTER


def _owners(text: str, places: Sequence[OptionPlace], marks: Sequence[Mark]) -> list[int | None]:
    """For every mark the index of its option, None where it could be two."""
    orientation = _orientation(places, marks)
    owners: list[int | None] = [None] * len(marks)
    for gap in range(len(places) + 1):
        left_end = places[gap - 1].end if gap else 0
        right_start = places[gap].start if gap < len(places) else len(text)
        here = [i for i, mark in enumerate(marks) if mark.start >= left_end and mark.end <= right_start]
        for i in here:
            if gap == 0:
                owners[i] = 0
            elif gap == len(places):
                owners[i] = gap - 1
        if 0 < gap < len(places):
            _share(text, places, marks, here, gap, orientation, owners)
    return owners


def _without_strangers(
    text: str,
    places: Sequence[OptionPlace],
    marks: Sequence[Mark],
    owners: Sequence[int | None],
    options: Sequence[Option],
) -> list[int | None]:
    """The owners, but None for a mark behind the last option that another word stands before, where that option has its box: the
    word may be an option that is not known. Behind the option with free text such a word is that text."""
    last = len(places) - 1
    free = {option.value for option in options if option.other_key}
    behind = [mark for mark in marks if mark.start >= places[last].end]
    if places[last].value in free or not behind or not behind[0].box:
        return list(owners)
    beyond = {mark.start for mark in behind if any(map(str.isalpha, text[behind[0].end : mark.start]))}
    return [None if mark.start in beyond else owner for mark, owner in zip(marks, owners, strict=True)]


def _share(
    text: str,
    places: Sequence[OptionPlace],
    marks: Sequence[Mark],
    here: Sequence[int],
    gap: int,
    orientation: Orientation,
    owners: list[int | None],
) -> None:
    """Marks between two options belong to the one before (gap - 1) or the one behind (gap)."""
    boxes = [i for i in here if marks[i].box]
    if len(boxes) == 2:
        owners[boxes[0]], owners[boxes[1]] = gap - 1, gap
    elif len(boxes) == 1:
        owners[boxes[0]] = _by_orientation(orientation, gap)
        if orientation is Orientation.UNKNOWN:
            owners[boxes[0]] = _nearer(text, places, marks, here, boxes[0], gap, owners)
    for i in here:
        if marks[i].box:
            continue
        owner = _nearer(text, places, marks, here, i, gap, owners)
        if owner is None and not boxes:
            owner = _by_orientation(orientation, gap)
        owners[i] = owner


def _by_orientation(orientation: Orientation, gap: int) -> int | None:
    return {Orientation.AFTER: gap - 1, Orientation.BEFORE: gap, Orientation.UNKNOWN: None}[orientation]


def _nearer(
    text: str,
    places: Sequence[OptionPlace],
    marks: Sequence[Mark],
    here: Sequence[int],
    index: int,
    gap: int,
    owners: Sequence[int | None],
) -> int | None:
    """The owner of whichever neighbour (option or box) stands nearer to a mark; None when both stand alike."""
    mark, at = marks[index], here.index(index)
    left, left_owner = places[gap - 1].end, gap - 1
    if at > 0:
        left, left_owner = marks[here[at - 1]].end, _or(owners[here[at - 1]], gap - 1)
    right, right_owner = places[gap].start, gap
    if at + 1 < len(here):
        right, right_owner = marks[here[at + 1]].start, _or(owners[here[at + 1]], gap)
    before, after = _distance(text[left : mark.start]), _distance(text[mark.end : right])
    if text[mark.start] in "([" and text[left : mark.start] == " ":
        before = 0  # people set a blank before a bracket that belongs to the word before it
    if left == places[gap - 1].end and text[left : mark.start].lstrip().startswith(":"):
        return left_owner  # 微信公众账号：√ says what the option is, however far from it
    if left_owner == right_owner:
        return left_owner
    if before == after:
        # Brackets without a blank round them belong to the word before them.
        alone = len(marks) == 1 and text[mark.start] in "([" and left == mark.start
        return left_owner if alone else None
    return left_owner if before < after else right_owner


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _distance(between: str) -> int:
    """Blanks count one, a new line as much as many; other characters (words written there) as two."""
    return sum(100 if c == "\n" else 10 if c == "\t" else 1 if c.isspace() else 2 for c in between)


def _read_unmarked(text: str, places: Sequence[OptionPlace], options: Sequence[Option]) -> TickReading:
    """No marks at all: one option written out alone is the answer; the printed row of options is none."""
    rest = "".join(c for i, c in enumerate(text) if not any(p.start <= i < p.end for p in places))
    other = _other_text(text, places, (), options)
    known = tuple(place.value for place in places)
    alone = len(places) == 1 and len(options) > 1
    is_other = alone and any(option.value == known[0] and option.other_key for option in options)
    if alone and (is_other or not _REMARK.sub("", rest, count=1).strip(_LOOSE)):
        return TickReading(ticked=known, other_text=other, known=known)
    return TickReading(other_text=other, sure=not rest.strip(_LOOSE), known=known)


def _other_text(text: str, places: Sequence[OptionPlace], marks: Sequence[Mark], options: Sequence[Option]) -> str:
    """What is written behind the free option, up to the next option, without marks, hints and lines to write on."""
    others = {option.value for option in options if option.other_key}
    for index, place in enumerate(places):
        if place.value in others:
            end = places[index + 1].start if index + 1 < len(places) else len(text)
            inside = [c for i, c in enumerate(text[place.end : end], place.end) if not _marked(i, marks)]
            written = _BLANK_BRACKETS.sub("", _OTHER_HINT.sub("", _WRAP.sub("", "".join(inside))))
            rest = " ".join(written.strip(_LOOSE).split())
            return "" if len(rest) == 1 and (rest == "口" or rest.isascii()) else rest
    return ""


def _marked(position: int, marks: Sequence[Mark]) -> bool:
    return any(mark.start <= position < mark.end for mark in marks)
