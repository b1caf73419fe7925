"""A letter as a Word file, laid out like official letters (GB/T 9704): A4, title centred, body in 仿宋 of size 三号.

Fonts are named, not embedded: Word and WPS have them; elsewhere a like one takes their place.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pipeline.domain.notice import NoticeDraft

_TITLE_FONT: Final = "宋体"
_BODY_FONT: Final = "仿宋"
_LATIN_FONT: Final = "Times New Roman"
_TITLE_POINTS: Final = 22
_BODY_POINTS: Final = 16
_LINE_POINTS: Final = 28
#: Left and right margins of GB/T 9704: the type area is 156 mm wide.
_MARGINS_MM: Final = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}


def render_letter(draft: NoticeDraft, *, day: date) -> bytes:
    """The DOCX file. `day` is the one its properties carry."""
    document = Document()
    _page(document)
    _base_font(document)
    _paragraph(document, draft.title, font=_TITLE_FONT, points=_TITLE_POINTS, bold=True, centred=True)
    _paragraph(document, "")
    for number, text in enumerate(draft.paragraphs):
        addresses = number == 0 and text.endswith(("：", ":"))
        _paragraph(document, text, indent_chars=0 if addresses else 2)
    _paragraph(document, "")
    for line in draft.signature:
        _paragraph(document, line, right=True)
    _properties(document, draft, day)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in _MARGINS_MM.items():
        setattr(section, name, Mm(millimetres))


def _base_font(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN_FONT, Pt(_BODY_POINTS)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY_FONT)


def _paragraph(
    document: Any,
    text: str,
    *,
    font: str = _BODY_FONT,
    points: int = _BODY_POINTS,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    indent_chars: int = 0,
) -> None:
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE_POINTS)
    if centred:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif right:
        layout.alignment, layout.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(2 * points)
    if indent_chars:
        layout.first_line_indent = Pt(indent_chars * points)
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold = _LATIN_FONT, Pt(points), bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    # Quotation marks belong to both scripts: this says that ours are Chinese.
    fonts.set(qn("w:hint"), "eastAsia")


def _properties(document: Any, draft: NoticeDraft, day: date) -> None:
    """Who issued it and when; nothing of the machine that wrote it, and nothing that names the submitter."""
    known = document.core_properties
    known.title, known.author, known.last_modified_by = draft.title, draft.signature[0], draft.signature[0]
    known.comments, known.revision = "", 1
    known.created = known.modified = datetime.combine(day, time(), UTC).replace(tzinfo=None)
