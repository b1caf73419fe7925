"""How the looks of an overlay are drawn: a colour and a kind of line each, in a colour that lets ink show through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.pictures.overlay_requests import Look

#: Left, top, right, bottom, in pixels of a picture.
Rect = tuple[int, int, int, int]
Colour = tuple[int, int, int]
Stroke = tuple[tuple[int, int], tuple[int, int]]

#: Told apart in print and by people who see no red or green (Okabe and Ito).
COLOURS: Final[Mapping[Look, Colour]] = {
    Look.SURE: (0, 114, 178),
    Look.DOUBTFUL: (213, 94, 0),
    Look.BLANK: (120, 128, 138),
}
#: Lengths of stroke and gap; a doubtful value's frame is dashed, a blank one's dotted.
_DASHES: Final[Mapping[Look, tuple[int, int]]] = {Look.SURE: (1, 0), Look.DOUBTFUL: (18, 10), Look.BLANK: (4, 8)}
LINE_PX: Final[Mapping[Look, int]] = {Look.SURE: 3, Look.DOUBTFUL: 5, Look.BLANK: 3}


def outline(frame: Rect, look: Look) -> Iterator[Stroke]:
    """The four sides, their lines inside the frame, so that frames of neighbouring cells lie side by side."""
    inset = LINE_PX[look] // 2 + 1
    left, top, right, bottom = frame[0] + inset, frame[1] + inset, frame[2] - inset, frame[3] - inset
    for start, end in (
        ((left, top), (right, top)),
        ((left, bottom), (right, bottom)),
        ((left, top), (left, bottom)),
        ((right, top), (right, bottom)),
    ):
        yield from strokes(start, end, look)


def strokes(start: tuple[int, int], end: tuple[int, int], look: Look) -> Iterator[Stroke]:
    """A level or upright line as the look draws it."""
    stroke, gap = _DASHES[look]
    length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    if not gap or length == 0:
        yield start, end
        return
    step = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    for at in range(0, length, stroke + gap):
        to = min(length, at + stroke)
        yield _along(start, step, at), _along(start, step, to)


def _along(start: tuple[int, int], step: tuple[float, float], by: int) -> tuple[int, int]:
    return round(start[0] + step[0] * by), round(start[1] + step[1] * by)


def tinted(rgb: Rgb, mask: Gray, colour: Colour) -> Rgb:
    """Darkened towards the colour where the mask is set: paper takes the colour, ink stays ink."""
    shown = rgb.copy()
    for channel, value in enumerate(colour):
        weight = 255 - np.asarray(mask, dtype=np.uint16) * (255 - value) // 255
        shown[:, :, channel] = (shown[:, :, channel] * weight // 255).astype(np.uint8)
    return shown
