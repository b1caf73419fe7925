"""One file to what it says: the way that suits its type, and what is wrong with it as findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final

from pipeline.domain.blank_forms import is_blank_form
from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper
from pipeline.domain.finding import Finding
from pipeline.domain.message import Media
from pipeline.domain.pages import OtherPage, PageGeometry
from pipeline.extract.calibration import shipped_calibration
from pipeline.extract.document_findings import (
    cut_short,
    lost_table,
    pages_left_unread,
    unopened,
    unreadable_form,
    unsupported,
)
from pipeline.extract.form.judge import TextJudge
from pipeline.extract.form.mapper import map_pages
from pipeline.extract.form.parts import join_parts
from pipeline.extract.grid.docx import read_docx
from pipeline.extract.grid.html import read_html_tables
from pipeline.extract.grid.pdf import has_covered_page, read_pdf_text, render_pdf_page
from pipeline.extract.grid.pdf_dots import find_decided_dots
from pipeline.extract.image.dots import DecidedDots
from pipeline.extract.image.one_spelling import with_one_spelling
from pipeline.extract.image.page import put_away, read_picture
from pipeline.extract.image.skim import Skimmer
from pipeline.extract.lost_forms import find_lost_forms
from pipeline.extract.misread_places import place_names
from pipeline.extract.note_doubts import all_asked
from pipeline.extract.ocr.readers import Engines, EnginesNeededError
from pipeline.extract.other_pages import find_others, other_text
from pipeline.extract.page import Page
from pipeline.extract.page_geometry import join_geometries, moved_fields, picture_geometries, text_geometries
from pipeline.extract.paper.beside_form import read_papers_beside
from pipeline.extract.paper.or_form import map_pages_with_papers
from pipeline.extract.paper.papers import holds_form_rows, read_papers
from pipeline.extract.raster.decode import (
    PICTURES,
    PictureRejectedError,
    PictureUnreadableError,
    Rgb,
    media_of_picture,
    read_pictures,
)
from pipeline.extract.reading_error import ReadingError
from pipeline.extract.trust.judge import PictureJudge
from pipeline.profile.schema import Profile

#: What pages of PDFs are drawn at for reading.
RENDER_DPI = 200
#: How many pictures of a Word file are looked at.
MAX_PASTED = 20
_LEAST_PASTED_PX = 200
_CELLS_OF_A_FORM = 12
#: Of a page's time reading took 78 % in print. By hand lines are looked at many times: with half of the time for reading a document
#: was not done in the rest.
_READING_SHARE = 1 / 3
#: So many pages of a file keep their pictures as they are: a form has one or two. Each more costs 20 MB of a process that
#: is to need 900 at most.
_AT_HAND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was found in one file. `read` are the pages that were read from pixels, without their pictures."""

    engine: str
    forms: tuple[ExtractedForm, ...] = ()
    parts: tuple[ExtractedForm, ...] = ()
    papers: tuple[ExtractedPaper, ...] = ()
    findings: tuple[Finding, ...] = ()
    geometry: tuple[PageGeometry, ...] = ()
    others: tuple[OtherPage, ...] = ()
    read: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """How a file is to be read. `name` is how findings call it; from `ends_at` (`time.monotonic`) on no page is begun any more."""

    name: str
    profile: Profile
    engines: Engines | None
    ends_at: float | None = None

    @property
    def required(self) -> Engines:
        """To be asked before a picture is decoded: where no engine is loaded, not every decoder may run either."""
        if self.engines is None:
            raise EnginesNeededError
        return self.engines

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and time.monotonic() >= self.ends_at


#: Of a file without pictures: what reading its pictures gave.
_NOTHING: Final = _Found(engine="none")


def read_document(
    content: bytes,
    media: Media,
    *,
    name: str,
    profile: Profile,
    engines: Engines | None,
    seconds: float | None = None,
) -> DocumentReading:
    """Read one file. `name` is how findings call it.

    Of pages that are pictures no further one is begun when a third of the `seconds` is over, for what was read has to be understood
    as well; a finding says so. Never raises for what the file holds, but for one thing: without `engines`,
    `EnginesNeededError` for pictures.
    """
    started = time.perf_counter()
    ends_at = None if seconds is None else time.monotonic() + _READING_SHARE * seconds
    try:
        parts = _read(content, media, _Asked(name=name, profile=profile, engines=engines, ends_at=ends_at))
    except ReadingError as error:
        parts = _Found(engine="none", findings=(error.finding,))
    except (PictureUnreadableError, PictureRejectedError) as error:
        parts = _Found(engine="none", findings=(unopened(name, error),))
    calibration = shipped_calibration()
    reading = DocumentReading(
        engine=parts.engine,
        geometry=parts.geometry,
        forms=tuple(calibration.measured("form", form) for form in parts.forms),
        parts=tuple(calibration.measured("form", part) for part in parts.parts),
        papers=tuple(calibration.measured(paper.kind, paper) for paper in parts.papers),
        others=parts.others,
        findings=tuple(dict.fromkeys(parts.findings)),
    )
    joined = join_parts((reading,), (name,), profile.form)[0]
    return joined.model_copy(update={"seconds": time.perf_counter() - started})


