"""One spelling: what counts as the same, and what does not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.spelling import MAX_TEXT, normalise, same_body, same_name, squash, told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("  张\u3000 三 \n", "张 三"),
        ("张\u200b三\ufeff\u202e", "张三"),
        ("a\x00b", "ab"),
        ("a\tb\r\nc", "a b c"),
        ("⻓城", "长城"),
        ("好\ufe0f", "好"),
        ("\uf052", "\uf052"),
        ("\ud800x", "x"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text())
def test_normalise_is_stable_and_capped(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once or len(text) > 0
    assert len(once) <= MAX_TEXT
    assert "\x00" not in once
    once.encode("utf-8")


@given(st.text("一丁鿿龥廊坊09AZaz_-", max_size=30))
def test_a_text_of_plain_characters_is_its_own_normal_form(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFKC", text) == text


def test_every_ideograph_that_is_taken_for_plain_is_its_own_normal_form() -> None:
    block = "".join(map(chr, range(0x4E00, 0xA000)))
    assert unicodedata.normalize("NFKC", block) == block


def test_normalise_looks_at_the_beginning_of_endless_text() -> None:
    assert len(normalise("\ufdfa" * 1_000_000)) <= MAX_TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("账号名（昵称）：", "账号名昵称"),
        ("姓 名", "姓名"),
        ("开通/日期", "开通日期"),
        ("甲·乙", "甲乙"),
        ("□微信", "□微信"),
    ],
)
def test_squash(text: str, expected: str) -> None:
    assert squash(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("张 三", "张三"), ("张\u3000三", "张三")]
    + [("买买提·吐尔逊", f"买买提{dot}吐尔逊") for dot in "·•.．‧・∙⋅"]
    + [("买买提·吐尔逊", "买买提 · 吐尔逊")],
)
def test_same_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("张三", "张山"), ("", ""), ("张三", ""), ("王小明", "王晓明"), ("強", "强")]
)
def test_other_name(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("廊坊市甲（集团）有限公司", "廊坊市甲(集团)有限公司", True),
        ("廊坊市甲 有限公司", "廊坊市甲有限公司", True),
        ("廊坊市甲【北京】有限公司", "廊坊市甲(北京)有限公司", True),
        ("廊坊市甲有限公司", "廊坊市甲有限责任公司", False),
        ("廊坊市甲有限公司", "廊坊市乙有限公司", False),
        ("", "", False),
    ],
)
def test_same_body(one: str, other: str, same: bool) -> None:
    assert same_body(one, other) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("wx_9400", "wx__9400", False),
        ("wx-9400", "wx_9400", False),
        ("wx_9400", "ｗｘ＿9400", True),
        ("wx_94 00", "wx_9400", True),
        ("0316-2339541", "03162339541", True),
        ("古丽·买买提", "古丽•买买提", True),
        ("三河市（县城）东街", "三河市(县城)东街", True),
        ("ABC", "abc", False),
    ],
)
def test_what_two_readings_of_a_value_say(one: str, other: str, same: bool) -> None:
    assert (told(one) == told(other)) == same
