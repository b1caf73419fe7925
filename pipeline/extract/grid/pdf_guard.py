"""Open a PDF within limits, and say what else it brings along than pages.

Guaranteed before a page is read: at most 50 pages are looked at, the drawing objects of the document are counted by
PDFium (20,000 at most, forms inside forms included), pictures over 60 megapixels are not decoded. What remains: PDFium
itself parses a page to count it, and has to be killed from outside when it does not come back.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.domain.finding import Finding, finding
from pipeline.extract.reading_error import RejectedFileError, UnreadableFileError

MAX_PAGES: Final = 50
MAX_OBJECTS: Final = 20_000
MAX_PICTURE_PIXELS: Final = 60_000_000
_MAX_NESTING: Final = 12
_LOCKED: Final = "此 PDF 设有密码，无法打开，请取消密码后重新发送。"
_DAMAGED: Final = "此 PDF 已损坏或不完整，无法打开，请重新生成后再发送。"
_TOO_MUCH: Final = "此 PDF 的内容异常庞大，超出安全限制，未予读取，请重新生成后再发送。"
_LAUNCH: Final = re.compile(rb"/(?:Launch|JavaScript|JS)[\s/(<\[]")


@dataclass(slots=True)
class ObjectCount:
    """What PDFium counted on one page. `over` says that the document's budget ended here.

    `covered` is the share of the page that its pictures cover, overlaps counted twice; those inside forms are left out.
    """

    objects: int = 0
    paths: int = 0
    pictures: int = 0
    covered: float = 0.0
    over: bool = False
    huge_picture: bool = False


def open_pdf(content: bytes) -> pdfium.PdfDocument:
    """The document; the caller closes it.

    Raises:
        UnreadableFileError: damaged, truncated, without pages, or protected by a password.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        raise UnreadableFileError("pdf", _LOCKED if locked else _DAMAGED) from error
    if len(document) < 1:
        document.close()
        raise UnreadableFileError("no pages", _DAMAGED)
    return document


def open_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage | None:
    """Page `number`, counted from 1; None where PDFium can't load it."""
    try:
        return document[number - 1]
    except (pdfium.PdfiumError, IndexError):
        return None


def count_objects(page: pdfium.PdfPage, budget: int) -> ObjectCount:
    """Count a page's drawing objects, those inside forms too, until `budget` is used up."""
    found = ObjectCount()
    total = pdfium_c.FPDFPage_CountObjects(page)
    if total > budget:
        return ObjectCount(objects=total, over=True)
    whole = page.get_bbox()
    for index in range(total):
        item = pdfium_c.FPDFPage_GetObject(page, index)
        _count(item, found, budget, 0)
        if found.over:
            break
        if pdfium_c.FPDFPageObj_GetType(item) == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            found.covered += _share(item, whole)
    return found


def _share(item: object, whole: tuple[float, float, float, float]) -> float:
    """Of the page's area (left, bottom, right, top)."""
    bounds = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(item, *bounds):
        return 0.0
    left, bottom, right, top = (float(bound.value) for bound in bounds)
    wide = max(0.0, min(right, whole[2]) - max(left, whole[0]))
    high = max(0.0, min(top, whole[3]) - max(bottom, whole[1]))
    return wide * high / max(1e-6, (whole[2] - whole[0]) * (whole[3] - whole[1]))


def _count(item: object, found: ObjectCount, budget: int, depth: int) -> None:
    found.objects += 1
    if found.objects > budget or depth > _MAX_NESTING:
        found.over = True
        return
    kind = pdfium_c.FPDFPageObj_GetType(item)
    if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
        found.paths += 1
    elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
        found.pictures += 1
        width, height = ctypes.c_uint(), ctypes.c_uint()
        if pdfium_c.FPDFImageObj_GetImagePixelSize(item, width, height):
            found.huge_picture |= width.value * height.value > MAX_PICTURE_PIXELS
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
        for index in range(max(0, pdfium_c.FPDFFormObj_CountObjects(item))):
            if found.over:
                return
            _count(pdfium_c.FPDFFormObj_GetObject(item, index), found, budget, depth + 1)


def check_extras(document: pdfium.PdfDocument, content: bytes) -> tuple[Finding, ...]:
    """Findings about scripts, programs to start, files inside, and pages that are not read."""
    active = pdfium_c.FPDFDoc_GetJavaScriptActionCount(document) > 0 or _LAUNCH.search(content) is not None
    checks = (
        (
            document.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL,
            "attachment.unsupported",
            "此 PDF 是动态表单（XFA），内容只有个别软件能够显示，未能读取，请打印为普通 PDF 后重新发送。",
        ),
        (active, "attachment.rejected", "此 PDF 含有脚本或启动程序的指令，未予执行，请打印为普通 PDF 后重新发送。"),
        (
            pdfium_c.FPDFDoc_GetAttachmentCount(document) > 0,
            "attachment.unsupported",
            "此 PDF 内部另附有文件，未予读取，请将其作为单独的附件发送。",
        ),
        (
            len(document) > MAX_PAGES,
            "attachment.rejected",
            f"此 PDF 超过 {MAX_PAGES} 页，只读取了前 {MAX_PAGES} 页，请只发送登记表和证照。",
        ),
    )
    return tuple(finding(code, detail) for applies, code, detail in checks if applies)


def too_much(number: int) -> RejectedFileError:
    """The error for a page over the limits."""
    return RejectedFileError(f"page {number}", _TOO_MUCH)
