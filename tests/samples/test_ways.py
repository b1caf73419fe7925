"""Ways a page arrives by beside scanner, fax and phone: askew, as a carbon copy, from a screen."""

from __future__ import annotations

import cv2
import numpy as np

from samples import channels
from samples.carbon import carbon_copy
from samples.filing import make_filing
from samples.form_image import form_image
from samples.picture import Picture
from samples.screen_photo import screen_photo
from samples.screens import screenshot

FILING = make_filing(3)


def _drawn(dpi: int) -> Picture:
    return form_image(FILING, dpi=dpi)


def test_skew_has_both_signs_and_loses_no_corner() -> None:
    page = form_image(FILING, dpi=100)
    turned = [channels.skewed(page, seed) for seed in range(8)]
    rights = [shown.boxes["account_name"][0] < shown.boxes["signed"][0] for shown in turned]
    assert len(set(rights)) == 2
    assert all(shown.image.width > page.image.width * 1.1 for shown in turned)


def test_screens_show_the_page_dot_by_dot_and_on_thirds_in_colour() -> None:
    def colour(picture: Picture) -> int:
        left, top, right, bottom = (round(v) for v in picture.boxes["account_name"])
        return int(np.ptp(np.asarray(picture.image).astype(int)[top:bottom, left:right], axis=2).max())

    plain = screenshot(_drawn, 3, dpi=96, fringed=False, dark=False)
    fringed = screenshot(_drawn, 3, dpi=96, fringed=True, dark=False)
    page = _drawn(96)
    left, top = (round(plain.boxes["signed"][side] - page.boxes["signed"][side]) for side in (0, 1))
    right, bottom = left + page.image.width, top + page.image.height
    assert np.array_equal(np.asarray(plain.image.crop((left, top, right, bottom))), np.asarray(page.image))
    assert colour(plain) == 0
    assert colour(fringed) > 60


def test_a_photo_of_a_screen_shows_waves_on_its_paper() -> None:
    def waves(picture: Picture) -> float:
        """Spread of brightness on paper below the form, slow changes of light taken out."""
        grey = np.asarray(picture.image.convert("L"), dtype=np.float32)
        high, wide = grey.shape
        paper = grey[round(high * 0.8) : round(high * 0.9), round(wide * 0.4) : round(wide * 0.6)]
        calm = cv2.GaussianBlur(paper, (0, 0), 1.0)  # noise is finer
        return float((calm - cv2.GaussianBlur(paper, (0, 0), 12)).std())

    assert waves(screen_photo(_drawn(104), 3)) > 2 * waves(channels.photo(form_image(FILING), 3))


def test_a_carbon_copy_is_coloured_and_uneven() -> None:
    shown = np.asarray(carbon_copy(form_image(FILING), 3).image).astype(int)
    ink = shown[shown.sum(axis=2) < np.median(shown.sum(axis=2)) - 150]
    assert len(ink) > 5000
    assert ink.sum(axis=1).std() > 40
