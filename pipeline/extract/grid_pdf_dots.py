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

from pipeline.extract.grid_pdf_guard import open_page, open_pdf
from pipeline.extract.image_decode import Gray
from pipeline.extract.image_dots import DecidedDots, sort_of_picture

#: Of the page's area.
_FILLS: Final = 0.8
_MOST_OBJECTS: Final = 200
_UPRIGHT: Final = 1e-3


def find_decided_dots(content: bytes, number: int, size: tuple[int, int]) -> DecidedDots | None:
    """What the one picture of page `number` is made of, drawn to the page's `size` (width, height) dot by dot.

    None where the page is no single picture, or one with shades. The page has been rendered before, within the limits.
    """
    document = open_pdf(content)
    try:
        page = open_page(document, number)
        return None if page is None else _of_page(page, size)
    except pdfium.PdfiumError:
        return None
    finally:
        document.close()


def _of_page(page: pdfium.PdfPage, size: tuple[int, int]) -> DecidedDots | None:
    if pdfium_c.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        return None
    width, height = page.get_size()
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) < _FILLS * width * height:
            continue
        picture = _grey(item)
        matrix = item.get_matrix()
        turned = page.get_rotation() != 0 or abs(matrix.b) + abs(matrix.c) > _UPRIGHT or min(matrix.a, matrix.d) <= 0
        rows = (top - bottom) / height * size[1] / max(1, picture.shape[0])
        sort = sort_of_picture(picture, row_px=rows, movable=not turned)
        if sort is None:
            return None
        x0, x1 = (round(x / width * size[0]) for x in (left, right))
        y0, y1 = (round((height - y) / height * size[1]) for y in (top, bottom))
        return DecidedDots(sort=sort, dots=_placed(picture, (x0, y0, x1, y1), size))
    return None


def _grey(item: pdfium.PdfObject) -> Gray:
    assert isinstance(item, pdfium.PdfImage)
    bitmap = item.get_bitmap(render=False)
    try:
        pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        bitmap.close()
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, min(1, pixels.shape[2] - 1)])


def _placed(picture: Gray, rect: tuple[int, int, int, int], size: tuple[int, int]) -> Gray:
    x0, y0, x1, y1 = rect
    drawn = cv2.resize(picture, (max(1, x1 - x0), max(1, y1 - y0)), interpolation=cv2.INTER_NEAREST)
    page = np.full((size[1], size[0]), 255, np.uint8)
    left, top = max(0, x0), max(0, y0)
    part = drawn[top - y0 :, left - x0 :][: max(0, size[1] - top), : max(0, size[0] - left)]
    page[top : top + part.shape[0], left : left + part.shape[1]] = part
    return page
