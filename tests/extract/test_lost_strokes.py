"""On a fax thin strokes fall out and thick ones do not: what is believed follows the typeface of the values."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.pages import make_pages
from bench.scoring import Score, score
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.image.dots import Dots, sort_of_dots
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.decode import Gray, Rgb, read_pictures
from pipeline.extract.raster.strokes import OWN_ROWS_PX, level_strokes, upright_strokes
from pipeline.profile.load import load_profile
from samples import fonts
from tests.lent_engines import engines_untaught, lent_engines

PROFILE = load_profile("langfang-2018")


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def _grey_line(face: fonts.Face) -> Gray:
    picture = Image.new("L", (700, 60), 255)
    written = "廊坊市安次区金光道同城便民信息"
    ImageDraw.Draw(picture).text((10, 45), written, font=fonts.font(face, 33), fill=20, anchor="ls")
    return np.asarray(picture)


def _line(face: fonts.Face) -> Gray:
    """A line of text as a fax shows it: half the rows, black or white."""
    low = cv2.resize(_grey_line(face), (700, 30), interpolation=cv2.INTER_AREA)
    black = np.where(low < 168, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(black, (700, 60), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def test_strokes_two_rows_thick_are_few_in_a_thin_typeface() -> None:
    assert level_strokes(_line("song")).share < 0.05 < 0.1 < level_strokes(_line("hei")).share


def test_with_twice_the_rows_a_thin_typeface_is_kept_or_lost_with_the_machines_threshold() -> None:
    askew = np.asarray(Image.fromarray(_grey_line("song")).rotate(0.7, Image.Resampling.BILINEAR, fillcolor=255))
    dark, light = (np.where(askew < level, 0, 255).astype(np.uint8) for level in (190, 110))
    kept, lost = (level_strokes(crop, two_px=OWN_ROWS_PX) for crop in (dark, light))
    assert lost.share < 0.05 < 0.1 < kept.share
    assert lost.columns < kept.columns
    assert upright_strokes(dark).share > 0.4


def test_an_empty_line_has_no_strokes() -> None:
    strokes = level_strokes(np.full((20, 60), 255, np.uint8))
    assert (strokes.columns, strokes.share) == (0, 0.0)
    assert upright_strokes(np.full((20, 60), 255, np.uint8)).share == 0.0


def _decoded(content: bytes, media: Media) -> Rgb:
    return read_pictures(content, media).pages[0]


def _tiff(black: Gray, dpi: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(black).convert("1", dither=Image.Dither.NONE).save(stream, "TIFF", dpi=dpi, compression="group4")
    return stream.getvalue()


def _rows_of(channel: str) -> Gray:
    (page,) = make_pages(channel, 1, 4_400_000)
    return np.asarray(Image.open(io.BytesIO(page.content)).convert("L"))


@pytest.mark.parametrize(
    ("channel", "sort"),
    [("fax", Dots.DOUBLED), ("fine fax", Dots.OWN_ROWS), ("scan", Dots.SHADES), ("photo", Dots.SHADES)],
)
def test_doubled_rows_are_told_from_the_machines_own(channel: str, sort: Dots) -> None:
    (page,) = make_pages(channel, 1, 4_400_000)
    rgb = _decoded(page.content, page.media)
    assert sort_of_dots(rgb) is sort
    assert sort_of_dots(np.ascontiguousarray(np.rot90(rgb))) is sort


def test_a_pale_page_with_few_dark_rules_is_no_fax() -> None:
    """Of a carbon copy only four columns changed enough to be looked at, three of them beside one that did not."""
    (page,) = make_pages("carbon copy", 1, 53_012)
    assert sort_of_dots(_decoded(page.content, page.media)) is Dots.SHADES


def test_a_fax_as_machines_send_it_is_stretched_row_by_row() -> None:
    sent = _rows_of("fax")[::2]
    rgb = _decoded(_tiff(sent, (204, 98)), Media.TIFF)
    assert rgb.shape[:2] == (round(sent.shape[0] * 204 / 98), sent.shape[1])
    assert sort_of_dots(rgb) is Dots.DOUBLED


@pytest.mark.parametrize("scale", [0.97, 1.04])
def test_a_fax_drawn_at_another_size_is_no_scan_of_shades(scale: float) -> None:
    redrawn = cv2.resize(_rows_of("fax"), None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    assert sort_of_dots(np.repeat(redrawn[:, :, None], 3, axis=2)) is Dots.REDRAWN


@pytest.mark.parametrize(
    ("channel", "seed", "believed"),
    [
        pytest.param("fax", 4_400_002, {"owner_phone", "follower_count", "signed"}, id="thick strokes"),
        pytest.param("fine fax", 4_400_004, {"account_name", "address", "owner_phone"}, id="twice the rows, all kept"),
        pytest.param(
            "fine fax",
            53_001,
            {"owner_phone", "admin_phone", "opened_on", "follower_count"},
            id="strokes may be gone, but the ink of numbers says that none of theirs is",
        ),
        pytest.param("fine fax", 2_520_002, {"owner_wechat", "admin_wechat"}, id="WeChat IDs without look-alikes"),
        pytest.param("scan 100 dpi", 3_400_000, {"signed"}, id="a typed signature that a cell of the form repeats"),
    ],
)
def test_what_is_believed_where_the_page_is_poor(channel: str, seed: int, believed: set[str], engines: Engines) -> None:
    (page,) = make_pages(channel, 1, seed)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    scored = tuple(score(reading, page.truth))
    exact = {item.key for item in scored if item.score is Score.EXACT}
    assert believed <= exact
    assert [item.key for item in scored if item.score is Score.WRONG] == []


@pytest.mark.parametrize(
    ("channel", "seed", "believed"),
    [
        pytest.param("fax", 4_400_000, {"account_name"}, id="thin strokes, of which some are gone"),
        pytest.param("fine fax", 4_400_008, {"account_subject", "admin_name"}, id="a light machine and thin strokes"),
    ],
)
def test_where_strokes_are_gone_nothing_is_believed_but_what_the_taught_reader_is_sure_of(
    channel: str, seed: int, believed: set[str], engines: Engines
) -> None:
    (page,) = make_pages(channel, 1, seed)
    exact = []
    for readers in (engines_untaught(), engines):
        reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=readers)
        scored = tuple(score(reading, page.truth))
        assert [item.key for item in scored if item.score is Score.WRONG] == []
        exact.append({item.key for item in scored if item.score is Score.EXACT})
    none = {"account_name", "account_subject", "address", "owner_name", "owner_phone", "owner_wechat", "admin_name"}
    assert not exact[0] & none
    assert believed <= exact[1]
