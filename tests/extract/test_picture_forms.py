"""Generated pictures of the form, read by the real engines: what was once wrong without anybody being asked.

How much is read right of every channel is held against floors in tests/bench.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.pages import make_pages
from bench.scoring import Score, Scored, score
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.ocr.readers import Engines
from pipeline.profile.load import load_profile
from samples import channels
from samples.filing import make_filing
from samples.form_image import form_image
from samples.papers import business_licence
from samples.picture import Picture
from samples.truth import FileTruth, form_truth
from tests.lent_engines import lent_engines

PROFILE = load_profile("langfang-2018")


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def wrong_keys(scored: Sequence[Scored]) -> list[str]:
    return [item.key for item in scored if item.score is Score.WRONG]


@pytest.mark.parametrize(
    ("channel", "seed"),
    [
        pytest.param("fax", 51, id="a fax"),
        pytest.param("fax", 720_004, id="a stroke of 本 and one of 4 are gone, and every reader says 木 and 1"),
        pytest.param("fax", 720_019, id="a full stop is gone"),
        pytest.param(
            "fax", 5_100_051, id="the main reader is very sure of 将 at both looks where 蒋 stands, strokes and all"
        ),
        pytest.param("fax", 5_100_075, id="a full stop is gone where thick strokes are all there"),
        pytest.param("fax", 5_200_047, id="both readers miss a full stop where thick strokes are all there"),
        pytest.param("fax", 5_200_015, id="two boxes seem ticked"),
        pytest.param("photo", 910_003, id="a full stop on a line of its own, too small to be found as one"),
        pytest.param("scan 150 dpi", 720_005, id="an l has the pixels of a 1"),
        pytest.param("scan 100 dpi", 967_011, id="a z that touches the j behind it is as high as a Z"),
        pytest.param("scan", 930_007, id="the first of two underscores hangs on the tail of a g"),
        pytest.param("scan 300 dpi", 950_013, id="at 300 dpi an l of this typeface has the pixels of its 1"),
        pytest.param("photo, soft", 705_001, id="a signature whose strokes leave no ink"),
        pytest.param("photo, soft", 705_005, id="a rule seen in the middle of the WeChat ID"),
        pytest.param("photo, soft", 707_015, id="a rule seen in the middle of the phone number"),
        pytest.param("stamped", 1_710_007, id="a 0 with what is left of a seal's ink round it is as wide as an O"),
        pytest.param("photo, soft", 720_007, id="a full stop where a comma stands"),
        pytest.param("photo, soft", 890_011, id="of an ID number that wrapped all readers see its second line, a 6"),
        pytest.param("licence", 890_001, id="the kind of company below its name, whose label was not seen"),
    ],
)
def test_nothing_is_silently_wrong(channel: str, seed: int, engines: Engines) -> None:
    (page,) = make_pages(channel, 1, seed)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    assert wrong_keys(tuple(score(reading, page.truth))) == []


def _read(picture: Picture, engines: Engines) -> DocumentReading:
    return read_document(picture.encode("JPEG"), Media.JPEG, name="form", profile=PROFILE, engines=engines)


def test_a_blurred_photo_is_given_back_with_advice(engines: Engines) -> None:
    filing = make_filing(61, entity="individual", name="picture forms")
    reading = _read(channels.photo_blurred(form_image(filing), 61), engines)
    if reading.forms:
        truth = FileTruth(channel="blurred", forms=[form_truth(filing)])
        assert wrong_keys(tuple(score(reading, truth))) == []
    else:
        assert [item.code for item in reading.findings] == ["form.unreadable"]


def test_a_page_that_is_no_form_gives_none(engines: Engines) -> None:
    filing = make_filing(71, entity="company", name="picture forms")
    assert filing.licence is not None
    reading = _read(channels.scan(business_licence(filing.licence, 71), 71), engines)
    assert reading.forms == ()
