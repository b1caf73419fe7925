"""A page with what was read from it, for people: a frame round each value and a note of it in the margin.

Guaranteed: nothing covers the page. Frames only darken what lies below, as a felt pen does: ink stays what it was.
A look is told by its colour and by its kind of line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from pipeline.domain.message import Media
from pipeline.domain.pages import Box
from pipeline.extract.grid.docx import read_docx
from pipeline.extract.grid.html import read_html_tables
from pipeline.extract.raster.decode import Rgb
from pipeline.extract.reading_error import ReadingError, RejectedFileError
from pipeline.pictures.overlay_frames import COLOURS, LINE_PX, Rect, outline, strokes, tinted
from pipeline.pictures.overlay_notes import LABEL_AT_PX, VALUE_AT_PX, WIDTH_PX, Letterings, Note, make_note, place_notes
from pipeline.pictures.overlay_requests import CellAddress, Look, Mark, OverlayAnswer, OverlayRequest
from pipeline.pictures.overlay_tables import DrawnTables, draw_tables
from pipeline.pictures.page_source import load_page
from pipeline.pictures.requests import PageRequest
from pipeline.pictures.trouble import NotShownError, Trouble
from pipeline.pictures.upright import lay_flat
from pipeline.pictures.watermark import Pen

_NAMES: Final[Mapping[Look, str]] = {
    Look.SURE: "读取可靠",
    Look.DOUBTFUL: "存疑，须人工核对",
    Look.BLANK: "空白",
}
PAGE_WIDTH_PX: Final = 1400
#: The page's left edge on the picture; its top lies below the heading, whose height is the answer's to tell.
PAGE_LEFT_PX: Final = 30
_GUTTER_PX: Final = 70
_WRITTEN: Final = frozenset({Media.DOCX, Media.HTML})
_EDGE_PX: Final = 30
_INK, _GROUND, _BORDER = (31, 41, 51), (246, 247, 249), (176, 183, 192)
_NOTHING: Final = "本页没有读出登记表或证照。"
#: How strongly a frame, a leader and the inside of a frame colour what lies below, 255 being wholly.
_FRAME, _LEADER = 255, 120
_INSIDE: Final[Mapping[Look, int]] = {Look.SURE: 14, Look.DOUBTFUL: 44, Look.BLANK: 0}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sheet:
    """What is drawn on: the page, and where each mark stands on it, in its pixels."""

    rgb: Rgb
    places: tuple[Rect | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marked:
    """A mark with its frame on the picture, its note and that note's top."""

    mark: Mark
    frame: Rect | None
    start: tuple[int, int] | None
    note: Note


def draw_overlay(content: bytes, media: Media, request: OverlayRequest, pen: Pen) -> tuple[OverlayAnswer, bytes]:
    """The picture as a PNG; an answer with its trouble and no bytes where there is nothing to draw on."""
    letters = Letterings.of(pen)
    try:
        sheet = _tables(content, media, request, letters) if request.page is None else _page(content, media, request)
    except NotShownError as error:
        return OverlayAnswer(trouble=error.trouble), b""
    picture = _drawn(sheet, request, letters)
    height, width = picture.shape[:2]
    return OverlayAnswer(width_px=width, height_px=height), _encode(picture)


def _page(content: bytes, media: Media, request: OverlayRequest) -> _Sheet:
    wanted = PageRequest(media=media, page=request.page or 1, geometry=request.geometry, max_width_px=PAGE_WIDTH_PX)
    rgb = lay_flat(load_page(content, wanted).rgb, request.geometry, PAGE_WIDTH_PX)
    boxes = (None if isinstance(mark.place, CellAddress) else mark.place for mark in request.marks)
    return _Sheet(rgb=rgb, places=_in_pixels(boxes, rgb))


def _tables(content: bytes, media: Media, request: OverlayRequest, letters: Letterings) -> _Sheet:
    drawn = _draw_written(content, media, letters) if media in _WRITTEN else None
    if drawn is None:
        raise NotShownError(Trouble.NO_TABLE)
    return _Sheet(rgb=drawn.rgb, places=_in_pixels((drawn.box(mark.place) for mark in request.marks), drawn.rgb))


