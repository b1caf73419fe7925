"""What a verdict says for itself: clauses, what settles a finding, who files and why, what ties it to the region."""

from __future__ import annotations

import pytest

from pipeline.domain.finding_codes import Severity
from tests.validate.builders import (
    FIRM,
    INDIVIDUAL_FORM,
    card,
    certificate,
    code_certificate,
    codes,
    company,
    credit_code,
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

#: What the notice says nothing of: how a number or a date has to look.
WITHOUT_CLAUSE = {"field.invalid", "field.doubtful", "field.multiple", "date.implausible"}


@pytest.mark.parametrize(
    ("verdict", "clauses"),
    [
        (decide(None), {"form.missing": "三.1"}),
        (company(owner_phone=None), {"field.missing": "三.1"}),
        (decide(form(unplaced=("owner_phone",))), {"form.deviates": "三.1"}),
        (company(account_type=field("account_type", None)), {"type.none": "三.1"}),
        (company(account_type=field("account_type", "other", candidates=("other",))), {"type.outside_notice": "二"}),
        (company(licence()), {"material.missing": "三.1"}),
        (company(licence(name="三河市别家商贸有限公司"), card()), {"match.subject": "三.1"}),
        (company(licence(), card("马冬梅")), {"operator.unclear": "三.1"}),
        (individual(card("马冬梅")), {"match.owner": "三.1"}),
        (company(account_subject="某某"), {"entity.unclear": "三.1"}),
        (decide(form(), received="2019-03-01T12:00:00+08:00"), {"deadline.late": "一.1"}),
        (decide(form(opened_on="2019-01-02"), received="2019-03-01T12:00:00+08:00"), {"deadline.late": "一.2"}),
        (decide(form(opened_on="2019-01"), received="2019-02-10T12:00:00+08:00"), {"date.imprecise": "一.2"}),
        (decide(form(), office="dacheng"), {"office.mismatch": "三.2"}),
        (company(signed=False), {"form.unsigned": "附件"}),
        (company(owner_phone="12345"), {"field.invalid": None}),
        (company(owner_phone=doubtful("owner_phone", "13800000000")), {"field.doubtful": None}),
    ],
)
def test_clauses(verdict: object, clauses: dict[str, str | None]) -> None:
    found = {item.code: item.clause for item in verdict.findings}  # type: ignore[attr-defined]
    assert {code: found.get(code, "absent") for code in clauses} == clauses


def test_every_finding_says_what_settles_it() -> None:
    verdict = decide(
        form(owner_phone="1", follower_count=None), [], office="dacheng", received="2020-01-01T08:00+08:00"
    )
    assert len(verdict.findings) >= 5
    assert all(item.remedy for item in verdict.findings)
    blocking = [item for item in verdict.findings if item.severity is Severity.BLOCK]
    assert all(item.clause for item in blocking if item.code not in WITHOUT_CLAUSE)


def test_a_company_and_why() -> None:
    verdict = company()
    assert verdict.entity_reasons == (
        "“账号主体”以“有限公司”结尾，是企业或个体工商户",
        "营业执照的统一社会信用代码以91开头，是企业",
    )
    assert individual().entity_reasons == ("“账号主体”就是账号所有人",)


def test_a_village_collective_and_why() -> None:
    name = "三河市燕郊镇某村股份经济合作社"
    verdict = decide(form(account_subject=name), [certificate(name, "N2", "农村集体经济组织登记证"), card()])
    assert any("以N开头，是农村集体经济组织" in reason for reason in verdict.entity_reasons)


def test_contradicting_signs_are_both_named() -> None:
    name = "三河市晨露文化传播有限公司"
    verdict = company(licence(credit_code=credit_code("51")), card(), account_subject=name)
    assert codes(verdict) == ["entity.unclear"]
    assert [reason[-9:] for reason in verdict.entity_reasons] == [
        "，是企业或个体工商户"[-9:],
        "以51开头，是社会团体"[-9:],
    ]


def test_reasons_hold_no_number_of_a_person() -> None:
    verdict = individual()
    said_of = "".join((*verdict.entity_reasons, *verdict.scope_reasons))
    assert not any(str(INDIVIDUAL_FORM[key]) in said_of for key in ("owner_id_number", "owner_phone", "owner_name"))


def test_what_ties_it_to_the_region() -> None:
    assert company(account_name="燕郊生活").scope_reasons[0] == "“账号名（昵称）”在本地或含有本地地名（二.2）"
    clauses = "".join(company(account_name="晨露生活").scope_reasons)
    assert "二.4" in clauses
    assert "二.1" in clauses
    assert "二.2" not in clauses


@pytest.mark.parametrize(
    ("name", "address", "clause"),
    [
        ("大城小爱", "北京市朝阳区建国路1号", "二.2"),
        ("晨露生活", "北京市朝阳区建国路1号", "二.3"),
        ("晨露生活", "码头镇迎宾路12号", "二.4"),
        ("晨露生活", "迎宾路12号", "二.3"),
    ],
)
def test_the_criterion_that_is_left_to_judge(name: str, address: str, clause: str) -> None:
    verdict = decide(form(INDIVIDUAL_FORM, account_name=name, address=address), [owner_card()])
    assert [(item.code, item.clause) for item in verdict.findings] == [("scope.unclear", clause)]


# ---------------------------------------------------------------- certificates of one body


def test_two_codes_of_one_body() -> None:
    other = code_certificate(organisation_code=credit_code(seed=9)[8:17])
    assert said(company(licence(), other, card())) == [("match.code", "account_subject")]
    assert company(licence(), other, card()).findings[0].clause == "三.1"
    assert is_registered(company(licence(), code_certificate(), card()))


def test_codes_that_prove_nothing() -> None:
    unsure = code_certificate(organisation_code=doubtful("organisation_code", credit_code(seed=9)[8:17]))
    others = code_certificate(organisation_code=credit_code(seed=9)[8:17], name="三河市别家商贸有限公司")
    old = licence(credit_code="110108000000016")
    for papers in ((licence(), unsure, card()), (licence(), others, card()), (old, code_certificate(), card())):
        assert "match.code" not in codes(company(*papers))


def test_a_legal_representative_whom_the_form_does_not_ask_for() -> None:
    """Langfang's form has no such field: what a stray row holds contradicts nothing."""
    assert all(item.key != "legal_representative" for item in langfang().form.fields)
    assert is_registered(company(licence(name=FIRM), card(), legal_representative="马冬梅"))
