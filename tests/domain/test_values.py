"""From text to value: what is read, and what is rather asked about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.counts import Count, parse_count
from pipeline.domain.numerals import parse_numeral, read_digits
from pipeline.domain.values import (
    is_blank,
    is_ditto,
    is_same_as_phone,
    parse_date,
    parse_id_number,
    parse_phones,
    parse_wechat_id,
)


@pytest.mark.parametrize(
    "text",
    [
        "2018.12.1",
        "2018年12月1日",
        "2018/12/1",
        "2018-12-01",
        "20181201",
        "二〇一八年十二月一日",
        "二○一八年十二月一日",
        "２０１８．１２．１",
        "2018 年 12 月 1 日",
        "2018年12月1号",
        "2018。12。1",
        "2018年十二月一日",
        "二〇一八年12月1日",
        "2018年12月1日上午",
        "2018.12.1注册",
        "2018.12.1至今",
        "2018-12-0110:20:35",
        "2018—12—01",
        "2018，12，1",
        "2018-12-01 10:20",
        "2018年12月1日10:20",
        "2018年12月1日开通",
        "2018年12月1日（注册）",
        "于2018年12月1日创建",
        "创建于2018.12.1",
        "开通时间：2018年12月1日",
        "2018年12月1日至今",
        "18年12月1日",
        "2018年12月1日（认证2019年1月）",
    ],
)
def test_a_day(text: str) -> None:
    assert parse_date(text) == "2018-12-01"


@pytest.mark.parametrize(
    "text",
    [
        "2018年12月",
        "2018.12",
        "2018-12",
        "201812",
        "二〇一八年十二月",
        "2018年12月份",
        "2018年12月初",
        "2018年12月中旬",
        "二〇一八年十二月底",
        "自2018年12月起",
        "2018年12月份开通",
    ],
)
def test_a_month(text: str) -> None:
    assert parse_date(text) == "2018-12"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018",
        "2018年",
        "2018-02-30",
        "2018.13.1",
        "18.12.1",
        "长期",
        "约2018年12月",
        "2018年12月认证",
        "2018年12月1日左右",
        "2018年底",
        "2018年12月前",
        "2018年12月1日开通2019年1月1日认证",
        "2018年12月 日",
        "1-2",
        "0000-01-01",
        "2018-12-01至2019-12-01",
        "9" * 5000,
    ],
)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_in_every_spelling(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
    ):
        assert parse_date(text) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "value", "approximate"),
    [
        ("1.2万", 12000, False),
        ("约5000+", 5000, True),
        ("12,345人", 12345, False),
        ("0", 0, False),
        ("1万多", 10000, True),
        ("三千", 3000, False),
        ("5000余人", 5000, True),
        ("1.2w", 12000, False),
        ("5k", 5000, False),
        ("3 500", 3500, False),
        ("一万二千", 12000, False),
        ("１２３４５", 12345, False),
        ("100万以上", 1000000, True),
        ("近2000", 2000, True),
        ("1153（截至2018年11月底）", 1153, False),
        ("1.2万 (截止到2018.12.1)", 12000, False),
        ("5万4千", 54000, False),
        ("12万3千5百人", 123500, False),
        ("约3千5百", 3500, True),
        ("截至2018年12月10日，5991人", 5991, False),
        ("截止目前97119人", 97119, False),
        ("截至2018.12.10 5991人", 5991, False),
        ("1.2万人，截至目前", 12000, False),
        ("260125（2018.12.10）", 260125, False),
        ("239（人）", 239, False),
        ("3.8（万）", 38000, False),
        ("已有2000人", 2000, False),
        ("活跃粉丝27849", 27849, False),
        ("281户", 281, False),
        ("37614（约）", 37614, True),
        ("2018年12月10日8000人", 8000, False),
    ],
)
def test_a_count(text: str, value: int, approximate: bool) -> None:
    assert parse_count(text) == Count(value=value, approximate=approximate)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "几千",
        "5000-6000",
        "5000 6000",
        "1,2345",
        "12.345",
        "一万二",
        "1.23456万",
        "5万4",
        "截至12,345人",
        "截至2018年12月5991",
        "12月10日300",
        "5千4万",
        "5千4百万",
        "5万40千",
        "-5",
        "1e9",
        "9" * 400,
        "一" * 50,
        "1153（截至2018年11月底）5",
    ],
)
def test_no_count(text: str) -> None:
    assert parse_count(text) is None


@given(st.integers(0, 99_999))
def test_numerals_are_not_misread(number: int) -> None:
    digits = "零一二三四五六七八九"
    written, zero = "", False
    for power, unit in ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            written += ("零" if zero and written else "") + digits[digit] + unit
        zero = not digit
    written = written or "零"
    assert parse_numeral(written) == number, written


def test_digits_one_by_one() -> None:
    assert read_digits("二〇一八") == 2018
    assert read_digits("二千") is None
    assert parse_numeral("二百二") is None
    assert parse_numeral("十百") is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("138 0316 1234", ("13803161234",)),
        ("138-0316-1234", ("13803161234",)),
        ("13803161234/13903161234", ("13803161234", "13903161234")),
        ("13803161234 13903161234", ("13803161234", "13903161234")),
        ("138 0316 1234 139 0316 1234", ("13803161234", "13903161234")),
        ("13803161234（微信同号）", ("13803161234",)),
        ("（86）13803161234", ("13803161234",)),
        ("(+86) 13803161234", ("13803161234",)),
        ("1380316123", ("1380316123",)),
        ("0316-2339541", ("0316-2339541",)),
        ("0316 2339541", ("0316-2339541",)),
        ("（0316）2339541", ("0316-2339541",)),
        ("0316-2339541-801", ("0316-2339541-801",)),
        ("0316-2339541 13803161234", ("0316-2339541", "13803161234")),
        ("+86 13803161234", ("13803161234",)),
        ("8613803161234", ("13803161234",)),
        ("0086-13803161234", ("13803161234",)),
        ("13803161234，13803161234", ("13803161234",)),
        ("138O3161234", ("138O3161234",)),
        ("138****1234", ("138****1234",)),
        ("无", ()),
    ],
)
def test_phones(text: str, numbers: tuple[str, ...]) -> None:
    assert parse_phones(text) == numbers


def test_id_number() -> None:
    assert parse_id_number(" １３１００３ 19900101 123x ") == "13100319900101123X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("微信号：abc_123", "abc_123"),
        ("138 0316 1234（同手机）", "13803161234"),
        ("WX_abc", "WX_abc"),
        ("gh_0123abcd", "gh_0123abcd"),
    ],
)
def test_wechat_id(text: str, expected: str) -> None:
    assert parse_wechat_id(text) == expected


@pytest.mark.parametrize(
    "text", ["同上", "同 左", "同账号所有人", "同所有人", "〃", '"', "本人", "与账号所有人一致", "同上。"]
)
def test_ditto(text: str) -> None:
    assert is_ditto(text)
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["张三", "", "同仁堂", "上官云", "所有", "本人张三"])
def test_no_ditto(text: str) -> None:
    assert not is_ditto(text)


def test_same_as_phone() -> None:
    assert is_same_as_phone("同手机号")
    assert not is_same_as_phone("tongshouji")


@pytest.mark.parametrize("text", ["", "  ", "——", "/", "____", "未填", "-"])
def test_blank(text: str) -> None:
    assert is_blank(text)


def test_none_is_an_answer_but_no_number() -> None:
    assert not is_blank("无")
    assert is_blank("无", none_is_blank=True)


@given(st.text(max_size=200))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (
        parse_date,
        parse_count,
        parse_phones,
        parse_id_number,
        parse_wechat_id,
        is_ditto,
        is_blank,
        is_same_as_phone,
    ):
        parse(text)


@given(st.text(alphabet="0123456789 -/()（）+*年月日.,万约零一二十百千多", max_size=60))
def test_nearly_right_text_breaks_no_parser(text: str) -> None:
    parsed = parse_date(text)
    assert parsed is None or parse_date(parsed) == parsed
    count = parse_count(text)
    assert count is None or count.value >= 0
    parse_phones(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公元2013年12月11日", "2013-12-11"),
        ("2018年1月2日 周二", "2018-01-02"),
        ("2018年1月2日（星期二）", "2018-01-02"),
        ("2018-1-2 星期二", "2018-01-02"),
        ("2018年1月2日周", None),
        ("2018年1月周二", None),
        ("14年11月16日", "2014-11-16"),
        ("85年11月16日", None),
        ("45年11月16日", None),
        ("14.11.16", None),
    ],
)
def test_a_date_may_say_that_it_is_one_and_of_which_day(text: str, expected: str | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("目前160人", Count(value=160)),
        ("粉丝3737人", Count(value=3737)),
        ("现有约5000+", Count(value=5000, approximate=True)),
        ("公众号650人，抖音1000人", None),
    ],
)
def test_a_count_may_say_what_it_counts(text: str, expected: Count | None) -> None:
    assert parse_count(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("131023-19700317-9242", "131023197003179242"),
        ("身份证131025199807243459", "131025199807243459"),
        ("身份证号码：13102519980724345x", "13102519980724345X"),
        ("131003198509053267（附复印件）", "131003198509053267"),
        ("131003-1985", "131003-1985"),
        ("H12345678(9)", "H12345678(9)"),
        ("13102519980724345×", "13102519980724345×"),
    ],
)
def test_what_stands_round_a_whole_id_number(text: str, expected: str) -> None:
    assert parse_id_number(text) == expected
