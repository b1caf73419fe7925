"""The form as a Word document, with the merged cells, symbols and content controls that real copies have."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from samples.filing import FilingTruth
from samples.form_layout import COLUMNS, PLAIN, FormCell, FormSheet, FormStyle, Segment, lay_out, signature_text

_WIDTHS_CM = (2.9, 2.1, 4.3, 2.3, 4.6)
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_WINGDINGS = {"wingdings": ("F052", "F0A3"), "wingdings_fe": ("F0FE", "F0A8"), "wingdings_fc": ("F0FC", "F06F")}
_EPOCH = (2018, 12, 10, 9, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocxExtras:
    """What else stands in the document.

    `pictures` are pasted behind the form (papers); `signature` is the picture in the signature cell, used for
    the signature styles "picture" and "seal".
    """

    pictures: Sequence[bytes] = ()
    signature: bytes | None = None


NO_EXTRAS = DocxExtras()


def form_docx(filing: FilingTruth, style: FormStyle = PLAIN, extras: DocxExtras = NO_EXTRAS) -> bytes:
    """One form."""
    return forms_docx([(filing, style, extras)])


def forms_docx(forms: Sequence[tuple[FilingTruth, FormStyle, DocxExtras]]) -> bytes:
    """Several forms in one document, each on its own page. The same arguments give the same bytes."""
    document = docx.Document()
    _page_setup(document)
    for index, (filing, style, extras) in enumerate(forms):
        if index:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _add_form(document, lay_out(filing, style), extras)
    for _, _, extras in forms:
        for picture in extras.pictures:
            document.add_picture(io.BytesIO(picture), width=Cm(14))
    document.core_properties.author = "sample"
    for name in ("created", "modified", "last_printed"):
        setattr(document.core_properties, name, datetime(*_EPOCH, tzinfo=UTC))
    stream = io.BytesIO()
    document.save(stream)
    return settle_zip(stream.getvalue())


def settle_zip(data: bytes) -> bytes:
    """Write a ZIP again with one fixed time in every entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, source.read(entry))
    return out.getvalue()


def _page_setup(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def _add_form(document: Document, sheet: FormSheet, extras: DocxExtras) -> None:
    document.add_paragraph("附件")
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(sheet.style.title)
    run.bold, run.font.size = True, Pt(18)
    table = document.add_table(rows=sheet.rows, cols=COLUMNS)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row in table.rows:
        row.height = Cm(1.1)
        for cell, width in zip(row.cells, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    for item in sheet.cells:
        last = table.cell(item.row + item.row_span - 1, item.column + item.column_span - 1)
        cell = table.cell(item.row, item.column)
        _fill(cell if cell._tc is last._tc else cell.merge(last), item, sheet, extras)


def _fill(cell: _Cell, item: FormCell, sheet: FormSheet, extras: DocxExtras) -> None:
    paragraph = cell.paragraphs[0]
    for surplus in cell.paragraphs[1:]:
        surplus._p.getparent().remove(surplus._p)
    if item.kind == "label":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(item.text)
    elif item.kind == "ticks":
        for segment in item.segments:
            _add_segment(paragraph, segment, sheet.style)
    elif item.kind == "signature":
        _fill_signature(cell, paragraph, sheet, extras)
    elif sheet.style.controls and item.text:
        _add_control(paragraph, item.key, item.text)
    else:
        lines = item.text.split("\n")
        paragraph.add_run(lines[0])
        for line in lines[1:]:
            cell.add_paragraph(line)


def _fill_signature(cell: _Cell, paragraph: Paragraph, sheet: FormSheet, extras: DocxExtras) -> None:
    paragraph.add_run("以上信息均真实有效")
    filing, kind = sheet.filing, sheet.style.signature
    if kind == "none" or not filing.signed or sheet.style.empty_sheet:
        return
    second = cell.add_paragraph()
    if kind in ("picture", "seal") and extras.signature:
        second.add_run().add_picture(io.BytesIO(extras.signature), width=Cm(4 if kind == "seal" else 3))
    else:
        second.add_run(filing.signature_written)
    cell.add_paragraph(signature_text(filing)).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add_segment(paragraph: Paragraph, segment: Segment, style: FormStyle) -> None:
    if not segment.box:
        paragraph.add_run(segment.text)
    elif style.tick in _WINGDINGS:
        ticked, empty = _WINGDINGS[style.tick]
        symbol = OxmlElement("w:sym")
        symbol.set(qn("w:font"), "Wingdings")
        symbol.set(qn("w:char"), ticked if segment.ticked else empty)
        paragraph.add_run()._r.append(symbol)
    elif style.tick == "content_control":
        paragraph._p.append(_check_box(segment.ticked))
    else:
        paragraph.add_run(style.tick if segment.ticked else "□")


def _check_box(ticked: bool) -> object:
    """Word's own check box (w14:checkbox): ☒ or ☐ as Word draws them."""
    state, glyph = ("1", "☒") if ticked else ("0", "☐")
    return parse_xml(
        f'<w:sdt {nsdecls("w")} xmlns:w14="{_W14}"><w:sdtPr><w:id w:val="10"/><w14:checkbox>'
        f'<w14:checked w14:val="{state}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f'<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hint="eastAsia"/></w:rPr>'
        f"<w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def _add_control(paragraph: Paragraph, key: str, text: str) -> None:
    """A value inside a content control (w:sdt)."""
    control = parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="{key}"/><w:text/></w:sdtPr>'
        f'<w:sdtContent><w:r><w:t xml:space="preserve"></w:t></w:r></w:sdtContent></w:sdt>'
    )
    control.find(f".//{qn('w:t')}").text = text
    paragraph._p.append(control)
