"""Whether a value read from a picture may be believed.

It may when it is proved (a check digit) or read twice alike on a page that reads well (`trust.page`): by the second
reader, which is another engine, or character by character by both looks of the main reader (`ocr.characters`). What is
neither is doubtful, and a person looks. WeChat IDs have no check digit, and both readers confuse l 1 I, 0 O o and
runs of underscores, so that there an agreement proves nothing.

The engine's own figure was 0.97 to 0.999 for `he11o` in place of `hello`: it goes on as `sure`, and only what was
measured (`calibration`) makes a confidence of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from pipeline.domain.document import Box, Field
from pipeline.domain.spelling import squash
from pipeline.domain.values import is_none, is_same_as_phone
from pipeline.extract.doubts import AMENDED, INKED, NO_CELL, NO_VALUE, NOT_TWICE, UNCLEAR
from pipeline.extract.form.ditto import points_at_owner
from pipeline.extract.form.hits import MISREAD
from pipeline.extract.form.judge import Parsed, Reading, TextJudge
from pipeline.extract.form.labels import label_book
from pipeline.extract.form.values import parse_value
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.image.ticks import BOX_LIKE
from pipeline.extract.ocr.characters import least_sure
from pipeline.extract.page import Page
from pipeline.extract.trust.evidence import Evidence, judged
from pipeline.extract.trust.marks import judge_ticks
from pipeline.extract.trust.numbers import NumberJudge, is_in_digits
from pipeline.extract.trust.page import is_clear
from pipeline.extract.trust.signatures import judge_signature
from pipeline.extract.trust.strokes import KeptStrokes, kept_strokes
from pipeline.extract.trust.text import judge_text
from pipeline.extract.trust.wechat_ids import judge_wechat_id
from pipeline.extract.wechat.page_digits import PageDigits
from pipeline.extract.wechat.page_numbers import digits_on, ids_on, latin_on, more_digits_on, touching_digits_on
from pipeline.extract.wechat.proof import page_ascent, page_ells, tells_l
from pipeline.extract.words import Words, load_words
from pipeline.profile.form import FieldKind, FormSpec

_LEAST_INK_PX: Final = 30
#: Two full stops that no line was found for had 26 and 32 dots; beside 20 other values on those pages there were none.
_UNREAD_PX: Final = 12
#: The darkest spot beside values was 11 levels darker than the paper at most (541 cells of scans, photos and handwriting; one
#: more, of a WeChat ID, had 49); a full stop on a soft photo, which left no ink, 67.
_SHADE: Final = 30
#: Of each character of a label that the main reader misread.
_LABEL_SURE: Final = 0.95
#: Forms have some 30 cells, and 100 at most; squared paper makes a table of more than a thousand.
_SQUARED: Final = 200


_NUMBERS: Final = frozenset({FieldKind.ID_NUMBER, FieldKind.PHONE, FieldKind.DATE})
_WRITTEN: Final = _NUMBERS | {FieldKind.COUNT}
#: Of the cells with text, labels among them: with more of them a form was filled in by that pen, and not amended.
_FILLED_IN: Final = 0.25


class PictureJudge:
    """Judges the fields of forms that were read from pictures; see `form.judge.Judge`. One for each document."""

    def __init__(self, spec: FormSpec, words: Words | None = None) -> None:
        """`words` are those that texts by hand are likely to be made of; everyday ones where nothing is said."""
        self._spec = spec
        self._words = words or load_words()
        self._book = label_book(spec)
        self._boilerplate = spec.boilerplate
        self._others = {option.other_key for field in spec.fields for option in field.options}
        self._clear: dict[int, bool] = {}
        self._kept: dict[int, KeptStrokes] = {}
        self._digits: dict[int, PageDigits] = {}
        self._blue: dict[int, bool] = {}

    def judge(self, reading: Reading) -> Field:
        """The field with its doubt, if there is one."""
        rereader = reading.page.rereader
        if not isinstance(rereader, PictureRereader):
            return TextJudge().judge(reading)
        if reading.doubt == MISREAD and self._is_label_read(reading, rereader):
            reading = replace(reading, doubt=None)
        kind = reading.field.kind
        written = squash(str(reading.parsed.value or ""))
        if reading.field.key in self._others and written and set(written) <= BOX_LIKE:
            return judged(reading, Parsed())  # the empty box behind 其他, read as a character
        whole = not rereader.picture.coarse
        clear = whole and self._is_clear(reading.page)
        if kind is FieldKind.CHOICE:
            parsed, row = judge_ticks(reading, rereader, clear=clear)
            return judged(reading, parsed).model_copy(update={"raw": row})
        if kind is FieldKind.SIGNATURE:
            return judged(reading, judge_signature(reading, rereader, self._boilerplate, self._book, clear=clear))
        refers = points_at_owner(reading.raw, reading.field, self._spec) or _is_no_id(reading)
        if reading.parsed.value is None and not reading.parsed.candidates and not refers:
            blank = _blank(reading, rereader, clear=clear)
            if kind not in _WRITTEN or not any(line.text for line in reading.lines) or not clear:
                return blank
            return NumberJudge(self._evidence(reading, rereader, clear=clear, whole=whole)).by_hand(blank)
        if self._is_amended(reading, rereader):
            return judged(reading, reading.parsed, doubt=AMENDED)
        if kind is not FieldKind.WECHAT_ID and _has_unread_ink(reading, rereader):
            return judged(reading, reading.parsed, doubt=INKED)
        if not whole:
            kept = self._kept_on(reading.page, rereader)
            whole = all(kept.of(line, rereader) for line in reading.lines if line.text)
        evidence = self._evidence(reading, rereader, clear=clear, whole=whole)
        return judge_text(evidence, refers=True) if refers and evidence.lines else _judged_by_kind(evidence)

    def _evidence(self, reading: Reading, rereader: PictureRereader, *, clear: bool, whole: bool) -> Evidence:
        digits = partial(self._digits_on, reading.page, rereader)
        parse = partial(parse_value, reading.field, spec=self._spec)
        return Evidence(
            reading=reading, rereader=rereader, clear=clear, whole=whole, digits=digits, parse=parse, words=self._words
        )

    def _is_label_read(self, reading: Reading, rereader: PictureRereader) -> bool:
        """Whether the third reader surely reads the field's label where the main one misread a character of it."""
        cell = reading.label
        if cell is None or len(cell.lines) != 1:
            return False
        seen = rereader.third_reading(cell.lines[0].box)
        return least_sure(seen) >= _LABEL_SURE and reading.field.key in self._book.exact(seen.text)

    def _is_amended(self, reading: Reading, rereader: PictureRereader) -> bool:
        """Whether somebody changed a value by hand: struck it out, covered it, or added to it with a pen of another colour."""
        found = [line for line in reading.lines if rereader.is_amended(line.box, line.text)]
        by_hand = bool(found) and not self._digits_on(reading.page, rereader).printed
        if any(not by_hand or rereader.is_amended(line.box, line.text, by_hand=True) for line in found):
            return True
        boxes = [cell.box for cell in reading.cells if cell.box is not None]
        return any(map(rereader.has_another_ink, boxes)) and not self._is_written_in_blue(reading.page, rereader)

    def _is_written_in_blue(self, page: Page, rereader: PictureRereader) -> bool:
        """Whether so many cells of a page have blue ink beside black that it is what the form was filled in with."""
        if page.number not in self._blue:
            boxes = [cell.box for grid in page.grids for cell in grid.cells if cell.box is not None and cell.text]
            blue = sum(map(rereader.has_another_ink, boxes))
            self._blue[page.number] = blue > _FILLED_IN * len(boxes)
        return self._blue[page.number]

    def _digits_on(self, page: Page, rereader: PictureRereader) -> PageDigits:
        if page.number not in self._digits:
            self._digits[page.number] = PageDigits(
                digits=digits_on(page, rereader),
                cut_apart=partial(touching_digits_on, page, rereader),
                more=partial(more_digits_on, page, rereader),
                tells_l=lambda examples: tells_l(latin_on(page, rereader), examples),
                rises=lambda examples: page_ascent(latin_on(page, rereader), examples),
                find_ells=lambda examples: page_ells(ids_on(page, rereader), examples),
            )
        return self._digits[page.number]

    def _is_clear(self, page: Page) -> bool:
        if page.number not in self._clear:
            self._clear[page.number] = is_clear(page, self._book)
        return self._clear[page.number]

    def _kept_on(self, page: Page, rereader: PictureRereader) -> KeptStrokes:
        if page.number not in self._kept:
            self._kept[page.number] = kept_strokes(page, self._book, rereader, self._boilerplate)
        return self._kept[page.number]


