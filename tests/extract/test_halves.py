"""Pages cut in two and sheets side by side, read from their pixels and characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.form.parts import join_parts
from pipeline.extract.grid.pdf_rules import Rule, build_tables
from pipeline.extract.image.flat import find_table_quads, is_cut_off, made_small
from pipeline.extract.image.grid import find_tables
from pipeline.extract.ocr.readers import Engines
from pipeline.extract.raster.ink import even_light, red_free
from pipeline.extract.raster.rules import find_rules
from pipeline.profile.load import load_profile
from samples import channels
from samples.cases_form import printed
from samples.cut_page import crop_rows, halves, row_edges_px, side_by_side
from samples.filing import FilingTruth, make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.form_pdf import form_pdf, scanned_pdf
from samples.picture import Picture, pixels_of
from tests.extract.reading import doubtful_keys, silently_wrong, values_of
from tests.lent_engines import lent_engines

PROFILE = load_profile("langfang-2018")
LOWER_ROWS = frozenset(
    {"opened_on", "follower_count", "owner_name", "owner_id_number", "owner_wechat", "owner_phone", "admin_name"}
    | {"admin_phone", "admin_wechat", "signed"}
)
UPPER_ROWS = frozenset({"number", "account_name", "account_type", "account_subject", "address", "description"})


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def read(content: bytes, media: Media, engines: Engines | None, name: str = "form") -> DocumentReading:
    return read_document(content, media, name=name, profile=PROFILE, engines=engines)


def read_pair(pictures: Sequence[Picture], engines: Engines) -> Sequence[DocumentReading]:
    readings = [read(item.encode(), Media.JPEG, engines, str(at)) for at, item in enumerate(pictures)]
    return join_parts(readings, [str(at) for at in range(len(readings))], PROFILE.form)


def truth_of(filing: FilingTruth) -> dict[str, object]:
    return {key: value for key, value in filing.expected.items() if key != "number"}


def two_line(seed: int) -> FilingTruth:
    """A form whose 功能简介 takes two lines."""
    return printed(seed, "halves").evolve(
        description="发布本地便民信息，介绍餐饮美食、招聘求职、房屋租售和亲子活动，提供优惠券领取服务",
        description_written="发布本地便民信息，介绍餐饮美食、招聘求职、房屋租售和亲子活动，提供优惠券领取服务",
    )


@pytest.mark.parametrize("into", [0.4, 0.5, 0.6])
@pytest.mark.parametrize("face", ["song", "hei"])
def test_half_a_value_is_never_taken_for_the_whole(into: float, face: str, engines: Engines) -> None:
    filing = two_line(3)
    pair = [channels.scan(half, at) for at, half in enumerate(halves(filing, 5, into=into, face=face))]
    forms = [form for reading in read_pair(pair, engines) for form in reading.forms]
    assert len(forms) == 1
    assert silently_wrong(forms[0], truth_of(filing)) == set()
    assert "description" in doubtful_keys(forms[0]) or "description" in forms[0].unplaced
    assert {"account_name", "opened_on", "owner_id_number"} <= set(values_of(forms[0]))


def test_pdfs_with_the_upper_and_the_lower_rows_are_one_form_without_a_question() -> None:
    filing = make_filing(4, entity="company", name="pdf halves")
    styles = (FormStyle(dropped=LOWER_ROWS), FormStyle(dropped=UPPER_ROWS, title=" "))
    readings = [read(form_pdf(filing, style), Media.PDF, None) for style in styles]
    joined = join_parts(readings[::-1], ["下.pdf", "上.pdf"], PROFILE.form)
    (form,) = [form for reading in joined for form in reading.forms]
    assert (doubtful_keys(form), form.unplaced) == (set(), ())
    assert {key: form.value(key) for key in truth_of(filing)} == truth_of(filing)
    assert joined[0].others == ()
    assert joined[0].geometry[0].id_boxes != ()
    assert not joined[0].geometry[0].id_unplaced  # an officer who may not see the number sees the rest
    assert readings[0].geometry[0].id_unplaced
    assert not joined[1].geometry[0].id_unplaced  # and the other half, now that it is known where the number stands


def test_the_first_row_of_a_half_without_its_upper_rule_is_read_and_asked_about(engines: Engines) -> None:
    filing = printed(9, "halves")
    page = form_image(filing, face="sans")
    cut = row_edges_px(filing, face="sans")[3] + 3  # below the rule over 账号主体
    pair = [crop_rows(page, 0, cut), crop_rows(page, cut, page.image.height)]
    (form,) = [form for reading in read_pair(pair, engines) for form in reading.forms]
    assert (doubtful_keys(form), form.unplaced) == ({"account_subject"}, ())
    assert form.value("account_subject") == filing.expected["account_subject"]


def test_fronts_first_and_backs_after_them_are_not_joined_by_their_order(engines: Engines) -> None:
    filings = [printed(seed, "halves") for seed in (5, 6)]
    (front, back), (other_front, other_back) = (halves(filing, 6) for filing in filings)
    reading = read(scanned_pdf([front, other_front, back, other_back]), Media.PDF, engines)
    assert len(reading.forms) == 2
    for form, filing in zip(reading.forms, filings, strict=True):
        assert silently_wrong(form, truth_of(filing)) == set()
        assert form.field("owner_id_number") is None
    assert {item.code for item in reading.all_findings} == {"form.deviates"}
    in_turn = read(scanned_pdf([front, back, other_front, other_back]), Media.PDF, engines)
    assert [form.value("owner_id_number") for form in in_turn.forms] == [
        filing.expected["owner_id_number"] for filing in filings
    ]
    assert in_turn.all_findings == ()


def close_up(filing: FilingTruth, row: int, seed: int) -> Picture:
    """A photo of a page from that row on, just below its upper rule: the picture's edge cuts through the table."""
    page = form_image(filing, FormStyle(tick="√"))
    at = row_edges_px(filing)[row] + 2
    shot = channels.photo(page.evolve(boxes={"row": (0, at, page.image.width, at + 1)}), seed)
    return crop_rows(shot, sum(shot.boxes["row"][1::2]) / 2, shot.image.height)


