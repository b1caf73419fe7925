"""Which office, and whether the region at all."""

from __future__ import annotations

import pytest

from pipeline.validate.territory import find_offices, is_elsewhere
from tests.validate.builders import (
    FIRM,
    INDIVIDUAL_FORM,
    INDIVIDUAL_PAPERS,
    OWNER_ID,
    card,
    codes,
    decide,
    doubtful,
    form,
    langfang,
    licence,
)


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("三河市燕郊镇迎宾北路12号", {"sanhe"}),
        ("河北省廊坊市三河市行宫东大街", {"sanhe"}),
        ("河北三河燕郊开发区", {"sanhe"}),
        ("燕郊高新区迎宾路", {"sanhe"}),
        ("霸州市东大街5号", {"bazhou"}),
        ("胜芳盛世家园", {"bazhou"}),
        ("大厂回族自治县夏垫镇", {"dachang"}),
        ("大厂县大安东街", {"dachang"}),
        ("廊坊大厂潮白新城", {"dachang"}),
        ("大城县平舒镇", {"dacheng"}),
        ("文安县中街", {"wenan"}),
        ("永清县府东街223号", {"yongqing"}),
        ("固安县新中街", {"guan"}),
        ("廊坊市东湾乡某村", {"guan"}),
        ("香河县淑阳镇", {"xianghe"}),
        ("廊坊市广阳区康宁街2号", {"guangyang"}),
        ("廊坊市安次区光明西道", {"anci"}),
        ("安次区仇庄乡", {"anci"}),
        ("廊坊开发区友谊路18号", {"kaifaqu"}),
        ("廊坊市经济技术开发区友谊路", {"kaifaqu"}),
        ("河北廊坊广阳经济开发区", {"guangyang"}),
        ("廊坊市广阳区开发区路口", {"guangyang"}),
        ("廊坊市安次区龙河高新技术产业开发区", {"anci"}),
        ("北京亦庄永清高新技术产业开发区", {"yongqing"}),
        ("廊坊市码头镇某路", {"anci"}),
        # a street, not a county
        ("廊坊市广阳道300号", set()),
        ("廊坊市永清路12号", set()),
        ("廊坊市文安大街", set()),
        ("北京市朝阳区香河园路", set()),
        ("天津市武清区大城路", set()),
        # everyday words
        ("大城小爱", set()),
        ("三河大地", set()),
        ("大厂青年", set()),
        ("广阳散", set()),
        # other provinces and cities
        ("安徽省肥西县三河镇", set()),
        ("河北省石家庄市长安区", set()),
        ("河北省沧州市河间市马庄镇", set()),
        ("马庄镇", set()),
        ("东湾乡", set()),
        ("上海市浦东新区", set()),
        ("http://www.010lf.com/", set()),
        ("", set()),
    ],
)
def test_places(text: str, offices: set[str]) -> None:
    assert find_offices(text, langfang().places) == offices


def test_a_village_tells_only_with_its_suffix_beside_the_region() -> None:
    places = langfang().places
    stems: dict[str, set[str]] = {}
    for county in places.counties:
        for town in county.towns:
            for stem in town.villages:
                stems.setdefault(stem, set()).add(county.office)
    towns = {name.removesuffix("镇") for c in places.counties for t in c.towns for name in (t.name, *t.aliases)}
    whole = [s for s in stems if len(s) >= 4 and not any(t in s for t in towns)]
    unique = next(s for s in whole if len(stems[s]) == 1 and not any(o != s and o + "村" in s + "村" for o in stems))
    office = stems[unique]
    assert find_offices(f"廊坊市{unique}村3号", places) == office
    assert find_offices(f"{unique}村3号", places) == set()
    assert find_offices(f"廊坊市{unique}3号", places) == set()
    shared = next(s for s in whole if len(stems[s]) > 1)
    assert find_offices(f"廊坊市{shared}村3号", places) == set()


@pytest.mark.parametrize("text", ["北京市朝阳区", "中国上海", "河北省石家庄市", "河北保定", "天津武清"])
def test_elsewhere(text: str) -> None:
    assert is_elsewhere(text, langfang().places)


@pytest.mark.parametrize("text", ["河北省廊坊市", "三河市", "廊坊北京大街"])
def test_not_elsewhere(text: str) -> None:
    assert not is_elsewhere(text, langfang().places)


