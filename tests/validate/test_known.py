"""A known account: the same again, or something changed."""

from __future__ import annotations

import pytest

from tests.validate.builders import codes, decide, doubtful, field, form, known

CHANGES = {
    "account_name": "三河晨露",
    "account_type": "app",
    "account_subject": "三河市别家商贸有限公司",
    "address": "三河市燕郊镇2号",
    "description": "别的简介",
    "opened_on": "2016-05-21",
    "owner_name": "马冬梅",
    "owner_wechat": "suxt_2017",
    "owner_phone": "13803161235",
    "admin_name": "马冬梅",
    "admin_phone": "13903161235",
    "admin_wechat": "cyf-1989",
}


def test_the_same_again() -> None:
    verdict = decide(form(), known=[known()])
    assert codes(verdict) == ["submission.duplicate"]
    assert "廊新媒备-131082-2018-00001" in verdict.findings[0].detail
    assert "三河市互联网信息办公室" in verdict.findings[0].detail


def test_the_same_again_while_the_first_waits() -> None:
    verdict = decide(form(), known=[known("S-17", registered=False)])
    assert codes(verdict) == ["submission.duplicate"]
    assert "受理（S-17）" in verdict.findings[0].detail


@pytest.mark.parametrize("key", CHANGES)
def test_something_changed(key: str) -> None:
    verdict = decide(form(), known=[known(**{key: CHANGES[key]})])
    assert codes(verdict) == ["submission.change"]
    assert verdict.findings[0].clause == "一.3"


def test_the_change_is_named() -> None:
    assert "“管理员姓名”" in decide(form(), known=[known(admin_name="马冬梅")]).findings[0].detail


def test_what_is_no_change() -> None:
    held = known(follower_count="1", number="7", signed="False", admin_name="程 远帆", opened_on="2016-05")
    assert codes(decide(form(), known=[held])) == ["submission.duplicate"]


def test_doubtful_and_blank_values_are_no_change() -> None:
    verdict = decide(form(admin_name=doubtful("admin_name", "程远航")), known=[known()])
    assert codes(verdict) == ["field.doubtful", "submission.duplicate"]
    verdict = decide(form(description=field("description")), known=[known()])
    assert "submission.change" not in codes(verdict)


def test_several_known_filings() -> None:
    changed, same = known("A", registered=True, admin_name="马冬梅"), known("B", registered=False)
    assert codes(decide(form(), known=[changed, same])) == ["submission.duplicate"]
    waiting = known("C", registered=False, description="别的")
    verdict = decide(form(), known=[waiting, changed])
    assert "（A）" in verdict.findings[0].detail


def test_a_change_is_not_late_by_the_opening_date() -> None:
    late = "2019-06-01T10:00:00+08:00"
    verdict = decide(form(), received=late, known=[known(admin_name="马冬梅")])
    assert codes(verdict) == ["submission.change"]
    assert verdict.due is None
    waiting = decide(form(), received=late, known=[known("S-17", registered=False)])
    assert codes(waiting) == ["submission.duplicate", "deadline.late"]


def test_nothing_known() -> None:
    assert codes(decide(form(), known=[])) == []
