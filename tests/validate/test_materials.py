"""Papers: which are needed, whose they are, and what is said when they are not."""

from __future__ import annotations

from random import Random

import pytest

from pipeline.domain.decision import Entity
from pipeline.domain.document import ExtractedPaper, PaperKind
from pipeline.profile.schema import Holder, Need
from samples.identifiers import break_id_number, make_id_number
from tests.validate.builders import (
    ADMIN_ID,
    FIRM,
    INDIVIDUAL_FORM,
    OTHER_ID,
    OWNER_ID,
    Change,
    card,
    certificate,
    code_certificate,
    codes,
    company,
    credit_code,
    decide,
    doubtful,
    emblem,
    field,
    form,
    individual,
    is_registered,
    langfang,
    licence,
    owner_card,
    paper,
    said,
)

# ---------------------------------------------------------------- which papers


def test_company_papers() -> None:
    assert said(company(code_certificate(), card())) == []
    assert said(company(licence(), owner_card())) == []
    assert said(company(licence())) == [("material.missing", None)]
    assert "运维负责人身份证" in company(licence()).findings[0].detail
    missing = company(card())
    assert said(missing) == [("material.missing", None)]
    assert "组织机构代码证或工商营业执照" in missing.findings[0].detail
    assert missing.findings[0].clause == "三.1"


def test_individual_papers() -> None:
    verdict = decide(form(INDIVIDUAL_FORM), [])
    assert codes(verdict) == ["material.missing"]
    assert "本人身份证" in verdict.findings[0].detail


def test_attachments_nobody_could_open_are_mentioned() -> None:
    verdict = decide(form(INDIVIDUAL_FORM), [], unreadable=("x",))
    assert codes(verdict) == ["material.missing"]
    assert "1个附件无法打开" in verdict.findings[0].detail


@pytest.mark.parametrize("other", [(), (licence(name="廊坊市别家商贸有限公司"),)])
def test_an_unreadable_licence_is_one_finding(other: tuple[ExtractedPaper, ...]) -> None:
    unread = paper(PaperKind.BUSINESS_LICENCE, unreadable=True)
    assert said(company(*other, unread, card())) == [("material.unreadable", None)]
    assert said(company(licence(), unread, card())) == []


def test_an_unreadable_card() -> None:
    unread = paper(PaperKind.ID_CARD, unreadable=True)
    assert said(individual(unread)) == [("material.unreadable", None)]
    assert said(individual(unread, owner_card())) == []
    assert said(individual(unread, card("马冬梅", OTHER_ID))) == [("material.unreadable", None)]


def test_one_side() -> None:
    verdict = individual(owner_card(side="front"))
    assert said(verdict) == [("material.one_side", None)]
    assert is_registered(verdict)
    assert said(individual(owner_card(side="front"), emblem())) == []
    only_emblem = individual(emblem())
    assert codes(only_emblem) == ["material.missing"]
    assert "国徽面" in only_emblem.findings[0].detail


def test_expired() -> None:
    verdict = individual(owner_card(valid_until="2018-12-14"))
    assert codes(verdict) == ["material.expired"]
    assert is_registered(verdict)
    assert codes(individual(owner_card(valid_until="2018-12-15"))) == []
    assert codes(individual(owner_card(valid_until="长期"))) == []
    assert codes(company(licence(valid_until="2017-01-01"), card())) == ["material.expired"]
    assert codes(company(licence(), code_certificate(valid_until="2017-01-01"), card())) == []
    old_emblem = paper(PaperKind.ID_CARD, side="back", valid_until="2016-01-01")
    assert codes(individual(owner_card(side="front", valid_until=None), old_emblem)) == ["material.expired"]


# ---------------------------------------------------------------- licence and subject


def test_a_licence_of_another_body() -> None:
    other = licence(name="廊坊市别家商贸有限公司", credit_code=credit_code(seed=8))
    assert said(company(other, card())) == [("match.subject", "account_subject")]
    assert said(company(other, licence(), card())) == []
    assert said(company(other, code_certificate(), card())) == []


def test_brackets_and_widths_are_no_difference() -> None:
    assert (
        said(company(licence(name="三河市晨露（北京）有限公司"), card(), account_subject="三河市晨露(北京) 有限公司"))
        == []
    )


