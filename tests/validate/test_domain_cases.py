"""How filings really look: each case of the domain's list, as far as the rules decide it, from records."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from pipeline.domain.counts import parse_count
from pipeline.domain.decision import Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, PaperKind
from pipeline.domain.values import parse_date, parse_id_number, parse_phones
from samples.identifiers import break_id_number, make_id_number, shorten_id_number
from tests.validate.builders import (
    COMPANY_FORM,
    COMPANY_PAPERS,
    FIRM,
    INDIVIDUAL_FORM,
    INDIVIDUAL_PAPERS,
    OTHER_ID,
    OWNER_ID,
    RECEIVED,
    Change,
    card,
    certificate,
    code_certificate,
    codes,
    credit_code,
    decide,
    doubtful,
    field,
    form,
    is_registered,
    known,
    licence,
    owner_card,
    paper,
)

REGISTERED: list[str] = []
PERMIT = make_id_number(Random(12), prefix="810000")
COLLECTIVE = "大厂回族自治县夏垫镇某村股份经济合作社"


def read_phone(key: str, raw: str) -> Change:
    """A phone field as the mapper fills it from the text."""
    numbers = parse_phones(raw)
    one = numbers[0] if len(numbers) == 1 else None
    return field(key, one, raw=raw, candidates=numbers)


def read_count(raw: str) -> Change:
    count = parse_count(raw)
    return field(
        "follower_count",
        None if count is None else count.value,
        raw=raw,
        approximate=count is not None and count.approximate,
    )


def read_date(raw: str) -> Change:
    return field("opened_on", parse_date(raw), raw=raw)


def own(**changes: Change) -> ExtractedForm:
    return form(INDIVIDUAL_FORM, **changes)


Case = tuple[str, ExtractedForm | None, Sequence[ExtractedPaper], list[str]]

CASES: list[Case] = [
    ("company", form(), COMPANY_PAPERS, REGISTERED),
    ("individual with own ID", own(), INDIVIDUAL_PAPERS, REGISTERED),
    ("blurred photo", own(address=doubtful("address", "三河市燕效镇")), INDIVIDUAL_PAPERS, ["field.doubtful"]),
    ("no licence", form(), [card()], ["material.missing"]),
    ("no ID copy", form(), [licence()], ["material.missing"]),
    ("organisation-code certificate instead of licence", form(), [code_certificate(), card()], REGISTERED),
    ("portrait side only", own(), [owner_card(side="front")], ["material.one_side"]),
    ("ID checksum wrong", own(owner_id_number=break_id_number(OWNER_ID)), INDIVIDUAL_PAPERS, ["field.invalid"]),
    ("lower-case x", own(owner_id_number=OWNER_ID.lower()), INDIVIDUAL_PAPERS, REGISTERED),
    ("spaces", own(owner_id_number=" ".join((OWNER_ID[:6], OWNER_ID[6:]))), INDIVIDUAL_PAPERS, REGISTERED),
    (
        "full-width",
        own(owner_id_number=parse_id_number("".join(chr(ord(c) + 0xFEE0) for c in OWNER_ID))),
        INDIVIDUAL_PAPERS,
        REGISTERED,
    ),
    ("15-digit ID", own(owner_id_number=shorten_id_number(OWNER_ID)), INDIVIDUAL_PAPERS, ["field.legacy"]),
    ("810000 residence permit", own(owner_id_number=PERMIT), [owner_card(number=PERMIT)], REGISTERED),
    ("passport", own(owner_id_number="E12345678"), INDIVIDUAL_PAPERS, ["field.unverifiable"]),
    ("card's name is not the owner's", own(), [owner_card(name="苏晓桐")], ["match.owner"]),
    ("card's name is not the administrator's", form(), [licence(), card("程远航")], ["match.admin"]),
    ("a stranger's card", own(), [card("马冬梅", OTHER_ID)], ["match.owner"]),
    ("a stranger's card, company", form(), [licence(), card("马冬梅", OTHER_ID)], ["operator.unclear"]),
    ("a blank in a name", own(owner_name="苏 晓彤"), INDIVIDUAL_PAPERS, REGISTERED),
    *(
        (
            f"minority name with {dot}",
            own(owner_name=f"买买提{dot}吐尔逊", account_subject="买买提·吐尔逊", admin_name="买买提·吐尔逊"),
            [owner_card(name="买买提·吐尔逊")],
            REGISTERED,
        )
        for dot in "·•."
    ),
    ("mobile with blanks", form(admin_phone=read_phone("admin_phone", "138 0316 1234")), COMPANY_PAPERS, REGISTERED),
    ("10 digits", form(admin_phone=read_phone("admin_phone", "1380316123")), COMPANY_PAPERS, ["field.invalid"]),
    ("landline", form(admin_phone=read_phone("admin_phone", "0316-2339541")), COMPANY_PAPERS, ["field.invalid"]),
    (
        "two numbers",
        form(admin_phone=read_phone("admin_phone", "13803161234/13903161234")),
        COMPANY_PAPERS,
        ["field.multiple"],
    ),
    ("administrator 同上, resolved", form(admin_name="苏晓彤"), [licence(), owner_card()], REGISTERED),
    ("WeChat ID is the phone", form(admin_wechat="13903161234"), COMPANY_PAPERS, ["field.unusual"]),
    ("gh_", form(admin_wechat="gh_0123456789ab"), COMPANY_PAPERS, ["field.invalid"]),
    ("followers 1.2万", form(follower_count=read_count("1.2万")), COMPANY_PAPERS, REGISTERED),
    ("followers 约5000+", form(follower_count=read_count("约5000+")), COMPANY_PAPERS, ["field.approximate"]),
    ("followers blank", form(follower_count=None), COMPANY_PAPERS, ["field.missing"]),
    ("2018.12.1", form(opened_on=read_date("2018.12.1")), COMPANY_PAPERS, REGISTERED),
    ("2018年12月", form(opened_on=read_date("2018年12月")), COMPANY_PAPERS, REGISTERED),
    ("opened after filing", form(opened_on=read_date("2018-12-20")), COMPANY_PAPERS, ["date.implausible"]),
    ("no type ticked", form(account_type=None), COMPANY_PAPERS, ["type.none"]),
    (
        "two ticked",
        form(account_type=field("account_type", None, candidates=("wechat", "app"))),
        COMPANY_PAPERS,
        ["type.multiple"],
    ),
    ("其他: 抖音", form(account_type="other", account_type_other="抖音"), COMPANY_PAPERS, ["type.outside_notice"]),
    ("rows deleted", form(unplaced=("description",)), COMPANY_PAPERS, ["form.deviates"]),
    ("no form", None, COMPANY_PAPERS, ["form.missing"]),
    (
        "a body that is neither",
        form(account_subject="三河市教育局"),
        [certificate("三河市教育局", "11"), card()],
        ["entity.materials_unspecified"],
    ),
    (
        "an unreadable licence",
        form(),
        [paper(PaperKind.BUSINESS_LICENCE, unreadable=True), card()],
        ["material.unreadable"],
    ),
    (
        "a licence of another body",
        form(),
        [licence(name="三河市别家商贸有限公司", credit_code=credit_code(seed=6)), card()],
        ["match.subject"],
    ),
    ("an unsigned form", form(signed=False), COMPANY_PAPERS, ["form.unsigned"]),
]

NOTES = {"material.one_side", "field.unusual", "field.approximate", "type.outside_notice", "form.unsigned"}


@pytest.mark.parametrize(("filed", "papers", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_case(filed: ExtractedForm | None, papers: Sequence[ExtractedPaper], expected: list[str]) -> None:
    verdict = decide(filed, papers)
    assert codes(verdict) == expected
    assert is_registered(verdict) == (set(expected) <= NOTES)


def test_three_forms_one_licence() -> None:
    papers = [licence(legal_representative="马冬梅"), owner_card(), card()]
    assert codes(decide(form(), papers, shared=True)) == REGISTERED
    assert codes(decide(own(), papers, shared=True)) == REGISTERED


@pytest.mark.parametrize(
    ("opened", "received", "expected"),
    [
        ("2019年1月", "2019-02-10", ["date.imprecise"]),
        ("2019-01-05", "2019-02-04", REGISTERED),
        ("2019-01-05", "2019-02-05", ["deadline.late"]),
        ("2018-12-20", "2019-01-10", ["deadline.ambiguous"]),
    ],
)
def test_days(opened: str, received: str, expected: list[str]) -> None:
    verdict = decide(form(opened_on=read_date(opened)), received=f"{received}T09:00:00+08:00")
    assert codes(verdict) == expected


def test_received_on_the_last_evening() -> None:
    assert codes(decide(form(), received="2018-12-31T23:59:00+08:00")) == REGISTERED


def test_dachang_company_to_dachengs_mailbox() -> None:
    verdict = decide(form(COMPANY_FORM, address="大厂回族自治县夏垫镇1号"), office="dacheng")
    assert codes(verdict) == ["office.mismatch"]


def test_village_collective_with_a_letter_code() -> None:
    filed = form(account_subject=COLLECTIVE, address="大厂县夏垫镇", account_name="大厂某村")
    papers = [certificate(COLLECTIVE, "N2", title="农村集体经济组织登记证"), card()]
    assert codes(decide(filed, papers, office="dachang")) == ["entity.materials_unspecified"]


def test_dacheng_xiaoai_of_a_firm_elsewhere() -> None:
    filed = form(account_name="大城小爱", account_subject="北京晨露有限公司", address="北京市朝阳区建国路1号")
    papers = [licence(name="北京晨露有限公司", address="北京市朝阳区建国路1号"), card()]
    assert codes(decide(filed, papers, office="dacheng")) == ["scope.unclear"]


def test_known_accounts() -> None:
    def again(**changes: str) -> Verdict:
        return decide(form(), received=RECEIVED, known=[known(**changes)])

    assert codes(again(admin_name="马冬梅")) == ["submission.change"]
    assert codes(decide(form(), office="city", known=[known()])) == ["submission.duplicate"]
    assert FIRM not in again().findings[0].detail