def _draw_written(content: bytes, media: Media, letters: Letterings) -> DrawnTables | None:
    try:
        page = read_html_tables(content) if media is Media.HTML else read_docx(content).pages[0]
        return draw_tables(page, letters.small)
    except RejectedFileError as error:
        raise NotShownError(Trouble.REJECTED) from error
    except ReadingError as error:
        raise NotShownError(Trouble.UNREADABLE) from error


def _in_pixels(boxes: Iterable[Box | None], rgb: Rgb) -> tuple[Rect | None, ...]:
    height, width = rgb.shape[:2]
    return tuple(
        None
        if box is None
        else (round(box[0] * width), round(box[1] * height), round(box[2] * width), round(box[3] * height))
        for box in boxes
    )


def _drawn(sheet: _Sheet, request: OverlayRequest, letters: Letterings) -> Rgb:
    page_height, page_width = sheet.rgb.shape[:2]
    heading = _heading(request, letters, page_width)
    top = heading.height
    marked = _marked(request.marks, sheet.places, top, letters)
    tops = place_notes(
        [item.note for item in marked],
        [item.start[1] if item.start else None for item in marked],
        top=top,
        bottom=top + page_height,
    )
    bottom = max((at + item.note.height_px for at, item in zip(tops, marked, strict=True)), default=top)
    size = (heading.width, max(top + page_height, int(bottom)) + _EDGE_PX)
    canvas = Image.new("RGB", size, _GROUND)
    canvas.paste(heading, (0, 0))
    canvas.paste(Image.fromarray(sheet.rgb), (PAGE_LEFT_PX, top))
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((PAGE_LEFT_PX - 1, top - 1, PAGE_LEFT_PX + page_width, top + page_height), outline=_BORDER)
    notes_left = PAGE_LEFT_PX + page_width + _GUTTER_PX
    if not marked:
        letters.value.write(draw, (notes_left, top), (_NOTHING,), COLOURS[Look.BLANK])
    for at, item in zip(tops, marked, strict=True):
        _write_note(draw, item, (notes_left, at), letters)
    return _coloured(canvas, marked, tops, page_right=PAGE_LEFT_PX + page_width, notes_left=notes_left)


def _marked(marks: Sequence[Mark], places: Sequence[Rect | None], top: int, letters: Letterings) -> tuple[_Marked, ...]:
    """The marks in the order of their notes: down the page by where their leaders start, then those without a place."""
    frames = [None if p is None else (p[0] + PAGE_LEFT_PX, p[1] + top, p[2] + PAGE_LEFT_PX, p[3] + top) for p in places]
    known = [frame for frame in frames if frame is not None]
    starts = [_start(frame, known) for frame in frames]
    order = sorted(range(len(marks)), key=lambda i: (starts[i] is None, (starts[i] or (0, 0))[::-1]))
    groups = ["", *(marks[i].group for i in order)]
    return tuple(
        _Marked(
            mark=marks[i],
            frame=frames[i],
            start=starts[i],
            note=make_note(marks[i], letters, headed=marks[i].group != before),
        )
        for i, before in zip(order, groups, strict=False)
    )


