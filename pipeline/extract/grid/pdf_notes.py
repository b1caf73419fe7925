"""What a PDF page holds beside its content stream: form fields, typed notes, marks over the text; and how they get onto the page.

Programs with which blank forms are filled in (Acrobat, Foxit, WPS, a phone) write values as annotations. What has an
appearance is drawn into the page, so that it is read like text. What is known of it beyond that goes along as `PageNotes`:
which boxes are ticked, which values the fields hold, what was struck out, what nobody sees.

Guaranteed: of a document at most `MAX_NOTES` annotations are looked at; more are rejected. Boxes are fractions of the upright page.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.domain.document import Box
from pipeline.extract.doubts import HIDDEN, MARKED
from pipeline.extract.grid.docx_runs import STRUCK
from pipeline.extract.grid.pdf_guard import MAX_PAGES, open_page, open_pdf, too_much
from pipeline.extract.grid.pdf_places import Places

MAX_NOTES: Final = 5_000
_MAX_TEXT: Final = 4_000
_MAX_OPTIONS: Final = 200
_MAX_QUADS: Final = 500
#: ISO 32000-1, 12.5.3: not shown on the screen (Hidden, NoView), or not by a viewer that does not know the sort (Invisible).
_UNSEEN_FLAGS: Final = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
#: What says of the text below it that it is not to stand, or is drawn across it. Highlights and underlines let it stand.
_MARKS: Final = frozenset(
    {
        pdfium_c.FPDF_ANNOT_STRIKEOUT,
        pdfium_c.FPDF_ANNOT_SQUIGGLY,
        pdfium_c.FPDF_ANNOT_REDACT,
        pdfium_c.FPDF_ANNOT_LINE,
        pdfium_c.FPDF_ANNOT_POLYLINE,
        pdfium_c.FPDF_ANNOT_POLYGON,
        pdfium_c.FPDF_ANNOT_SQUARE,
        pdfium_c.FPDF_ANNOT_CIRCLE,
        pdfium_c.FPDF_ANNOT_CARET,
        pdfium_c.FPDF_ANNOT_INK,
    }
)
_STRUCK: Final = frozenset({pdfium_c.FPDF_ANNOT_STRIKEOUT, pdfium_c.FPDF_ANNOT_REDACT})
#: Remarks about the page and what is no more than a link: they are shown as an icon, or not at all.
_REMARKS: Final = frozenset({pdfium_c.FPDF_ANNOT_TEXT, pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_LINK})
_TEXT_FIELDS: Final = frozenset({pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX})
_BOXES: Final = frozenset({pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON})
_TYPES: Final = {
    "Tx": pdfium_c.FPDF_FORMFIELD_TEXTFIELD,
    "Ch": pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    "Btn": pdfium_c.FPDF_FORMFIELD_CHECKBOX,
    "Sig": pdfium_c.FPDF_FORMFIELD_SIGNATURE,
}


class Sort(Enum):
    """What a note is to a reader of its page."""

    FIELD = "field"
    TICK = "tick"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field or note with a text. `texts` are what it may show: a choice has a value and a label for it."""

    sort: Sort
    box: Box
    texts: tuple[str, ...] = ()
    ticked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotes:
    """`doubts` are boxes with a reason: a value in one of them is asked about."""

    filled: tuple[Filled, ...] = ()
    doubts: tuple[tuple[Box, str], ...] = ()

    def of(self, sort: Sort) -> Iterator[Filled]:
        return (item for item in self.filled if item.sort is sort)


@dataclass(slots=True)
class _Found:
    filled: list[Filled]
    doubts: list[tuple[Box, str]]
    unseen: list[int]
    drawn: bool = False


def draw_notes(content: bytes) -> tuple[bytes, dict[int, PageNotes]]:
    """The same PDF with what is seen of its fields and notes drawn into its pages, and what is known of them page by page.

    Raises:
        UnreadableFileError: damaged, truncated, or locked with a password.
        RejectedFileError: more annotations than the limit.
    """
    document = open_pdf(content)
    try:
        found, drawn = _read_pages(document)
        if not drawn:
            return content, found
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue(), found
    except pdfium.PdfiumError:
        return content, {}
    finally:
        document.close()


def _read_pages(document: pdfium.PdfDocument) -> tuple[dict[int, PageNotes], bool]:
    """What stands on the pages, and whether some of it was drawn into them."""
    numbers = list(_pages_with_notes(document))
    if numbers and document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        document.init_forms()  # draws what fields without an appearance hold
    found: dict[int, PageNotes] = {}
    drawn = False
    for number in numbers:
        page = open_page(document, number)
        if page is None:
            continue
        try:
            notes = _read_page(document, page)
            found[number] = PageNotes(filled=tuple(notes.filled), doubts=tuple(notes.doubts))
            if notes.drawn:
                # From the last one, as those behind it move up. The helper of the binding wants a form, which notes have not.
                for index in reversed(notes.unseen):
                    pdfium_c.FPDFPage_RemoveAnnot(page, index)
                drawn |= pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_SUCCESS
        finally:
            page.close()
    return found, drawn


def _pages_with_notes(document: pdfium.PdfDocument) -> Iterator[int]:
    budget = MAX_NOTES
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        page = open_page(document, number)
        if page is None:
            continue
        count = pdfium_c.FPDFPage_GetAnnotCount(page)
        page.close()
        budget -= count
        if budget < 0:
            raise too_much(number)
        if count > 0:
            yield number


