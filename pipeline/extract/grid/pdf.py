"""PDF pages: which are text, which are pictures, the text ones as grids, the others rendered on demand.

Decided page by page, by what a person would see: a page of characters under or over a picture that fills it is a
picture, whatever its text layer says. Guaranteed: nothing but a `ReadingError` escapes (PDFium itself can only be
stopped from outside).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from pipeline.domain.finding import Finding, finding
from pipeline.extract.grid.pdf_filled import Settled, settle, without_doubles
from pipeline.extract.grid.pdf_guard import (
    MAX_OBJECTS,
    MAX_PAGES,
    ObjectCount,
    check_extras,
    count_objects,
    open_page,
    open_pdf,
    too_much,
)
from pipeline.extract.grid.pdf_layout import Drawing, lay_out_page, read_drawings
from pipeline.extract.grid.pdf_leftover import inked_cells
from pipeline.extract.grid.pdf_ligatures import spread_ligatures
from pipeline.extract.grid.pdf_notes import PageNotes, draw_notes
from pipeline.extract.grid.pdf_text import MAX_CHARACTERS, Character, is_legible, read_characters
from pipeline.extract.page import Page
from pipeline.extract.raster.decode import work_scale
from pipeline.extract.reading_error import UnreadableFileError

MAX_RENDER_PIXELS: Final = 16_000_000
#: A3, and some room.
_LONGEST_SHEET_PT: Final = 1_250
MAX_ASPECT: Final = 50.0
_CHECK_SIDE_PX: Final = 1_600
#: Fewer visible characters than this are a stamp or a page number, not a page of text.
_FEW: Final = 8
_MOSTLY: Final = 0.5
_NOTABLE: Final = 0.02


class PdfPageKind(StrEnum):
    """`TEXT`: characters a person sees. `PICTURE`: pixels or outlines. `LAYERED`: a picture with a text layer, or text that
    says something else than it shows."""

    TEXT = "text"
    PICTURE = "picture"
    LAYERED = "layered"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPageReport:
    """What a page is made of. `hidden` counts characters that nobody sees; `picture_coverage` is a share, 0-1."""

    number: int
    kind: PdfPageKind
    characters: int
    hidden: int
    picture_coverage: float

    @property
    def has_text(self) -> bool:
        return self.characters > self.hidden

    @property
    def needs_rendering(self) -> bool:
        """Whether there may be something to read in its pixels: a picture page, or pictures beside text."""
        pictured = self.kind in (PdfPageKind.PICTURE, PdfPageKind.LAYERED)
        return pictured or (self.kind is PdfPageKind.TEXT and self.picture_coverage >= _NOTABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfContent:
    """A PDF's text pages as grids and lines, a report for every page looked at, findings, and what notes hold page by page."""

    pages: tuple[Page, ...]
    reports: tuple[PdfPageReport, ...]
    findings: tuple[Finding, ...] = ()
    notes: dict[int, PageNotes] = field(default_factory=dict)


def classify_pdf_page(*, characters: int, hidden: int, picture_coverage: float, drawn: int) -> PdfPageKind:
    """What a page is. `drawn` counts pictures and paths; text turned into outlines is a picture."""
    if characters - hidden >= _FEW and picture_coverage < _MOSTLY:
        return PdfPageKind.TEXT
    if characters >= _FEW and picture_coverage > 0:
        return PdfPageKind.LAYERED
    if drawn or characters:
        return PdfPageKind.PICTURE
    return PdfPageKind.EMPTY


def read_pdf_text(content: bytes) -> PdfContent:
    """Read what a PDF's pages say in characters, and report what else they are.

    Raises:
        UnreadableFileError: damaged, truncated, locked with a password, or without a page.
        RejectedFileError: more drawing objects, more characters on a page or larger pictures than the limits allow.
    """
    extras = _extras(content)
    flat, notes = draw_notes(content)
    document = open_pdf(flat)
    try:
        counts = _count_pages(document)
        # What lies under a picture of the whole page is not believed, and need not be parsed.
        texts = [number for number, count in counts.items() if count.objects and count.covered < _MOSTLY]
        _check_lengths(document, texts)
        drawings = read_drawings(flat, texts)
        seen = {
            number: _look(document, number, drawings.get(number), notes.get(number, PageNotes())) for number in texts
        }
    finally:
        document.close()
    return _content(counts, drawings, seen, extras, notes)


