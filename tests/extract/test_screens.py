"""Pictures of screens: the sheet of a screenshot, coloured fringes, moiré; and pages whose ink is pale."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.extract.image.dots import Dots, sort_of_dots
from pipeline.extract.image.fringes import fringe_px, without_fringes
from pipeline.extract.image.screen import cut_sheet, find_sheet
from pipeline.extract.raster.decode import to_work_size
from pipeline.extract.raster.ink import ink_mask, level_ink
from pipeline.extract.raster.moire import without_moire
from samples import channels
from samples.carbon import carbon_copy
from samples.filing import make_filing
from samples.form_image import form_image
from samples.picture import Picture, pixels_of
from samples.screen_photo import screen_photo
from samples.screens import on_thirds, phone_screenshot, screenshot, window

Rgb = npt.NDArray[np.uint8]
FILING = make_filing(3)


def _drawn(dpi: int) -> Picture:
    return form_image(FILING, dpi=dpi)


@pytest.mark.parametrize("dark", [False, True])
def test_the_sheet_is_cut_out_of_a_window_and_of_a_phone(dark: bool) -> None:
    page = _drawn(96)
    shown, (left, top) = window(page, 3, "test", dark=dark)
    found = find_sheet(pixels_of(shown.image))
    assert found is not None
    assert np.abs(np.subtract(found, (left, top, left + page.image.width, top + page.image.height))).max() <= 4
    phone = phone_screenshot(_drawn, 3, dark=dark)
    sheet, moved = cut_sheet(pixels_of(phone.image))
    assert max(sheet.shape) >= 1600
    assert sheet.shape[0] / sheet.shape[1] == pytest.approx(2**0.5, abs=0.03)
    x0, y0, x1, y1 = phone.boxes["admin_phone"]
    corners = moved @ np.array([(x0, x1), (y0, y1), (1, 1)])
    ((left, right), (high, low)) = corners[:2].round().astype(int)
    assert (sheet[high:low, left:right] < 128).any()
    assert (sheet[high - 8 : high, left:right].min() > 128) and left > 0


@pytest.mark.parametrize("across", [0.0, 0.2])
def test_the_bright_part_of_a_page_lit_from_below_is_no_sheet(across: float) -> None:
    """Pictures that a phone's program smoothed have no noise either: of a form so lit the upper half was cut off and lost."""
    page = pixels_of(_drawn(150).image)
    y, x = (np.linspace(0, 1, size) for size in page.shape[:2])
    light = np.clip(0.55 + 0.65 * y[:, None] - across * x[None, :], 0, 1)
    assert find_sheet((page * light[:, :, None]).round().astype(np.uint8)) is None


def _phone_of(*parts: Rgb) -> Rgb:
    """Things one below the other on the ground of a phone."""
    wide = max(part.shape[1] for part in parts)
    screen = np.full((sum(part.shape[0] + 40 for part in parts) + 200, wide, 3), 237, np.uint8)
    top = 100
    for part in parts:
        screen[top : top + part.shape[0], : part.shape[1]] = part
        top += part.shape[0] + 40
    return screen


def test_nothing_is_cut_off_that_may_be_read() -> None:
    sheet = pixels_of(_drawn(80).image)
    photo = pixels_of(channels.photo(_drawn(100), 3).image.resize((500, 666)))
    assert find_sheet(_phone_of(sheet)) is not None
    assert find_sheet(_phone_of(sheet, sheet)) is None
    assert find_sheet(_phone_of(sheet, photo)) is None
    for page in (channels.scan(_drawn(200), 3), channels.fax(_drawn(200), 3), channels.photo(_drawn(200), 3)):
        assert cut_sheet(pixels_of(page.image))[0].shape[:2] == page.image.size[::-1]


def test_a_screen_longer_than_its_page_keeps_its_dots() -> None:
    assert to_work_size(np.zeros((2797, 1260, 3), np.uint8)).shape[:2] == (2797, 1260)
    assert max(to_work_size(np.zeros((4032, 3024, 3), np.uint8)).shape) == 2400
    assert (
        max(to_work_size(np.zeros((20_000, 900, 3), np.uint8)).shape) == 2400
    )  # no screen: nothing so long is enlarged


