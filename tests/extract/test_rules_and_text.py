"""Tables whose rules are close to their text, or gone: cells must neither run together nor give a label for a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image

from bench.pages import make_pages
from bench.scoring import WECHAT_KEYS, Score, Scored, score
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.form.lost_rules import LOST_RULE
from pipeline.extract.image.grid import find_tables
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.rules import find_rules
from pipeline.profile.load import load_profile
from samples import channels
from samples.filing import FilingTruth, make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.picture import Picture
from samples.truth import FileTruth, form_truth
from tests.lent_engines import lent_engines

PROFILE = load_profile("langfang-2018")
CELLS = 33
CLOSE = FormStyle(close=True)


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def filing(seed: int) -> FilingTruth:
    return make_filing(seed, entity="company", name="close rules")


def read(picture: Picture, engines: Engines) -> DocumentReading:
    return read_document(picture.encode("JPEG"), Media.JPEG, name="form", profile=PROFILE, engines=engines)


def scored(reading: DocumentReading, truth: FilingTruth) -> Sequence[Scored]:
    return list(score(reading, FileTruth(channel="", forms=[form_truth(truth, CLOSE)])))


@pytest.mark.parametrize("face", ["song", "kai", "hei", "sans"])
def test_rules_that_touch_their_text_are_found(face: str) -> None:
    page = channels.scan(form_image(filing(1), CLOSE, face=face), 1, skew_degrees=0.0)
    (table,) = find_tables(find_rules(np.asarray(page.image.convert("L"))))
    assert len(table.frames) == CELLS


@pytest.mark.parametrize("channel", [channels.scan, channels.photo])
def test_a_form_set_as_word_sets_it(channel: Callable[[Picture, int], Picture], engines: Engines) -> None:
    page = channel(form_image(filing(2), CLOSE), 2)
    values = [item for item in scored(read(page, engines), filing(2)) if item.key not in WECHAT_KEYS]
    assert [(item.key, item.score) for item in values if not item.right or item.score is Score.WRONG] == []


def test_a_lost_rule_gives_no_label_for_a_value_and_loses_none(engines: Engines) -> None:
    drawn = form_image(filing(3), CLOSE)
    rules = [rule for rule in find_rules(np.asarray(drawn.image.convert("L"))).horizontal if rule.length > 400]
    for rule in rules[2:6]:
        reading = read(channels.scan(without(drawn, round(rule.at), rule.start, rule.end), 3), engines)
        found = scored(reading, filing(3))
        assert [item.key for item in found if item.score is Score.WRONG] == []
        assert [item.key for item in found if item.score is Score.LOST] == []
        assert any(field.doubt is not None and LOST_RULE in field.doubt for field in reading.forms[0].fields)


def test_a_lost_border_is_where_the_rules_end(engines: Engines) -> None:
    drawn = form_image(filing(4), CLOSE)
    border = find_rules(np.asarray(drawn.image.convert("L"))).vertical[-1]
    ink = np.asarray(drawn.image).copy()
    ink[:, round(border.at) - 4 : round(border.at) + 5] = 255
    page = drawn.evolve(image=Image.fromarray(ink))
    found = scored(read(channels.scan(page, 4), engines), filing(4))
    assert [(item.key, item.score) for item in found if item.score in (Score.WRONG, Score.LOST)] == []


def test_a_table_is_laid_flat_by_its_own_corners(engines: Engines) -> None:
    """By the sheet's, which showed a few cells of the desk's grain besides, the first and the last row were lost."""
    (page,) = make_pages("photo, turned", 1, 700_001)
    reading = read_document(page.content, page.media, name="form", profile=PROFILE, engines=engines)
    assert [item.key for item in score(reading, page.truth) if item.score in (Score.WRONG, Score.LOST)] == []


def without(page: Picture, y: int, left: int, right: int) -> Picture:
    """The page with a level rule rubbed out between the uprights that hold it."""
    ink = np.asarray(page.image).copy()
    ink[y - 4 : y + 5, left + 8 : right - 8] = 255
    return page.evolve(image=Image.fromarray(ink))


@pytest.mark.parametrize("walls_reached", [False, True])
def test_a_label_that_fills_its_cell_is_no_rule(walls_reached: bool) -> None:
    """Bold print from wall to wall has level strokes in a row; a rule under print reaches the walls."""
    even = np.full((1700, 1200), 255, np.uint8)
    for y in (300, 400, 500):
        even[y : y + 2, 100:1100] = 0
    for x in (100, 265, 1098):
        even[300:501, x : x + 2] = 0
    left, right = (100, 266) if walls_reached else (107, 254)
    even[450:453, left:right] = 0
    for x in range(112, 254, 7):
        even[435:450, x : x + 2] = 0
    assert any(abs(rule.at - 451) < 3 for rule in find_rules(even).horizontal) is walls_reached