def _is_no_id(reading: Reading) -> bool:
    """Whether a WeChat field answers in words (同手机号, 无): readers of text tell, and no ink has to prove an l."""
    return reading.field.kind is FieldKind.WECHAT_ID and (is_same_as_phone(reading.raw) or is_none(reading.raw))


def _judged_by_kind(evidence: Evidence) -> Field:
    kind = evidence.reading.field.kind
    if not evidence.lines:
        return evidence.doubted(NOT_TWICE)
    if kind is FieldKind.WECHAT_ID:
        return judge_wechat_id(evidence)
    if kind in _NUMBERS or (kind is FieldKind.COUNT and is_in_digits(evidence.reading.raw)):
        return NumberJudge(evidence).judged()
    return judge_text(evidence)


def _blank(reading: Reading, rereader: PictureRereader, *, clear: bool) -> Field:
    """Blank only where there is no ink; what was read but means nothing is for a person.

    So is a blank that may not be one, where the page is not clear: a rule seen in the middle of a line hides its ink.
    """
    if reading.parsed.doubt is not None or reading.raw.strip():
        return judged(reading, reading.parsed, doubt=NO_VALUE)
    boxes = [cell.box for cell in reading.cells if cell.box is not None]
    if reading.field.labels and any(len(grid.cells) > _SQUARED for grid in reading.page.grids):
        return judged(reading, reading.parsed, doubt=NO_CELL)  # a square of the paper beside the label
    if reading.field.labels and not boxes and not reading.inline:
        return judged(reading, reading.parsed, doubt=NO_CELL)  # beyond a border that is gone
    if reading.field.labels and any(rereader.ink_px(box) >= _LEAST_INK_PX for box in boxes):
        return judged(reading, reading.parsed, doubt=INKED)
    if reading.field.required and not clear:
        return judged(reading, reading.parsed, doubt=UNCLEAR)
    return judged(reading, reading.parsed)


def _has_unread_ink(reading: Reading, rereader: PictureRereader) -> bool:
    """Whether a value's cell holds more than its lines: the full stop that wrapped is too small to be found as a line."""
    boxes = [(cell.box, [line.box for line in cell.lines]) for cell in reading.cells if cell.box is not None]
    return any(
        rereader.ink_beside_px(box, lines) >= _UNREAD_PX
        or (_is_full(box, lines, rereader) and rereader.shade_beside(box, lines) >= _SHADE)
        for box, lines in boxes
    )


def _is_full(cell: Box, lines: Sequence[Box], rereader: PictureRereader) -> bool:
    """Whether a cell's last line leaves no room for a full stop, so that one may have wrapped."""
    if not lines:
        return False
    _, top, right, bottom = rereader.picture.rect(max(lines, key=lambda line: line[3]))
    return rereader.picture.rect(cell)[2] - right < bottom - top