def test_a_dark_window_makes_no_fax_of_its_page() -> None:
    ground = np.full((2300, 1250, 3), 17, np.uint8)
    page = pixels_of(_drawn(144).image.resize((1100, 1556)))
    ground[300:1856, 70:1170] = page
    assert sort_of_dots(page) is Dots.SHADES
    assert sort_of_dots(ground) is Dots.SHADES
    assert sort_of_dots(pixels_of(channels.fine_fax(_drawn(200), 3).image)) is Dots.OWN_ROWS


@pytest.mark.parametrize(("enlarged", "blue_first"), [(1.0, False), (1.8, False), (1.0, True), (1.5, True)])
def test_fringes_become_grey_where_the_text_stood(enlarged: float, blue_first: bool) -> None:
    fine = _drawn(360)
    shown = pixels_of(on_thirds(fine).image)
    rgb = np.ascontiguousarray(shown[:, :, ::-1] if blue_first else shown)
    rgb = np.asarray(cv2.resize(rgb, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    apart = fringe_px(rgb)
    assert apart is not None
    assert abs(apart) == pytest.approx(enlarged * 2 / 3, abs=0.25)
    assert (apart < 0) is blue_first
    grey = without_fringes(rgb)
    assert np.array_equal(grey, np.repeat(rgb[:, :, 1:2], 3, axis=2))


def test_grey_text_and_seals_have_no_fringes() -> None:
    plain = pixels_of(_drawn(120).image)
    assert without_fringes(plain) is plain
    sealed = pixels_of(channels.stamped(_drawn(120), 3, "三河市某某有限公司").image)
    assert without_fringes(sealed) is sealed
    fringed = channels.stamped(on_thirds(_drawn(360)), 3, "三河市某某有限公司")
    mixed = without_fringes(pixels_of(fringed.image)).astype(int)
    assert ((mixed[..., 0] - mixed[..., 1]) > 60).sum() > 1000


def _waves(rgb: Rgb) -> float:
    """Spread of the red channel, which ink is sought in, on paper below the form."""
    high, wide = rgb.shape[:2]
    paper = rgb[round(high * 0.8) : round(high * 0.9), round(wide * 0.4) : round(wide * 0.6), 0].astype(np.float32)
    return float((paper - cv2.GaussianBlur(paper, (0, 0), 12)).std())


def test_moire_is_mixed_away_and_ink_stays() -> None:
    shot = screen_photo(_drawn(104), 3)
    rgb = to_work_size(pixels_of(shot.image))
    calm = without_moire(rgb)
    assert _waves(calm) < 0.6 * _waves(rgb)
    scale = rgb.shape[0] / shot.image.height
    left, top, right, bottom = (round(v * scale) for v in shot.boxes["admin_phone"])
    cell = calm[top:bottom, left:right, 0]
    assert np.percentile(cell, 5) < np.median(cell) - 60


def test_pictures_without_waves_stay_as_they_are() -> None:
    pages = (channels.scan(_drawn(200), 3), channels.photo(_drawn(200), 3), carbon_copy(_drawn(200), 3), _drawn(96))
    for page in (pixels_of(page.image) for page in pages):
        assert without_moire(page) is page


def test_a_seal_on_a_screen_stays_red() -> None:
    shot = screen_photo(channels.stamped(_drawn(104), 3, "三河市某某有限公司"), 3)
    calm = without_moire(to_work_size(pixels_of(shot.image))).astype(int)
    assert ((calm[..., 0] - calm[..., 1]) > 60).sum() > 3000


def test_pale_ink_is_made_as_dark_as_other_ink() -> None:
    even = np.full((400, 400), 250, np.uint8)
    even[100:300:20] = 195  # strokes that are no ink yet
    even[100:300:40] = 170
    levelled = level_ink(even)
    assert cv2.countNonZero(ink_mask(levelled)) == 10 * 400
    assert levelled[0, 0] > 240
    even[100:300:40] = 60
    assert level_ink(even) is even


def test_a_screenshot_is_unlike_a_photo_of_a_screen() -> None:
    shown = pixels_of(screenshot(_drawn, 3, dpi=96, fringed=True, dark=False).image)
    assert without_moire(shown) is shown
