"""Another county's filing on the page of the one that received it: handed over, or kept with a word on what that means."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import hand_in
from tests.review.client import Client
from tests.review.conftest import Tab
from tests.review.site import Site
from tests.validate.builders import licence

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
IN_DACHANG = "大厂回族自治县夏垫镇工业路3号"


def test_the_finding_leads_to_handing_over(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, address=IN_DACHANG)
    page = tab()
    page.goto(f"{site.url}/case/{case_id}")
    page.locator(".finding").get_by_role("button", name="移交…").click()
    dialog = page.locator("#dlg-transfer")
    expect(dialog.locator("[name=office]")).to_have_value("dachang")
    expect(dialog.locator("[name=ground]")).to_have_value(
        "该账号所在地由大厂县互联网信息办公室受理，建议由三河市互联网信息办公室移交，您无需重新提交。"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator("main h1")).to_have_text("没有下一件了")
    page.click("main a")
    expect(page.locator("td.empty")).to_be_visible()  # it waits for the other office now
    receiver = tab("dachang1")
    receiver.click("td.name a")
    expect(receiver.locator(".finding.open")).to_have_count(0)
    expect(receiver.locator(".finding.settled")).to_contain_text("刘敏")


def test_whoever_keeps_it_is_told_whose_register_it_goes_into(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, address=IN_DACHANG)
    page = tab()
    page.goto(f"{site.url}/case/{case_id}")
    page.get_by_role("button", name="由三河网信办受理…").click()
    expect(page.locator("#dlg-settle [data-hint]")).to_contain_text("登入三河网信办的台账")
    page.fill("#dlg-settle [name=ground]", "账号在本县运营")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".finding.open")).to_have_count(0)
    expect(page.locator(".summary-facts")).not_to_contain_text("大厂")
    page.keyboard.press("Control+Enter")
    page.click("main a")
    expect(page.locator("td.empty")).to_be_visible()
    assert [record.office for record in store.list_registry()] == ["sanhe"]


def test_a_submitter_is_not_asked_to_mend_whose_it_is(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, address=IN_DACHANG, papers=(licence(),))
    page = tab()
    page.goto(f"{site.url}/case/{case_id}")
    page.keyboard.press("F2")
    expect(page.locator("#dlg-return [name=body]")).to_have_value(re.compile("身份证"))
    expect(page.locator("#dlg-return [name=body]")).not_to_have_value(re.compile("移交"))
    expect(page.locator("[data-choose] input")).to_have_count(1)


def test_a_county_does_not_conclude_what_it_handed_over(site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, address=IN_DACHANG)
    client = Client(site)
    client.log_in("liumin")
    sent = {"action": "transfer", "office": "dachang", "ground": "主体在大厂", "version": "1"}
    assert client.post(f"/case/{case_id}/act", sent, Accept="application/json").status == 200
    answer = client.post(f"/case/{case_id}/act", {"action": "conclude", "version": "2"}, Accept="application/json")
    assert answer.status == 422
    assert "本机构不能办结" in answer.text
    assert store.list_registry() == ()
