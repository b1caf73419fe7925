"""The kept geometry makes of a file's page the very picture that the reader read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from pipeline.domain.message import Media
from pipeline.domain.pages import UNTURNED, PageGeometry
from pipeline.extract.document import RENDER_DPI
from pipeline.extract.grid.pdf import render_pdf_page
from pipeline.extract.image.faults import Shot
from pipeline.extract.image.page import read_picture
from pipeline.extract.image.sheet import sheet_of
from pipeline.extract.image.skim import Skimmer
from pipeline.extract.ocr.readers import Engines, Quad
from pipeline.extract.page_geometry import box_before
from pipeline.extract.raster.decode import Rgb, read_picture_page, read_pictures
from pipeline.ingest.sniff import sniff
from pipeline.pictures.upright import lay_flat
from samples.bent import photo_bent
from samples.filing import make_filing
from samples.form_image import form_image
from tests.pictures.office import DATA

FORMS = ("photo-turned.jpg", "photo-1.jpg", "photo-2.jpg", "scan-kai.jpg", "fax.tif", "stamped-1.jpg")
PAPERS = ("id-card-photo-front.jpg", "id-card-copy.jpg", "licence-portrait.jpg", "organisation-code.jpg")
SAMPLES = (*(f"forms/{name}" for name in FORMS), *(f"papers/{name}" for name in PAPERS))


def decoded(name: str) -> Rgb:
    content = (DATA / name).read_bytes()
    return read_pictures(content, sniff(content)).pages[0]


def skewed(rgb: Rgb, degrees: float) -> Rgb:
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    return np.asarray(cv2.warpAffine(rgb, turn, (width, height), borderValue=(250, 250, 250)), dtype=np.uint8)


class _Contented(Skimmer):
    """Looks at a page and has seen enough: it is laid flat like any other, and its text is not read."""

    def __init__(self) -> None:
        """Knows no words."""
        self.heads = ""
        self.seen: list[Rgb] = []

    def is_prose(self, rgb: Rgb, quads: Sequence[Quad]) -> bool:
        self.seen.append(rgb)
        return True


def laid(rgb: Rgb, engines: Engines) -> tuple[PageGeometry, Rgb]:
    """The geometry that is kept of a page, and the flat and upright picture that would have been read."""
    skimmer = _Contented()
    geometry = read_picture(rgb, number=1, engines=engines, skimmer=skimmer).geometry
    assert geometry is not None
    (upright,) = skimmer.seen
    return geometry, upright


def require_same(shown: Rgb, read: Rgb) -> None:
    assert shown.shape == read.shape
    differences = cv2.absdiff(shown, read)
    assert differences.mean() < 0.05
    assert float((differences > 16).mean()) < 1e-4


@pytest.mark.parametrize("name", SAMPLES)
def test_the_reader_s_picture_comes_back(name: str, engines: Engines) -> None:
    rgb = decoded(name)
    geometry, upright = laid(rgb, engines)
    require_same(lay_flat(rgb, geometry, 10_000), upright)


def test_a_page_that_is_read_is_the_same(engines: Engines) -> None:
    rgb = decoded("forms/photo-turned.jpg")
    geometry, upright = laid(rgb, engines)
    page = read_picture(rgb, number=1, engines=engines)
    assert page.lines
    assert page.geometry == geometry
    assert isinstance(page.photograph, Shot)
    assert np.array_equal(page.photograph.rgb, upright)
    assert np.array_equal(sheet_of(rgb, engines).rgb, upright)


@pytest.mark.parametrize(("turns", "degrees"), [(0, 4.0), (1, -3.0), (2, 0.0), (3, 2.0)])
@pytest.mark.parametrize("name", ["papers/id-card-photo-front.jpg", "forms/scan-hei.jpg"])
def test_turned_and_skewed_pages_too(name: str, turns: int, degrees: float, engines: Engines) -> None:
    rgb = np.ascontiguousarray(np.rot90(skewed(decoded(name), degrees), turns))
    geometry, upright = laid(rgb, engines)
    assert geometry.matrix != UNTURNED
    require_same(lay_flat(rgb, geometry, 10_000), upright)
    plain = cv2.resize(rgb, (upright.shape[1], upright.shape[0]))
    assert cv2.absdiff(plain, upright).mean() > 2, "the test could not fail"


def test_a_page_of_a_scanned_pdf_comes_back(engines: Engines) -> None:
    content = (DATA / "forms/pdf-scanned.pdf").read_bytes()
    rgb = render_pdf_page(content, 1, RENDER_DPI)
    geometry, upright = laid(rgb, engines)
    require_same(lay_flat(rgb, geometry, 10_000), upright)


@pytest.mark.parametrize("turn", [0, 90])
def test_bent_paper_is_shown_straight_as_it_was_read(turn: int, engines: Engines) -> None:
    """What covers an ID number would lie beside it otherwise."""
    sheet = form_image(make_filing(3))
    content = photo_bent(sheet, 3, rise=0.03, bend="arc", turn=turn).encode()
    rgb = read_pictures(content, Media.JPEG).pages[0]
    geometry, upright = laid(rgb, engines)
    assert geometry.mesh is not None
    require_same(lay_flat(rgb, geometry, 10_000), upright)
    require_near(content, geometry, upright, 1600)
    bent = lay_flat(rgb, geometry.model_copy(update={"mesh": None}), 10_000)
    assert cv2.absdiff(bent, upright).mean() > 1, "the test could not fail"


@pytest.mark.parametrize("name", ["forms/photo-turned.jpg", "forms/fax.tif", "papers/id-card-photo-front.jpg"])
def test_a_smaller_decoding_shows_the_same_page(name: str, engines: Engines) -> None:
    geometry, upright = laid(decoded(name), engines)
    content = (DATA / name).read_bytes()
    for width in (1600, 800):
        require_near(content, geometry, upright, width)


def require_near(content: bytes, geometry: PageGeometry, upright: Rgb, width: int) -> None:
    """The file decoded just large enough for this width shows the page as it was read."""
    side_px = round(max(geometry.source_width_px, geometry.source_height_px) * min(1, width / geometry.width_px))
    small, pages = read_picture_page(content, sniff(content), 1, side_px=side_px)
    assert small is not None and pages == 1
    shown = lay_flat(small, geometry, width)
    assert shown.shape[1] == min(width, geometry.width_px)
    wanted = cv2.resize(upright, (shown.shape[1], shown.shape[0]), interpolation=cv2.INTER_AREA)
    # Blurred, so that only a displacement counts: half a dot would show on every edge.
    near, right = (cv2.GaussianBlur(page, (0, 0), 2) for page in (shown, wanted))
    assert cv2.absdiff(near, right).mean() < 1.0
    assert cv2.absdiff(near, right).mean() < cv2.absdiff(np.roll(near, 2, axis=1), right).mean()


def test_a_box_goes_back_to_the_page_as_printed() -> None:
    geometry = PageGeometry(
        page=1,
        source_width_px=400,
        source_height_px=200,
        width_px=200,
        height_px=400,
        matrix=(0, 1, 0, -1, 0, 399, 0, 0, 1),
    )
    assert np.allclose(box_before((0.0, 0.0, 0.5, 0.25), geometry), (0.75, 0.0, 1.0, 0.5), atol=0.01)
    assert box_before((0.1, 0.2, 0.3, 0.4), geometry.model_copy(update={"matrix": UNTURNED})) == (0.1, 0.2, 0.3, 0.4)
