"""A form's labels with their places become fields: text joined, parsed by kind, judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Field, PageBox, Place
from pipeline.domain.spelling import normalise, squash
from pipeline.domain.values import is_ditto, is_same_as_phone
from pipeline.extract.doubts import STAMPED, STREAKED, joined
from pipeline.extract.form.cell_labels import says_label_again
from pipeline.extract.form.hits import Hit
from pipeline.extract.form.judge import Judge, Parsed, Reading
from pipeline.extract.form.labels import TEXT_READERS, label_book
from pipeline.extract.form.sequence import Draft
from pipeline.extract.form.signature_words import signed_by
from pipeline.extract.form.values import parse_value
from pipeline.extract.form.wording import BROKEN
from pipeline.extract.form.wrapped_words import is_broken_by_width
from pipeline.extract.page import Cell
from pipeline.extract.ticks import read_ticks
from pipeline.profile.form import FieldKind, FormField, FormSpec

TWICE: Final = "表中有两处此栏，内容不同，请核对"
PICTURED: Final = "此栏是图片，无法读取文字，请核对"
SHARED: Final = "此栏与另一栏在同一格内，请核对"
UNIT: Final = "此栏标签注明了单位，数字可能未按该单位填写，请核对"
LABELLED: Final = "此栏读到的是另一栏的名称，请核对"
#: A signature's cell is the place for stamps; ticks and signatures are wider than a streak, and their ink is looked at.
_NO_MATTER: Final = {FieldKind.SIGNATURE: (STAMPED, STREAKED), FieldKind.CHOICE: (STREAKED,)}
#: Shorter labels (手机, 简介) are words of descriptions too.
_LABEL_WORD: Final = 3
#: What stands before a colon at the beginning of a line.
_HEAD: Final = re.compile(r"\s{0,20}([^\s:：][^:：\n]{0,11})[:：]")
_UNIT: Final = re.compile(r"\((?:单位 ?:? ?)?([万千百]) ?[人个名位]?\)")
_BARE_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
#: Accounts with so many times ten thousand followers are not a county's.
_MANY_UNITS: Final = 1_000
_CLAUSES: Final = re.compile(r"[\u3400-\u9fff][，,；;。、][^，,；;。、]")
_MARKS: Final = frozenset("□■☐☑☒√✓✔×✗")


class FieldReader:
    """Reads the fields of one form after the other."""

    def __init__(self, spec: FormSpec, judge: Judge) -> None:
        self._spec = spec
        self._book = label_book(spec)
        self._judge = judge

    def read(self, draft: Draft) -> Iterator[Field]:
        """A field for every label found, and one for the text behind 其他."""
        fields = {field.key: field for field in self._spec.fields}
        for key, hit in draft.hits.items():
            field = fields[key]
            doubt = self._twice(key, field, hit, draft) or self._labelled(field, hit) or _shared(hit, draft)
            yield self._judge.judge(self._reading(field, hit, doubt, draft))
            if field.kind is FieldKind.CHOICE:
                yield from self._other(field, hit, draft)

    def _reading(self, field: FormField, hit: Hit, doubt: str | None, draft: Draft) -> Reading:
        raw = raw_text(hit, field.kind)
        text, unsure = _with_unit(field, self._without_label(field, raw, hit), hit.label)
        parsed = parse_value(field, text, self._spec, typed=_reader(hit) in TEXT_READERS)
        if parsed.doubt == BROKEN and field.kind is FieldKind.WECHAT_ID and is_broken_by_width(hit.cells):
            parsed = replace(parsed, doubt=None)
        doubt = doubt or unsure
        if field.kind is FieldKind.SIGNATURE:
            parsed = self._signature(parsed, raw, hit, draft)
        elif not raw.strip() and _pictures(hit):
            parsed = Parsed(doubt=PICTURED)
        return _reading(field, hit, raw, parsed, doubt)

    def _signature(self, parsed: Parsed, raw: str, hit: Hit, draft: Draft) -> Parsed:
        """A picture signs, and so does what another cell of the form says, whether or not it looks like a name."""
        others = {squash(raw_text(other, FieldKind.TEXT)) for other in draft.hits.values() if other is not hit}
        named = parsed.value is None and signed_by(raw, self._spec.boilerplate, others) is True
        return Parsed(value=True) if named or _pictures(hit) else parsed

    def _twice(self, key: str, field: FormField, hit: Hit, draft: Draft) -> str | None:
        """A label that stands twice with two different answers."""
        first = squash(raw_text(hit, field.kind))
        others = {squash(raw_text(other, field.kind)) for repeated, other in draft.repeated if repeated == key}
        return TWICE if others - {first, ""} else None

    def _labelled(self, field: FormField, hit: Hit) -> str | None:
        """A label in place of a value: a rule between two rows is gone, or the form was filled in a row too low."""
        if field.kind in (FieldKind.CHOICE, FieldKind.SIGNATURE):
            return None
        raw = self._without_label(field, raw_text(hit, field.kind), hit)
        if is_ditto(raw) or (field.kind is FieldKind.WECHAT_ID and is_same_as_phone(raw)):
            return None
        odd = self._book.holds_label(raw) or self._runs_into_another(field, raw, hit) or self._names_another(field, raw)
        return LABELLED if odd or (not hit.cells and self._is_of_labels(raw, hit)) else None

    def _is_of_labels(self, raw: str, hit: Hit) -> bool:
        """Whether what stands beside a label without a table is a label, how one begins, or more of its own (账号名|（昵)."""
        own = squash(hit.label) + squash(raw)
        more = bool(squash(raw)) and (bool(self._book.exact(own)) or self._book.begins_a_label(own))
        return more or self._book.begins_with_label(raw) or self._book.begins_a_label(raw)

    def _without_label(self, field: FormField, raw: str, hit: Hit) -> str:
        """The value without its own label, where somebody typed that once more before it (姓名：张三)."""
        typed = raw.strip().lstrip("_")
        own = next(iter(self._book.inline(typed)), None)
        if own is None or not typed.lstrip().startswith(own.label) or not own.value:
            return raw
        return own.value if field.key in own.keys or says_label_again(hit.label, own) else raw

    def _names_another(self, field: FormField, raw: str) -> bool:
        """Whether a line begins with what it is, and that is something else (粉丝数量：…, 微信公众号：… as an address)."""
        options = (label for item in self._spec.fields for option in item.options for label in option.labels)
        words = {squash(label).casefold() for label in options}
        found = [(match[1], line[match.end() :]) for line in raw.splitlines() if (match := _HEAD.match(line))]
        # 微信：推送内容；其他：… is a sentence about several things, and no value of one field.
        heads = [head for head, rest in found if len(squash(head)) >= _LABEL_WORD or not _CLAUSES.search(rest)]
        # Labels with numbering or hints are known, too.
        other = any(keys and field.key not in keys for keys in map(self._book.exact, heads))
        return other or any(squash(head).casefold() in words for head in heads)

    def _runs_into_another(self, field: FormField, raw: str, hit: Hit) -> bool:
        """Whether on a picture a label stands within a line, as where the wall between two cells was not seen."""
        if _reader(hit) in TEXT_READERS:
            return False
        least = _LABEL_WORD if field.kind is FieldKind.TEXT else 2
        return any(len(word) >= least and self._book.exact(word) for word in raw.split())

    def _other(self, field: FormField, hit: Hit, draft: Draft) -> Iterator[Field]:
        keys = [option.other_key for option in field.options if option.other_key]
        if not keys or keys[0] in draft.hits:
            return
        listed = next((item for item in self._spec.fields if item.key == keys[0]), None)
        other = listed or FormField(key=keys[0], name=keys[0], kind=FieldKind.TEXT, labels=(), required=False)
        typed = _reader(hit) in TEXT_READERS
        text = read_ticks(raw_text(hit, field.kind), field.options, typed=typed).other_text
        parsed = parse_value(other, text, self._spec)
        doubt = LABELLED if self._names_another(other, text) else None
        yield self._judge.judge(_reading(other, hit, text, parsed, doubt))


def _with_unit(field: FormField, text: str, label: str) -> tuple[str, str | None]:
    """A bare number with the unit that its label names (粉丝数量（万）); one as large as a count of people is asked about."""
    unit = _UNIT.search(normalise(label)) if field.kind is FieldKind.COUNT else None
    number = _BARE_NUMBER.fullmatch(normalise(text)) if unit else None
    if unit is None or number is None:
        return text, None
    return f"{number[0]}{unit[1]}", UNIT if float(number[0]) >= _MANY_UNITS else None


def _shared(hit: Hit, draft: Draft) -> str | None:
    """A cell with text beside two labels: the rule between two values is gone, and each has both texts."""
    others = [cell for other in draft.hits.values() if other is not hit for cell in other.cells]
    return SHARED if any(cell.text.strip() and cell is own for own in hit.cells for cell in others) else None


def _reading(field: FormField, hit: Hit, raw: str, parsed: Parsed, doubt: str | None) -> Reading:
    hidden = tuple(cell.doubt for cell in _value_cells(hit) if cell.doubt not in _NO_MATTER.get(field.kind, ()))
    doubts = joined((doubt, hit.doubt, *hidden))
    return Reading(
        field=field,
        page=hit.page,
        raw=raw,
        parsed=parsed,
        reader=_reader(hit),
        cells=hit.cells,
        lines=hit.lines or tuple(line for cell in _value_cells(hit) for line in cell.lines),
        label=hit.label_cell,
        inline=hit.inline is not None,
        source=_source(hit),
        doubt=doubts,
    )


def raw_text(hit: Hit, kind: FieldKind) -> str:
    """The value's text as read, without its label."""
    if hit.inline is not None:
        return hit.inline.strip("\n")
    texts = [cell.text for cell in hit.cells]
    if kind is FieldKind.CHOICE:
        return _tick_row(texts)
    filled = [text.strip("\n") for text in texts if text.strip()]
    solid = len(filled) > 1 and all(len(text.strip()) == 1 for text in filled)
    return "".join(text.strip() for text in filled) if solid else "\n".join(filled)


