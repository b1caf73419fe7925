"""On a fax thin strokes fall out and thick ones do not: what is believed follows the typeface of the values."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.extract.document import read_document
from pipeline.extract.engines import load_engines
from pipeline.extract.image_decode import Gray
from pipeline.extract.image_strokes import level_strokes
from pipeline.extract.ocr import Engines
from pipeline.profile.load import load_profile
from samples import fonts

PROFILE = load_profile("langfang-2018")


@pytest.fixture(scope="module")
def engines() -> Engines:
    return load_engines()


def _line(face: fonts.Face) -> Gray:
    """A line of text as a fax shows it: half the rows, black or white."""
    picture = Image.new("L", (700, 60), 255)
    written = "廊坊市安次区金光道同城便民信息"
    ImageDraw.Draw(picture).text((10, 45), written, font=fonts.font(face, 33), fill=20, anchor="ls")
    low = cv2.resize(np.asarray(picture), (700, 30), interpolation=cv2.INTER_AREA)
    black = np.where(low < 168, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(black, (700, 60), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def test_strokes_two_rows_thick_are_few_in_a_thin_typeface() -> None:
    assert level_strokes(_line("song")).share < 0.05 < 0.1 < level_strokes(_line("hei")).share


def test_an_empty_line_has_no_strokes() -> None:
    strokes = level_strokes(np.full((20, 60), 255, np.uint8))
    assert (strokes.columns, strokes.share) == (0, 0.0)


@pytest.mark.parametrize(
    ("channel", "seed", "believed"),
    [
        pytest.param("fax", 4_400_002, {"owner_phone", "follower_count", "signed"}, id="thick strokes"),
        pytest.param("fax", 4_400_000, set(), id="thin strokes, of which some are gone"),
        pytest.param("scan 100 dpi", 3_400_000, {"signed"}, id="a typed signature that a cell of the form repeats"),
    ],
)
def test_what_is_believed_where_the_page_is_poor(channel: str, seed: int, believed: set[str], engines: Engines) -> None:
    (page,) = make_pages(channel, 1, seed)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    scored = tuple(score(reading, page.truth))
    exact = {item.key for item in scored if item.score is Score.EXACT}
    assert believed <= exact
    if channel == "fax" and not believed:
        assert not exact & {"account_name", "account_subject", "address", "owner_name", "owner_phone"}
    assert [item.key for item in scored if item.score is Score.WRONG] == []
