"""Whole filings to two other cities, whose profiles are all that knows them: mail, form and scans to the decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.cases.deciding import Decider, EarlierMails
from pipeline.mails.files import MailFile
from pipeline.reports.views import mail_view
from tests.cases.city_mails import (
    CANGZHOU,
    LANCHUAN,
    CityFiling,
    card,
    city_decider,
    codes,
    id_number,
    licence,
)

FIRM = "澜川市潮汐文化传播有限公司"
SEAT = "澜川市东屿区滨江路16号"
BOSS, OWNER, OPERATOR = id_number(1), id_number(2), id_number(3)
LICENCE = licence(FIRM, "顾明远", area_code="990102", address=SEAT, seed=31)
BOSS_CARD = card("顾明远", BOSS, address=SEAT, seed=32)
OWNER_CARD = card("林书禾", OWNER, address=SEAT, seed=33)
#: First post on the last day before the Labour Day holidays of 2024: 30 working days end on 14 June (11 May is worked,
#: 10 June is the Dragon Boat Festival).
COMPANY = CityFiling(
    city=LANCHUAN,
    mailbox="dongyu@lanchuan.example",
    subject_line=f"{FIRM}-东屿生活家备案",
    values={
        "account_subject": FIRM,
        "legal_representative": "顾明远",
        "address": SEAT,
        "approval_number": "澜网审〔2024〕12号",
        "account_name": "东屿生活家",
        "follower_count": "12800",
        "first_posted_on": "2024年4月30日",
        "opened_on": "2024.4.1",
        "owner_name": "林书禾",
        "owner_id_number": OWNER,
        "owner_phone": "13812345678",
        "admin_name": "周予安",
        "admin_phone": "13912345678",
        "description": "本地生活资讯",
    },
    signed=FIRM,
    papers=(LICENCE, BOSS_CARD),
    received="2024-06-14",
)
PERSON = COMPANY.but(
    subject_line="林书禾-书禾随笔备案",
    account_subject="林书禾",
    legal_representative="",
    account_name="东屿书禾随笔",
    signed="林书禾",
    papers=(OWNER_CARD,),
)


@pytest.fixture(scope="module")
def lanchuan() -> Iterator[Decider]:
    yield from city_decider("lanchuan-2024")


@pytest.fixture(scope="module")
def cangzhou() -> Iterator[Decider]:
    yield from city_decider("cangzhou-2018")


def decide(decider: Decider, filing: CityFiling, earlier: EarlierMails | None = None) -> dict[str, Any]:
    """The mail's JSON as `beian check` prints it."""
    mail = filing.mail()
    message, read = decider.read_file(MailFile(name=mail.name, content=mail.content))
    assert (message.mailbox, message.received) == (mail.mailbox, mail.received)
    known = earlier or EarlierMails()
    decision = decider.decide(read, message, known)
    known.add(message, decision)
    said: dict[str, Any] = dict(mail_view(mail.name, decision))
    return said


def only_case(mail: dict[str, Any]) -> dict[str, Any]:
    (case,) = mail["cases"]
    found: dict[str, Any] = case
    return found


def test_a_company_files_on_the_thirtieth_working_day(lanchuan: Decider) -> None:
    mail = decide(lanchuan, COMPANY)
    case = only_case(mail)
    assert (mail["decision"], mail["findings"], case["findings"]) == ("registered", [], [])
    assert (case["entity"], case["office"], case["due"]) == ("company", "dongyu", "2024-06-14")
    values = {key: item["value"] for key, item in case["fields"].items() if item["value"] is not None}
    expected = COMPANY.values | {"first_posted_on": "2024-04-30", "opened_on": "2024-04-01", "follower_count": 12800}
    assert values == expected | {"account_type": "wechat", "signed": True}
    assert any("有限公司" in reason for reason in case["entity_reasons"])
    assert any("以91开头" in reason for reason in case["entity_reasons"])
    assert any("第二条" in reason for reason in case["scope_reasons"])


def test_the_day_after_is_late(lanchuan: Decider) -> None:
    case = only_case(decide(lanchuan, COMPANY.but(received="2024-06-15")))
    (late,) = case["findings"]
    assert (late["code"], late["field"], late["clause"]) == ("deadline.late", "first_posted_on", "第五条")
    assert "30个工作日" in late["detail"]
    assert "2024年6月14日" in late["detail"]
    assert late["remedy"]


