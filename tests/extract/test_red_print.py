"""Values typed in red are read, and seals and stamps are not taken for them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.doubts import STAMPED
from pipeline.extract.image.red_print import find_red_print, in_black
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.raster.decode import Rgb
from pipeline.extract.raster.ink import red_mask
from samples import channels, ink
from samples.filing import make_filing
from samples.fonts import font
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.picture import Picture, pixels_of
from samples.seeds import random_for
from samples.truth import form_truth
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines

RED = (200, 20, 20)
KEYS = ("account_name", "address", "opened_on", "owner_name", "owner_phone", "admin_name")


def _in_red(page: Picture, keys: tuple[str, ...]) -> Picture:
    """The page with the values of these fields in red, as it was typed."""
    pixels = pixels_of(page.image).copy()
    for key in keys:
        left, top, right, bottom = (round(side) for side in page.boxes[key])
        part = pixels[top - 3 : bottom + 4, left - 3 : right + 4]
        part[:] = 255 - (255 - part.astype(np.float32)) * (255 - np.array(RED, np.float32)) / 255
    return page.evolve(image=Image.fromarray(pixels))


def _read(keys: tuple[str, ...], seed: int = 51_001) -> dict[str, tuple[object, object, str | None]]:
    """Of each field what it was filled in with, what was read and the doubt."""
    filing = make_filing(seed, entity="company", name="red")
    page = channels.scan(_in_red(form_image(filing, FormStyle(tick="√"), face="hei"), keys), seed)
    read = read_document(page.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=lent_engines())
    (form,) = read.forms

    truth = form_truth(filing).fields
    return {field.key: (truth.get(field.key), field.value, field.doubt) for field in form.fields}


def test_a_form_filled_in_in_red_is_read() -> None:
    """Of these values none was read as it stands: what was left of their red strokes was."""
    read = _read(KEYS)
    assert {key: read[key] for key in KEYS if read[key][0] != read[key][1] or read[key][2]} == {}


def test_a_single_value_in_red_is_read_and_asked_about() -> None:
    """It may be a stamp."""
    truth, value, doubt = _read(("owner_phone",))["owner_phone"]
    assert (value, doubt) == (truth, STAMPED)


def _page(text: str, *, colour: tuple[int, int, int] = RED, frame: bool = False) -> tuple[Rgb, Quad]:
    """A line of print, and where it is found."""
    image = Image.new("RGB", (600, 300), "white")
    draw = ImageDraw.Draw(image)
    draw.text((200, 130), text, font=font("hei", 30), fill=colour)
    left, top, right, bottom = (round(side) for side in draw.textbbox((200, 130), text, font=font("hei", 30)))
    if frame:
        draw.rectangle((left - 14, top - 14, right + 14, bottom + 14), outline=RED, width=3)
    box = left - 5, top - 5, right + 5, bottom + 5
    corners = ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]))
    return np.array(image), np.array(corners, np.float32)


def test_a_line_of_red_print_is_found_and_black_without_its_red() -> None:
    page, quad = _page("廊坊市安次区")
    lines = find_red_print(page, red_mask(page), [quad], ())
    assert len(lines) == 1
    black = in_black(page, lines)
    assert int(black[black[:, :, 0] < 128].max()) < 128
    assert np.array_equal(page[:100], black[:100])


@pytest.mark.parametrize(
    ("colour", "frame"),
    [
        pytest.param((20, 20, 20), False, id="black print"),
        pytest.param((20, 30, 170), False, id="blue print"),
        pytest.param(RED, True, id="a stamp in a frame"),
    ],
)
def test_what_is_no_red_print(colour: tuple[int, int, int], frame: bool) -> None:
    page, quad = _page("廊坊市安次区", colour=colour, frame=frame)
    assert find_red_print(page, red_mask(page), [quad], ()) == ()


def test_words_in_a_seal_are_no_print() -> None:
    seal = ink.seal_image("廊坊市安次区文化传媒有限公司", 314, random_for(1, "red", "seal"), lower="合同专用章")
    page = np.array(ink.press_seal(Image.new("RGB", (500, 500), "white"), seal, (250, 250)))
    for top in range(100, 390, 10):
        quad = np.array(((150, top), (350, top), (350, top + 34), (150, top + 34)), np.float32)
        assert find_red_print(page, red_mask(page), [quad], ()) == ()


def test_black_print_under_a_seal_is_no_red_print() -> None:
    page, quad = _page("廊坊市安次区", colour=(20, 20, 20))
    cv2.circle(page, (290, 290), 150, RED, 6, cv2.LINE_AA)
    assert find_red_print(page, red_mask(page), [quad], ()) == ()
