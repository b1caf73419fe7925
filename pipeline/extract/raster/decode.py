"""Sender's bytes to RGB pictures, within limits checked before anything is decoded.

Guaranteed: only the listed formats are tried (Pillow would start Ghostscript for an EPS named .jpg);
no picture above 40 megapixels or with sides worse than 50:1 is decoded, but for what phones take at most: HEIC of 52
and JPEG of 170, which is decoded small where it is coded row by row; at most 20 pages of a TIFF or HEIC.
Every failure of a decoder comes out as a `PictureError`; nothing else escapes but `MemoryError`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import ExifTags, Image, ImageOps

from pipeline.domain.message import Media

Rgb = npt.NDArray[np.uint8]
Gray = npt.NDArray[np.uint8]

MAX_PIXELS: Final = 40_000_000
#: What a phone's camera takes where it is told to take all it can: 48 megapixels as HEIC, 50 to 108 as JPEG. Decision 74.
MAX_HEIC_PIXELS: Final = 52_000_000
MAX_JPEG_PIXELS: Final = 170_000_000
MAX_ASPECT: Final = 50.0
MAX_FRAMES: Final = 20
MIN_SIDE_PX: Final = 16
#: A4 at 200 dpi is 2339 px long: text of 10.5 pt is 29 px high there, which both readers like.
WORK_SIDE_PX: Final = 2400
SMALL_SIDE_PX: Final = 1600
_NEARLY: Final = 0.75
#: Sides of paper and ID cards are at most like this; those of phones' and desktops' screens at most like that.
_LONGEST_SHEET: Final = 1.6
_LONGEST_SCREEN: Final = 2.5

_FORMATS: Final = {
    Media.JPEG: ("JPEG",),
    Media.PNG: ("PNG",),
    Media.GIF: ("GIF",),
    Media.BMP: ("BMP",),
    Media.TIFF: ("TIFF",),
    Media.WEBP: ("WEBP",),
}
_STARTS: Final = {
    b"\xff\xd8": Media.JPEG,
    b"\x89PNG": Media.PNG,
    b"GIF8": Media.GIF,
    b"BM": Media.BMP,
    b"II*\x00": Media.TIFF,
    b"MM\x00*": Media.TIFF,
    b"RIFF": Media.WEBP,
}
PICTURES: Final = frozenset(_FORMATS) | {Media.HEIC}


class PictureError(Exception):
    """A picture that gives no pixels."""


class PictureUnreadableError(PictureError):
    """Damaged, empty, or no picture at all."""


class PictureRejectedError(PictureError):
    """Over a safety limit; it was not decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The pages of one picture file, each (height, width, 3) uint8, EXIF orientation applied.

    `cut` is true when the file holds more pages than `MAX_FRAMES`; the rest was not read.
    """

    pages: tuple[Rgb, ...]
    cut: bool = False


def read_pictures(content: bytes, media: Media) -> Pictures:
    """Decode a picture file. Raises PictureUnreadableError or PictureRejectedError."""
    if media not in PICTURES:
        raise PictureUnreadableError(f"not a picture: {media.value}")
    with _translated():
        return _read_heic(content) if media is Media.HEIC else _read_pillow(content, media)


@contextmanager
def _translated() -> Iterator[None]:
    """What a decoder raises, as a `PictureError`."""
    try:
        with warnings.catch_warnings():
            # Pillow warns about big pictures and odd metadata; the limits here are our own.
            warnings.simplefilter("ignore")
            yield
    except (PictureError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise PictureRejectedError("too many pixels") from error
    except Exception as error:
        # The boundary to decoders: on hostile bytes they raise OSError, SyntaxError, struct.error, KeyError, anything.
        raise PictureUnreadableError(type(error).__name__) from error


def read_picture_page(content: bytes, media: Media, number: int, *, side_px: int) -> tuple[Rgb | None, int]:
    """Page `number` (from 1) of a picture file, and how many pages it has; None where there is no such page.

    Under the same limits as `read_pictures`, but at the picture's own size, or a smaller one whose sides have nearly
    `side_px` where decoding to that is cheaper. Raises PictureUnreadableError or PictureRejectedError.
    """
    if media is Media.HEIC:
        with _translated():
            images = _heic_images(content)[:MAX_FRAMES]
            return (_heic_page(images[number - 1]) if 1 <= number <= len(images) else None), len(images)
    with _translated(), Image.open(BytesIO(content), formats=_FORMATS[media]) as image:
        _check_claim(image, media)
        pages_total = min(MAX_FRAMES, int(getattr(image, "n_frames", 1))) if media is Media.TIFF else 1
        if number > pages_total or (number > 1 and not _seek(image, number - 1)):
            return None, pages_total
        if media is Media.JPEG:
            # A little smaller will do: the next size decodes four times as many dots for a sharpness nobody sees.
            near = _NEARLY * side_px / max(image.size)
            image.draft("RGB", (max(1, int(image.width * near)), max(1, int(image.height * near))))
        _check_size(*image.size)
        upright = _upright(image)
        shown = _square_dots(upright) if media is Media.TIFF else upright
        return np.ascontiguousarray(_eight_bits(shown)), pages_total


def media_of_picture(content: bytes) -> Media:
    """What a picture out of a document is by its first bytes; UNKNOWN for what is not read."""
    found = next((media for start, media in _STARTS.items() if content.startswith(start)), None)
    return found or (Media.HEIC if content[4:8] == b"ftyp" else Media.UNKNOWN)


def _read_heic(content: bytes) -> Pictures:
    images = _heic_images(content)
    return Pictures(pages=tuple(map(_heic_page, images[:MAX_FRAMES])), cut=len(images) > MAX_FRAMES)


def _heic_images(content: bytes) -> list[pillow_heif.HeifImage]:
    """The pictures of a HEIC file, not decoded yet; its main picture is the first."""
    heif = pillow_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
    main = heif.primary_index
    images = [heif[main], *(image for index, image in enumerate(heif) if index != main)]
    sizes = [image.size for image in images[:MAX_FRAMES]]
    for size in sizes:
        _check_size(*size, most=MAX_HEIC_PIXELS)
    if sum(width * height for width, height in sizes) > 4 * MAX_PIXELS:
        raise PictureRejectedError("too many pixels in all pages")
    return images


def _heic_page(image: pillow_heif.HeifImage) -> Rgb:
    # libheif has applied the rotation already; the EXIF orientation must not be applied again.
    return _to_rgb(image.to_pillow())


def _read_pillow(content: bytes, media: Media) -> Pictures:
    with Image.open(BytesIO(content), formats=_FORMATS[media]) as image:
        _check_claim(image, media)
        if media is not Media.TIFF:
            if media is Media.JPEG:
                image.draft("RGB", (WORK_SIDE_PX, WORK_SIDE_PX))
            _check_size(*image.size)
            return Pictures(pages=(_to_rgb(_upright(image)),))
        pages = tuple(_frames(image))
        return Pictures(pages=pages, cut=_seek(image, MAX_FRAMES))


def _frames(image: Image.Image) -> Iterator[Rgb]:
    total = 0
    for index in range(MAX_FRAMES):
        if not _seek(image, index):
            return
        _check_size(*image.size)
        total += image.size[0] * image.size[1]
        if total > 4 * MAX_PIXELS:
            raise PictureRejectedError("too many pixels in all pages")
        yield _to_rgb(_square_dots(_upright(image)))


def _seek(image: Image.Image, index: int) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _upright(image: Image.Image) -> Image.Image:
    """As its EXIF says. Pillow would copy the many that stand upright already: 35 MB for a page at 300 dpi."""
    image.load()
    return ImageOps.exif_transpose(image) if image.getexif().get(ExifTags.Base.Orientation, 1) != 1 else image


def _square_dots(image: Image.Image) -> Image.Image:
    """Stretch a fax page (204 x 98 dpi) so that its dots are square; black and white stay so, row by row."""
    dpi = image.info.get("dpi")
    if not dpi or not dpi[0] or not dpi[1]:
        return image
    ratio = float(dpi[0]) / float(dpi[1])
    width, height = image.size
    how = Image.Resampling.NEAREST if image.mode == "1" else Image.Resampling.BICUBIC
    if 1.5 < ratio < 2.5:
        return image.convert("L").resize((width, round(height * ratio)), how)
    if 0.4 < ratio < 0.67:
        return image.convert("L").resize((round(width / ratio), height), how)
    return image


def _check_claim(image: Image.Image, media: Media) -> None:
    """What its header says. A progressive JPEG is kept whole while it is decoded, however small it is to become."""
    is_row_by_row = media is Media.JPEG and not image.info.get("progressive")
    _check_size(*image.size, most=MAX_JPEG_PIXELS if is_row_by_row else MAX_PIXELS)


def _check_size(width: int, height: int, *, most: int = MAX_PIXELS) -> None:
    if min(width, height) < MIN_SIDE_PX:
        raise PictureUnreadableError("smaller than any text")
    if width * height > most:
        raise PictureRejectedError("too many pixels")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PictureRejectedError("too narrow")


def _to_rgb(image: Image.Image) -> Rgb:
    return to_work_size(np.ascontiguousarray(_eight_bits(image)))


def _eight_bits(image: Image.Image) -> Rgb:
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        deep = np.asarray(image, dtype=np.float64)
        top = 65535.0 if deep.max(initial=0.0) > 255 else 255.0
        gray = np.clip(deep * (255.0 / top), 0, 255).astype(np.uint8)
        return np.repeat(gray[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def work_scale(width: float, height: float) -> float:
    """By how much a picture of that size is made smaller or larger for reading; at most twice as large, often 1.

    A screen is longer than the page it shows: there the shorter side says how large the page can be. What is small and
    lies down may be half a page as well, and is no larger for that.
    """
    longest, shortest = max(height, width), min(height, width)
    may_be_half = width > height and longest <= WORK_SIDE_PX
    if longest <= _LONGEST_SCREEN * shortest and not may_be_half:
        longest = min(longest, round(_LONGEST_SHEET * shortest))
    return 1.0 if SMALL_SIDE_PX <= longest <= WORK_SIDE_PX * 1.1 else min(WORK_SIDE_PX / longest, 2.0)


def to_work_size(rgb: Rgb) -> Rgb:
    """Scale to the working size (`work_scale`)."""
    height, width = rgb.shape[:2]
    scale = work_scale(width, height)
    if scale == 1.0:
        return rgb
    size = (max(MIN_SIDE_PX, round(width * scale)), max(MIN_SIDE_PX, round(height * scale)))
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(rgb, size, interpolation=how), dtype=np.uint8)