def test_holidays_that_nobody_has_published_are_a_persons(lanchuan: Decider) -> None:
    posted = {"first_posted_on": "2029-12-03", "opened_on": "2029-12-01"}
    on_time = only_case(decide(lanchuan, COMPANY.but(received="2029-12-03", **posted)))
    later = only_case(decide(lanchuan, COMPANY.but(received="2030-03-04", **posted)))
    assert codes(on_time["findings"]) == set()
    (unsure,) = later["findings"]
    assert (unsure["code"], unsure["severity"]) == ("deadline.ambiguous", "block")
    assert "放假安排尚未收录" in unsure["detail"]
    assert later["due"] is None


@pytest.mark.parametrize(
    ("ticked", "followers", "required"),
    [("douyin", 4999, False), ("douyin", 5000, True), ("toutiao", 9999, False), ("wechat", 10, True)],
)
def test_thresholds_by_platform(lanchuan: Decider, ticked: str, followers: int, required: bool) -> None:
    """What need not be filed is never late, and is registered if filed all the same."""
    case = only_case(decide(lanchuan, COMPANY.but(ticked=ticked, follower_count=followers, received="2024-09-02")))
    assert case["fields"]["account_type"]["value"] == ticked
    if required:
        assert (case["decision"], codes(case["findings"])) == ("review", {"deadline.late"})
        return
    (note,) = case["findings"]
    assert (case["decision"], note["code"], note["severity"]) == ("registered", "scope.below_threshold", "note")
    assert note["clause"].startswith("第三条")
    assert case["due"] is None


def test_about_as_many_as_the_threshold_decides_nothing(lanchuan: Decider) -> None:
    about = COMPANY.but(ticked="douyin", follower_count="约4900", received="2024-09-02")
    assert codes(only_case(decide(lanchuan, about))["findings"]) == {"deadline.late", "field.approximate"}


@pytest.mark.parametrize(
    ("papers", "code", "clause"),
    [
        ((LICENCE,), "material.missing", "第七条第一项"),
        ((LICENCE, OWNER_CARD), "match.representative", "第七条第一项"),
        ((BOSS_CARD,), "material.missing", "第七条第一项"),
    ],
)
def test_the_legal_representatives_card(lanchuan: Decider, papers: tuple[Any, ...], code: str, clause: str) -> None:
    (finding,) = only_case(decide(lanchuan, COMPANY.but(papers=papers)))["findings"]
    assert (finding["code"], finding["severity"], finding["clause"]) == (code, "block", clause)


def test_a_representative_who_is_not_the_licences(lanchuan: Decider) -> None:
    case = only_case(decide(lanchuan, COMPANY.but(legal_representative="顾明达")))
    assert codes(case["findings"]) == {"match.representative"}


def test_without_the_seal_it_is_returned(lanchuan: Decider) -> None:
    (finding,) = only_case(decide(lanchuan, COMPANY.but(signed="")))["findings"]
    assert (finding["code"], finding["severity"], finding["clause"]) == ("form.unsigned", "block", "第七条")
    assert "单位盖章" in finding["detail"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "field.missing"),
        ("12号", "field.invalid"),
        ("澜网审[2024]7号", None),
        ("澜网审（2024）7号", None),
        ("澜网审〔2024〕号", "field.invalid"),
    ],
)
def test_prior_approval(lanchuan: Decider, number: str, code: str | None) -> None:
    case = only_case(decide(lanchuan, COMPANY.but(approval_number=number)))
    assert {(item["code"], item["field"]) for item in case["findings"]} == (
        {(code, "approval_number")} if code else set()
    )


def test_a_person_files(lanchuan: Decider) -> None:
    case = only_case(decide(lanchuan, PERSON.but(admin_name="同上", admin_phone="同上")))
    assert (case["decision"], case["entity"]) == ("registered", "individual")
    assert codes(case["findings"]) <= {"material.one_side"}  # see the next test
    assert case["fields"]["admin_name"]["value"] == "林书禾"
    assert case["fields"]["admin_phone"]["value"] == "13812345678"


def test_a_whole_card_gives_no_note(lanchuan: Decider) -> None:
    case = only_case(decide(lanchuan, PERSON.but(admin_name="同上", admin_phone="同上")))
    assert case["findings"] == []