def _start(frame: Rect | None, frames: Iterable[Rect]) -> tuple[int, int] | None:
    """Where a frame's leader starts: in the middle of its right side, or near its top where another frame stands beside it."""
    if frame is None:
        return None
    _, top, right, bottom = frame
    beside = any(f[0] >= right - 4 and min(f[3], bottom) - max(f[1], top) > (bottom - top) // 4 for f in frames)
    return right, top + 6 if beside else (top + bottom) // 2


def _heading(request: OverlayRequest, letters: Letterings, page_width: int) -> Image.Image:
    """Title, legend and remarks over the whole width."""
    width = PAGE_LEFT_PX + page_width + _GUTTER_PX + WIDTH_PX + _EDGE_PX
    inner = width - PAGE_LEFT_PX - _EDGE_PX
    title = letters.title.wrap(request.title, inner, most=2)
    remarks = [line for text in request.remarks for line in letters.small.wrap(text, inner, most=2)]
    high = _EDGE_PX + len(title) * letters.title.line_px + 2 * letters.small.line_px
    image = Image.new("RGB", (width, high + len(remarks) * letters.small.line_px + _EDGE_PX // 2), _GROUND)
    draw = ImageDraw.Draw(image)
    letters.title.write(draw, (PAGE_LEFT_PX, _EDGE_PX // 2), title, _INK)
    _write_legend(draw, _EDGE_PX // 2 + len(title) * letters.title.line_px + letters.small.line_px // 2, letters)
    letters.small.write(draw, (PAGE_LEFT_PX, high), remarks, COLOURS[Look.DOUBTFUL])
    return image


def _write_legend(draw: ImageDraw.ImageDraw, top: int, letters: Letterings) -> None:
    left = PAGE_LEFT_PX
    for look, name in _NAMES.items():
        frame = (left, top + 4, left + 84, top + letters.small.line_px - 4)
        for stroke in outline(frame, look):
            draw.line(stroke, COLOURS[look], LINE_PX[look])
        letters.small.write(draw, (left + 98, top), (name,), COLOURS[look])
        left += 98 + round(letters.small.width(name)) + 56


def _write_note(draw: ImageDraw.ImageDraw, item: _Marked, at: tuple[float, float], letters: Letterings) -> None:
    left, top = at
    colour = COLOURS[item.mark.look]
    if item.note.group:
        letters.value.write(draw, (left, top), (item.note.group,), _INK)
        top += item.note.above_px
    sink = (letters.value.line_px - letters.small.line_px) / 2
    letters.small.write(draw, (left + LABEL_AT_PX, top + sink), item.note.label, colour)
    ink = _INK if item.mark.look is not Look.BLANK else colour
    letters.value.write(draw, (left + VALUE_AT_PX, top), item.note.value, ink)
    below = top + len(item.note.value) * letters.value.line_px
    letters.small.write(draw, (left + VALUE_AT_PX, below), item.note.reason, colour)


def _coloured(
    canvas: Image.Image, marked: Sequence[_Marked], tops: Sequence[float], *, page_right: int, notes_left: int
) -> Rgb:
    """The picture with frames, leaders and the notes' bars of each look."""
    shown = np.asarray(canvas, dtype=np.uint8)
    for look in Look:
        mask = Image.new("L", canvas.size, 0)
        draw = ImageDraw.Draw(mask)
        drawn = [(round(at), item) for at, item in zip(tops, marked, strict=True) if item.mark.look is look]
        # A frame may lie inside another: the insides come first, so that none of them wipes a frame out.
        for _, item in drawn:
            if item.frame is not None:
                draw.rectangle(item.frame, fill=_INSIDE[look])
        for at, item in drawn:
            _draw_mark(draw, item, (notes_left, at), page_right)
        shown = tinted(shown, np.asarray(mask, dtype=np.uint8), COLOURS[look])
    return shown


def _draw_mark(draw: ImageDraw.ImageDraw, item: _Marked, note: tuple[int, int], page_right: int) -> None:
    """A mark's frame, its leader to the note at that corner, and the note's bar, as a mask."""
    look = item.mark.look
    x, top = note
    if item.frame is not None and item.start is not None:
        leader = [item.start, (max(page_right, item.start[0]), item.start[1]), (x, top + item.note.first_px)]
        draw.line(leader, _LEADER, 2)
        for stroke in outline(item.frame, look):
            draw.line(stroke, _FRAME, LINE_PX[look])
    for stroke in strokes((x, top + item.note.above_px), (x, top + item.note.height_px), look):
        draw.line(stroke, _FRAME, LINE_PX[look] + 2)


def _encode(rgb: Rgb) -> bytes:
    done, encoded = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_PNG_COMPRESSION, 6))
    if not done:
        raise ValueError("the page could not be encoded")
    return encoded.tobytes()