def has_covered_page(content: bytes) -> bool:
    """Whether there is a page that a picture covers, so that nothing else tells what stands on it. Raises as `read_pdf_text`."""
    document = open_pdf(content)
    try:
        return any(count.covered >= _MOSTLY for count in _count_pages(document).values())
    finally:
        document.close()


def _extras(content: bytes) -> tuple[Finding, ...]:
    document = open_pdf(content)
    try:
        return check_extras(document, content)
    finally:
        document.close()


def _count_pages(document: pdfium.PdfDocument) -> dict[int, ObjectCount]:
    """Objects page by page, within one budget for the whole document."""
    budget = MAX_OBJECTS
    counts: dict[int, ObjectCount] = {}
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        page = open_page(document, number)
        if page is None:
            continue
        count = count_objects(page, budget)
        page.close()
        if count.over or count.huge_picture:
            raise too_much(number)
        budget -= count.objects
        counts[number] = count
    if not counts:
        raise UnreadableFileError("no page", "此 PDF 的页面无法打开，请重新生成后再发送。")
    return counts


def _look(document: pdfium.PdfDocument, number: int, drawing: Drawing | None, notes: PageNotes) -> Settled:
    """The characters of a page with what its fields, boxes and notes say."""
    page = open_page(document, number)
    if page is None:
        return Settled(characters=())
    try:
        if not _count_characters(page) and not notes.filled:
            return Settled(characters=())
        width, height = page.get_size()
        side = max(width, height, 1e-6)
        grey = _render(page, _CHECK_SIDE_PX / side, grey=True)
        if grey is None:
            return Settled(characters=())
        glyphs = () if drawing is None else drawing.characters
        spread = spread_ligatures(read_characters(page, grey), glyphs)
        characters = without_doubles(spread, height / max(width, 1e-6))
        return _settled(characters, drawing, notes, grey)
    finally:
        page.close()


def _settled(
    characters: tuple[Character, ...], drawing: Drawing | None, notes: PageNotes, grey: npt.NDArray[np.uint8]
) -> Settled:
    if drawing is None:
        return Settled(characters=characters)
    found = settle(characters, notes, drawing.squares, drawing.pictures, grey)
    cells = (cell.box for table in drawing.tables for cell in table)
    inked = inked_cells(grey, cells, found.characters, drawing.pictures, drawing.level)
    return replace(found, inked=frozenset(inked))


def _check_lengths(document: pdfium.PdfDocument, numbers: list[int]) -> None:
    """Before the second parser works through them letter by letter."""
    for number in numbers:
        page = open_page(document, number)
        if page is not None and _count_characters(page) > MAX_CHARACTERS:
            raise too_much(number)


def _count_characters(page: pdfium.PdfPage) -> int:
    text = page.get_textpage()
    try:
        return int(text.count_chars())
    finally:
        text.close()


def _content(
    counts: dict[int, ObjectCount],
    drawings: dict[int, Drawing],
    seen: dict[int, Settled],
    extras: tuple[Finding, ...],
    notes: dict[int, PageNotes],
) -> PdfContent:
    pages: list[Page] = []
    reports: list[PdfPageReport] = []
    grids = 0
    for number, count in counts.items():
        drawing, look = drawings.get(number), seen.get(number, Settled(characters=()))
        report = _report(number, count, drawing, look)
        reports.append(report)
        if drawing is None:
            continue
        if report.kind is PdfPageKind.TEXT:
            pages.append(lay_out_page(number, drawing, look, grids))
            grids += len(pages[-1].grids)
    return PdfContent(pages=tuple(pages), reports=tuple(reports), findings=extras + _lost(counts, reports), notes=notes)


