"""A box in place of a character that a typeface lacks, and whatever else readers pass over within a line."""

from __future__ import annotations

from typing import Any, Final, cast

import numpy as np
import pytest

from pipeline.domain.document import Box
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.form.values import SYMBOLS, parse_value
from pipeline.extract.ocr.readers import Engines, Reading
from pipeline.extract.raster.ink import Mask
from pipeline.extract.trust.text_looks import TextLooks
from pipeline.extract.trust.unread_ink import begins_after_blank, has_unread_ink, lacks_one
from pipeline.profile.load import load_profile
from samples import channels
from samples.cases_form import printed
from samples.form_docx import form_docx
from samples.form_image import form_image
from tests.extract.reading import doubtful_keys
from tests.extract.seen import BOX, Seen
from tests.lent_engines import lent_engines

PROFILE: Final = load_profile("langfang-2018")
_SIDE: Final = 30
_PITCH: Final = 32


@pytest.fixture(scope="module")
def engines() -> Engines:
    return lent_engines()


def line(*places: str, under: bool = False) -> Mask:
    """Characters in a row: `x` one with strokes, `#` a full box, `o` one in hairlines, ` ` room."""
    ink = np.zeros((_SIDE + 12, _PITCH * len(places)), np.uint8)
    for at, place in enumerate(places):
        part = ink[4 : 4 + _SIDE, at * _PITCH + 1 : at * _PITCH + 1 + _SIDE]
        if place == "x":
            part[::6] = part[:, ::7] = 255
        elif place == "#":
            part[:] = 255
        elif place == "o":
            part[[0, -1]] = part[:, [2, -3]] = 255
    if under:
        ink[-5:-3] = 255
    return ink


def read(text: str, *at: float, of: int) -> Reading:
    """Read so, its characters at these places of so many."""
    centres = tuple((place + 0.5) / of for place in at)
    return Reading(text=text, confidence=0.99, chances=(0.99,) * len(text), centres=centres)


@pytest.mark.parametrize(
    ("reading", "places", "lacking"),
    [
        pytest.param(read("三河县某镇", 0, 1, 3, 4, 5, of=6), "xx xxx", True, id="of an address"),
        pytest.param(read("三河县某镇", 0, 1, 2, 3, 4, of=5), "xxxxx", False, id="nothing"),
        pytest.param(read("王明", 0, 2, of=3), "x x", False, id="a name of two, typed apart"),
        pytest.param(read("洪松冬", 0, 2, 4, of=5), "x x x", False, id="a name of three, typed apart"),
        pytest.param(read("洪松冬", 0, 1, 3, of=4), "xx x", True, id="a name of three, of four"),
        pytest.param(read("地址：三河县", 0, 1, 2, 4, 5, 6, of=7), "xxx xxx", False, id="behind a label"),
    ],
)
def test_room_for_a_character_of_which_nothing_is_left(reading: Reading, places: str, lacking: bool) -> None:
    """大厂回族自治县 with its 族 painted over was 大厂回自治县 to all readers."""
    assert lacks_one(reading, line(*places)) is lacking


#: Of a line 60 px high, in which a seal's ring stands too, its characters 25 px: a reader's places are 10 px apart.
_IN_STEPS: Final = (25, 45, 75, 95, 125, 145, 175, 195, 225, 245, 275, 295)


@pytest.mark.parametrize("lost", [None, 4, 7])
def test_places_that_are_told_in_steps_leave_no_room(lost: int | None) -> None:
    """Each second character seemed to be half a character too far from the next: 一点（廊坊）广告有限公司 was asked about."""
    ink = np.zeros((60, 319), np.uint8)
    for at in range(len(_IN_STEPS)):
        part = ink[18:43, round(14 + 24.5 * at) :][:, :22]
        part[::6] = part[:, ::7] = 255
    kept = [at for at in range(len(_IN_STEPS)) if at != lost]
    centres = tuple(_IN_STEPS[at] / 319 for at in kept)
    text = "".join("一点（廊坊）广告有限公司"[at] for at in kept)
    seen = Reading(text=text, confidence=0.99, chances=(0.99,) * len(text), centres=centres)
    assert has_unread_ink(seen, ink) is (lost is not None)


class _Spread(Seen):
    """A line of which the label is set wide."""

    def dark(self, box: Box) -> Mask:
        return line("x", " ", *"xxxxxx")


def test_a_label_set_wide_before_its_value_lacks_nothing() -> None:
    first = read("地址：三河县某", 0, 2, 3, 4, 5, 6, 7, of=8)
    rereader = cast("Any", _Spread(first, first))
    assert TextLooks(BOX, BOX, rereader).skips_ink
    assert not TextLooks(BOX, BOX, rereader, "三河县某").skips_ink


