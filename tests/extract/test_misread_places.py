"""Rare characters of local names, which readers take for others at every look."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, PaperKind
from pipeline.extract.doubts import INKED, PLACE
from pipeline.extract.image.one_spelling import OneSpellingRereader
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.misread_places import place_names
from pipeline.extract.rare_characters import taken_for
from pipeline.profile.load import load_profile, shipped_profiles
from tests.extract.seen import reading

PLACES = place_names(load_profile("langfang-2018").places)


def checked(text: str, key: str = "address", doubt: str | None = None) -> Field:
    field = Field(key=key, value=text, raw=text, reader="rapidocr", doubtful=doubt is not None, doubt=doubt)
    (found,) = PLACES.check_form(ExtractedForm(profile="langfang-2018", fields=(field,)))
    assert found.raw == text
    return found


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("河北省廊坊市安次区落垄镇中心街8号", "河北省廊坊市安次区落垡镇中心街8号"),
        ("三河市沟阳镇燕顺路370号", "三河市泃阳镇燕顺路370号"),
        ("三河市泃阳镇燕顺路370号", "三河市泃阳镇燕顺路370号"),
    ],
)
def test_a_town_behind_its_own_county_is_believed_with_its_name(read: str, value: str) -> None:
    found = checked(read)
    assert (found.value, found.doubtful) == (value, False)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        pytest.param("廊坊市落堡镇中心街8号", "廊坊市落垡镇中心街8号", id="no county before it"),
        pytest.param("香河县沟阳镇中心街8号", "香河县泃阳镇中心街8号", id="another county before it"),
        pytest.param("安次区落垄镇落堡街8号", "安次区落垡镇落垡街8号", id="the town, and its stem once more"),
        pytest.param("固安县柳泉镇前白垄村", "固安县柳泉镇前白垡村", id="a village of the county"),
    ],
)
def test_elsewhere_an_address_is_asked_about_with_the_name(read: str, value: str) -> None:
    found = checked(read)
    assert (found.value, found.doubt) == (value, PLACE)


@pytest.mark.parametrize("key", ["account_name", "account_subject"])
@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("落堡教育", "落垡教育"),
        ("落垄镇人民政府", "落垡镇人民政府"),
        ("沟阳美食", "泃阳美食"),
        ("爱女次", "爱安次"),  # in thin print of 20 px
        ("三河市行官东二四村股份经济合作社", "三河市行宫东二四村股份经济合作社"),  # on a small photo
    ],
)
def test_a_name_that_holds_a_misread_place_is_asked_about(read: str, value: str, key: str) -> None:
    found = checked(read, key)
    assert (found.value, found.doubt) == (value, PLACE)


@pytest.mark.parametrize(
    ("read", "value", "key"),
    [
        ("廓坊市永清县会昌街154号", "廊坊市永清县会昌街154号", "address"),
        ("爱廓坊大小事", "爱廊坊大小事", "account_name"),
        ("廊坟市瑞创家具有限公司", "廊坊市瑞创家具有限公司", "account_subject"),
        ("分享廓坊美食，发布廊坟资讯", "分享廊坊美食，发布廊坊资讯", "description"),
    ],
)
def test_the_citys_name_is_known_as_readers_mistake_it_by_hand(read: str, value: str, key: str) -> None:
    found = checked(read, key)
    assert (found.value, found.doubt) == (value, PLACE)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("廊坊市广阳区渠沟阳光路", "address", id="渠沟 is a place of its own"),
        pytest.param("渠沟阳光教育", "account_name", id="in a name too"),
        pytest.param("山西省大垄村12号", "address", id="a village somewhere else"),
        pytest.param("三河市燕郊镇行宫东大街", "address", id="a town of the county"),
        pytest.param("三河市迎宾北路12号", "address", id="a road behind the county"),
        pytest.param("落堡小明", "owner_name", id="a person's name"),
    ],
)
def test_other_texts_are_left_alone(text: str, key: str) -> None:
    found = checked(text, key)
    assert (found.value, found.doubtful, found.candidates) == (text, False, ())


def test_a_town_that_is_none_but_differs_by_a_character_is_asked_about_as_read() -> None:
    found = checked("河北省廊坊市安次区码关镇一街")
    assert (found.value, found.doubt) == ("河北省廊坊市安次区码关镇一街", PLACE)
    assert found.candidates == ("河北省廊坊市安次区码头镇一街",)


def test_a_doubt_that_was_there_stays_what_it_was() -> None:
    found = checked("安次区落垄镇中心街8号", doubt=INKED)
    assert (found.value, found.doubt) == ("安次区落垡镇中心街8号", INKED)


def test_papers_are_asked_about_but_not_for_the_name_of_a_person() -> None:
    fields = tuple(Field(key=key, value="落堡文化", raw="落堡文化", reader="rapidocr") for key in ("name",))
    licence = PLACES.check_paper(ExtractedPaper(kind=PaperKind.BUSINESS_LICENCE, fields=fields))
    card = PLACES.check_paper(ExtractedPaper(kind=PaperKind.ID_CARD, fields=fields))
    assert (licence.text("name"), card.text("name")) == ("落垡文化", "落堡文化")


def test_the_table_holds_characters_of_places_and_never_themselves() -> None:
    names = "".join(
        name
        for key in shipped_profiles()
        for county in load_profile(key).places.counties
        for town in county.towns
        for name in (county.name, town.name, *town.aliases, *town.villages)
    )
    assert all(rare in names and rare not in others for rare, others in taken_for().items())


def test_towns_behind_their_county_have_one_spelling() -> None:
    spelled = {PLACES.in_one_spelling(f"三河市{town}迎宾路") for town in ("泃阳镇", "沟阳镇", "洵阳镇")}
    assert spelled == {("三河市沟阳镇迎宾路", frozenset({3}))}
    assert PLACES.in_one_spelling("三河市句阳镇") == ("三河市句阳镇", frozenset())
    assert PLACES.in_one_spelling("香河县沟阳镇") == ("香河县沟阳镇", frozenset())


def test_the_quick_reader_has_the_same_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else what it saw of a town's name never agreed, and readers that take longer were asked."""
    monkeypatch.setattr(PictureRereader, "quick_reading", lambda self, box: reading("三河市洵阳镇迎宾路"))
    base = cast("Any", SimpleNamespace(picture=None, engines=None, readings={}, slopes={}))
    found = OneSpellingRereader(base, PLACES.in_one_spelling).quick_reading((0, 0, 1, 1))
    assert (found.text, found.chances[3]) == ("三河市沟阳镇迎宾路", 1.0)


