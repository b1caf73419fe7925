"""The flat page kept for a second look: crops for another reader, ink, seals, tick boxes.

All boxes are fractions of the upright page; each is clipped to the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import cv2
import numpy as np

from pipeline.domain.document import Box
from pipeline.extract.image.pixels import Picture, prepare, put_away
from pipeline.extract.image.turn import cut
from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.ocr.places import Choices, join_looks
from pipeline.extract.ocr.readers import Engines, Quad, Reading
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.ink import Mask, even_light, red_as_paper
from pipeline.extract.raster.pen_marks import has_another_ink, is_covered, is_struck, without_tint

_EDGE_PX: Final = 6
_AROUND_PX: Final = 3
_SPOT_PX: Final = 5
_CLOSE_PX: Final = 2
_NARROWER: Final = 0.87
_SEAL_SHARE: Final = 0.006
_SEAL_LEAST_PX: Final = 400


class PictureRereader:
    """Implements `page.Rereader` on a flat picture."""

    def __init__(
        self,
        picture: Picture,
        engines: Engines,
        readings: Mapping[Box, Reading] | None = None,
        slopes: Mapping[Box, Quad] | None = None,
    ) -> None:
        """`slopes` are the corners (pixels) of lines that do not lie level: looks at such a box see that line alone."""
        self._picture = picture
        self._engines = engines
        self._readings = dict(readings or {})
        self._slopes = dict(slopes or {})

    @property
    def engines(self) -> Engines:
        """Who reads."""
        return self._engines

    @property
    def readings(self) -> Mapping[Box, Reading]:
        """What the main reader saw when the page was read."""
        return self._readings

    @property
    def slopes(self) -> Mapping[Box, Quad]:
        """The corners of lines that do not lie level."""
        return self._slopes

    def put_away(self) -> PictureRereader:
        """The same, with little memory until it is asked something."""
        return PictureRereader(put_away(self._picture), self._engines, self._readings, self._slopes)

    def with_lines(self, readings: Mapping[Box, Reading], slopes: Mapping[Box, Quad]) -> PictureRereader:
        """The same with lines that were found later: what the main reader saw of them, and their corners."""
        return PictureRereader(self._picture, self._engines, {**self._readings, **readings}, {**self._slopes, **slopes})

    def without_red(self) -> PictureRereader:
        """The same page with its red ink made just as light as the paper round it."""
        picture = self._picture
        even = even_light(red_as_paper(picture.rgb))
        return PictureRereader(
            prepare(picture.rgb, even, picture.rules, red=picture.red, dots=picture.dots, own=picture.own),
            self._engines,
            self._readings,
            self._slopes,
        )

    @property
    def second_name(self) -> str:
        """Who the second reader is."""
        return self._engines.second.name

    def second_reading(self, box: Box, *, alphabet: str | None, lines: int) -> str | None:
        """What the second reader sees; see `page.Rereader`."""
        return self._engines.second.read(self._crop(box), alphabet=alphabet, lines=lines)

    def second_looks(self, box: Box, *, alphabet: str | None) -> Iterator[str]:
        """The second reader's readings of one line at several sizes, as they are asked for."""
        crop = self._crop(box)
        for height_px in (40, 54, 30):
            text = self._engines.second.read(crop, alphabet=alphabet, lines=1, height_px=height_px)
            if text:
                yield text

    def first_reading(self, box: Box) -> Reading:
        """What the main reader saw in the line at `box` when the page was read."""
        known = self._readings.get(box)
        return known if known is not None else self.main_reading(box, alphabet=None, prepared=False)

    def main_reading(self, box: Box, *, alphabet: str | None, prepared: bool) -> Reading:
        """The main reader once more on one line; `prepared` gives it a sharpened black-and-white crop at another scale."""
        crop = self._crop(box)
        shown = _black_and_white(crop) if prepared else crop
        return self._engines.main.read_lines([shown], alphabet=alphabet)[0]

    def reading_upon_rule(self, box: Box) -> Reading | None:
        """What the main reader sees in a line with the rule left in that its ink touches; None where it touches none."""
        left, top, right, bottom = self._picture.rect(box)
        above, below = max(0, top - _CLOSE_PX), bottom + _CLOSE_PX + (bottom - top) // 10
        rules = cv2.dilate(self._picture.rules[above:below, left:right], np.ones((5, 1), np.uint8)) > 0
        if not self._picture.ink[above:below, left:right][rules].any():
            return None
        crop = np.ascontiguousarray(self._picture.even[above:below, left:right])
        return self._engines.main.read_lines([crop])[0]

    def third_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        """What the third reader sees in the very crop that the main reader saw first."""
        return self._engines.third.read_lines([self._crop(box)], alphabet=alphabet)[0]

    def quick_reading(self, box: Box) -> Reading:
        """What the quick reader sees in that crop, made a little narrower: another picture of the same line."""
        crop = self._crop(box)
        width = max(1, round(crop.shape[1] * _NARROWER))
        narrow = cv2.resize(crop, (width, crop.shape[0]), interpolation=cv2.INTER_AREA)
        return self._engines.quick.read_lines([np.asarray(narrow, dtype=np.uint8)])[0]

    def taught_reading(self, box: Box, *, alphabet: str | None = None) -> Reading:
        """What the taught reader sees in the very crop that the main reader saw first."""
        self._engines.main.rest()  # the lines of this page are found, and this takes as much
        return self._engines.taught.read_lines([self._crop(box)], alphabet=alphabet)[0]

    def latin_reading(self, box: Box, others: Iterable[Box] = ()) -> LatinLine:
        """What the Latin reader sees in a line of letters and digits; `others` as of `line_crop`."""
        return self._engines.latin.look(self.line_crop(box, others)[0])

    def places(self, box: Box, *, alphabet: str | None = None) -> tuple[Choices, ...]:
        """What may stand in a line that a hand may have written, place by place: what the taught reader and the main one see in the
        crop that the main one saw first and in that crop sharpened, and the third reader in the former, laid upon each other. Where
        nothing but an `alphabet` can stand the taught reader sees the former alone: on soft print the sharpened crop misleads both
        (13064205766 was 13066205706), and two looks of five spoke against what three were sure of.
        """
        self._engines.main.rest()  # the lines of this page are found, and five looks take as much
        crop = self._crop(box)
        sharp = _black_and_white(crop)
        taught, main, third = self._engines.taught, self._engines.main, self._engines.third
        twice = ((taught, sharp),) if alphabet is None else ()
        shown = ((taught, crop), *twice, (main, crop), (third, crop), (main, sharp))
        return join_looks([reader.read_places(picture, alphabet=alphabet) for reader, picture in shown])

    def close_round(self, box: Box) -> Box:
        """`box` without the rows above and below its ink; the same where it has none."""
        left, top, right, bottom = self._picture.rect(box)
        rows = np.flatnonzero(self._picture.ink[top:bottom, left:right].any(axis=1))
        if not rows.size:
            return box
        first, last = top + int(rows[0]) - _CLOSE_PX, top + int(rows[-1]) + 1 + _CLOSE_PX
        return self._picture.box((left, max(top, first), right, min(bottom, last)))

    def line_crop(self, box: Box, others: Iterable[Box] = ()) -> tuple[Gray, float, float]:
        """A line without rules and with a little round it, white where `others`, lines above and below it, stand there; and where
        in it (pixels) the line's box begins and ends."""
        left, top, right, bottom = self._picture.rect(box)
        rows, columns = self._around(box)
        crop = np.array(self._picture.clean[rows, columns])
        for other in others:
            beside = self._around(other)[1]
            wide = slice(max(0, beside.start - columns.start), max(0, beside.stop - columns.start))
            _, above, _, below = self._picture.rect(other)
            for start, stop in ((max(rows.start, above), min(top, below)), (max(bottom, above), min(rows.stop, below))):
                crop[start - rows.start : max(start, stop) - rows.start, wide] = 255
        return crop, float(left - columns.start), float(right - columns.start)

    def line_red(self, box: Box) -> Mask | None:
        """Where red lies in the line as `line_crop` gives it; None where none does."""
        red = self._picture.red[self._around(box)]
        return red if red.any() else None

    def _around(self, box: Box) -> tuple[slice, slice]:
        left, top, right, bottom = self._picture.rect(box)
        around = max(4, (bottom - top) // 8)
        height, width = self._picture.shape
        return slice(max(0, top - around), min(height, bottom + around)), slice(
            max(0, left - around), min(width, right + around)
        )

    def ink(self, box: Box) -> float:
        """Share of inked dots; see `page.Rereader`."""
        left, top, right, bottom = self._picture.rect(box)
        part = self._picture.ink[top:bottom, left:right]
        return float((part > 0).mean()) if part.size else 0.0

    def dark(self, box: Box) -> Mask:
        """The ink in a line's crop that is not red."""
        left, top, right, bottom = self._picture.rect(box)
        return self._picture.ink[top:bottom, left:right] & ~self._picture.red[top:bottom, left:right]

    def is_amended(self, box: Box, text: str, *, by_hand: bool = False) -> bool:
        """Whether a line of text, that may be written `by_hand`, was struck out, or something covers part of it."""
        left, top, right, bottom = self._picture.rect(box)
        crop = without_tint(self._picture.clean[top:bottom, left:right])
        red = self._picture.red[top:bottom, left:right]
        return is_struck(crop, red, text, by_hand=by_hand) or is_covered(crop)

    def has_another_ink(self, box: Box) -> bool:
        """Whether part of the ink in a cell is blue, and the rest is not."""
        left, top, right, bottom = self._picture.rect(box)
        return has_another_ink(self._picture.rgb[top:bottom, left:right], self.dark(box))

    def ink_px(self, box: Box) -> int:
        """Inked dots well inside a cell, specks of dust and the edges left out."""
        left, top, right, bottom = self._picture.rect(box)
        return int(
            (self._picture.ink[top + _EDGE_PX : bottom - _EDGE_PX, left + _EDGE_PX : right - _EDGE_PX] > 0).sum()
        )

    def ink_beside_px(self, box: Box, lines: Iterable[Box]) -> int:
        """Inked dots well inside a cell, not red, that lie in none of its lines, a little round each left out."""
        left, top, right, bottom = self._picture.rect(box)
        ink = self._picture.ink[top:bottom, left:right] & ~self._picture.red[top:bottom, left:right]
        self._blank(ink, box, lines, 0)
        return int((ink[_EDGE_PX:-_EDGE_PX, _EDGE_PX:-_EDGE_PX] > 0).sum())

    def shade_beside(self, box: Box, lines: Iterable[Box]) -> int:
        """How much darker than the paper the darkest spot of such a place is, 0-255: of a mark too soft to count as ink."""
        left, top, right, bottom = self._picture.rect(box)
        grey = self._picture.clean[top:bottom, left:right].copy()
        if min(grey.shape) <= 2 * (_EDGE_PX + _SPOT_PX):
            return 0
        paper = int(np.median(grey))
        grey[cv2.dilate(self._picture.red[top:bottom, left:right], np.ones((9, 9), np.uint8)) > 0] = paper
        self._blank(grey, box, lines, paper)
        spots = cv2.blur(grey, (_SPOT_PX, _SPOT_PX))
        return max(0, paper - int(spots[_EDGE_PX:-_EDGE_PX, _EDGE_PX:-_EDGE_PX].min()))

    def _blank(self, part: Gray, box: Box, lines: Iterable[Box], value: int) -> None:
        left, top, _, _ = self._picture.rect(box)
        for line in lines:
            x0, y0, x1, y1 = self._picture.rect(line)
            part[
                max(0, y0 - _AROUND_PX - top) : max(0, y1 + _AROUND_PX - top),
                max(0, x0 - _AROUND_PX - left) : max(0, x1 + _AROUND_PX - left),
            ] = value

    def has_seal(self, box: Box) -> bool:
        """Whether enough red lies there for a part of a seal; see `page.Rereader`."""
        left, top, right, bottom = self._picture.rect(box)
        part = self._picture.red[top:bottom, left:right]
        count = int((part > 0).sum())
        return count >= _SEAL_LEAST_PX and count >= _SEAL_SHARE * part.size

    @property
    def picture(self) -> Picture:
        """The page's pixels."""
        return self._picture

    def _crop(self, box: Box) -> Gray:
        sloped = self._slopes.get(box)
        if sloped is not None:
            return cut(self._picture.clean, sloped)
        left, top, right, bottom = self._picture.rect(box)
        return np.ascontiguousarray(self._picture.clean[top:bottom, left:right])


def _black_and_white(crop: Gray) -> Gray:
    """The crop doubled, a little sharpened and split at Otsu's level: strokes as another eye would see them."""
    large = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(large, (0, 0), 1.2)
    _, black = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(cv2.GaussianBlur(black, (3, 3), 0), dtype=np.uint8)
