"""One file to what it says: the way that suits its type, and what is wrong with it as findings."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper
from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import Media
from pipeline.domain.spelling import squash
from pipeline.extract.form import map_forms
from pipeline.extract.form_judge import TextJudge
from pipeline.extract.grid_docx import read_docx
from pipeline.extract.grid_pdf import read_pdf_text, render_pdf_page
from pipeline.extract.image_decode import (
    PICTURES,
    PictureRejectedError,
    PictureUnreadableError,
    Rgb,
    read_pictures,
)
from pipeline.extract.image_page import read_picture
from pipeline.extract.ocr import Engines, EnginesNeededError
from pipeline.extract.page import Page
from pipeline.extract.paper import read_papers
from pipeline.extract.reading_error import ReadingError
from pipeline.extract.trust import PictureJudge
from pipeline.profile.schema import Profile

_RENDER_DPI = 200
_MAX_PICTURES = 20
_FEW_CHARACTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What was found in one file."""

    engine: str
    forms: tuple[ExtractedForm, ...] = ()
    papers: tuple[ExtractedPaper, ...] = ()
    findings: tuple[Finding, ...] = ()


#: Of a file without pictures: what reading its pictures gave.
_NOTHING: Final = _Parts(engine="none")


def read_document(
    content: bytes, media: Media, *, name: str, profile: Profile, engines: Engines | None
) -> DocumentReading:
    """Read one file. `name` is how findings call it.

    Never raises for what the file holds, but for one thing: without `engines`, `EnginesNeededError` for pictures.
    """
    started = time.perf_counter()
    try:
        parts = _read(content, media, name, profile, engines)
    except ReadingError as error:
        parts = _Parts(engine="none", findings=(error.finding,))
    except (PictureUnreadableError, PictureRejectedError) as error:
        parts = _Parts(engine="none", findings=(_picture_finding(name, error),))
    return DocumentReading(
        engine=parts.engine,
        forms=parts.forms,
        papers=parts.papers,
        findings=tuple(dict.fromkeys(parts.findings)),
        seconds=time.perf_counter() - started,
    )


def _read(content: bytes, media: Media, name: str, profile: Profile, engines: Engines | None) -> _Parts:
    if media is Media.DOCX:
        return _read_docx(content, name, profile, engines)
    if media is Media.PDF:
        return _read_pdf(content, name, profile, engines)
    if media in PICTURES:
        loaded = _required(engines)
        pictures = read_pictures(content, media)
        return _read_pixels(enumerate(pictures.pages, start=1), name, profile, loaded)
    code = "attachment.unreadable" if media is Media.EMPTY else "attachment.unsupported"
    return _Parts(
        engine="none",
        findings=(finding(code, f"附件“{name}”的类型无法读取，请改发 Word（.docx）、PDF 或清晰照片。"),),
    )


def _required(engines: Engines | None) -> Engines:
    """To be asked before a picture is decoded: where no engine is loaded, not every decoder may run either."""
    if engines is None:
        raise EnginesNeededError
    return engines


def _read_docx(content: bytes, name: str, profile: Profile, engines: Engines | None) -> _Parts:
    document = read_docx(content)
    pasted = _NOTHING
    if document.pictures:
        pasted = _read_pasted(document.pictures, name, profile, _required(engines))
    forms = map_forms(document.pages, profile.form, profile_key=profile.key, judge=TextJudge())
    return _Parts(
        engine="docx",
        forms=(*forms, *pasted.forms),
        papers=pasted.papers,
        findings=(
            *document.findings,
            *(item for item in pasted.findings if not forms or item.code != "form.unreadable"),
        ),
    )


def _read_pasted(pictures: Sequence[bytes], name: str, profile: Profile, engines: Engines) -> _Parts:
    """Papers pasted as pictures; a picture too small or damaged to be one (a signature, a logo) is passed over."""
    pages: list[Rgb] = []
    for picture in pictures[:_MAX_PICTURES]:
        try:
            pages += read_pictures(picture, _media_of(picture)).pages
        except (PictureUnreadableError, PictureRejectedError):
            continue
    large = [(number, page) for number, page in enumerate(pages, start=1) if min(page.shape[:2]) >= 200]
    return _read_pixels(large, name, profile, engines)


def _media_of(picture: bytes) -> Media:
    starts = {b"\xff\xd8": Media.JPEG, b"\x89PNG": Media.PNG, b"GIF8": Media.GIF, b"BM": Media.BMP}
    starts |= {b"II*\x00": Media.TIFF, b"MM\x00*": Media.TIFF, b"RIFF": Media.WEBP}
    found = next((media for start, media in starts.items() if picture.startswith(start)), None)
    return found or (Media.HEIC if picture[4:8] == b"ftyp" else Media.UNKNOWN)


def _read_pdf(content: bytes, name: str, profile: Profile, engines: Engines | None) -> _Parts:
    document = read_pdf_text(content)
    pictured = [report.number for report in document.reports if report.needs_rendering]
    pixels = _NOTHING
    if pictured:
        pages = ((number, render_pdf_page(content, number, _RENDER_DPI)) for number in pictured)
        pixels = _read_pixels(pages, name, profile, _required(engines))
    forms = map_forms(document.pages, profile.form, profile_key=profile.key, judge=TextJudge())
    papers = tuple(paper for page in document.pages for paper in read_papers(page))
    texts = {number for form in forms for number in form.pages}
    seen = tuple(form for form in pixels.forms if not texts & set(form.pages))
    return _Parts(
        engine="pdf-text" if not pictured else pixels.engine if not document.pages else f"pdf-text+{pixels.engine}",
        forms=(*forms, *seen),
        papers=(*papers, *pixels.papers),
        findings=(
            *document.findings,
            *(item for item in pixels.findings if not forms or item.code != "form.unreadable"),
        ),
    )


def _read_pixels(pages: Iterable[tuple[int, Rgb]], name: str, profile: Profile, engines: Engines) -> _Parts:
    read = [read_picture(rgb, number=number, engines=engines) for number, rgb in pages]
    forms = map_forms(read, profile.form, profile_key=profile.key, judge=PictureJudge(profile.form))
    used = {number for form in forms for number in form.pages}
    papers = tuple(paper for page in read if page.number not in used for paper in read_papers(page))
    used |= {number for paper in papers for number in paper.pages}
    unread = [page for page in read if page.number not in used and _shows_a_form(page, profile)]
    findings = tuple(_unreadable_form(name, page) for page in unread)
    return _Parts(engine=engines.main.name, forms=forms, papers=papers, findings=findings)


def _shows_a_form(page: Page, profile: Profile) -> bool:
    """Whether a page that gave no form looks like one: a title of it, or a table, or hardly any readable text in it."""
    text = squash("".join(line.text for line in page.lines))
    titled = any(squash(title) in text for title in profile.form.titles)
    return titled or bool(page.grids) or len(text) < _FEW_CHARACTERS


def _unreadable_form(name: str, page: Page) -> Finding:
    del page
    return finding(
        "form.unreadable",
        f"“{name}”看不清，无法读取登记表。请在光线充足处正对表格重新拍照，四角入镜、不要晃动，或改发 Word、PDF 文件。",
    )


def _picture_finding(name: str, error: Exception) -> Finding:
    if isinstance(error, PictureRejectedError):
        return finding("attachment.rejected", f"图片“{name}”尺寸过大，请缩小后或重新拍照发来。")
    return finding("attachment.unreadable", f"图片“{name}”已损坏，无法打开，请重新发送。")
