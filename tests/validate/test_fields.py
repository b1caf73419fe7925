"""Each field of the form by itself."""

from __future__ import annotations

from random import Random

import pytest

from pipeline.domain.finding import Severity, finding
from samples.identifiers import break_id_number, make_id_number, shorten_id_number
from tests.validate.builders import (
    INDIVIDUAL_FORM,
    OWNER_ID,
    codes,
    company,
    decide,
    doubtful,
    field,
    form,
    individual,
    is_registered,
    langfang,
    licence,
    owner_card,
    said,
)

REQUIRED = (
    "account_name",
    "account_subject",
    "address",
    "description",
    "opened_on",
    "follower_count",
    "owner_name",
    "owner_id_number",
    "owner_wechat",
    "owner_phone",
    "admin_name",
    "admin_phone",
    "admin_wechat",
)


def test_the_base_cases_are_registered_without_a_word() -> None:
    assert said(company()) == []
    assert said(individual()) == []


@pytest.mark.parametrize("key", REQUIRED)
def test_a_blank_required_field_is_one_finding(key: str) -> None:
    assert said(company(**{key: field(key, raw="——")})) == [("field.missing", key)]


@pytest.mark.parametrize("key", ["number", "account_type_other"])
def test_a_blank_optional_field_is_none(key: str) -> None:
    assert said(company(**{key: None})) == []
    assert said(company(**{key: doubtful(key)})) == []


@pytest.mark.parametrize("key", REQUIRED)
def test_a_doubtful_field_is_one_finding(key: str) -> None:
    value = form().value(key)
    verdict = company(**{key: doubtful(key, value, doubt="两次识别不一致")})
    assert said(verdict) == [("field.doubtful", key)]
    assert "两次识别不一致" in verdict.findings[0].detail


def test_doubt_is_not_also_called_invalid_or_missing() -> None:
    assert said(company(owner_phone=doubtful("owner_phone", "1380316123"))) == [("field.doubtful", "owner_phone")]
    assert said(company(admin_wechat=doubtful("admin_wechat"))) == [("field.doubtful", "admin_wechat")]
    assert said(individual(owner_id_number=doubtful("owner_id_number", break_id_number(OWNER_ID)))) == [
        ("field.doubtful", "owner_id_number")
    ]


def test_a_doubtful_office_number_blocks_only_when_something_stands_there() -> None:
    assert said(company(number=doubtful("number", "00012"))) == [("field.doubtful", "number")]


@pytest.mark.parametrize("number", [OWNER_ID.lower(), f"{OWNER_ID[:6]} {OWNER_ID[6:14]} {OWNER_ID[14:]}"])
def test_spellings_of_the_id_number(number: str) -> None:
    assert said(individual(owner_id_number=number)) == []


def test_wrong_check_digit_is_one_finding_though_the_card_differs() -> None:
    assert said(individual(owner_id_number=break_id_number(OWNER_ID))) == [("field.invalid", "owner_id_number")]


def test_the_old_id_number_suggests_the_new_one_masked() -> None:
    verdict = individual(owner_id_number=shorten_id_number(OWNER_ID))
    assert said(verdict) == [("field.legacy", "owner_id_number")]
    detail = verdict.findings[0].detail
    assert OWNER_ID[:3] in detail
    assert OWNER_ID[-4:] in detail
    assert OWNER_ID not in detail


def test_a_residence_permit_is_as_good() -> None:
    number = make_id_number(Random(9), prefix="810000")
    assert said(individual(owner_card(number=number), owner_id_number=number)) == []


@pytest.mark.parametrize("number", ["E12345678", "H12345678", "12345678"])
def test_other_papers_are_for_a_reviewer(number: str) -> None:
    assert said(individual(owner_id_number=number)) == [("field.unverifiable", "owner_id_number")]


@pytest.mark.parametrize("phone", ["1380316123", "0316-2339541", "138O3161234"])
@pytest.mark.parametrize("key", ["owner_phone", "admin_phone"])
def test_wrong_phones(key: str, phone: str) -> None:
    assert said(company(**{key: phone})) == [("field.invalid", key)]


def test_a_landline_is_named_as_one() -> None:
    assert "固定电话" in company(owner_phone="0316-2339541").findings[0].detail


def test_two_numbers() -> None:
    two = field("owner_phone", None, raw="13803161234/13903161234", candidates=("13803161234", "13903161234"))
    assert said(company(owner_phone=two)) == [("field.multiple", "owner_phone")]


def test_an_unlisted_prefix_is_a_note() -> None:
    verdict = company(owner_phone="16003161234")
    assert said(verdict) == [("field.unusual", "owner_phone")]
    assert is_registered(verdict)


def test_wechat_ids() -> None:
    verdict = company(owner_wechat="13803161234")
    assert said(verdict) == [("field.unusual", "owner_wechat")]
    assert is_registered(verdict)
    assert said(company(admin_wechat="gh_0123456789ab")) == [("field.invalid", "admin_wechat")]
    assert said(company(admin_wechat="小程的微信")) == [("field.invalid", "admin_wechat")]


def test_counts() -> None:
    about = company(follower_count=field("follower_count", 5000, raw="约5000+", approximate=True))
    assert said(about) == [("field.approximate", "follower_count")]
    assert is_registered(about)
    assert said(company(follower_count=0)) == []
    assert said(company(follower_count=field("follower_count", None, raw="很多"))) == [
        ("field.invalid", "follower_count")
    ]


