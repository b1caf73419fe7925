"""Generated pictures of the form, read by the real engines: nothing silently wrong, and people asked seldom."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import pytest

from bench.pages import make_pages
from bench.scoring import Score, plain, score
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.engines import load_engines
from pipeline.extract.ocr import Engines
from pipeline.profile.load import load_profile
from samples import channels
from samples.filing import FilingTruth, make_filing
from samples.form_image import form_image
from samples.papers import business_licence
from samples.picture import Picture

PROFILE = load_profile("langfang-2018")
_WRITTEN_ELSEWHERE = {"number"}

Channel = Callable[[Picture, int], Picture]


def _stamped(page: Picture, seed: int) -> Picture:
    return channels.scan(channels.stamped(page, seed, "廊坊市样章有限公司"), seed)


def _turned(degrees: int) -> Channel:
    return lambda page, seed: channels.photo_turned(page, seed, degrees=degrees)


@pytest.fixture(scope="module")
def engines() -> Engines:
    return load_engines()


@functools.lru_cache(maxsize=4)
def _page(seed: int) -> tuple[FilingTruth, Picture]:
    entity = ("company", "individual")[seed % 2]
    filing = make_filing(seed, entity=entity, name="picture forms")  # type: ignore[arg-type]
    return filing, form_image(filing)


def _read(picture: Picture, engines: Engines) -> DocumentReading:
    bilevel = picture.image.mode == "1"
    content = picture.encode("TIFF" if bilevel else "JPEG")
    media = Media.TIFF if bilevel else Media.JPEG
    return read_document(content, media, name="form", profile=PROFILE, engines=engines)


def compare(reading: DocumentReading, truth: Mapping[str, object]) -> tuple[set[str], set[str]]:
    """The keys that are silently wrong (a blank is a value as well), and those that a person is asked about."""
    wrong: set[str] = set()
    asked: set[str] = set()
    form = reading.forms[0]
    for key in truth.keys() - _WRITTEN_ELSEWHERE:
        field = form.field(key)
        if field is None or field.doubtful:
            asked.add(key)
        elif plain(field.value) != plain(truth[key]):
            wrong.add(key)
    return wrong, asked


@pytest.mark.parametrize("seed", [51, 52])
def test_a_fax_is_doubted_but_never_silently_wrong(seed: int, engines: Engines) -> None:
    filing, page = _page(seed)
    reading = _read(channels.fax(page, seed), engines)
    for form in reading.forms:
        wrong, _ = compare(reading, filing.expected)
        assert wrong == set(), form.pages


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(720_004, id="a stroke of 本 and one of 4 are gone, and every reader says 木 and 1"),
        pytest.param(720_019, id="a full stop is gone"),
    ],
)
def test_strokes_that_a_fax_lost_are_asked_about(seed: int, engines: Engines) -> None:
    (page,) = make_pages("fax", 1, seed)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    assert [item.key for item in score(reading, page.truth) if item.score is Score.WRONG] == []


def test_an_l_that_has_the_pixels_of_a_1_is_asked_about(engines: Engines) -> None:
    (page,) = make_pages("scan 150 dpi", 1, 720_005)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    assert [item.key for item in score(reading, page.truth) if item.score is Score.WRONG] == []


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(705_001, id="a signature whose strokes leave no ink"),
        pytest.param(705_005, id="a rule seen in the middle of the WeChat ID"),
        pytest.param(707_015, id="a rule seen in the middle of the phone number"),
    ],
)
def test_a_soft_photo_is_doubted_but_never_silently_wrong(seed: int, engines: Engines) -> None:
    (page,) = make_pages("photo, soft", 1, seed)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    assert [item.key for item in score(reading, page.truth) if item.score is Score.WRONG] == []


def test_a_blurred_photo_is_given_back_with_advice(engines: Engines) -> None:
    filing, page = _page(61)
    reading = _read(channels.photo_blurred(page, 61), engines)
    if reading.forms:
        assert compare(reading, filing.expected)[0] == set()
    else:
        assert [item.code for item in reading.findings] == ["form.unreadable"]


def test_a_page_that_is_no_form_gives_none(engines: Engines) -> None:
    filing = make_filing(71, entity="company", name="picture forms")
    assert filing.licence is not None
    reading = _read(channels.scan(business_licence(filing.licence, 71), 71), engines)
    assert reading.forms == ()