def test_a_doubtful_name_on_the_licence() -> None:
    same = licence(name=doubtful("name", FIRM))
    assert said(company(same, card())) == []
    other = licence(name=doubtful("name", "三河市晨雾文化传播有限公司"))
    verdict = company(other, card())
    assert said(verdict) == [("field.doubtful", "name")]
    assert "营业执照" in verdict.findings[0].detail
    assert said(company(licence(name=None), card())) == [("field.doubtful", "name")]


def test_a_doubtful_subject_is_said_once() -> None:
    verdict = company(account_subject=doubtful("account_subject", "三河市晨雾文化传播有限公司"))
    assert said(verdict) == [("field.doubtful", "account_subject")]
    assert said(company(account_subject=None)) == [("field.missing", "account_subject")]


def test_codes_on_papers() -> None:
    wrong = credit_code()[:-1] + ("0" if credit_code()[-1] != "0" else "1")
    assert said(company(licence(credit_code=wrong), card())) == [("field.invalid", "credit_code")]
    assert said(company(licence(credit_code=doubtful("credit_code", wrong)), card())) == []
    bad = code_certificate(organisation_code="123456789")
    assert said(company(bad, card())) == [("field.invalid", "organisation_code")]


# ---------------------------------------------------------------- cards of an individual


def test_owner_card_with_another_name_or_number() -> None:
    assert said(individual(owner_card(name="苏晓桐"))) == [("match.owner", "owner_name")]
    assert said(individual(owner_card(number=OTHER_ID))) == [("match.owner", "owner_id_number")]
    assert said(individual(card("马冬梅", OTHER_ID))) == [("match.owner", "owner_name")]
    assert said(individual(card("马冬梅", OTHER_ID), owner_card())) == []


def test_doubtful_readings_of_the_owners_card() -> None:
    assert said(individual(owner_card(name=doubtful("name", "苏晓桐")))) == [("field.doubtful", "name")]
    assert said(individual(owner_card(number=doubtful("id_number", OTHER_ID)))) == [("field.doubtful", "id_number")]
    assert said(individual(owner_card(number=doubtful("id_number", OWNER_ID)))) == []
    assert said(individual(owner_card(number=None))) == [("field.doubtful", "id_number")]
    assert said(individual(owner_card(name=None))) == [("field.doubtful", "name")]
    misread = break_id_number(OWNER_ID)
    assert said(individual(owner_card(number=misread))) == [("field.doubtful", "id_number")]
    assert said(individual(owner_card(name=doubtful("name", "苏晓桐"), number=OTHER_ID))) == [
        ("match.owner", "owner_name")
    ]


def test_a_doubtful_form_is_not_blamed_on_the_card() -> None:
    verdict = individual(owner_name=doubtful("owner_name", "苏晓桐"), account_subject="个人", admin_name="程远帆")
    assert said(verdict) == [("field.doubtful", "owner_name")]
    verdict = individual(owner_id_number=doubtful("owner_id_number", OTHER_ID))
    assert said(verdict) == [("field.doubtful", "owner_id_number")]


def test_a_wrong_number_on_form_and_card_is_said_once() -> None:
    wrong = break_id_number(OWNER_ID)
    assert said(individual(owner_card(number=wrong), owner_id_number=wrong)) == [("field.invalid", "owner_id_number")]


def test_another_person_with_a_wrong_number_on_the_form() -> None:
    verdict = individual(card("马冬梅", OTHER_ID), owner_id_number=break_id_number(OWNER_ID))
    assert said(verdict) == [("field.invalid", "owner_id_number"), ("match.owner", "owner_name")]


def test_a_passport_copy_is_for_the_reviewer() -> None:
    copy = paper(PaperKind.OTHER_CERTIFICATE, title="护照")
    verdict = decide(form(INDIVIDUAL_FORM, owner_id_number="E12345678"), [copy])
    assert "field.unverifiable" in codes(verdict)
    assert "material.missing" not in codes(verdict)
    assert codes(decide(form(INDIVIDUAL_FORM, owner_id_number="E12345678"), [])) == [
        "field.unverifiable",
        "material.missing",
    ]


# ---------------------------------------------------------------- cards of a company


