"""What an officer holds against the notice: the rules of each shipped profile in plain Chinese."""

from __future__ import annotations

import pytest

from pipeline.profile.explain import explain_profile
from pipeline.profile.load import load_profile, shipped_profiles


def explained(key: str) -> str:
    return "\n".join(explain_profile(load_profile(key)))


@pytest.mark.parametrize("key", shipped_profiles())
def test_every_office_field_and_paper_is_named(key: str) -> None:
    profile, text = load_profile(key), explained(key)
    assert all(office.name in text and office.mailbox in text for office in profile.offices)
    assert all(field.name in text for field in profile.form.fields)
    clauses = {value for value in profile.clauses.model_dump().values() if value}
    unsaid = {clause for clause in clauses if f"〔{clause}〕" not in text}
    assert unsaid <= {profile.clauses.signature, profile.clauses.upkeep}
    assert "None" not in text
    assert "{" not in text


def test_langfang() -> None:
    text = explained("langfang-2018")
    for words in (
        "《关于在全市开展新媒体账号登记备案工作的通告》",
        "集中登记，2018年12月10日至2018年12月31日〔一.1〕",
        "30日内〔一.2〕",
        "组织机构代码证或工商营业执照复印件，以下任一：〔三.1〕",
        "运维负责人身份证复印件，管理员的或账号所有人的均可〔三.1〕",
        "规定中没有写明，所交材料由工作人员确认",
        "广阳、大城、大厂、三河",
        "廊新媒备-131000-2018-00001",
    ):
        assert words in text
    assert "工作日" not in text


def test_lanchuan() -> None:
    text = explained("lanchuan-2024")
    for words in (
        "一式2份",
        "【开办单位（个人）】-【账号名称】备案",
        "“首次发布日期”起：30个工作日内〔第五条〕",
        "抖音、快手、视频号：粉丝数达到5000的才须备案",
        "年度核验：每年1月1日至3月31日〔第九条〕",
        "须是法定代表人的",
        "其中按本规则改为须处理的：未签名盖章",
        "样式如澜网审〔2024〕12号",
    ):
        assert words in text
    assert "账号所有人" not in text