def test_the_name_of_a_body_is_believed_with_the_town_directly_behind_its_county() -> None:
    for read, believed in (("三河市洵阳镇鑫旺饭店", True), ("三河市京洵阳镇饭店", False), ("洵阳镇饭店", False)):
        field = Field(key="name", value=read, raw=read, reader="rapidocr")
        licence = PLACES.check_paper(ExtractedPaper(kind=PaperKind.BUSINESS_LICENCE, fields=(field,)))
        (found,) = licence.fields
        assert (str(found.value).count("泃阳镇"), found.doubtful) == (1, not believed)


@pytest.mark.parametrize(
    ("second", "shown"),
    [
        ("三河市沟阳镇兴旺路9号", "三河市泃阳镇兴旺路9号"),
        ("三河市沟阳镇兴旺路8号", "三河市沟阳镇兴旺路8号"),
        ("三河市沟阳镇兴旺路", "三河市沟阳镇兴旺路"),
        (None, None),
    ],
)
def test_officers_are_shown_what_another_reader_saw_of_the_rest(second: str | None, shown: str | None) -> None:
    read = Field(
        key="address", value="三河市洵阳镇兴旺路9号", raw="三河市洵阳镇兴旺路9号", reader="rapidocr", second=second
    )
    (found,) = PLACES.check_form(ExtractedForm(profile="langfang-2018", fields=(read,)))
    assert (found.value, found.doubtful, found.second) == ("三河市泃阳镇兴旺路9号", False, shown)
