"""What a seal or stamp hides on a card or licence."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.document import ExtractedPaper
from pipeline.extract.image.page import read_picture
from pipeline.extract.paper.papers import read_papers
from samples import fonts
from samples.filing import make_filing
from samples.id_card import id_card_front
from samples.picture import pixels_of
from tests.extract.test_paper_lost import ROWS, drawn
from tests.lent_engines import lent_engines

RED = (214, 40, 44)


def stamped(seed: int, key: str, words: str, *, colour: tuple[int, int, int] = RED) -> tuple[ExtractedPaper, object]:
    """What is read of a card with a stamp's words over a value, and that value."""
    truth = make_filing(seed).owner_card
    picture = id_card_front(truth, seed)
    left, top, right, bottom = picture.boxes[key]
    mark = Image.new("L", picture.image.size, 0)
    ImageDraw.Draw(mark).text(
        ((left + right) / 2, (top + bottom) / 2), words, font=fonts.font("hei", 40), fill=150, anchor="mm"
    )
    picture.image.paste(colour, (0, 0), mark.rotate(6, center=((left + right) / 2, (top + bottom) / 2)))
    (paper,) = read_papers(read_picture(pixels_of(picture.image), number=1, engines=lent_engines()))
    return paper, truth.expected("front")[key]


@pytest.mark.parametrize("seed", [86_001, 86_003, 86_004])
def test_a_name_under_a_seal_is_looked_for_without_its_red(seed: int) -> None:
    """Name and words were one line. On the tinted card red was made lighter than paper: 件雷玉 was read then."""
    paper, name = stamped(seed, "name", "复印件与原件一致")
    found = paper.field("name")
    assert found is not None
    assert (found.value, found.doubtful) == (name, False)


@pytest.mark.parametrize(
    ("at", "size", "strength", "degrees", "light"),
    [(560, 52, 140, -6, (0.55, 0.55, 0.495)), (640, 40, 230, 3, (0.51, 0.57, 0.6))],
)
def test_a_body_s_name_read_together_with_a_stamp_is_read_anew(
    at: int, size: int, strength: int, degrees: int, light: tuple[float, float, float]
) -> None:
    """Name and stamp were one line on a dim photo, and doubtful: …传媒有霞公制一致 was offered."""
    page = drawn(*ROWS)
    mark = Image.new("L", page.size, 0)
    ImageDraw.Draw(mark).text((at, 322), "复印件与原件一致", font=fonts.font("hei", size), fill=strength, anchor="mm")
    paper, red = (Image.new("RGB", page.size, colour) for colour in ("white", RED))
    ink = np.asarray(Image.composite(red, paper, mark.rotate(degrees, center=(at, 322)))) / 255
    shown = (np.asarray(page) * ink * np.array(light)).astype(np.uint8)
    (licence,) = read_papers(read_picture(shown, number=1, engines=lent_engines()))
    found = licence.field("name")
    assert found is not None
    assert (found.value, found.doubtful) == (ROWS[0][1], False)
