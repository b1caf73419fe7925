"""Labels and values where there is no table: "label：value" in lines, or a value right of or below its label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.doubts import joined
from pipeline.extract.form.hits import APART, Break, Hit, Mark, SectionMark
from pipeline.extract.form.labels import LEAST_WHOLE, TEXT_READERS, LabelBook
from pipeline.extract.page import Line, Page
from pipeline.profile.form import FieldKind, FormSpec

_SAME_ROW: Final = 0.5
#: Lines of one value are no further apart, in line heights.
_CLOSE: Final = 0.8
#: People leave room for their name.
_SIGNED: Final = 3.0
#: And their boxes overlap by no more than this.
_OVERLAP: Final = 0.3
#: More than the rest of a number that was broken.
_LONGEST_REST: Final = 12
_LINE: Final = " _\t\n\u3000"
#: A value below its label stands in the next row, in line heights.
_NEXT: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A line that is no label."""

    line: Line
    row: int


class LineSearch:
    """Finds the labels in a page's lines, in reading order."""

    def __init__(self, page: Page, book: LabelBook, spec: FormSpec) -> None:
        self._page = page
        self._book = book
        self._placed = page.width > 0
        # Of a picture's lines the boxes are only about as high as the print; of a PDF what is even was told by `open_cells`.
        self._evenly = _OVERLAP if page.photograph is not None or page.typeset is not None else -_OVERLAP
        self._choices = {field.key for field in spec.fields if field.kind is FieldKind.CHOICE}
        self._signatures = {field.key for field in spec.fields if field.kind is FieldKind.SIGNATURE}
        self._numbers = {field.key for field in spec.fields if field.kind is FieldKind.FILING_NUMBER}
        self._wrapping = {field.key for field in spec.fields if field.kind in (FieldKind.TEXT, FieldKind.SIGNATURE)}

    def marks(self, lines: Sequence[Line]) -> Iterator[Mark]:
        """Every label, section label and heading."""
        found: list[Mark] = []
        open_hit: tuple[Hit, int] | None = None
        left_over: list[Line] = []
        texts: list[Line] = []
        last: Line | None = None
        for row, line in self._rows(lines):
            for token in self._tokens(line, row):
                if isinstance(token, Hit) and open_hit is not None and self._is_nearer(open_hit[0], last, token):
                    token = replace(token, doubt=token.doubt or APART)
                grown = self._next(open_hit, token, row)
                last = token.line if isinstance(token, _Text) and grown is not None and grown[1] == row else None
                if isinstance(token, _Text):
                    texts.append(token.line)
                    left_over += [token.line] if grown is None else []
                if open_hit is not None and (grown is None or isinstance(token, Hit)):
                    found.append(self._closed(open_hit[0], token))
                if isinstance(token, SectionMark | Break):
                    found.append(token)
                open_hit = grown
        if open_hit is not None:
            found.append(open_hit[0])
        marks = self._continued(found, left_over, texts) if self._placed else iter(found)
        yield from (self._headed(mark, left_over) if isinstance(mark, Hit) else mark for mark in marks)

    def _next(self, open_hit: tuple[Hit, int] | None, token: Mark | _Text, row: int) -> tuple[Hit, int] | None:
        """The label whose value may go on behind a token, None where that ends it."""
        if isinstance(token, _Text):
            return self._extended(open_hit, token)
        return (token, row) if isinstance(token, Hit) else None

    def _is_nearer(self, open_hit: Hit, last: Line | None, following: Hit) -> bool:
        """Whether the last line of a value stands as near to the next label as to the line before it: a label in the middle of
        its row, or at its foot, stands lower than the first line of its value."""
        lines = open_hit.lines
        if not self._placed or last is None or len(lines) < 2 or lines[-1] is not last:
            return False
        below, above = following.lines[0].box[1] - last.box[3], last.box[1] - lines[-2].box[3]
        return below < above + self._evenly * (last.box[3] - last.box[1])

    def _closed(self, hit: Hit, token: Mark | _Text) -> Mark:
        """A label that nothing more belongs to; one of a section too (管理员), with another label next, names the section."""
        section = self._book.section(hit.label) if isinstance(token, Hit) and not (hit.inline or "").strip() else None
        return hit if section is None else SectionMark(section=section)

    def _continued(self, marks: Sequence[Mark], left_over: Iterable[Line], texts: Sequence[Line]) -> Iterator[Mark]:
        """The marks; a value with text close below it that belongs to nobody goes on there, as in a column without rules."""
        rest = list(left_over)
        labels = [mark.lines[0] for mark in marks if isinstance(mark, Hit)]
        unlabelled = [line for line in texts if not any(_same_row(line, label) for label in labels)]
        for mark in marks:
            grown = self._filled_below(mark, rest, texts, unlabelled) if isinstance(mark, Hit) else mark
            while isinstance(grown, Hit) and (below := next(filter(partial(self._goes_on, grown), rest), None)):
                rest.remove(below)
                doubt = grown.doubt if grown.doubt and APART in grown.doubt else joined((grown.doubt, APART))
                text = f"{grown.inline}\n{below.text}"
                grown = replace(grown, lines=(*grown.lines, below), inline=text, doubt=doubt)
            yield grown

    def _goes_on(self, hit: Hit, line: Line) -> bool:
        signs = not self._signatures.isdisjoint(hit.keys)
        return _goes_on(hit, line, _SIGNED if signs else _CLOSE)

    def _headed(self, hit: Hit, left_over: Iterable[Line]) -> Hit:
        """A value with text close above it that belongs to nobody may begin there: its label stands at the foot of its row."""
        if not self._placed or not (hit.inline or "").strip():
            return hit
        own = hit.lines[1] if len(hit.lines) > 1 else hit.lines[0]
        above = any(line not in hit.lines and _stands_on(line, own) for line in left_over)
        return replace(hit, doubt=joined((hit.doubt, APART))) if above and APART not in (hit.doubt or "") else hit

    def _filled_below(self, hit: Hit, rest: list[Line], texts: Iterable[Line], unlabelled: Iterable[Line]) -> Hit:
        """A label without a value, with the text below it that belongs to nobody: where labels head columns without any rule, all
        of them seemed blank. Of text that was taken for another label's value nobody knows whose it is."""
        if (hit.inline or "").strip() or not (
            any(_heads(hit, line) for line in texts) or any(_is_next(hit, line) for line in unlabelled)
        ):
            return hit
        hit = replace(hit, doubt=joined((hit.doubt, APART)))
        below = next((line for line in rest if _heads(hit, line)), None)
        if below is None:
            return hit
        rest.remove(below)
        doubt = joined((hit.doubt, below.doubt))
        return replace(hit, lines=(*hit.lines, below), inline=below.text, doubt=doubt)

    def inline_marks(self, lines: Iterable[Line]) -> Iterator[Hit]:
        """Only "label：value", for lines beside a table (编号：… above it)."""
        for line in lines:
            for item in self._book.inline(line.text):
                if item.keys and "\n" not in line.text:
                    yield self._hit(line, item.keys, item.label + item.hint, item.value)

    def _rows(self, lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
        """Lines with the number of their row, left to right within it."""
        if not self._placed:
            yield from enumerate(lines)
            return
        rows: list[list[Line]] = []
        for line in sorted(lines, key=lambda item: item.box[1] + item.box[3]):
            if rows and _same_row(rows[-1][0], line):
                rows[-1].append(line)
            else:
                rows.append([line])
        for number, row in enumerate(rows):
            yield from ((number, line) for line in sorted(row, key=lambda item: item.box[0]))

    def _tokens(self, line: Line, row: int) -> Iterator[Mark | _Text]:
        found = self._book.inline(line.text)
        if found and self._starts(line, found[0].label):
            for item in found:
                if item.section is not None:
                    yield SectionMark(section=item.section)
                elif item.keys:
                    yield self._hit(line, item.keys, item.label + item.hint, item.value)
            return
        head, _, rest = line.text.strip().partition(" ")
        if (
            self._placed
            and rest
            and line.reader in TEXT_READERS
            and len(head) >= LEAST_WHOLE
            and self._book.exact(head)
        ):
            # Without a wall between them, label and value are told apart by the blank alone.
            yield replace(self._hit(line, self._book.exact(head), head, rest.strip()), doubt=line.doubt or APART)
            return
        keys = self._book.exact(line.text) or (() if line.reader in TEXT_READERS else self._book.near(line.text))
        section = self._book.section(line.text)
        if section is not None and not keys:
            yield SectionMark(section=section)
        elif keys and (
            len(squash(line.text)) > 1 or not self._numbers.issuperset(keys)
        ):  # 号 alone ends a label that wrapped
            yield self._hit(line, keys, line.text, "")
        elif self._book.is_title(line.text):
            yield Break(title=True)
        else:
            yield _Text(line=line, row=row)

    def _starts(self, line: Line, label: str) -> bool:
        """A label in the middle of a sentence is no label."""
        return label in line.text.strip()[: len(label) + 6]

    def _hit(self, line: Line, keys: tuple[str, ...], label: str, value: str) -> Hit:
        return Hit(page=self._page, keys=keys, label=label, lines=(line,), inline=value, doubt=line.doubt)

    def _is_rest(self, line: Line) -> bool:
        """Whether a paragraph may be the rest of a number or a date that somebody broke."""
        text = line.text.strip()
        return not self._placed and 0 < len(text) <= _LONGEST_REST and text[0].isdecimal()

    def _extended(self, open_hit: tuple[Hit, int] | None, token: _Text) -> tuple[Hit, int] | None:
        """A text after a label: its value, or more of it."""
        if open_hit is None:
            return None
        hit, row = open_hit
        filled = bool((hit.inline or "").strip())
        beside = token.row == row and self._placed
        wraps = not filled or any(key in self._wrapping for key in hit.keys) or self._is_rest(token.line)
        if not (beside or wraps) or (self._placed and not beside and not _under(hit, token.line)):
            return open_hit if beside else None
        # The boxes of a row of options stand apart from each other by nature.
        options = beside and not self._choices.isdisjoint(hit.keys)
        # A name below the printed sentence, and a date below the name.
        options |= not self._signatures.isdisjoint(hit.keys) and token.line.reader in TEXT_READERS
        doubt = APART if filled and not options else hit.doubt
        if filled and not self._placed and not (hit.inline or "").strip(_LINE):
            filled = False  # typed below the line that was to be written on
        inline = f"{hit.inline}{'   ' if beside else chr(10)}{token.line.text}" if filled else token.line.text
        lines = (*hit.lines, token.line)
        doubts = joined((doubt, token.line.doubt))
        grown = replace(hit, lines=lines, inline=inline, doubt=doubts)
        return grown, row if beside else token.row


def _same_row(first: Line, second: Line) -> bool:
    shared = min(first.box[3], second.box[3]) - max(first.box[1], second.box[1])
    return shared > _SAME_ROW * min(first.box[3] - first.box[1], second.box[3] - second.box[1])


def _goes_on(hit: Hit, line: Line, close: float) -> bool:
    """Whether a line stands within `close` heights of a line below a value's last one, and not left of where that begins."""
    if not (hit.inline or "").strip() or line.reader not in TEXT_READERS:
        return False
    last = hit.lines[-1].box
    high = min(last[3] - last[1], line.box[3] - line.box[1])
    shared = min(last[2], line.box[2]) - max(last[0], line.box[0])
    return -_OVERLAP * high < line.box[1] - last[3] < close * high and shared > 0 and line.box[0] > last[0] - 0.5 * high


def _stands_on(upper: Line, lower: Line) -> bool:
    """Whether a line stands close above another, and both begin at the same place or nearly."""
    high = min(upper.box[3] - upper.box[1], lower.box[3] - lower.box[1])
    gap = lower.box[1] - upper.box[3]
    return -_OVERLAP * high < gap < _CLOSE * high and abs(upper.box[0] - lower.box[0]) < high


def _is_next(hit: Hit, line: Line) -> bool:
    """Whether a line stands beside a label or in the row below it, wherever in that."""
    label = hit.lines[-1].box
    high = min(label[3] - label[1], line.box[3] - line.box[1])
    return -_NEXT * high < line.box[1] - label[3] < _NEXT * high


def _heads(hit: Hit, line: Line) -> bool:
    """Whether a line stands next below a label, under part of it at least."""
    label = hit.lines[-1].box
    high = min(label[3] - label[1], line.box[3] - line.box[1])
    shared = min(label[2], line.box[2]) - max(label[0], line.box[0])
    return -_OVERLAP * high < line.box[1] - label[3] < _NEXT * high and shared > 0


def _under(hit: Hit, line: Line) -> bool:
    """Whether a later line continues a value: it starts right of the label's left edge or where the value started."""
    return line.box[0] >= hit.lines[-1].box[0] - 0.01