def test_a_table_that_the_picture_cuts_off_is_laid_flat_by_other_corners(engines: Engines) -> None:
    """By those on the picture's edge its digits came out in two sizes, and obp__069oo was read as obp__O69oo for certain."""
    filing = make_filing(12, entity="individual", name="bench cut")
    shot = close_up(filing, 7, 12)
    even = even_light(red_free(pixels_of(shot.image)))
    assert any(is_cut_off(quad, even.shape) for quad in find_table_quads(*made_small(even)))
    (part,) = read(shot.encode(), Media.JPEG, engines).parts
    assert {"owner_name", "owner_wechat", "owner_phone", "admin_phone", "signed"} <= set(values_of(part))
    assert silently_wrong(part, truth_of(filing)) == set()


def test_a_close_up_beside_the_photo_of_the_whole_page_asks_nothing_more(engines: Engines) -> None:
    """The close-up was called unreadable, and nothing else of the filing was looked at."""
    filing = printed(13, "close-up")
    whole = channels.photo(form_image(filing), 13)
    alone = read(whole.encode(), Media.JPEG, engines).forms[0]
    joined = read_pair([whole, close_up(filing, 5, 13)], engines)
    (form,) = [form for reading in joined for form in reading.forms]
    assert [item.code for reading in joined for item in reading.all_findings] == []
    assert (silently_wrong(form, truth_of(filing)), form.unplaced) == (set(), ())
    assert doubtful_keys(form) <= doubtful_keys(alone)
    assert joined[1].others == ()


def test_a_page_in_three_pictures_is_one_form(engines: Engines) -> None:
    filing = printed(11, "thirds")
    page, edges = form_image(filing), row_edges_px(filing)
    ends = (0, edges[4], edges[8], page.image.height)
    thirds = [channels.scan(crop_rows(page, top - 6, bottom + 6), 11) for top, bottom in pairwise(ends)]
    joined = read_pair(thirds[::-1], engines)
    (form,) = [form for reading in joined for form in reading.forms]
    assert (silently_wrong(form, truth_of(filing)), form.unplaced) == (set(), ())
    assert [item.code for reading in joined for item in reading.all_findings] == []
    assert len(doubtful_keys(form)) <= 4
    # The number's row is the last one of the second picture: the others may show what the cut left of it.
    assert [reading.geometry[0].id_unplaced for reading in joined] == [True, False, True]


@pytest.mark.parametrize("lower_by_px", [(0, 0), (120, 0), (0, 120)])
def test_tables_side_by_side_come_from_the_left(lower_by_px: Sequence[int]) -> None:
    sheets = [form_image(printed(seed, "sheets"), dpi=100) for seed in (7, 8)]
    picture = side_by_side([*sheets], lower_by_px)
    tables = find_tables(find_rules(np.asarray(picture.image.convert("L"))))
    assert [table.bounds[0] for table in tables] == sorted(table.bounds[0] for table in tables)
    assert len(tables) == 2


def test_tables_of_a_pdf_come_from_the_left_and_rows_of_them_from_the_top() -> None:
    places = [(300.0, 50.0), (20.0, 58.0), (20.0, 400.0), (300.0, 395.0)]  # left, top
    across = [Rule(at=top + 30 * n, start=left, end=left + 200) for left, top in places for n in range(3)]
    down = [Rule(at=left + 100 * n, start=top, end=top + 60) for left, top in places for n in range(3)]
    found = [cells[0].box[:2] for cells in build_tables(across, down)]
    assert found == [(20.0, 58.0), (300.0, 50.0), (20.0, 400.0), (300.0, 395.0)]