def test_operator() -> None:
    assert said(company(licence(), card("马冬梅", OTHER_ID))) == [("operator.unclear", "admin_name")]
    assert said(company(licence(), card("马冬梅", OTHER_ID), card())) == []
    assert said(company(licence(), card("程远航", ADMIN_ID))) == [("match.admin", "admin_name")]
    assert said(company(licence(), card("程远帆", OWNER_ID))) == [("match.admin", "admin_name")]
    assert said(company(licence(), card("马冬梅", OWNER_ID))) == [("match.owner", "owner_name")]
    assert said(company(licence(), card("苏晓彤", OTHER_ID))) == [("match.owner", "owner_id_number")]


def test_doubtful_readings_of_the_operators_card() -> None:
    assert said(company(licence(), card(doubtful("name", "程远航")))) == [("field.doubtful", "name")]
    assert said(company(licence(), card(doubtful("name", "程远帆")))) == []
    assert said(company(licence(), card(number=doubtful("id_number", OTHER_ID)))) == []
    assert said(company(licence(), card(number=None))) == []
    assert said(company(licence(), card(None, None))) == [("field.doubtful", "name")]
    assert said(company(admin_name=doubtful("admin_name", "程远航"))) == [("field.doubtful", "admin_name")]
    assert said(company(licence(), owner_card(name=doubtful("name", "苏晓桐")))) == [("field.doubtful", "name")]


def test_a_wrong_number_on_the_operators_card() -> None:
    assert said(company(licence(), card(number=break_id_number(ADMIN_ID)))) == [("field.invalid", "id_number")]


def test_blank_names_are_said_once() -> None:
    verdict = company(admin_name=None, owner_name=None)
    assert said(verdict) == [("field.missing", "owner_name"), ("field.missing", "admin_name")]


# ---------------------------------------------------------------- who files


@pytest.mark.parametrize("subject", ["苏晓彤", "苏 晓彤", "个人", "个人（苏晓彤）", "苏晓彤(个人)"])
def test_individual_subjects(subject: str) -> None:
    verdict = individual(account_subject=subject)
    assert verdict.entity is Entity.INDIVIDUAL
    assert said(verdict) == []


@pytest.mark.parametrize(
    ("subject", "prefix"),
    [
        ("三河市燕郊镇半壁店村股份经济合作社", "N2"),
        ("三河市融媒体中心", "12"),
        ("三河市文学协会", "51"),
        ("三河市教育局", "11"),
        ("三河市蓝天培训学校", "52"),
        ("三河市某中心", "12"),
    ],
)
def test_organisations_are_confirmed_by_a_reviewer(subject: str, prefix: str) -> None:
    verdict = company(certificate(subject, prefix), card(), account_subject=subject)
    assert verdict.entity is Entity.ORGANISATION
    assert said(verdict) == [("entity.materials_unspecified", "account_subject")]


@pytest.mark.parametrize(
    "subject", ["三河市晨露超市", "三河市晨露家庭农场", "三河市晨露种植专业合作社", "三河市晨露幼儿园"]
)
def test_companies_by_licence(subject: str) -> None:
    verdict = company(licence(name=subject, credit_code=credit_code("92")), card(), account_subject=subject)
    assert verdict.entity is Entity.COMPANY
    assert said(verdict) == []


@pytest.mark.parametrize(
    "papers",
    [
        (licence(credit_code=credit_code("12")), card()),
        (certificate(FIRM, "51"), card()),
    ],
)
def test_signs_that_contradict_each_other(papers: tuple[ExtractedPaper, ...]) -> None:
    verdict = company(*papers)
    assert verdict.entity is None
    assert said(verdict) == [("entity.unclear", "account_subject")]


def test_a_personal_subject_beside_his_own_firms_licence() -> None:
    assert codes(individual(owner_card(), licence())) == ["entity.unclear"]
    assert codes(individual(owner_card(), licence(legal_representative="马冬梅"))) == ["match.subject"]


@pytest.mark.parametrize("subject", ["马冬梅", "三河市晨露幼儿园", "晨露小队"])
def test_a_subject_that_tells_nothing(subject: str) -> None:
    verdict = company(card(), account_subject=subject)
    assert verdict.entity is None
    assert codes(verdict) == ["entity.unclear"]