def _report(number: int, count: ObjectCount, drawing: Drawing | None, look: Settled) -> PdfPageReport:
    solid = [item for item in look.characters if not item.text.isspace()]
    hidden = sum(not item.seen for item in solid)
    drawn = count.paths + count.pictures
    # A page the second parser cannot read is looked at as a picture.
    coverage = (1.0 if drawn or solid else 0.0) if drawing is None else drawing.picture_coverage
    kind = classify_pdf_page(characters=len(solid), hidden=hidden, picture_coverage=coverage, drawn=drawn)
    if kind is PdfPageKind.TEXT and not is_legible([item for item in solid if item not in look.missing]):
        kind = PdfPageKind.LAYERED
    return PdfPageReport(
        number=number, kind=kind, characters=len(solid), hidden=hidden, picture_coverage=round(coverage, 4)
    )


def _lost(counts: dict[int, ObjectCount], reports: list[PdfPageReport]) -> tuple[Finding, ...]:
    if all(report.kind is PdfPageKind.EMPTY for report in reports):
        return (finding("attachment.unreadable", "此 PDF 的页面都是空白的，请检查后重新发送。"),)
    return ()


def render_pdf_page(content: bytes, number: int, dpi: float) -> npt.NDArray[np.uint8]:
    """Page `number` (from 1) as pixels, (height, width, 3) uint8 RGB, upright as the PDF says, notes drawn in.

    `dpi` is lowered where the page would have more than 16 megapixels, whatever its size claims; and of a page larger than
    any sheet: programs make such of photos, a point for each dot, and its size is a picture's.

    Raises:
        UnreadableFileError: the document or the page can't be opened.
        RejectedFileError: the page's pictures or proportions are over the limits.
    """
    document = open_pdf(content)
    try:
        return _draw(document, number, partial(_reading_scale, dpi))
    finally:
        document.close()


def _reading_scale(dpi: float, width: float, height: float) -> float:
    """Dots for each point of a page of that size in points."""
    return dpi / 72 if max(width, height) <= _LONGEST_SHEET_PT else min(dpi / 72, work_scale(width, height))


def draw_pdf_page(content: bytes, number: int, *, side_px: int) -> tuple[npt.NDArray[np.uint8] | None, int]:
    """As `render_pdf_page`, with a longer side of `side_px`; and how many pages may be looked at. None: no such page."""
    document = open_pdf(content)
    try:
        total = min(len(document), MAX_PAGES)
        if number > total:
            return None, total
        return _draw(document, number, lambda width, height: side_px / max(width, height, 1e-6)), total
    finally:
        document.close()


def _draw(
    document: pdfium.PdfDocument, number: int, scale_for: Callable[[float, float], float]
) -> npt.NDArray[np.uint8]:
    """The page's pixels; `scale_for` is told its width and height in points. Raises as `render_pdf_page`."""
    try:
        document.init_forms()
        page = open_page(document, number)
        if page is None:
            raise UnreadableFileError(f"page {number}", f"此 PDF 的第 {number} 页无法打开，请重新生成后再发送。")
        if count_objects(page, MAX_OBJECTS).huge_picture:
            raise too_much(number)
        pixels = _render(page, scale_for(*page.get_size()), grey=False)
    except pdfium.PdfiumError as error:
        raise UnreadableFileError("render", f"此 PDF 的第 {number} 页无法显示，请重新生成后再发送。") from error
    if pixels is None:
        raise too_much(number)
    return pixels


def _render(page: pdfium.PdfPage, scale: float, *, grey: bool) -> npt.NDArray[np.uint8] | None:
    """The page's pixels within the budget, None for a page of impossible proportions."""
    width, height = page.get_size()
    if min(width, height) <= 0 or max(width, height) / min(width, height) > MAX_ASPECT:
        return None
    fitting = math.sqrt(MAX_RENDER_PIXELS / (width * height))
    bitmap = page.render(scale=min(scale, fitting), grayscale=grey, rev_byteorder=not grey)
    try:
        pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        bitmap.close()
    return pixels.reshape(pixels.shape[:2]) if grey else pixels[:, :, :3]
