"""A lamp mirrored on a form is told from a picture that is only bright. The pages are made from their seeds."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from pipeline.domain.message import Media
from pipeline.extract.image.flat import find_table_quads, flatten, made_small
from pipeline.extract.raster.decode import Rgb, read_pictures
from pipeline.extract.raster.glare import WhitePatch, find_white_patch
from pipeline.extract.raster.ink import even_light, red_free
from samples import channels, glare
from samples.filing import make_filing
from samples.form_image import form_image
from samples.picture import Picture

GLARING = WhitePatch(area=0.2, filled=0.95, ink=0.002, paper=205, sharp=0.02, white=0.1)


def page(seed: int) -> Picture:
    return form_image(make_filing(seed, entity="company" if seed % 2 else "individual", name="glare"))


@cache
def shot(seed: int, name: str) -> Picture:
    """A photo, to which the light is added."""
    return channels.photo(page(seed), seed, name)


def upright(picture: Picture) -> Rgb:
    """As it is looked at: flat, where the table's corners are found."""
    rgb = read_pictures(picture.encode(), Media.JPEG).pages[0]
    quads = find_table_quads(*made_small(even_light(red_free(rgb))))
    return flatten(rgb, quads[0]).picture if quads else rgb


def is_glare(picture: Picture) -> bool:
    patch = find_white_patch(upright(picture))
    return patch is not None and patch.is_glare


@pytest.mark.parametrize(("seed", "strength"), [(11, 0.7), (11, 1.0), (11, 1.4), (12, 0.7), (12, 1.0)])
def test_a_mirrored_lamp_is_told(seed: int, strength: float) -> None:
    """Most are; one so large that it washes out the sheet's edges is left open."""
    assert is_glare(glare.mirror_lamp(shot(seed, "glare"), seed, strength=strength))


@pytest.mark.parametrize("kind", glare.BRIGHT)
@pytest.mark.parametrize("seed", [21, 22])
def test_a_bright_picture_is_none(seed: int, kind: glare.Bright) -> None:
    if kind == "white_desk":
        assert not is_glare(glare.photo_bright(page(seed), seed, kind=kind))
    else:
        assert not is_glare(glare.light_up(shot(seed, "bright"), seed, kind=kind))


def test_neither_is_an_ordinary_photo_nor_a_scan() -> None:
    assert not is_glare(channels.photo(page(31), 31))
    assert not is_glare(channels.scan(page(31), 31))


def test_white_paper_on_a_dark_desk_is_none() -> None:
    """A sheet that is white all over ends sharply; there is no darker paper round it."""
    desk = np.full((1800, 1400, 3), 90, np.uint8)
    desk[300:1500, 250:1150] = 255
    patch = find_white_patch(desk)
    assert patch is not None
    assert not patch.is_glare
    assert patch.sharp > 0.5


@pytest.mark.parametrize(
    ("name", "value"),
    [("area", 0.03), ("filled", 0.7), ("ink", 0.05), ("paper", 252.0), ("sharp", 0.4), ("white", 0.7)],
)
def test_each_sign_is_needed(name: str, value: float) -> None:
    assert GLARING.is_glare
    changed = {field: getattr(GLARING, field) for field in ("area", "filled", "ink", "paper", "sharp", "white")}
    assert not WhitePatch(**{**changed, name: value}).is_glare
