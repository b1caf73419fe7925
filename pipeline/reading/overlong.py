"""Readings cut to a size that a register, a page and a letter can hold. Runs on our side of the sandbox's boundary.

A cell of two million characters comes in a Word file of 40 kB. Kept with each of its fields it would be opened again with
every look at the case, and its value, which is cut as it is parsed, would pass for the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper, Field
from pipeline.domain.spelling import MAX_TEXT

_MAX_CANDIDATES: Final = 50
_DOUBT: Final = "此处文字过长，未全部保留"
_Document = TypeVar("_Document", ExtractedForm, ExtractedPaper)


def cut_overlong(reading: DocumentReading) -> DocumentReading:
    """The reading with no text longer than `MAX_TEXT`; a field that was cut is doubtful."""
    update: dict[str, object] = {}
    for name in ("forms", "parts", "papers"):
        documents = getattr(reading, name)
        cut = tuple(_cut_document(document) for document in documents)
        if any(new is not old for new, old in zip(cut, documents, strict=True)):
            update[name] = cut
    return reading.model_copy(update=update) if update else reading


def _cut_document(document: _Document) -> _Document:
    update: dict[str, object] = {}
    fields = tuple(_cut_field(item) for item in document.fields)
    if any(new is not old for new, old in zip(fields, document.fields, strict=True)):
        update["fields"] = fields
    for name in ("text_above", "text_below"):
        lines: Iterable[str] = getattr(document, name, ())
        if any(len(line) > MAX_TEXT for line in lines):
            update[name] = tuple(line[:MAX_TEXT] for line in lines)
    title = getattr(document, "title", None)
    if title is not None and len(title) > MAX_TEXT:
        update["title"] = title[:MAX_TEXT]
    return document.model_copy(update=update) if update else document


def _cut_field(item: Field) -> Field:
    texts = {name: text for name in ("value", "raw", "second", "doubt") if isinstance(text := getattr(item, name), str)}
    update: dict[str, object] = {name: text[:MAX_TEXT] for name, text in texts.items() if len(text) > MAX_TEXT}
    if len(item.candidates) > _MAX_CANDIDATES or any(len(text) > MAX_TEXT for text in item.candidates):
        update["candidates"] = tuple(text[:MAX_TEXT] for text in item.candidates[:_MAX_CANDIDATES])
    return item.model_copy(update=update | {"doubtful": True, "doubt": _DOUBT}) if update else item
