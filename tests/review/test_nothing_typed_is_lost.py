"""What an officer typed outlasts refusals, second thoughts and sessions that ended; and all of it can be seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.domain.life import Stage
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import four_doubts, hand_in
from tests.review.conftest import Tab, log_in, shot
from tests.review.site import PASSWORD, Site
from tests.validate.builders import doubtful, licence

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
LONG = "廊坊市三河市燕郊镇迎宾北路284号创星广场C座11层1101室（东侧电梯厅右手第二间）"


def _open(page: Page, site: Site, case_id: str) -> None:
    page.goto(f"{site.url}/case/{case_id}")
    expect(page.locator("main.case[data-ready]")).to_be_visible()


def _send_a_letter(page: Page) -> Locator:
    """A letter of the officer's own words, sent and waiting; and where it was written."""
    page.keyboard.press("F2")
    body = page.locator("#dlg-return [name=body]")
    expect(body).to_have_value(re.compile("身份证"))
    body.fill("请补交身份证复印件，可以当面交。")
    page.keyboard.press("Control+Enter")
    return body


def test_a_long_address_is_seen_to_its_end(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, address=doubtful("address", LONG))
    page = tab(viewport={"width": 1280, "height": 720})
    _open(page, site, case_id)
    entry = page.locator("#f-address")
    expect(entry).to_be_focused()
    hidden = "el => el.scrollHeight - el.clientHeight > 2 || el.scrollWidth > el.clientWidth"
    assert not entry.evaluate(hidden)
    page.keyboard.press("Shift+Enter")  # a text of the register is one line
    assert entry.input_value() in (LONG, "")
    entry.fill(LONG)
    assert not entry.evaluate(hidden)
    page.keyboard.press("Enter")
    expect(page.locator(".finding.open")).to_have_count(0)
    found = store.show_case(case_id)
    assert found is not None
    assert found.filing.form is not None
    assert found.filing.form.text("address") == LONG
    shot(page, "long-address")


def test_a_mistyped_password_is_typed_again_at_once(tab: Tab, site: Site) -> None:
    page = tab(None, expects=("401",))
    page.goto(f"{site.url}/login")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type("liumin")
    page.fill("[name=password]", "wrong wrong wrong")
    page.keyboard.press("Enter")
    expect(page.locator("[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main.queue")).to_be_visible()


def test_a_ground_outlasts_a_refusal(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, received="2019-03-01T09:00:00+08:00")
    page = tab(expects=("409",))
    _open(page, site, case_id)
    page.get_by_role("button", name="已核…").click()
    page.fill("#dlg-settle [name=ground]", "报送人住院，有证明")
    other = site.parts.officer(next(user for user in store.people.list() if user.login == "wangke"))
    other.correct(case_id, {"description": "发布本地新闻"})
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dlg-settle [data-problem]")).to_contain_text("王科")
    expect(page.locator("#dlg-settle [name=ground]")).to_have_value("报送人住院，有证明")
    shot(page, "settle-refused")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".finding.settled")).to_contain_text("报送人住院，有证明")


def test_a_letter_outlasts_second_thoughts(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, papers=(licence(),), address=None)
    page = tab()
    _open(page, site, case_id)
    body = page.locator("#dlg-return [name=body]")
    page.keyboard.press("F2")
    expect(body).to_have_value(re.compile("地址”没有填写"))
    page.locator("[data-choose] input").nth(1).uncheck()
    expect(body).not_to_have_value(re.compile("身份证"))
    body.fill(body.input_value() + "\n如有疑问请来电。")
    typed = body.input_value()
    page.locator("#dlg-return [name=release]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    expect(body).to_have_value(typed)
    page.keyboard.press("Control+Enter")
    page.click(".toast button")  # taken back
    expect(page.locator("#summary")).to_be_focused()
    page.keyboard.press("F2")
    expect(body).to_have_value(typed)
    assert page.locator("[data-choose] input").evaluate_all("all => all.map(one => one.checked)") == [True, False]
    assert not page.is_checked("#dlg-return [name=release]")
    page.keyboard.press("Escape")
    page.fill("#f-address", "三河市燕郊镇迎宾北路12号")
    page.keyboard.press("Enter")
    expect(page.locator(".finding.open")).to_have_count(1)
    page.keyboard.press("F2")  # what is asked for has changed, and so does the letter
    expect(body).not_to_have_value(re.compile("地址”没有填写"))
    expect(body).to_have_value(re.compile("身份证"))


def test_a_letter_outlasts_another_officers_decision(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, papers=(licence(),))
    page = tab(expects=("409",))
    _open(page, site, case_id)
    body = _send_a_letter(page)
    other = site.parts.officer(next(user for user in store.people.list() if user.login == "wangke"))
    other.correct(case_id, {"description": "发布本地新闻"})
    expect(page.locator("#problem")).to_contain_text("王科", timeout=15_000)
    page.keyboard.press("F2")
    expect(body).to_have_value("请补交身份证复印件，可以当面交。")


def test_a_session_that_ended_takes_nothing_along(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab(expects=("401", "403"))
    _open(page, site, case_id)
    site.clock.ahead += timedelta(minutes=31)
    page.fill("#f-owner_name", "苏晓形")
    page.keyboard.press("Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#f-owner_name")).to_have_value("苏晓形")
    shot(page, "signed-out")
    with page.context.expect_page() as opened:
        page.click("#signed-out a")
    log_in(opened.value, site, "liumin")
    opened.value.close()
    page.focus("#f-owner_name")
    page.keyboard.press("Enter")
    expect(page.locator("#s-owner_name")).to_have_text("已核")
    expect(page.locator("#signed-out")).to_have_count(0)
    found = store.show_case(case_id)
    assert found is not None
    assert found.filing.form is not None
    assert found.filing.form.text("owner_name") == "苏晓形"


def test_a_decision_that_could_not_be_sent_is_sent_again(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, papers=(licence(),))
    page = tab(expects=("401", "403"))
    _open(page, site, case_id)
    _send_a_letter(page)
    expect(page.locator(".toast")).to_contain_text("秒后生效")
    site.clock.ahead += timedelta(minutes=31)
    expect(page.locator(".toast.failed")).to_contain_text("还没有办成", timeout=15_000)
    shot(page, "decision-kept")
    again = page.context.new_page()
    log_in(again, site, "liumin")
    again.close()
    page.get_by_role("button", name="再试").click()
    expect(page.locator(".toast")).to_contain_text("补正通知书已签发")
    found = store.show_case(case_id)
    assert found is not None
    assert found.stage is Stage.RETURNED
    (notice,) = store.notices.list(case_id=case_id)
    assert "可以当面交" in notice.draft.body


def test_nothing_is_sent_in_another_persons_name(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab(expects=("401", "403"))
    _open(page, site, case_id)
    site.clock.ahead += timedelta(minutes=31)
    again = page.context.new_page()
    log_in(again, site, "wangke")
    page.bring_to_front()
    page.fill("#f-owner_name", "苏晓形")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("页面已过期")
    expect(page.locator("#f-owner_name")).to_have_value("苏晓形")
    assert "case.corrected" not in [item.kind for item in store.history(case_id)]