def test_one_name_on_two_platforms_is_two_accounts(lanchuan: Decider) -> None:
    earlier = EarlierMails()
    first = decide(lanchuan, COMPANY.but(ticked="douyin"), earlier)
    second = decide(lanchuan, COMPANY.but(ticked="kuaishou"), earlier)
    again = decide(lanchuan, COMPANY.but(ticked="kuaishou"), earlier)
    assert [mail["decision"] for mail in (first, second, again)] == ["registered", "registered", "review"]
    assert codes(only_case(again)["findings"]) == {"submission.duplicate"}


def test_the_same_in_spring_is_the_annual_review(lanchuan: Decider) -> None:
    earlier = EarlierMails()
    decide(lanchuan, COMPANY, earlier)
    (finding,) = only_case(decide(lanchuan, COMPANY.but(received="2025-03-31"), earlier))["findings"]
    assert (finding["code"], finding["clause"]) == ("submission.annual_review", "第九条")


def test_a_subject_that_follows_no_template_is_a_note(lanchuan: Decider) -> None:
    mail = decide(lanchuan, COMPANY.but(subject_line="材料"))
    (note,) = mail["findings"]
    assert (mail["decision"], note["code"], note["severity"]) == ("registered", "submission.subject", "note")
    assert "【开办单位（个人）】-【账号名称】备案" in note["detail"]
    assert decide(lanchuan, COMPANY.but(subject_line=f"转发：{FIRM} - 东屿生活家 备案材料"))["findings"] == []


def test_another_countys_filing(lanchuan: Decider) -> None:
    elsewhere = COMPANY.but(mailbox="xicen@lanchuan.example")
    (finding,) = only_case(decide(lanchuan, elsewhere))["findings"]
    assert (finding["code"], finding["clause"]) == ("office.mismatch", "第八条")
    assert "东屿区互联网信息办公室" in finding["detail"]


# ---------------------------------------------------------------- Cangzhou: Langfang's rules, other places

CZ_FIRM, CZ_SEAT = "青县木门店融媒文化传播有限公司", "河北省青县清州镇振兴街9号"
QINGXIAN = CityFiling(
    city=CANGZHOU,
    mailbox="qingxian@cangzhou.example",
    subject_line="新媒体账号登记备案",
    values={
        "account_name": "青县便民圈",
        "account_subject": CZ_FIRM,
        "address": CZ_SEAT,
        "description": "发布本地便民信息",
        "opened_on": "2016年5月20日",
        "follower_count": "3200",
        "owner_name": "顾明远",
        "owner_id_number": BOSS,
        "owner_wechat": "gumingyuan_16",
        "owner_phone": "13803171234",
        "admin_name": "周予安",
        "admin_phone": "13903171234",
        "admin_wechat": "zhouyuan-88",
    },
    signed="顾明远",
    papers=(licence(CZ_FIRM, "顾明远", area_code="130922", address=CZ_SEAT, seed=41), BOSS_CARD),
)


def test_cangzhou_registers_in_its_own_county(cangzhou: Decider) -> None:
    mail = decide(cangzhou, QINGXIAN)
    case = only_case(mail)
    assert (mail["decision"], case["findings"]) == ("registered", [])
    assert (case["entity"], case["office"], case["due"]) == ("company", "qingxian", "2018-12-31")


def test_cangzhou_after_the_window(cangzhou: Decider) -> None:
    (late,) = only_case(decide(cangzhou, QINGXIAN.but(received="2019-01-01")))["findings"]
    assert (late["code"], late["clause"]) == ("deadline.late", "一.1")


def test_cangzhou_in_another_countys_mailbox(cangzhou: Decider) -> None:
    (finding,) = only_case(decide(cangzhou, QINGXIAN.but(mailbox="xianxian@cangzhou.example")))["findings"]
    assert (finding["code"], finding["clause"]) == ("office.mismatch", "三.2")
    assert "青县互联网信息办公室" in finding["detail"]


def test_a_person_in_gaoqing_is_not_in_qingxian(cangzhou: Decider) -> None:
    """高青县 in Shandong holds the name 青县 by chance."""
    person = QINGXIAN.but(
        account_name="高青县吃喝玩乐", account_subject="顾明远", address="高青县田镇街道1号", papers=(BOSS_CARD,)
    )
    (finding,) = only_case(decide(cangzhou, person))["findings"]
    assert (finding["code"], finding["clause"]) == ("scope.unclear", "二.3")