def _read(content: bytes, media: Media, asked: _Asked) -> _Found:
    if media is Media.DOCX:
        return _read_docx(content, asked)
    if media is Media.HTML:
        return _read_html(content, asked.name, asked.profile)
    if media is Media.PDF:
        return _read_pdf(content, asked)
    if media in PICTURES:
        loaded = asked.required
        pictures = read_pictures(content, media)
        parts = _read_pixels(enumerate(pictures.pages, start=1), asked, loaded)
        return replace(parts, findings=(*parts.findings, cut_short(asked.name))) if pictures.cut else parts
    return _Found(engine="none", findings=(unsupported(asked.name, empty=media is Media.EMPTY),))


def _read_docx(content: bytes, asked: _Asked) -> _Found:
    profile = asked.profile
    document = read_docx(content)
    pasted = _NOTHING
    if document.pictures:
        pasted = _read_pasted(document.pictures, asked, asked.required)
    mapped = map_pages(document.pages, profile.form, profile_key=profile.key, judge=TextJudge())
    forms = mapped.forms
    filled = any(not is_blank_form(form) for form in forms)
    return _Found(
        engine="docx",
        forms=(*forms, *pasted.forms),
        parts=(*mapped.parts, *(_excused(pasted.parts) if filled else pasted.parts)),
        papers=pasted.papers,
        geometry=pasted.geometry,
        others=(*(() if forms else other_text(document.pages, pictures=bool(document.pictures))), *pasted.others),
        findings=(
            *document.findings,
            *_lost_tables(
                asked.name, document.pages, {page for form in (*forms, *mapped.parts) for page in form.pages}
            ),
            *(item for item in pasted.findings if not filled or item.code != "form.unreadable"),
        ),
    )


def _read_html(content: bytes, name: str, profile: Profile) -> _Found:
    """A form in a table; without one nothing is known of what the page is for."""
    page = read_html_tables(content)
    forms = map_pages((page,), profile.form, profile_key=profile.key, judge=TextJudge()).forms
    return _Found(engine="html", forms=forms, findings=() if forms else (unsupported(name),))


def _read_pasted(pictures: Sequence[bytes], asked: _Asked, engines: Engines) -> _Found:
    """Papers pasted as pictures; one too small to be a paper (a signature, a logo) is passed over."""
    large = [(number, page) for number, page in pasted_pages(pictures) if min(page.shape[:2]) >= _LEAST_PASTED_PX]
    return _read_pixels(large, asked, engines)


def pasted_pages(pictures: Iterable[bytes]) -> Iterator[tuple[int, Rgb]]:
    """The pages of pasted pictures, counted from 1 through all of them; damaged pictures are passed over."""
    number = 0
    for picture in islice(pictures, MAX_PASTED):
        try:
            pages = read_pictures(picture, media_of_picture(picture)).pages
        except (PictureUnreadableError, PictureRejectedError):
            continue
        for page in pages:
            number += 1
            yield number, page


def _read_pdf(content: bytes, asked: _Asked) -> _Found:
    profile = asked.profile
    if asked.engines is None and has_covered_page(content):
        raise EnginesNeededError  # before the rest is parsed, which the process with the engines has to do anyway
    document = read_pdf_text(content)
    mapped = map_pages_with_papers(document.pages, profile.form, profile_key=profile.key, judge=TextJudge())
    forms = mapped.forms
    papers = tuple(paper for page in document.pages for paper in read_papers(page))
    texts = {number for form in (*forms, *mapped.parts) for number in form.pages}
    told = texts | {number for paper in papers for number in paper.pages}
    strange = {page.number for page in document.pages if page.number not in told and _is_table(page)}
    pictured = [item.number for item in document.reports if item.needs_rendering or item.number in strange]
    printed = {page.number for page in document.pages}
    pixels = _NOTHING
    if pictured:
        pages = ((number, render_pdf_page(content, number, RENDER_DPI)) for number in pictured)
        came_as = partial(find_decided_dots, content)
        pixels = _read_pixels(pages, asked, asked.required, dpi=RENDER_DPI, printed=printed, came_as=came_as)
        asked_forms = all_asked(pixels.forms, document.notes), all_asked(pixels.parts, document.notes)
        pixels = replace(pixels, forms=asked_forms[0], parts=asked_forms[1])
    seen = tuple(form for form in pixels.forms if not texts & set(form.pages))
    filled = any(not is_blank_form(form) for form in forms)
    pictured_parts = _excused(pixels.parts) if filled else pixels.parts
    parts = (*_off_papers(mapped.parts, papers), *(part for part in pictured_parts if not texts & set(part.pages)))
    beside = {item.page: item for item in pixels.geometry if item.page in printed}
    text_pages = text_geometries(
        document.pages, (*forms, *mapped.parts), papers, asked=_asks_for_id(profile), dpi=RENDER_DPI, beside=beside
    )
    return _Found(
        engine="pdf-text" if not pictured else pixels.engine if not document.pages else f"pdf-text+{pixels.engine}",
        forms=(*forms, *seen),
        parts=parts,
        papers=(*papers, *pixels.papers),
        geometry=join_geometries(text_pages, pixels.geometry),
        others=find_others((*document.pages, *pixels.read), _pages_of((*forms, *seen), (*papers, *pixels.papers))),
        findings=(
            *document.findings,
            *_lost_tables(asked.name, document.pages, told | {page.number for page in pixels.read}),
            *(item for item in pixels.findings if not filled or item.code != "form.unreadable"),
        ),
    )