def test_an_unclear_entity_still_needs_an_id_copy() -> None:
    assert codes(decide(form(account_subject="晨露小队"), [])) == ["entity.unclear", "material.missing"]


def test_shared_papers_do_not_disturb_the_others() -> None:
    papers = (licence(legal_representative="马冬梅"), card(), owner_card(), card("马冬梅", OTHER_ID))
    assert said(decide(form(), papers, shared=True)) == []
    assert said(decide(form(INDIVIDUAL_FORM), papers, shared=True)) == []
    assert said(decide(form(INDIVIDUAL_FORM), papers)) == [("match.subject", "account_subject")]
    blurred = licence(name=doubtful("name", "三河市晨雾文化传播有限公司"), legal_representative=None)
    assert said(decide(form(INDIVIDUAL_FORM), (owner_card(), blurred), shared=True)) == []


# ---------------------------------------------------------------- other cities' trees


def with_company_need(need: Need) -> dict[str, object]:
    rules = langfang().materials
    return {"materials": tuple(m.model_copy(update={"need": need}) if m.entity is Entity.COMPANY else m for m in rules)}


def card_need(holder: Holder) -> Need:
    return Need(name="身份证复印件", paper=PaperKind.ID_CARD, of=holder)


@pytest.mark.parametrize(
    ("holder", "shown", "expected"),
    [
        (Holder.ADMIN, ("程远帆", ADMIN_ID), []),
        (Holder.ADMIN, ("苏晓彤", OWNER_ID), ["match.admin"]),
        (Holder.ADMIN, (doubtful("name", "程远航"), ADMIN_ID), ["field.doubtful"]),
        (Holder.LEGAL_REPRESENTATIVE, ("苏晓彤", OWNER_ID), []),
        (Holder.LEGAL_REPRESENTATIVE, ("程远帆", ADMIN_ID), ["match.representative"]),
        (Holder.OWNER, ("程远帆", ADMIN_ID), ["match.owner"]),
    ],
)
def test_whose_card_another_city_wants(holder: Holder, shown: tuple[Change, Change], expected: list[str]) -> None:
    profile = langfang().model_copy(update=with_company_need(card_need(holder)))
    assert codes(decide(form(), [licence(), card(*shown)], profile=profile)) == expected


def test_a_representative_nobody_can_be_held_against() -> None:
    profile = langfang().model_copy(update=with_company_need(card_need(Holder.LEGAL_REPRESENTATIVE)))
    assert codes(decide(form(), [code_certificate(), card()], profile=profile)) == ["match.representative"]
    unsure = licence(legal_representative=doubtful("legal_representative", "苏晓桐"))
    assert codes(decide(form(), [unsure, owner_card()], profile=profile)) == ["field.doubtful"]


def test_a_nested_tree() -> None:
    both = Need(
        name="营业执照和法人身份证",
        all_of=(Need(name="执照", paper=PaperKind.BUSINESS_LICENCE), card_need(Holder.OWNER)),
    )
    tree = Need(name="材料", any_of=(both, Need(name="代码证", paper=PaperKind.ORGANISATION_CODE_CERTIFICATE)))
    profile = langfang().model_copy(update=with_company_need(tree))
    assert codes(decide(form(), [code_certificate()], profile=profile)) == []
    assert codes(decide(form(), [licence(), owner_card()], profile=profile)) == []
    assert codes(decide(form(), [licence()], profile=profile)) == ["material.missing"]
    assert codes(decide(form(), [], profile=profile)) == ["material.missing", "material.missing"]


def test_a_form_without_id_numbers_knows_its_owner_by_name() -> None:
    spec = langfang().form
    fields = tuple(item for item in spec.fields if item.key != "owner_id_number")
    profile = langfang().model_copy(update={"form": spec.model_copy(update={"fields": fields})})
    filed = form(INDIVIDUAL_FORM, unplaced=("owner_id_number",))
    number = make_id_number(Random(11), prefix="131082")
    assert said(decide(filed, [owner_card(number=number)], profile=profile)) == []
    assert codes(decide(filed, [card("马冬梅", number)], profile=profile)) == ["match.owner"]


def test_a_value_that_stands_twice_is_not_sure() -> None:
    twice = field("name", FIRM, candidates=(FIRM, "三河市晨雾文化传播有限公司"))
    assert said(company(licence(name=twice), card())) == []
