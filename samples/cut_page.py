"""A form's page in two pictures, and two pages in one."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from samples import fonts
from samples.filing import FilingTruth
from samples.form_geometry import place_sheet
from samples.form_image import form_image
from samples.form_layout import PLAIN, FormStyle, lay_out
from samples.picture import Picture

#: The colour of the desk that two sheets lie on.
_DESK = (120, 92, 70)


def row_edges_px(
    filing: FilingTruth, style: FormStyle = PLAIN, *, dpi: int = 200, face: str = "song"
) -> tuple[float, ...]:
    """Where the rows of `form_image` begin, and the end of the last, from the top of the page in pixels."""
    scale = dpi / 72

    def measure(text: str, size_pt: float) -> float:
        return float(fonts.font(face, round(size_pt * scale)).getlength(text)) / scale

    return tuple(edge * scale for edge in place_sheet(lay_out(filing, style), measure).rows_pt)


def crop_rows(page: Picture, top_px: float, bottom_px: float) -> Picture:
    """The part of a page between two heights; the boxes go along."""
    top, bottom = max(0, round(top_px)), min(page.image.height, round(bottom_px))
    boxes = {key: (box[0], box[1] - top, box[2], box[3] - top) for key, box in page.boxes.items()}
    return page.evolve(image=page.image.crop((0, top, page.image.width, bottom)), boxes=boxes)


def halves(
    filing: FilingTruth, row: int, *, into: float = 0.0, overlap: int = 0, face: str = "song"
) -> tuple[Picture, Picture]:
    """The page cut above `row` (from 0), or that share of the row's height below; the lower half begins `overlap` rows earlier.

    Both halves have the rule that runs along the cut.
    """
    page = form_image(filing, face=face)
    edges = row_edges_px(filing, face=face)
    end = edges[row] + into * (edges[row + 1] - edges[row])
    begin = edges[row - overlap] if overlap else end
    rule = 6.0 if into == 0 or overlap else 0.0
    return crop_rows(page, 0, end + (6.0 if into == 0 else 0.0)), crop_rows(page, begin - rule, page.image.height)


def side_by_side(pages: Sequence[Picture], lower_by_px: Sequence[int]) -> Picture:
    """Sheets beside each other on a desk, each that much lower than the edge."""
    gap = 60
    wide = sum(page.image.width for page in pages) + gap * (len(pages) + 1)
    high = max(page.image.height + down for page, down in zip(pages, lower_by_px, strict=True)) + 2 * gap
    desk = Image.new("RGB", (wide, high), _DESK)
    left = gap
    for page, down in zip(pages, lower_by_px, strict=True):
        desk.paste(page.image, (left, gap + down))
        left += page.image.width + gap
    return Picture(image=desk, dpi=pages[0].dpi)