def _tick_row(texts: list[str]) -> str:
    """Option and mark in cells of their own: an empty cell is then an empty box."""
    alone = [bool(text.strip()) and set(text.strip()) <= _MARKS for text in texts]
    if any(alone):
        texts = [text if text.strip() else "□" for text in texts]
        return " ".join(text.strip() for text in texts)
    return "\n".join(text for text in texts if text.strip())


def _value_cells(hit: Hit) -> tuple[Cell, ...]:
    if hit.inline is not None and hit.label_cell is not None:
        return (hit.label_cell,)
    return hit.cells


def _pictures(hit: Hit) -> int:
    return sum(cell.pictures for cell in _value_cells(hit))


def _reader(hit: Hit) -> str:
    readers = [cell.reader for cell in _value_cells(hit)] + [line.reader for line in hit.lines]
    if readers:
        return readers[0]
    return hit.label_cell.reader if hit.label_cell is not None else "none"


def _source(hit: Hit) -> Place | None:
    cells = [cell for cell in _value_cells(hit) if cell.text.strip()] or list(_value_cells(hit))
    if cells:
        return cells[0].place
    if hit.label_cell is not None:
        return hit.label_cell.place
    if hit.lines and hit.page.width > 0:
        return PageBox(page=hit.page.number, box=hit.lines[-1].box)
    return None
