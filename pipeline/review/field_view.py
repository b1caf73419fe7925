"""The fields of a form as rows of the case page."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.document import ExtractedForm, Field, Place
from pipeline.profile.form import FieldKind, FormField
from pipeline.review.counterparts import Counterpart, counterparts
from pipeline.review.showing import entry_text, is_secret, shown_text, shown_value
from pipeline.store.records import CaseDetail
from pipeline.wording import FIELD_NAMES, Wording

_READERS: Final = {
    "docx": "Word 文字",
    "html": "邮件正文",
    "pdf-text": "PDF 文字",
    "rapidocr": "图像识读一",
    "tesseract": "图像识读二",
    "reviewer": "经办人",
    "none": "无",
}
#: Findings that a value settles; what asks for another decision (移交, 认定) is no doubt about the field it names.
_SETTLED_BY_ENTRY: Final = ("field.", "date.", "type.", "match.")
#: Characters to a line of a field at the width of a usual screen, and the most lines before it scrolls.
_LINE_CHARS, _MOST_LINES = 18, 6
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_SIGNATURE_OPTIONS: Final = (("true", "有"), ("false", "无"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One row. `entry` is what stands in its input, `options` what may be chosen (key, word), none for free text.

    `open` says that an unsettled finding is about it; `masked` that the value is an ID number not revealed.
    """

    key: str
    name: str
    required: bool
    entry: str = field(repr=False)
    masked: bool
    options: tuple[tuple[str, str], ...]
    lines: int
    open: bool
    absent: bool
    doubt: str
    raw: str = field(repr=False)
    second: str = field(repr=False)
    candidates: tuple[tuple[str, str], ...] = field(repr=False)
    odd: str = field(repr=False)
    reader: str
    confidence: str
    corrected: bool
    place: Place | None
    beside: tuple[Counterpart, ...] = field(repr=False)

    @property
    def secret(self) -> bool:
        """Whether it holds an ID number."""
        return is_secret(self.key)

    @property
    def takeable(self) -> bool:
        """Whether the second reading says something else that could be taken as it is."""
        known = {self.entry, self.raw, *(text for text, _ in self.candidates)}
        return not (self.masked or self.corrected or self.options) and self.second not in known


def field_rows(case: CaseDetail, wording: Wording, *, revealed: Collection[str]) -> tuple[FieldRow, ...]:
    """Every field of the city's form in its order; none for a case without a form. `revealed` are keys shown whole."""
    form = case.filing.form
    if form is None:
        return ()
    keys = {item.field for item in case.open_findings if item.field and item.code.startswith(_SETTLED_BY_ENTRY)}
    return tuple(_row(spec, form, case, wording, spec.key in keys, spec.key in revealed) for spec in _specs(wording))


def _specs(wording: Wording) -> Iterator[FormField]:
    yield from wording.profile.form.fields
    for spec in wording.profile.form.fields:
        for key in dict.fromkeys(option.other_key for option in spec.options if option.other_key):
            if all(other.key != key for other in wording.profile.form.fields):
                yield FormField(key=key, name=FIELD_NAMES.get(key, key), kind=FieldKind.TEXT, labels=(), required=False)


def _row(
    spec: FormField, form: ExtractedForm, case: CaseDetail, wording: Wording, is_open: bool, revealed: bool
) -> FieldRow:
    item = form.field(spec.key)
    masked = is_secret(spec.key) and not revealed and item is not None and item.value is not None
    return FieldRow(
        key=spec.key,
        name=FIELD_NAMES.get(spec.key, spec.name),
        required=spec.required,
        entry=shown_value(item, wording, revealed=False) if masked else entry_text(item),
        masked=masked,
        options=_options(spec, wording),
        lines=_lines(entry_text(item)) if spec.kind is FieldKind.TEXT and not is_secret(spec.key) else 0,
        open=is_open,
        absent=item is None,
        doubt=_doubt(item),
        raw=_shown(item.raw if item else "", spec.key, revealed),
        second=_shown(item.second or "" if item else "", spec.key, revealed),
        candidates=_candidates(item, spec, wording, revealed) if item else (),
        odd=_odd(entry_text(item), spec.key, revealed),
        reader=_READERS.get(item.reader, item.reader) if item else "",
        confidence=f"{item.confidence:.0%}" if item and item.confidence is not None else "",
        corrected=item is not None and item.reader == "reviewer",
        place=item.source if item else None,
        beside=counterparts(spec.key, case.filing, wording, revealed=revealed),
    )


def _shown(text: str, key: str, revealed: bool) -> str:
    return shown_text(text.strip(), key, revealed=revealed)


def _lines(text: str) -> int:
    """How many lines an entry has room for where the browser does not fit it to its text."""
    return min(_MOST_LINES, 1 + len(text) // _LINE_CHARS)


def _doubt(item: Field | None) -> str:
    if item is None:
        return "表上没有这一栏"
    return shown_text(item.doubt or "辨认存疑", "", revealed=False) if item.doubtful else ""


def _options(spec: FormField, wording: Wording) -> tuple[tuple[str, str], ...]:
    if spec.kind is FieldKind.SIGNATURE:
        return _SIGNATURE_OPTIONS
    return tuple((option.value, wording.value(spec.key, option.value)) for option in spec.options)


def _candidates(item: Field, spec: FormField, wording: Wording, revealed: bool) -> tuple[tuple[str, str], ...]:
    """What may be taken instead, and its word. Of a covered number nothing can be taken."""
    if is_secret(spec.key) and not revealed:
        return ()
    taken = entry_text(item)
    return tuple((text, wording.value(spec.key, text)) for text in item.candidates if text != taken)


def _odd(text: str, key: str, revealed: bool) -> str:
    """The text again if it holds what cannot be seen, or turns the direction of writing; an input would hide that."""
    hidden = any(unicodedata.category(char) in _UNSEEN for char in text)
    return shown_text(text, key, revealed=revealed) if hidden else ""
