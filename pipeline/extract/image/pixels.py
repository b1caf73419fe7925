"""The pixels of a flat page, at hand or put away.

At hand a page of 200 dpi holds 30 MB, and a file may have fifty: all but the first few are put away when they have been read,
without loss, and taken out again when somebody looks a second time. Before that a scan of twenty pages was too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import cv2
import numpy as np

from pipeline.domain.document import Box
from pipeline.extract.image.cells import Rect
from pipeline.extract.image.dots import Dots
from pipeline.extract.raster.components import without_small
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.ink import Mask, ink_mask, red_mask

#: Fewer dots that hang together are no ink.
_SPECK_DOTS: Final = 8
#: All that is looked at of one page.
_TAKEN_OUT: Final = 7
_QUICKLY: Final = (cv2.IMWRITE_PNG_COMPRESSION, 1)
_IN_COLOUR: Final = (
    *(cv2.IMWRITE_JPEG_QUALITY, 90),
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
)


class _Measured:
    """A page of so many pixels, and boxes on it."""

    dots: Dots
    shape: tuple[int, int]

    @property
    def coarse(self) -> bool:
        """Whether thin strokes may be gone."""
        return self.dots.coarse

    def rect(self, box: Box) -> Rect:
        """A box's pixels."""
        height, width = self.shape
        left, top = int(np.floor(box[0] * width)), int(np.floor(box[1] * height))
        right, bottom = int(np.ceil(box[2] * width)), int(np.ceil(box[3] * height))
        return left, top, min(width, max(right, left + 1)), min(height, max(bottom, top + 1))

    def box(self, rect: Rect) -> Box:
        """A rectangle as fractions, clipped to the page."""
        height, width = self.shape
        left, top, right, bottom = rect
        return (
            min(1.0, max(0.0, left / width)),
            min(1.0, max(0.0, top / height)),
            min(1.0, max(0.0, right / width)),
            min(1.0, max(0.0, bottom / height)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class FlatPicture(_Measured):
    """An upright page ready for reading; `shape` is its height and width.

    `clean` is gray with evened light, red ink and rules taken out, 255 paper. `ink` and `red` are masks (255 set);
    `ink` counts red ink as well and leaves the rules out; it is made when somebody looks at it: most pages
    without a table never need it. `dots` says whether thin strokes may be gone altogether, as on a fax: what is left
    can be another character, and every reader says so. `own` are then the dots as they came, rules taken out, where
    each row is the machine's own.
    """

    shape: tuple[int, int]
    rgb: Rgb
    clean: Gray
    even: Gray
    red: Mask
    rules: Mask
    dots: Dots = Dots.SHADES
    own: Gray | None = None

    @cached_property
    def ink(self) -> Mask:
        """Where ink is, red or not."""
        ink = np.asarray(cv2.bitwise_or(ink_mask(self.even), self.red), dtype=np.uint8)
        ink[self.rules > 0] = 0
        return without_small(ink, _SPECK_DOTS)  # dust and fax speckle


def prepare(
    rgb: Rgb,
    even: Gray,
    rules: Mask,
    *,
    red: Mask | None = None,
    dots: Dots = Dots.SHADES,
    own: Gray | None = None,
) -> FlatPicture:
    """`even` is the page's red-free gray with evened light, `rules` the mask of the table's rules, `red` the `red_mask` if
    it is at hand; `own` may be changed."""
    clean = even.copy()
    clean[rules > 0] = 255
    if own is not None:
        own[rules > 0] = 255
    shape = (clean.shape[0], clean.shape[1])
    return FlatPicture(
        shape=shape,
        rgb=rgb,
        clean=clean,
        even=even,
        red=red_mask(rgb) if red is None else red,
        rules=rules,
        dots=dots,
        own=own,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class PackedPicture(_Measured):
    """What a second look needs of a flat picture, as PNG; the colours, of which only the shade of ink is asked, as JPEG."""

    shape: tuple[int, int]
    dots: Dots
    packed_rgb: bytes
    packed_clean: bytes
    packed_red: bytes
    packed_ink: bytes
    packed_rules: bytes
    packed_under: bytes
    packed_own: bytes | None

    @property
    def rgb(self) -> Rgb:
        """The colours, not to the dot."""
        return _unpacked(self.packed_rgb)[:, :, ::-1]

    @property
    def clean(self) -> Gray:
        """As of a flat picture, not to be changed; so are the others."""
        return _unpacked(self.packed_clean)

    @property
    def red(self) -> Mask:
        """Where red ink is."""
        return _unpacked(self.packed_red)

    @property
    def ink(self) -> Mask:
        """Where ink is."""
        return _unpacked(self.packed_ink)

    @property
    def rules(self) -> Mask:
        """Where rules are."""
        return _unpacked(self.packed_rules)

    @property
    def even(self) -> Gray:
        """The clean gray with its rules left in."""
        return np.asarray(np.where(self.rules > 0, _unpacked(self.packed_under), self.clean), dtype=np.uint8)

    @property
    def own(self) -> Gray | None:
        """The machine's own dots."""
        return None if self.packed_own is None else _unpacked(self.packed_own)


Picture = FlatPicture | PackedPicture


def put_away(picture: Picture) -> PackedPicture:
    """The picture with some 3 MB instead of 30."""
    if isinstance(picture, PackedPicture):
        return picture
    return PackedPicture(
        shape=picture.shape,
        dots=picture.dots,
        packed_rgb=cv2.imencode(".jpg", picture.rgb[:, :, ::-1], _IN_COLOUR)[1].tobytes(),
        packed_clean=_packed(picture.clean),
        packed_red=_packed(picture.red),
        packed_ink=_packed(picture.ink),
        packed_rules=_packed(picture.rules),
        packed_under=_packed(np.where(picture.rules > 0, picture.even, 255).astype(np.uint8)),
        packed_own=None if picture.own is None else _packed(picture.own),
    )


def _packed(gray: Gray) -> bytes:
    return cv2.imencode(".png", gray, _QUICKLY)[1].tobytes()


@lru_cache(maxsize=_TAKEN_OUT)
def _unpacked(packed: bytes) -> Gray:
    gray = np.asarray(cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_UNCHANGED), dtype=np.uint8)
    gray.flags.writeable = False
    return gray
