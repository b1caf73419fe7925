"""A page of a sender's file to a JPEG that may be shown: flat, upright, covered, with the viewer's name in it.

Guaranteed: the picture is drawn anew from pixels and carries no metadata of the file; what is covered is gone from
the pixels before they are encoded.
"""

from __future__ import annotations

from typing import Final

import cv2

from pipeline.extract.raster.decode import Rgb
from pipeline.pictures.covering import cover, pixelate
from pipeline.pictures.page_source import load_page
from pipeline.pictures.requests import ShowAnswer, ShowRequest
from pipeline.pictures.trouble import NotShownError
from pipeline.pictures.upright import lay_flat
from pipeline.pictures.watermark import Pen, watermarked

MEDIA_TYPE: Final = "image/jpeg"
_QUALITY: Final = 82


def show_page(content: bytes, request: ShowRequest, pen: Pen) -> tuple[ShowAnswer, bytes]:
    """The page as asked for; an answer with its trouble and no bytes where that cannot be."""
    try:
        source = load_page(content, request)
    except NotShownError as error:
        return ShowAnswer(trouble=error.trouble), b""
    page = lay_flat(source.rgb, request.geometry, request.max_width_px)
    if request.pixelated:
        page = pixelate(page)
    # Covers come last: nothing shines through them, and nothing is written on them.
    shown = cover(watermarked(page, request.watermark, pen), request.covers)
    height, width = shown.shape[:2]
    return ShowAnswer(width_px=width, height_px=height, pages=source.pages), _encode(shown)


def _encode(rgb: Rgb) -> bytes:
    done, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    if not done:
        raise ValueError("the page could not be encoded")
    return encoded.tobytes()
