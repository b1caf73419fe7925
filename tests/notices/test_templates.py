"""Templates: a broken one says where when the profile is loaded; what people wrote is never one."""

from __future__ import annotations

import shutil
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from pipeline.domain.notice import NoticeItem, NoticeKind
from pipeline.notices.draft import NoTemplateError, draft_notice, rewrite
from pipeline.profile.load import ProfileError, load_profile, shipped_profiles
from pipeline.profile.notice_templates import LetterError, chinese_clause, chinese_count, fill
from pipeline.profile.schema import Profile
from tests.notices.facts import facts

ID = "131082199003077518"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = Path(str(resources.files("pipeline.profile") / "data" / "langfang-2018"))
    return Path(shutil.copytree(source, tmp_path / "broken"))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "profile.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


SUPPLEMENT_TITLE = 'title = "新媒体账号登记备案补正通知书"'
RECEIPT_TITLE = 'title = "新媒体账号登记备案回执"'


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        (SUPPLEMENT_TITLE, 'title = "{{ acount_name }}"', "notices.supplement.title", "'acount_name' is undefined"),
        (SUPPLEMENT_TITLE, 'title = "{{ office.fax }}"', "notices.supplement.title", "fax"),
        (SUPPLEMENT_TITLE, 'title = "{% if %}"', "notices.supplement.title", "line 1"),
        (SUPPLEMENT_TITLE, 'title = "{{ items | nosuch }}"', "notices.supplement.title", "nosuch"),
        (SUPPLEMENT_TITLE, 'title = "{{ number }}"', "notices.supplement.title", "comes out empty"),
        (SUPPLEMENT_TITLE, 'title = "{{ right_office.name }}"', "notices.supplement.title", "no attribute 'name'"),
        (SUPPLEMENT_TITLE, "title = \"{{ ''.__class__.__mro__ }}\"", "notices.supplement.title", "unsafe"),
        (
            SUPPLEMENT_TITLE,
            'title = "{% for n in range(10000000) %}{% endfor %}x"',
            "notices.supplement.title",
            "range",
        ),
        (SUPPLEMENT_TITLE, "title = \"{{ 'x' * 90000 }}\"", "notices.supplement.title", "longer than"),
        (SUPPLEMENT_TITLE, 'title = "a\\nb"', "notices.supplement.title", "one line"),
        (
            SUPPLEMENT_TITLE,
            SUPPLEMENT_TITLE + '\nrelease = "automatic"',
            "notices.supplement.release",
            "acceptance, receipt",
        ),
        (RECEIPT_TITLE, RECEIPT_TITLE + '\nrelease = "always"', "notices.receipt.release", "automatic"),
        (RECEIPT_TITLE, "", "notices.receipt.title", "required"),
        ("{{ today | date }}\n", "{{ today | datum }}\n", "notices.signature", "datum"),
        ("remind_before_days = [7, 2]", "remind_before_days = [0]", "notices.remind_before_days.1", "greater than"),
    ],
)
def test_a_broken_template_is_refused_when_the_profile_is_loaded(
    folder: Path, old: str, new: str, key: str, reason: str
) -> None:
    change(folder, old, new)
    with pytest.raises(ProfileError) as caught:
        load_profile(folder)
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert caught.value.line is not None
    assert str(folder / "profile.toml") in str(caught.value)


def test_a_template_that_fails_only_when_little_is_known_is_refused_too(folder: Path) -> None:
    change(folder, SUPPLEMENT_TITLE, 'title = "{{ deadline | date }}前补正"')
    with pytest.raises(ProfileError) as caught:
        load_profile(folder)
    assert caught.value.key == "notices.supplement.title"


def test_a_receipt_may_be_released_by_the_software(folder: Path) -> None:
    change(folder, RECEIPT_TITLE, RECEIPT_TITLE + '\nrelease = "automatic"')
    rules = load_profile(folder).notices
    assert rules is not None
    assert rules.receipt is not None
    assert rules.receipt.release == "automatic"


def test_what_people_wrote_is_text_and_one_line(profile: Profile) -> None:
    hostile = "{{ 7*7 }}{% raw %}\r\nBcc: evil@example.cn\x00\u202e\ud800"
    letter = draft_notice(NoticeKind.SUPPLEMENT, facts(account_name=hostile, addressee=hostile), profile)
    shown = "{{ 7*7 }}{% raw %} Bcc: evil@example.cn"
    assert shown in letter.subject
    assert "\n" not in letter.subject
    assert letter.paragraphs[0] == shown + "：" or letter.paragraphs[0] == shown + " ："
    assert all(char.isprintable() for line in letter.text.splitlines() for char in line)


@pytest.mark.parametrize(
    "written", [ID, "131082 19900307 7518", "１３１０８２１９９００３０７７５１８", "131082900307751"]
)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_no_letter_shows_a_whole_id_number(profile: Profile, kind: NoticeKind, written: str) -> None:
    told = facts(
        account_name=f"号{written}号",
        addressee=written,
        ground=f"证件 {written} 有误",
        items=(NoticeItem(detail=f"身份证号{written}未通过校验 138"),),
        number="廊新媒备-131082-2018-00001",
    )
    letter = draft_notice(kind, told, profile)
    assert written not in letter.text + letter.subject
    assert "00001" in letter.text or kind is not NoticeKind.RECEIPT
    edited = rewrite(letter, f"见{written}。\n第二行")
    assert written not in edited.text


def test_everything_stands_in_the_notice_at_once(profile: Profile) -> None:
    items = tuple(NoticeItem(detail=f"第{n}个问题。", clause="三.1") for n in range(1, 30))
    body = draft_notice(NoticeKind.SUPPLEMENT, facts(items=items, advice="重新拍照"), profile).body
    assert all(f"\n{n}. 第{n}个问题。（依据：《通告》第三条第1项）" in body for n in range(1, 30))
    assert "一次性告知" in body
    assert "重新拍照" in body
    assert "2018年12月31日前（含当日）" in body


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("city", shipped_profiles())
def test_every_city_sends_every_paper(city: str, kind: NoticeKind) -> None:
    profile = load_profile(city)
    told = facts(number="备-1", ground="不在本地", registered_on=date(2018, 12, 20), advice="重新拍照")
    letter = draft_notice(kind, told, profile)
    assert told.account_name in letter.subject + letter.body
    assert "第第" not in letter.body
    assert profile.city == "廊坊市" or "廊坊" not in letter.title


def test_an_officers_text_is_checked(profile: Profile) -> None:
    letter = draft_notice(NoticeKind.SUPPLEMENT, facts(), profile)
    for text in ("", " \n\x00\n", "长" * 50_000):
        with pytest.raises(LetterError):
            rewrite(letter, text)
    assert rewrite(letter, "一\r\n\r\n  二\x07{{ x }}").body == "一\n二 {{ x }}"


def test_a_city_without_the_template_says_so(profile: Profile) -> None:
    bare = profile.model_copy(update={"notices": None})
    with pytest.raises(NoTemplateError, match="补正通知书"):
        draft_notice(NoticeKind.SUPPLEMENT, facts(), bare)


def test_numbers_and_clauses_in_chinese() -> None:
    assert [chinese_count(n) for n in (0, 3, 10, 11, 20, 99)] == ["零", "三", "十", "十一", "二十", "九十九"]
    assert (chinese_clause("三.1"), chinese_clause("二")) == ("第三条第1项", "第二条")
    assert (chinese_clause("第七条第一项"), chinese_clause("附件")) == ("第七条第一项", "附件")
    with pytest.raises(LetterError):
        fill("{{ 100 | count_in_chinese }}", facts())