@pytest.mark.parametrize("box", ["#", "o", "x"])
def test_what_stands_between_two_characters_and_was_not_read_is_seen(box: str) -> None:
    assert has_unread_ink(read("王明", 0, 2, of=3), line("x", box, "x"))
    assert not has_unread_ink(read("王某明", 0, 1, 2, of=3), line("x", box, "x"))
    assert has_unread_ink(read("三河县某某镇", 0, 1, 2, 4, 5, 6, of=7), line(*"xxx", box, *"xxx"))


@pytest.mark.parametrize("box", ["#", "x"])
def test_what_stands_at_an_end_of_the_line_is_seen(box: str) -> None:
    assert has_unread_ink(read("李晓", 0, 1, of=3), line("x", "x", box))
    assert has_unread_ink(read("李晓", 1, 2, of=3), line(box, "x", "x"))


def test_room_without_ink_says_nothing() -> None:
    assert not has_unread_ink(read("张三", 0, 2, of=3), line("x", " ", "x"))
    assert not has_unread_ink(read("张三", 0, 2, of=3), line("x", " ", "x", under=True))
    assert not has_unread_ink(read("张 三", 0, 1, 2, of=3), line("x", " ", "x"))


def test_places_that_are_a_little_off_say_nothing() -> None:
    assert not has_unread_ink(read("大厂亲子", 0.3, 0.8, 2.2, 2.8, of=4), line(*"xxxx"))
    assert not has_unread_ink(read("任慧雨", 0.6, 1.2, 2.0, of=3), line(*"xxx"))


def test_characters_of_many_widths_and_a_lone_mark_say_nothing() -> None:
    assert not has_unread_ink(read("8:30", 0, 1, 2, 3, of=6), line(*"xxxxxx"))
    assert not has_unread_ink(read("。", 1, of=3), line("x", "x", "x"))
    assert not has_unread_ink(Reading(text="", confidence=0.0), line("x"))


@pytest.mark.parametrize("face", ["song", "kai"])
def test_a_name_with_a_box_in_it_is_asked_about(face: str, engines: Engines) -> None:
    """All readers saw 王明 and 三河便民网, and both were believed."""
    filing = printed(21, "boxes").evolve(owner_name_written="王■明", account_name_written="三河■便民网")
    page = channels.scan(form_image(filing, face=face), 5)
    (form,) = read_document(page.encode(), Media.JPEG, name="x", profile=PROFILE, engines=engines).forms
    assert {"owner_name", "account_name"} <= doubtful_keys(form)
    assert not {"account_subject", "admin_name", "address"} & doubtful_keys(form)


@pytest.mark.parametrize("box", ["□", "■", "\ue123", "\ufffd"])
def test_a_box_that_was_typed_is_asked_about(box: str) -> None:
    filing = printed(21, "boxes").evolve(owner_name_written=f"王{box}明", address_written=f"三河市{box}阳镇1号")
    reading = read_document(form_docx(filing), Media.DOCX, name="x", profile=PROFILE, engines=None)
    assert {item.key: item.doubt for item in reading.forms[0] if item.doubtful} == {
        "owner_name": SYMBOLS,
        "address": SYMBOLS,
    }


def test_a_rare_character_is_none() -> None:
    spec = PROFILE.form
    (name,) = (field for field in spec.fields if field.key == "owner_name")
    assert parse_value(name, "王𬀩明", spec).doubt is None


@pytest.mark.parametrize(
    ("blocks", "after_blank"),
    [
        ([(10, 30), (54, 74), (76, 96), (98, 118)], True),  # the label's, and three of the value
        ([(10, 30), (32, 52), (54, 74), (76, 96), (98, 118)], False),  # no blank before it
        ([(10, 30), (42, 52), (54, 74), (76, 96), (98, 118)], False),  # hardly any
        ([(10, 30), (54, 74), (98, 118)], True),  # what lies within the value is not asked here
    ],
)
def test_a_value_begins_right_behind_blank_paper(blocks: list[tuple[int, int]], after_blank: bool) -> None:
    """Behind 称 in small print the first character's own ink was taken for that of one nobody read."""
    ink = np.zeros((28, 130), np.uint8)
    for left, right in blocks:
        ink[4:24, left:right] = 255
    alone = Reading(
        text="太极拳", confidence=0.99, chances=(0.99,) * 3, centres=tuple((x - 53) / 77 for x in (68, 88, 110))
    )
    assert begins_after_blank(alone, ink, 53) is after_blank


def test_a_character_lost_behind_the_blank_is_not_the_value_s_first() -> None:
    ink = np.zeros((28, 150), np.uint8)
    for left in (10, 54, 76, 98, 120):
        ink[4:24, left : left + 20] = 255
    alone = Reading(
        text="太极拳", confidence=0.99, chances=(0.99,) * 3, centres=tuple((x - 45) / 105 for x in (86, 108, 130))
    )
    assert not begins_after_blank(alone, ink, 45)