@pytest.mark.parametrize("value", ["2018-02-30", "去年"])
def test_a_date_that_is_none(value: str) -> None:
    assert said(company(opened_on=value)) == [("field.invalid", "opened_on")]
    assert said(company(opened_on=field("opened_on", None, raw=value))) == [("field.invalid", "opened_on")]


@pytest.mark.parametrize("name", ["同上", "13803161234", "程", "程远帆1"])
def test_names_that_are_none(name: str) -> None:
    assert ("field.invalid", "admin_name") in said(company(admin_name=name))


def test_two_administrators() -> None:
    assert said(company(admin_name="程远帆、苏晓彤"))[0] == ("field.multiple", "admin_name")


@pytest.mark.parametrize("name", ["买买提·吐尔逊", "买买提•吐尔逊", "买买提.吐尔逊", "苏 晓彤"])
def test_names_with_dots_and_blanks(name: str) -> None:
    written = name.replace(" ", "").replace("•", "·").replace(".", "·")
    assert said(individual(owner_card(name=written), owner_name=name, account_subject=written, admin_name=name)) == []


def test_account_types() -> None:
    none = company(account_type=None)
    assert said(none) == [("type.none", "account_type")]
    two = company(account_type=field("account_type", None, candidates=("wechat", "app")))
    assert said(two) == [("type.multiple", "account_type")]
    other = company(account_type="other", account_type_other="抖音")
    assert said(other) == [("type.outside_notice", "account_type")]
    assert "抖音" in other.findings[0].detail
    assert is_registered(other)
    assert said(company(account_type="app")) == []
    assert said(company(account_type=doubtful("account_type", "wechat"))) == [("field.doubtful", "account_type")]


def test_what_is_written_behind_a_box_matters_only_when_it_is_ticked() -> None:
    assert said(company(account_type_other=doubtful("account_type_other", "抖言"))) == []
    verdict = company(account_type="other", account_type_other=doubtful("account_type_other", "抖言"))
    assert ("field.doubtful", "account_type_other") in said(verdict)


@pytest.mark.parametrize("name", ["王?明", "张*", "李？"])
def test_a_name_with_a_character_that_was_lost_or_hidden(name: str) -> None:
    assert ("field.invalid", "owner_name") in said(company(owner_name=name))


def test_missing_form() -> None:
    verdict = decide(None)
    assert codes(verdict) == ["form.missing"]
    assert "2个附件无法打开" in decide(None, unreadable=("a", "b")).findings[0].detail


def test_an_unreadable_form_is_said_once() -> None:
    item = finding("form.unreadable", "登记表看不清。")
    said_once = (item.model_copy(update={"clause": "三.1"}),)
    assert decide(None, findings=(item,)).findings == said_once
    broken = form().model_copy(update={"fields": (), "findings": (item,)})
    assert decide(broken).findings == said_once


def test_beside_a_whole_form_an_unreadable_file_hides_nothing() -> None:
    """Who was told about the blurred photo only had to write once more for what was missing besides."""
    item = finding("form.unreadable", "“2.jpg”看不清。")
    verdict = decide(form(signed=False), findings=(item,))
    assert said(verdict) == [("form.unreadable", None), ("form.unsigned", "signed")]
    assert not is_registered(verdict)
    half = decide(form(unplaced=("owner_phone", "description")), findings=(item,))
    assert codes(half) == ["form.unreadable"]


def test_missing_rows() -> None:
    verdict = decide(form(unplaced=("owner_phone", "description")))
    assert said(verdict) == [("form.deviates", None)]
    assert "功能简介" in verdict.findings[0].detail
    assert said(decide(form(unplaced=("follower_count",)))) == [("form.deviates", "follower_count")]
    assert said(decide(form(unplaced=("number", "account_type_other")))) == []
    absent = form().model_copy(update={"fields": tuple(f for f in form() if f.key != "account_type")})
    assert said(decide(absent)) == [("form.deviates", "account_type")]


def test_signature() -> None:
    unsigned = company(signed=False)
    assert said(unsigned) == [("form.unsigned", "signed")]
    assert is_registered(unsigned)
    assert said(company(signed=None)) == []


def test_a_city_that_insists_on_the_signature() -> None:
    strict = langfang().model_copy(update={"severities": {"form.unsigned": Severity.BLOCK}})
    assert not is_registered(decide(form(signed=False), profile=strict))
    assert said(decide(form(signed=None), profile=strict)) == [("field.doubtful", "signed")]
    assert said(decide(form(signed=True), profile=strict)) == []


def test_severities_of_the_profile() -> None:
    mild = langfang().model_copy(update={"severities": {"field.missing": Severity.NOTE}})
    verdict = decide(form(description=None), profile=mild)
    assert codes(verdict) == ["field.missing"]
    assert is_registered(verdict)


def test_no_detail_holds_a_whole_id_number() -> None:
    for number in (break_id_number(OWNER_ID), shorten_id_number(OWNER_ID), "E12345678"):
        verdict = decide(form(INDIVIDUAL_FORM, owner_id_number=number), [licence()])
        assert verdict.findings
        assert all(number not in item.detail and OWNER_ID not in item.detail for item in verdict.findings)