def _lost_tables(name: str, pages: Iterable[Page], told: Set[int]) -> Iterator[Finding]:
    """Once for pages of characters that gave nothing and yet have a form's rows."""
    yield from [lost_table(name) for page in pages if page.number not in told and holds_form_rows(page)][:1]


def _is_table(page: Page) -> bool:
    """Whether there is a table as large as a form's: one without a known label may say something else than it shows."""
    return any(len(grid.cells) >= _CELLS_OF_A_FORM for grid in page.grids)


def _read_pixels(
    pages: Iterable[tuple[int, Rgb]],
    asked: _Asked,
    engines: Engines,
    *,
    dpi: float | None = None,
    printed: Set[int] = frozenset(),
    came_as: Callable[[int, Rgb], DecidedDots | None] | None = None,
) -> _Found:
    """`printed` are pages that were read from their characters too: places on them are given on the page as printed.

    `came_as` says of a rendered page, told its number, what the picture on it was made of.
    """
    name, profile = asked.name, asked.profile
    skimmer = Skimmer(profile.form, engines.main)
    read: list[Page] = []
    late: tuple[Finding, ...] = ()
    for number, rgb in pages:
        if read and asked.is_over:
            late = (pages_left_unread(name, number),)
            break
        came = None if came_as is None else partial(came_as, number)
        page = read_picture(rgb, number=number, engines=engines, skimmer=skimmer, came_as=came)
        read.append(page if len(read) < _AT_HAND else put_away(page))
        del rgb, page  # else both would lie beside the next page's: 90 MB
    places = place_names(profile.places)
    spelled = [with_one_spelling(page, places.in_one_spelling) for page in read]
    judge = PictureJudge(profile.form, places.words)
    mapped = map_pages_with_papers(spelled, profile.form, profile_key=profile.key, judge=judge)
    forms = tuple(map(places.check_form, mapped.forms))
    used = {number for form in forms for number in form.pages}
    found = (read_papers_beside(page, forms) if page.number in used else read_papers(page) for page in spelled)
    papers = tuple(places.check_paper(paper) for on_page in found for paper in on_page)
    used |= {number for paper in papers for number in paper.pages}
    unused = [page for page in read if page.number not in used]
    unread = {page.number: page for page in find_lost_forms(unused, read, profile.form)}
    parts = tuple(_with_finding(places.check_form(part), name, unread) for part in _off_papers(mapped.parts, papers))
    whole = {number for part in parts for number in part.pages}
    geometry = picture_geometries(read, (*forms, *parts), papers, asked=_asks_for_id(profile), dpi=dpi)
    back = {item.page: item for item in geometry if item.page in printed}
    return _Found(
        engine=engines.main.name,
        forms=tuple(moved_fields(form, back) for form in forms) if back else forms,
        parts=tuple(moved_fields(part, back) for part in parts) if back else parts,
        papers=tuple(moved_fields(paper, back) for paper in papers) if back else papers,
        findings=(*late, *(unreadable_form(name, page) for page in unread.values() if page.number not in whole)),
        geometry=geometry,
        others=find_others(read, used),
        read=tuple(replace(page, rereader=None, photograph=None) for page in read),
    )


def _off_papers(parts: Iterable[ExtractedForm], papers: Iterable[ExtractedPaper]) -> Iterator[ExtractedForm]:
    """Parts of forms on pages that are no papers: those have some of the form's labels too."""
    taken = {number for paper in papers for number in paper.pages}
    return (part for part in parts if not taken & set(part.pages))


def _excused(parts: Iterable[ExtractedForm]) -> tuple[ExtractedForm, ...]:
    """Parts beside a form that was read from the file's text: what is wrong with their pictures is no matter."""
    return tuple(part.model_copy(update={"findings": ()}) for part in parts)


def _with_finding(part: ExtractedForm, name: str, unread: Mapping[int, Page]) -> ExtractedForm:
    """The part with what is to be said if the rest of its form is nowhere."""
    pages = (unread[number] for number in part.pages if number in unread)
    return part.model_copy(update={"findings": tuple(unreadable_form(name, page) for page in pages)})


def _pages_of(forms: Iterable[ExtractedForm], papers: Iterable[ExtractedPaper]) -> set[int]:
    return {number for form in forms for number in form.pages} | {number for item in papers for number in item.pages}


def _asks_for_id(profile: Profile) -> bool:
    return any(field.key == "owner_id_number" for field in profile.form.fields)
