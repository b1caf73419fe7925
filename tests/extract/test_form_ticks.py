"""Tick-box rows in every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.ticks import read_ticks
from pipeline.profile.form import Option
from pipeline.profile.load import load_profile

OPTIONS: tuple[Option, ...] = next(
    f for f in load_profile("langfang-2018").form.fields if f.key == "account_type"
).options


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("微信公众账号□ 手机APP□ 其他     □", ()),
        ("微信公众账号☑ 手机APP□ 其他     □", ("wechat",)),
        ("☑微信公众账号 □手机APP □其他：", ("wechat",)),
        ("□微信公众账号 ■手机APP □其他：", ("app",)),
        ("●微信公众账号 ○手机APP ○其他", ("wechat",)),
        ("微信公众账号√ 手机APP 其他", ("wechat",)),
        ("√微信公众账号 手机APP 其他", ("wechat",)),
        ("微信公众账号 √手机APP 其他", ("app",)),
        ("微信公众账号 手机APP 其他√", ("other",)),
        ("微信公众账号（√）手机APP（ ） 其他（ ）", ("wechat",)),
        ("微信公众账号【√】手机APP【】其他【】", ("wechat",)),
        ("【 】微信公众账号 【√】手机APP 〔 〕其他", ("app",)),
        ("[x]微信公众账号 [ ]手机APP [ ]其他", ("wechat",)),
        ("[ ]微信公众账号 [√]手机APP [ ]其他", ("app",)),
        ("□√微信公众账号 □手机APP □其他", ("wechat",)),
        ("微信公众账号□√  手机APP□  其他 □", ("wechat",)),
        ("微信公众账号□  √手机APP□  其他     □", ("app",)),
        ("□微信公众账号√ □手机APP □其他", ("wechat",)),
        ("微信公众账号√手机APP□其他□", ("wechat",)),
        ("微信公众账号☑ 手机APP☑ 其他□", ("wechat", "app")),
        ("微信公众账号□ 手机AP☑ 其他□", ("app",)),
        ("微信公众账号√ 手机APP× 其他×", ("wechat",)),
        ("微信公众账号☒ 手机APP☐ 其他☐", ("wechat",)),
        ("微信公众账号\n√\n手机APP\n□", ("wechat",)),
        ("■微信公众账号\n□手机APP\n□其他", ("wechat",)),
        ("微 信 公 众 账 号 ☑ 手机 APP □ 其 他 □", ("wechat",)),
        ("微信公众账号V 手机APP□ 其他□", ("wechat",)),
        ("微信公众账号（√）手机APP其他", ("wechat",)),
        ("微信公众账号v 手机APP□ 其他□（    ）", ("wechat",)),
        ("□微信公众账号 v手机APP □其他：____", ("app",)),
        ("微信公众账号◎ 手机APP○ 其他○", ("wechat",)),
        ("○微信公众账号 ○手机APP ⊙其他", ("other",)),
        ("微信公众账号□手机APP √其他□", ("app",)),
        ("×微信公众账号 √ 手机APP ×其他（    ）", ("app",)),
        ("微信公众账号 ✓\u3000手机APP \u3000其他", ("wechat",)),
        ("微信公众账号 ：√  手机APP ：  其他 ：", ("wechat",)),
        ("微信公众号", ("wechat",)),
        ("手机APP", ("app",)),
        ("微信公众号、手机APP", ()),
        ("", ()),
    ],
)
def test_ticked(text: str, ticked: tuple[str, ...]) -> None:
    reading = read_ticks(text, OPTIONS)
    assert (reading.ticked, reading.sure) == (ticked, True)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("微信公众账号□ 手机APP□ 其他 抖音 ☑", "抖音"),
        ("□微信公众账号 □手机APP ☑其他：微信小程序", "微信小程序"),
        ("微信公众账号□ 手机APP□ 其他☑（快手）", "快手"),
        ("□微信公众账号 □手机APP ☑其他（请注明）：__头条号__", "头条号"),
        ("其他：抖音", "抖音"),
        ("其他（√）：微信小程序", "微信小程序"),
        ("其他☑：微信小程序", "微信小程序"),
        ("微信公众账号□ 手机APP□ 其他☑（抖音\n号）", "抖音号"),
    ],
)
def test_text_behind_other(text: str, other: str) -> None:
    reading = read_ticks(text, OPTIONS)
    assert (reading.ticked, reading.other_text) == (("other",), other)


def test_text_behind_an_unticked_other_ticks_nothing() -> None:
    reading = read_ticks("微信公众账号□ 手机APP□ 其他□ 抖音", OPTIONS)
    assert (reading.ticked, reading.other_text) == ((), "抖音")


@pytest.mark.parametrize(
    "text", ["微信公众账号√手机APP其他", "微信公众账号□√手机APP□其他□", "√", "微信公众账号 √ 手机APP 其他"]
)
def test_marks_that_may_belong_to_two_options_are_unsure(text: str) -> None:
    reading = read_ticks(text, OPTIONS)
    assert (reading.ticked, reading.sure) == ((), False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("微信公众账号V 手机APP 其他", id="a letter as the tick, and nothing that it is the tick of"),
        pytest.param("□微信公众账号 v手机APP v其他", id="two letters as ticks"),
        pytest.param("□微信公众账号 □手机APP □其他 v", id="a letter beside boxes that are all there"),
        pytest.param("微信公众账号◎ 手机APP□ 其他○", id="a sign nobody knows among boxes of two kinds"),
        pytest.param("微信公众账号 手机APP□ 其他□", id="a drawing in the box's place"),
        pytest.param("微信公众账号 是 手机APP 否 其他 否", id="words"),
        pytest.param("微信公众账号1 手机APP0 其他0", id="digits"),
        pytest.param("微信公众账号□ 手机APP□ 其他 今日头条", id="a name in the place of the last box"),
        pytest.param("抖音", id="another kind of account"),
    ],
)
def test_an_answer_that_is_no_tick_is_asked_about(text: str) -> None:
    """Of all these nothing was ticked, and the sender was told to tick one."""
    reading = read_ticks(text, OPTIONS)
    assert (reading.ticked, reading.sure) == ((), False)


_PIECES = st.sampled_from(
    ["微信公众账号", "手机APP", "其他", "□", "☑", "√", "×", " ", "   ", "\n", "（√）", "[ ]", "抖音", "："]
)


@given(st.lists(_PIECES, max_size=30))
def test_any_row_is_read_and_nothing_is_ticked_without_a_mark(pieces: list[str]) -> None:
    text = "".join(pieces)
    reading = read_ticks(text, OPTIONS)
    if not any(mark in text for mark in "☑√×") and len(reading.known) > 1:
        assert reading.ticked == ()
