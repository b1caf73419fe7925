"""A paper's lines taken apart: labels marked, everything else beside them; and the fields that stand behind labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.spelling import normalise
from pipeline.extract.page import Page
from pipeline.extract.paper.brackets import close_bracket
from pipeline.extract.paper.dates import UNLIMITED, Period, is_whole_period, parse_day, parse_period
from pipeline.extract.paper.fragments import join_fragments
from pipeline.extract.paper.gaps import close_gaps, widen_last
from pipeline.extract.paper.ink import has_ink_beside
from pipeline.extract.paper.trust import make_field, make_twice_read_field
from pipeline.extract.paper.values import find_value
from pipeline.extract.paper.wrapped import join_wrapped
from pipeline.extract.paper_geometry import (
    Found,
    Label,
    Marked,
    Piece,
    fold_label,
    join_split_labels,
    mark_labels,
    part_of,
    same_row,
)
from pipeline.extract.paper_labels import CERTIFICATE_LABELS

#: Of a label that a reader put at the head of its value.
_COLONS: Final = ":;"
#: What is read of a label's last character within its day's line (月2008年10月02日 behind 成立日期).
_LABEL_END: Final = re.compile("^[^0-9]{1,2}(?=[0-9]{4}年)")
_PERIOD: Final = re.compile("[0-9]{4}年 ?[0-9]{1,2}月 ?[0-9]{1,2}日 ?至.*$")
_ENDS_OF_TERM: Final = "期限 :;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The part of a page one paper covers. `columns`: its values wrap at one width (`find_value`)."""

    page: Page
    pieces: tuple[Piece, ...]
    marked: tuple[Marked, ...]
    others: tuple[Piece, ...]
    columns: bool

    @property
    def keys(self) -> frozenset[str]:
        """The labels that were found."""
        return frozenset(mark.label.key for mark in self.marked)

    def find(self, key: str) -> Found | None:
        """What stands behind the first label of that key which has anything behind it."""
        marks = (mark for mark in self.marked if mark.label.key == key)
        values = (find_value(mark, self.marked, self.others, columns=self.columns) for mark in marks)
        return next((value for value in values if value is not None), None)


def make_sheet(page: Page, pieces: Sequence[Piece], labels: Sequence[Label], *, columns: bool = False) -> Sheet:
    """`pieces` with `labels` found among them."""
    joined = join_split_labels(pieces, [text for label in labels for text in label.texts])
    joined = join_fragments(join_wrapped(joined, labels), labels, pieces)
    marked, others = mark_labels(joined, labels)
    return Sheet(page=page, pieces=joined, marked=marked, others=others, columns=columns)


def read_text(
    sheet: Sheet, key: str, *, find_doubt: Callable[[str], str | None] | None = None, twice: bool = True
) -> tuple[Field, ...]:
    """The text behind a label without blanks; none where it is blank. `find_doubt` says what is wrong with a value."""
    found = sheet.find(key)
    found = found if found is None else close_bracket(sheet.page, widen_last(sheet.page, close_gaps(sheet.page, found)))
    value = "" if found is None else "".join(normalise(found.text).split()).lstrip(_COLONS)
    if found is None or not fold_label(value):
        return ()
    doubt = find_doubt(value) if find_doubt is not None else None
    found = with_ink(sheet, found)
    make = make_twice_read_field if twice else make_field
    return (make(sheet.page, key, value, found, doubt=doubt),)


def with_ink(sheet: Sheet, found: Found) -> Found:
    """A value beside which ink stands that nobody read may go on there."""
    return replace(found, open=True) if not found.open and has_ink_beside(sheet.page, found, sheet.pieces) else found


def read_valid_until(sheet: Sheet, started: str | None = None) -> tuple[Field, ...]:
    """The last day of the period behind `valid_until`, None where it cannot be parsed.

    Proved when the period is unlimited, or a whole number of years that begins where the paper says; else read twice. Of
    a lone day or one without its month or day nobody knows that it is the end: 2014.07 was what was left of
    2014.07.17-2034.07.17.
    """
    found = sheet.find("valid_until") or _term_without_label(sheet)
    if found is None:
        return ()
    period = parse_period(found.text)
    if period.end is None:
        return (make_field(sheet.page, "valid_until", None, found, doubt="有效期未能识别，请对照图片核对"),)
    if period.end == UNLIMITED or _is_proved(period, started):
        return (make_field(sheet.page, "valid_until", period.end, found),)
    lone = period.lone and not any(
        mark.printed.endswith("至") for mark in sheet.marked if mark.label.key == "valid_until"
    )
    if lone or not period.is_whole_day:
        return (make_field(sheet.page, "valid_until", period.end, found, doubt="有效期可能未读全，请对照图片核对"),)
    return (make_twice_read_field(sheet.page, "valid_until", period.end, found),)


def _term_without_label(sheet: Sheet) -> Found | None:
    """The one whole period on a paper, where of its label only the last character was found, in its own line (期自2016年…), or only
    the first, before it on its row: other labels have these too, but no other value is a period."""
    spellings = [text for label in CERTIFICATE_LABELS if label.key == "valid_until" for text in label.texts]
    found: list[Piece] = []
    for piece in sheet.others:
        text = piece.text
        if is_whole_period(text.lstrip(_ENDS_OF_TERM)):
            rest = text.lstrip(_ENDS_OF_TERM)
            if rest != text or any(_begins_label(other, piece, spellings) for other in sheet.others):
                found.append(part_of(piece, len(text) - len(rest), len(text)))
    found = found or _terms_from_start(sheet)
    return Found(text=found[0].text, pieces=(found[0],)) if len(found) == 1 else None


def _terms_from_start(sheet: Sheet) -> list[Piece]:
    """Whole periods that begin on the day of foundation, whatever stands before them: what somebody wrote over their label."""
    established = sheet.find("established_on")
    day = None if established is None else parse_day(established.text)
    ends = [(piece, _PERIOD.search(piece.text)) for piece in sheet.others] if day is not None else []
    terms = [part_of(piece, end.start(), len(piece.text)) for piece, end in ends if end is not None]
    return [term for term in terms if is_whole_period(term.text) and parse_period(term.text).start == day]


def _begins_label(piece: Piece, value: Piece, spellings: Sequence[str]) -> bool:
    head = fold_label(piece.text)
    return bool(head) and piece.x1 < value.x0 and same_row(piece, value) and any(s.startswith(head) for s in spellings)


def _is_proved(period: Period, started: str | None) -> bool:
    return period.is_whole_years and started in (None, period.start)


def _behind(piece: Piece, text: str, rest: str) -> Piece:
    at = len(text) - len(rest)
    return part_of(piece, at, len(piece.text)) if piece.text.startswith(text[:at]) else piece


def read_established_on(sheet: Sheet) -> tuple[Field, ...]:
    """The day of foundation, proved when the period printed below it begins on that day; else read twice."""
    found = sheet.find("established_on")
    if found is not None and (rest := _LABEL_END.sub("", found.text)) != found.text:
        found = Found(text=rest, pieces=(_behind(found.pieces[0], found.text, rest), *found.pieces[1:]))
    day = None if found is None else parse_day(found.text)
    if found is None or day is None:
        return ()
    term = sheet.find("valid_until")
    if term is not None and parse_period(term.text).start == day:
        return (make_field(sheet.page, "established_on", day, found),)
    return (make_twice_read_field(sheet.page, "established_on", day, found),)
