"""The dots of a PDF page that is one picture of black and white, as the scanner or fax made them.

Rendering such a page blends the dots with their neighbours, as the page's size is never quite the picture's. Then it
looks like a scan with shades, of which nothing was decided away. So the picture itself is asked what it is made of.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pipeline.extract.grid.pdf_guard import open_page, open_pdf
from pipeline.extract.image.dots import DecidedDots, Dots, may_be_decided, sort_of_picture
from pipeline.extract.raster.decode import Gray, Rgb

#: Of the page's area.
_FILLS: Final = 0.8
#: How far the picture may reach beyond the page, in shares of its sides. What lies further out is cut off.
_BEYOND: Final = 0.05
#: Share of dots that are black there and white here: blending leaves less, a negative or another picture above more.
_APART: Final = 0.03
_MOST_OBJECTS: Final = 200
_UPRIGHT: Final = 1e-3


def find_decided_dots(content: bytes, number: int, rendered: Rgb) -> DecidedDots | None:
    """What the one picture of page `number` is made of, drawn to the `rendered` page's size dot by dot.

    None where the page is no single picture, or one with shades. The page was rendered before, within the limits.
    """
    document = open_pdf(content)
    try:
        page = open_page(document, number)
        return None if page is None else _of_page(page, rendered[:, :, 1])
    except (pdfium.PdfiumError, ValueError):
        return None
    finally:
        document.close()


def _of_page(page: pdfium.PdfPage, rendered: Gray) -> DecidedDots | None:
    if pdfium_c.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        return None
    width, height = page.get_size()
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) >= _FILLS * width * height:
            if not may_be_decided(*_size(item)):
                return None  # before it is decoded: a photo of 12 megapixels takes 100 MB
            place = (left / width, 1 - top / height, right / width, 1 - bottom / height)
            return _of_picture(_grey(item), place, rendered, upright=_is_upright(page, item))
    return None


def _is_upright(page: pdfium.PdfPage, item: pdfium.PdfObject) -> bool:
    matrix = item.get_matrix()
    return bool(page.get_rotation() == 0 and abs(matrix.b) + abs(matrix.c) <= _UPRIGHT and min(matrix.a, matrix.d) > 0)


def _of_picture(
    picture: Gray, place: tuple[float, float, float, float], rendered: Gray, *, upright: bool
) -> DecidedDots | None:
    """`place` is where it lies on the page: left, top, right, bottom as shares."""
    height, width = rendered.shape
    row_px = (place[3] - place[1]) * height / max(1, picture.shape[0])
    inside = min(place) >= -_BEYOND and max(place) <= 1 + _BEYOND
    sort = sort_of_picture(picture, row_px=row_px, movable=upright and inside)
    if sort is not Dots.OWN_ROWS:
        return None if sort is None else DecidedDots(sort=sort)
    x0, y0, x1, y1 = (round(share * side) for share, side in zip(place, (width, height) * 2, strict=True))
    dots = _placed(picture, (x0, y0, x1, y1), (width, height))
    apart = (dots < 128) & (rendered > 200) | (dots > 128) & (rendered < 56)
    return DecidedDots(sort=sort, dots=dots) if apart.mean() <= _APART else DecidedDots(sort=Dots.REDRAWN)


def _size(item: pdfium.PdfObject) -> tuple[int, int]:
    assert isinstance(item, pdfium.PdfImage)
    width, height = item.get_px_size()
    return width, height


def _grey(item: pdfium.PdfObject) -> Gray:
    assert isinstance(item, pdfium.PdfImage)
    pixels = item.get_bitmap(render=False).to_numpy()
    return np.array(pixels if pixels.ndim == 2 else pixels[:, :, min(1, pixels.shape[2] - 1)], dtype=np.uint8)


def _placed(picture: Gray, rect: tuple[int, int, int, int], size: tuple[int, int]) -> Gray:
    x0, y0, x1, y1 = rect
    drawn = cv2.resize(picture, (max(1, x1 - x0), max(1, y1 - y0)), interpolation=cv2.INTER_NEAREST)
    page = np.full((size[1], size[0]), 255, np.uint8)
    left, top = max(0, x0), max(0, y0)
    part = drawn[top - y0 :, left - x0 :][: max(0, size[1] - top), : max(0, size[0] - left)]
    page[top : top + part.shape[0], left : left + part.shape[1]] = part
    return page