def _read_page(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> _Found:
    found = _Found(filled=[], doubts=[], unseen=[])
    reader = _NoteReader(document, Places(page))
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        note = pdfium_c.FPDFPage_GetAnnot(page, index)
        if note:
            try:
                reader.read(note, index, found)
            finally:
                pdfium_c.FPDFPage_CloseAnnot(note)
    return found


class _NoteReader:
    def __init__(self, document: pdfium.PdfDocument, places: Places) -> None:
        self._form = document.formenv
        self._places = places

    def read(self, note: object, index: int, found: _Found) -> None:
        """Adds to `found` what one annotation is."""
        sort = int(pdfium_c.FPDFAnnot_GetSubtype(note))
        box = self._box(note)
        if box is None:
            return
        if sort in _REMARKS:
            found.unseen.append(index)  # their icons are no part of a form
        elif pdfium_c.FPDFAnnot_GetFlags(note) & _UNSEEN_FLAGS:
            found.unseen.append(index)
            if self._holds_text(note):
                found.doubts.append((box, HIDDEN))
        else:
            found.drawn = True
            if pdfium_c.FPDFAnnot_HasKey(note, b"OC"):
                found.doubts.append((box, HIDDEN))  # its layer may be switched off
            self._read_seen(note, sort, box, found)

    def _read_seen(self, note: object, sort: int, box: Box, found: _Found) -> None:
        if sort == pdfium_c.FPDF_ANNOT_WIDGET:
            filled = self._field(note, box)
            found.filled += [] if filled is None else [filled]
        elif sort == pdfium_c.FPDF_ANNOT_FREETEXT:
            text = _string(note, "Contents") or _plain(_string(note, "RC"))
            if text.strip() and not pdfium_c.FPDFAnnot_HasKey(note, b"AP"):
                found.filled.append(Filled(sort=Sort.WORDS, box=box, texts=(text,)))
        elif sort in _MARKS:
            reason = STRUCK if sort in _STRUCK else MARKED
            found.doubts += [(part, reason) for part in self._marked(note, box)]

    def _field(self, note: object, box: Box) -> Filled | None:
        kind = self._kind(note)
        if kind in _BOXES:
            return Filled(sort=Sort.TICK, box=box, ticked=self._ticked(note))
        if kind not in _TEXT_FIELDS:
            return None
        texts = tuple(text for text in (self._value(note), *self._chosen(note)) if text.strip())
        return Filled(sort=Sort.FIELD, box=box, texts=texts) if texts else None

    def _kind(self, note: object) -> int:
        known = -1 if self._form is None else int(pdfium_c.FPDFAnnot_GetFormFieldType(self._form, note))
        # A field that the form does not list is shown by its appearance all the same.
        return known if known > 0 else _TYPES.get(_string(note, "FT"), -1)

    def _ticked(self, note: object) -> bool | None:
        """By the appearance that is shown; None where there is none to tell, but a value."""
        shown = _string(note, "AS")
        if shown:
            return shown != "Off" if pdfium_c.FPDFAnnot_HasKey(note, b"AP") or shown == "Off" else None
        checked = self._form is not None and pdfium_c.FPDFAnnot_IsChecked(self._form, note) == 1
        return None if checked or _string(note, "V") not in ("", "Off") else False

    def _value(self, note: object) -> str:
        if self._form is None:
            return _string(note, "V")
        return _wide(lambda buffer, size: pdfium_c.FPDFAnnot_GetFormFieldValue(self._form, note, buffer, size)) or (
            _string(note, "V")
        )

    def _chosen(self, note: object) -> Iterator[str]:
        """Labels of the chosen options."""
        if self._form is None:
            return
        for index in range(min(_MAX_OPTIONS, int(pdfium_c.FPDFAnnot_GetOptionCount(self._form, note)))):
            if pdfium_c.FPDFAnnot_IsOptionSelected(self._form, note, index):
                yield _wide(
                    lambda buffer, size, at=index: pdfium_c.FPDFAnnot_GetOptionLabel(self._form, note, at, buffer, size)
                )

    def _holds_text(self, note: object) -> bool:
        return bool((_string(note, "Contents") or self._value(note)).strip())

    def _marked(self, note: object, box: Box) -> Iterator[Box]:
        """The pieces of text that a mark names, or where it lies."""
        count = min(_MAX_QUADS, int(pdfium_c.FPDFAnnot_CountAttachmentPoints(note)))
        if not count:
            yield box
        for index in range(count):
            quad = pdfium_c.FS_QUADPOINTSF()
            if pdfium_c.FPDFAnnot_GetAttachmentPoints(note, index, quad):
                xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
                yield self._places.box(min(xs), min(ys), max(xs), max(ys))

    def _box(self, note: object) -> Box | None:
        rect = pdfium_c.FS_RECTF()
        if not pdfium_c.FPDFAnnot_GetRect(note, rect):
            return None
        return self._places.box(rect.left, rect.bottom, rect.right, rect.top)


def _string(note: object, key: str) -> str:
    name = key.encode()
    return _wide(lambda buffer, size: pdfium_c.FPDFAnnot_GetStringValue(note, name, buffer, size))


def _wide(call: object) -> str:
    """What a function of PDFium that fills a buffer with UTF-16 gives, up to `_MAX_TEXT` characters; "" where there is nothing."""
    assert callable(call)
    length = int(call(None, 0))
    if length <= 2:
        return ""
    size = min(length, 8 * _MAX_TEXT)
    if size < length:
        return ""  # no value of a form is as long
    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _plain(rich: str) -> str:
    """Rich text (XHTML) without its tags."""
    text, inside = "", False
    for character in rich:
        inside = character == "<" or (inside and character != ">")
        text += "" if inside or character == ">" else character
    return text