# ---------------------------------------------------------------- the office


def test_another_countys_mailbox() -> None:
    verdict = decide(form(address="大厂县夏垫镇1号"), office="dacheng")
    assert codes(verdict) == ["office.mismatch"]
    assert verdict.office == "dachang"
    finding = verdict.findings[0]
    assert "大厂县互联网信息办公室" in finding.detail
    assert "无需重新提交" in finding.detail
    assert finding.clause == "三.2"


def test_the_city_receives_anyones() -> None:
    verdict = decide(form(), office="city")
    assert codes(verdict) == []
    assert verdict.office == "sanhe"


def test_a_place_nobody_can_tell_is_no_mismatch() -> None:
    verdict = decide(form(address="廊坊市广阳道300号"), [licence(address=None), card()], office="anci")
    assert codes(verdict) == []
    assert verdict.office == "anci"


def test_the_licence_tells_where_the_form_does_not() -> None:
    papers = [licence(address="霸州市迎宾大道1号"), card()]
    verdict = decide(form(address="迎宾大道1号"), papers, office="sanhe")
    assert codes(verdict) == ["office.mismatch"]
    assert verdict.office == "bazhou"
    other = [licence(address="霸州市迎宾大道1号", name="霸州市别家商贸有限公司"), licence(), card()]
    assert codes(decide(form(address="迎宾大道1号"), other, office="sanhe")) == []


def test_two_counties_in_one_address() -> None:
    verdict = decide(form(address="三河市燕郊镇（霸州市分部）"), office="bazhou")
    assert codes(verdict) == []
    assert verdict.office == "bazhou"
    assert codes(decide(form(address="三河市燕郊镇（霸州市分部）"), office="guan")) == ["office.mismatch"]


def test_an_unknown_mailbox_and_a_doubtful_address() -> None:
    assert decide(form(), office=None).office == "sanhe"
    assert codes(decide(form(), office="nowhere")) == []
    verdict = decide(form(address=doubtful("address", "霸州市东大街")), office="sanhe")
    assert codes(verdict) == ["field.doubtful"]


# ---------------------------------------------------------------- the scope


def away(**changes: str | None) -> list[str]:
    firm = "北京晨露文化传播有限公司"
    values = {"account_subject": firm, "address": "北京市朝阳区建国路1号"} | changes
    papers = [licence(name=values["account_subject"], address="北京市朝阳区建国路1号"), card()]
    return codes(decide(form(**values), papers, office="dacheng"))


def test_nothing_ties_it_to_the_region() -> None:
    assert away(account_name="大城小爱") == ["scope.unclear"]


@pytest.mark.parametrize("name", ["大城县生活", "廊坊大城", "燕郊租房", "霸州吃喝玩乐", "固安在线", "廊坊头条"])
def test_the_name_ties_it(name: str) -> None:
    assert away(account_name=name) == []


def test_subject_and_licence_tie_it() -> None:
    assert away(account_name="小爱", account_subject="廊坊晨露文化传播有限公司") == []
    papers = [licence(name=FIRM, address="三河市燕郊镇"), card()]
    filed = form(account_name="小爱", account_subject=FIRM, address="http://www.example.com/")
    assert codes(decide(filed, papers, office="sanhe")) == []


def test_a_persons_name_is_no_place() -> None:
    filed = form(
        INDIVIDUAL_FORM, account_name="小爱", account_subject="王文安", owner_name="王文安", address="建国路1号"
    )
    papers = [card("王文安", OWNER_ID)]
    assert codes(decide(filed, papers, office="sanhe")) == ["scope.unclear"]


def test_a_village_of_the_receiving_county_ties_it() -> None:
    county = next(item for item in langfang().places.counties if item.office == "dacheng")
    village = next(stem for town in county.towns for stem in town.villages if len(stem) >= 3)
    assert away(account_name=f"{village}村资讯") == []
    assert away(account_name=f"{village}资讯") == ["scope.unclear"]


def test_without_a_sure_address_nothing_is_said() -> None:
    assert codes(decide(form(INDIVIDUAL_FORM, account_name="小爱", address=None), INDIVIDUAL_PAPERS)) == [
        "field.missing"
    ]
