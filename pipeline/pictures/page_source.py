"""One page of a sender's file as pixels, decoded as large as it is to be shown and no larger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pipeline.domain.message import Media
from pipeline.domain.pages import PageGeometry
from pipeline.extract.document import pasted_pages
from pipeline.extract.grid.docx import read_docx
from pipeline.extract.grid.pdf import draw_pdf_page
from pipeline.extract.grid.pdf_guard import MAX_PAGES
from pipeline.extract.raster.decode import (
    PICTURES,
    WORK_SIDE_PX,
    PictureRejectedError,
    PictureUnreadableError,
    Rgb,
    read_picture_page,
)
from pipeline.extract.reading_error import ReadingError, RejectedFileError
from pipeline.pictures.requests import PageRequest
from pipeline.pictures.trouble import NotShownError, Trouble

_LEAST_SIDE_PX: Final = 64
#: What may need threads to be decoded, which a process that may start no programs may not start either.
THREADED: Final = frozenset({Media.HEIC, Media.DOCX})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourcePage:
    """A decoded page; `pages` as in `ShowAnswer`."""

    rgb: Rgb
    pages: int | None


def load_page(content: bytes, request: PageRequest) -> SourcePage:
    """The page that is asked for. Raises `NotShownError`."""
    try:
        return _load(content, request)
    except (PictureRejectedError, RejectedFileError) as error:
        raise NotShownError(Trouble.REJECTED) from error
    except (PictureUnreadableError, ReadingError) as error:
        raise NotShownError(Trouble.UNREADABLE) from error


def _load(content: bytes, request: PageRequest) -> SourcePage:
    side_px = _wanted_side_px(request.geometry, request.max_width_px)
    if request.media is Media.DOCX:
        return SourcePage(rgb=_pasted(content, request.page), pages=None)
    if request.media is Media.PDF:
        if request.page > MAX_PAGES:
            raise NotShownError(Trouble.NO_PAGE)
        drawn, pages = draw_pdf_page(content, request.page, side_px=side_px)
    elif request.media in PICTURES:
        drawn, pages = read_picture_page(content, request.media, request.page, side_px=side_px)
    else:
        raise NotShownError(Trouble.NO_PICTURE)
    if drawn is None:
        raise NotShownError(Trouble.NO_PAGE)
    return SourcePage(rgb=drawn, pages=pages)


def _wanted_side_px(geometry: PageGeometry | None, max_width_px: int) -> int:
    """The longer side of the decoded page that gives the upright one its width."""
    if geometry is None:
        return max(max_width_px, WORK_SIDE_PX)
    scale = min(1.0, max_width_px / geometry.width_px)
    longest = max(geometry.source_width_px, geometry.source_height_px)
    return max(_LEAST_SIDE_PX, math.ceil(scale * longest))


def _pasted(content: bytes, number: int) -> Rgb:
    """A page of the pictures pasted into a Word file, by the number papers read from it have."""
    for found, page in pasted_pages(read_docx(content).pictures):
        if found == number:
            return page
    raise NotShownError(Trouble.NO_PAGE)
