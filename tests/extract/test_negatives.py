"""Pages white on black."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from bench.pages import make_pages
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.raster.decode import read_pictures
from pipeline.extract.raster.negative import without_negative
from samples import channels
from samples.filing import make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.picture import pixels_of
from samples.truth import form_truth
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines


def test_a_negative_is_read() -> None:
    """Nothing of it was."""
    filing = make_filing(51_300, entity="company", name="negative")
    page = channels.scan(form_image(filing, FormStyle(tick="√"), face="hei"), 51_300)
    page = page.evolve(image=Image.fromarray(255 - pixels_of(page.image)))
    read = read_document(page.encode("PNG"), Media.PNG, name="page", profile=PROFILE, engines=lent_engines())
    (form,) = read.forms
    truth = form_truth(filing).fields
    for key in ("account_name", "account_type", "owner_name", "owner_id_number", "owner_phone", "address"):
        found = form.field(key)
        assert found is not None
        assert (key, found.value, found.doubt) == (key, truth[key], None)


@pytest.mark.parametrize("channel", ["scan", "photo", "stamped", "screenshot", "phone screenshot", "screen photo"])
def test_what_is_dark_round_a_sheet_makes_no_negative(channel: str) -> None:
    for page in make_pages(channel, 2, 51_310):
        (rgb,) = read_pictures(page.content, page.media).pages
        assert without_negative(rgb) is rgb


def test_a_picture_of_nothing_stays_black() -> None:
    black = np.zeros((400, 300, 3), np.uint8)
    assert without_negative(black) is black
