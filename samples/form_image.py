"""The form as a pixel page: printed, or filled in by hand."""

from __future__ import annotations

from typing import Literal

from PIL import Image, ImageDraw

from samples import fonts, ink
from samples.filing import FilingTruth
from samples.form_geometry import PAGE_PT, PlacedCell, PlacedSheet, PlacedText, place_sheet
from samples.form_layout import PLAIN, FormStyle, lay_out, signature_text
from samples.picture import Box, Picture
from samples.seeds import random_for

Hand = Literal["longcang", "liujianmaocao"]
#: Handwriting is larger than print: these typefaces draw small in their em square.
HAND_SIZE = 1.4


def form_image(
    filing: FilingTruth,
    style: FormStyle = PLAIN,
    *,
    dpi: int = 200,
    face: str = "song",
    hand: Hand | None = None,
) -> Picture:
    """An A4 page at `dpi`; with `hand`, the values (and the ticks) are written in that handwriting typeface.

    Raises `fonts.FontMissingError` where a typeface is not installed.
    """
    return _Pen(filing, style, dpi, face, hand).draw()


class _Pen:
    """Draws one page."""

    def __init__(self, filing: FilingTruth, style: FormStyle, dpi: int, face: str, hand: Hand | None) -> None:
        self.filing, self.style, self.dpi, self.face, self.hand = filing, style, dpi, face, hand
        self.scale = dpi / 72
        self.rng = random_for(filing.seed, "form image", filing.account_name_written, hand or "")
        size = (round(PAGE_PT[0] * self.scale), round(PAGE_PT[1] * self.scale))
        self.image = Image.new("RGB", size, "white")
        self.pen = ImageDraw.Draw(self.image)

    def measure(self, text: str, size_pt: float) -> float:
        return float(fonts.font(self.face, round(size_pt * self.scale)).getlength(text)) / self.scale

    def measure_value(self, text: str, size_pt: float) -> float:
        if self.hand is None or not text:
            return self.measure(text, size_pt)
        return ink.measure_by_hand(text, size_pt * HAND_SIZE * self.scale, self.hand) * 1.06 / self.scale

    def draw(self) -> Picture:
        placed = place_sheet(lay_out(self.filing, self.style), self.measure, value_measure=self.measure_value)
        self._rules(placed)
        self._print(placed.heading, bold=True)
        boxes: dict[str, Box] = {}
        for cell in placed.cells:
            self._cell(cell)
            if cell.cell.kind != "label":
                boxes[cell.cell.key] = tuple(v * self.scale for v in cell.ink)  # type: ignore[assignment]
        return Picture(image=self.image, boxes=boxes, dpi=self.dpi)

    def _rules(self, placed: PlacedSheet) -> None:
        width = max(1, round((0.5 if self.style.close else 0.75) * self.scale))
        for cell in placed.cells:
            box = [round(v * self.scale) for v in cell.box]
            self.pen.rectangle((box[0], box[1], box[2] + width - 1, box[3] + width - 1), outline="black", width=width)

    def _print(self, text: PlacedText, *, bold: bool = False) -> None:
        used = fonts.font(self.face, round(text.size * self.scale))
        at = (text.x * self.scale, text.baseline * self.scale)
        self.pen.text(at, text.segment.text, font=used, fill=(20, 20, 20), anchor="ls", stroke_width=1 if bold else 0)

    def _cell(self, placed: PlacedCell) -> None:
        for text in placed.texts:
            if text.segment.box:
                self._tick(text)
            elif placed.cell.kind == "value" and self.hand:
                size = text.size * HAND_SIZE * self.scale
                ink.write_by_hand(
                    self.image,
                    text.segment.text,
                    text.x * self.scale,
                    text.baseline * self.scale,
                    size,
                    self.hand,
                    self.rng,
                )
            else:
                self._print(text)
        if placed.cell.kind == "signature":
            self._sign(placed)

    def _tick(self, text: PlacedText) -> None:
        x, baseline, size = text.x * self.scale, text.baseline * self.scale, text.size * self.scale
        if self.hand:
            ink.draw_tick_box(self.pen, x, baseline, size, "☑", False)
            if text.segment.ticked:
                ink.draw_pen_tick(self.pen, x, baseline, size, self.rng)
        else:
            ink.draw_tick_box(self.pen, x, baseline, size, self.style.tick, text.segment.ticked)

    def _sign(self, placed: PlacedCell) -> None:
        filing, kind = self.filing, self.style.signature
        if kind == "none" or not filing.signed or self.style.empty_sheet:
            return
        left, top, right, bottom = (v * self.scale for v in placed.box)
        size = 13 * self.scale
        used = fonts.font(self.face, round(12 * self.scale))
        if kind == "typed" and not self.hand:
            self.pen.text(
                (left + size, top + size * 3.2), filing.signature_written, font=used, fill=(20, 20, 20), anchor="ls"
            )
        elif kind != "seal":
            face = self.hand or ("liujianmaocao" if fonts.has_handwriting() else "kai")
            ink.write_by_hand(
                self.image,
                filing.signature_written,
                left + size * 2,
                top + size * 4,
                size * 1.7,
                face,
                self.rng,
                colour=ink.PEN_BLACK,
            )
        self.pen.text((right - size, bottom - size), signature_text(filing), font=used, fill=(20, 20, 20), anchor="rs")
        if kind == "seal":
            seal = ink.seal_image(filing.account_subject_written, round(1.55 * self.dpi), self.rng)
            middle = (right - size * 7, bottom - 0.8 * self.dpi)
            self.image = ink.press_seal(self.image, seal, middle)
            self.pen = ImageDraw.Draw(self.image)
