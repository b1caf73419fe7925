"""The form as a born-digital PDF (real text and ruling lines), and pictures as a scanned PDF (nothing but pictures)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from samples import fonts
from samples.filing import FilingTruth
from samples.form_geometry import PAGE_PT, Box, PlacedSheet, PlacedText, place_sheet
from samples.form_layout import PLAIN, FormStyle, lay_out, signature_text
from samples.picture import Picture

_TICKED = {"wingdings": "☑", "wingdings_fe": "☑", "wingdings_fc": "√", "content_control": "☒"}


def form_pdf(filing: FilingTruth, style: FormStyle = PLAIN, *, face: str = "song") -> bytes:
    """One A4 page; `face` needs TrueType outlines ("song", "kai", "sans"). The same arguments give the same bytes."""
    return forms_pdf([(filing, style)], face=face)


def forms_pdf(
    forms: Sequence[tuple[FilingTruth, FormStyle]], *, face: str = "song", pictures: Sequence[Picture] = ()
) -> bytes:
    """Several forms, each on its page, and pictures of papers behind them."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=PAGE_PT, invariant=1, pageCompression=1)
    canvas.setTitle("登记表")
    for filing, style in forms:
        _draw_form(canvas, filing, style, face)
    for picture in pictures:
        _draw_picture(canvas, picture)
    canvas.save()
    return stream.getvalue()


def scanned_pdf(pictures: Sequence[Picture]) -> bytes:
    """A PDF of pictures only, one page each."""
    return forms_pdf([], pictures=pictures)


def form_pdf_boxes(filing: FilingTruth, style: FormStyle = PLAIN, *, face: str = "song") -> dict[str, Box]:
    """Where the values stand, as fractions of the page, origin top left."""
    placed = _placed(filing, style, _registered(face))
    return {
        cell.cell.key: (
            round(cell.ink[0] / PAGE_PT[0], 4),
            round(cell.ink[1] / PAGE_PT[1], 4),
            round(cell.ink[2] / PAGE_PT[0], 4),
            round(cell.ink[3] / PAGE_PT[1], 4),
        )
        for cell in placed.cells
        if cell.cell.kind != "label"
    }


def _registered(face: str) -> str:
    """The face's name in reportlab, which keeps its fonts in one registry. Raises FontMissingError."""
    name = f"sample-{face}"
    if name not in pdfmetrics.getRegisteredFontNames():
        path, index = fonts.font_file(face)
        try:
            pdfmetrics.registerFont(TTFont(name, str(path), subfontIndex=index))
        except TTFError as error:
            raise fonts.FontMissingError(
                f"{path.name} has no TrueType outlines for a PDF: run `make setup-test` (fonts-arphic-uming)"
            ) from error
    return name


def _placed(filing: FilingTruth, style: FormStyle, font_name: str) -> PlacedSheet:
    def measure(text: str, size: float) -> float:
        return float(pdfmetrics.stringWidth(text, font_name, size))

    return place_sheet(lay_out(filing, style), measure)


def _draw_form(canvas: Canvas, filing: FilingTruth, style: FormStyle, face: str) -> None:
    name = _registered(face)
    height = PAGE_PT[1]
    placed = _placed(filing, style, name)
    canvas.setLineWidth(0.6)
    for cell in placed.cells:
        left, top, right, bottom = cell.box
        canvas.rect(left, height - bottom, right - left, bottom - top, stroke=1, fill=0)
        for text in cell.texts:
            _draw_text(canvas, text, name, style)
        if cell.cell.kind == "signature":
            _sign(canvas, filing, style, cell.box, name)
    _draw_text(canvas, placed.heading, name, style)
    canvas.showPage()


def _draw_text(canvas: Canvas, text: PlacedText, name: str, style: FormStyle) -> None:
    glyphs, font_name = text.segment.text, name
    if text.segment.box:
        glyphs = _TICKED.get(style.tick, style.tick) if text.segment.ticked else "□"
        if ord(glyphs) not in fonts.characters(name.removeprefix("sample-")):
            font_name = _registered("symbols")
    canvas.setFont(font_name, text.size)
    canvas.drawString(text.x, PAGE_PT[1] - text.baseline, glyphs)


def _sign(canvas: Canvas, filing: FilingTruth, style: FormStyle, box: Box, name: str) -> None:
    if style.signature == "none" or not filing.signed or style.empty_sheet:
        return
    canvas.setFont(name, 12)
    canvas.drawString(box[0] + 14, PAGE_PT[1] - box[1] - 44, filing.signature_written)
    canvas.drawRightString(box[2] - 12, PAGE_PT[1] - box[3] + 12, signature_text(filing))


def _draw_picture(canvas: Canvas, picture: Picture) -> None:
    """A page of the picture's own size, at most A4 wide or high."""
    width, height = picture.image.size
    if picture.turn in (90, 270):
        width, height = height, width
    fill = min(PAGE_PT[1] / max(width, height), PAGE_PT[0] / min(width, height))
    size = (width * fill, height * fill)
    canvas.setPageSize(size)
    reader = ImageReader(io.BytesIO(picture.encode("PNG" if picture.image.mode == "1" else "JPEG")))
    canvas.drawImage(reader, 0, 0, width=size[0], height=size[1])
    canvas.showPage()
