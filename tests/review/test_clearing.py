"""An officer clears cases in a real browser, on both databases."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.domain.life import Action, SetAsideReason, Stage
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import four_doubts, hand_in
from tests.review.conftest import Tab, log_in, shot
from tests.review.site import Site
from tests.validate.builders import doubtful, licence


def _open_first(page: Page) -> None:
    page.click("td.name a >> nth=0")
    expect(page.locator("main.case[data-ready]")).to_be_visible()


def _kinds(store: Store, case_id: str) -> list[str]:
    return [item.kind for item in store.history(case_id)]


def test_four_doubtful_fields_take_five_keys(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    _open_first(page)
    expect(page.locator("#f-opened_on")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("办结")
    shot(page, "toast")
    expect(page.locator("main h1")).to_have_text("没有下一件了")
    assert "case.conclude" not in _kinds(store, case_id)
    page.click("main a")  # leaving commits at once
    expect(page.locator("td.empty")).to_be_visible()
    _wait_until(page, lambda: "case.conclude" in _kinds(store, case_id))
    (record,) = store.list_registry()
    assert record.values["owner_name"] == "苏晓彤"
    found = store.show_case(case_id)
    assert found is not None
    assert found.stage is Stage.CONCLUDED
    assert [item.actor for item in store.history(case_id) if item.kind == "case.conclude"] == ["liumin"]
    assert store.events.verify().whole


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_decision_waits_ten_seconds_and_can_be_taken_back(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, owner_name=doubtful("owner_name", "苏晓彤"))
    page = tab()
    _open_first(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.click(".toast button")
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#summary h1")).to_have_text("三河晨露生活")
    assert "case.conclude" not in _kinds(store, case_id)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("秒后生效")
    _wait_until(page, lambda: "case.conclude" in _kinds(store, case_id), seconds=15)
    expect(page.locator(".toast")).to_contain_text("备案号")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_slow_next_case_does_not_replace_what_was_taken_back(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    hand_in(store, profile, number=1, owner_name=doubtful("owner_name", "苏晓彤"))
    held: list[Route] = []
    page = tab()
    page.route("**/next", lambda route: held.append(route))
    _open_first(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.click(".toast button")
    expect(page.locator("#summary")).to_be_focused()
    with page.expect_response("**/next"):
        held.pop().continue_()
    page.wait_for_timeout(100)
    expect(page.locator("#summary h1")).to_have_text("三河晨露生活")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("秒后生效")
    held.pop().continue_()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_fast_enters_decide_nothing_and_confirm_nothing_of_the_next_case(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    first = four_doubts(store, profile)
    second = four_doubts(store, profile, number=2, name="燕郊早知道")
    page = tab()
    page.click(f"a[href='/case/{first}']")
    expect(page.locator("main.case[data-ready]")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#summary h1")).to_have_text("燕郊早知道")
    expect(page.locator("#summary")).to_be_focused()
    for _ in range(7):
        page.keyboard.press("Enter", delay=20)
    expect(page.locator("#summary")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#f-opened_on")).to_be_focused()  # once the keys have ceased
    assert "case.corrected" not in _kinds(store, second)
    assert "case.conclude" not in _kinds(store, second)
    expect(page.locator("#problem")).to_be_hidden()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_five_keys_clear_the_case_that_came_by_itself_too(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    first = four_doubts(store, profile)
    second = four_doubts(store, profile, number=2, name="燕郊早知道")
    page = tab()
    page.click(f"a[href='/case/{first}']")
    for heading in ("三河晨露生活", "燕郊早知道"):
        expect(page.locator("#summary h1")).to_have_text(heading)
        expect(page.locator("#f-opened_on")).to_be_focused()
        for _ in range(4):
            page.keyboard.press("Enter")
        page.keyboard.press("Control+Enter")
    expect(page.locator("main h1")).to_have_text("没有下一件了")
    page.click("main a")
    _wait_until(page, lambda: "case.conclude" in _kinds(store, second))
    assert "case.conclude" in _kinds(store, first)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_second_decision_key_does_not_decide_the_next_case_unseen(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    cases = [
        hand_in(store, profile, number=number, account_name=f"三河{number}", received="2019-03-01T09:00:00+08:00")
        for number in (1, 2)
    ]
    officer = site.parts.officer(next(user for user in store.people.list() if user.login == "liumin"))
    for case_id in cases:
        officer.set_aside(case_id, "deadline.late", reason=SetAsideReason.JUDGED, ground="已说明")
    page = tab()
    page.click(f"a[href='/case/{cases[0]}']")
    expect(page.locator("main.case[data-ready]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#summary h1")).to_have_text("三河2")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    expect(page.locator("#summary h1")).to_have_text("三河2")
    page.wait_for_timeout(800)
    page.keyboard.press("Control+Enter")
    expect(page.locator("main h1")).to_have_text("没有下一件了")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_correction_is_checked_by_the_same_rules_at_once(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, owner_phone=doubtful("owner_phone", "13803161234"))
    page = tab(expects=("422",))
    _open_first(page)
    page.keyboard.type("0316-2345678")
    page.keyboard.press("Enter")
    expect(page.locator("#findings")).to_contain_text("手机")
    expect(page.locator(".field[data-key=owner_phone]")).to_have_attribute("data-open", "")
    expect(page.locator("#f-owner_phone")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problem")).to_contain_text("不能办结")
    page.fill("#f-opened_on", "昨天")
    page.keyboard.press("Enter")
    expect(page.locator("#f-opened_on")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-opened_on")).to_be_focused()
    expect(page.locator("#problem")).to_contain_text("开通日期")
    assert page.input_value("#f-opened_on") == "昨天"
    assert "case.conclude" not in _kinds(store, case_id)


def test_a_stale_save_says_who_was_first_and_loses_nothing(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, owner_name=doubtful("owner_name", "苏晓形"))
    page = tab(expects=("409",))
    _open_first(page)
    other = site.parts.officer(next(user for user in store.people.list() if user.login == "wangke"))
    other.correct(case_id, {"description": "发布本地新闻"})
    page.keyboard.type("苏晓彤")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("王科")
    expect(page.locator("#problem")).to_contain_text("更正栏目")
    assert page.input_value("#f-owner_name") == "苏晓彤"
    assert "liumin" not in [item.actor for item in store.history(case_id) if item.kind == "case.corrected"]
    expect(page.locator("#problem")).to_be_in_viewport(ratio=1)
    shot(page, "stale")
    page.get_by_role("button", name="以我的录入再存").click()
    expect(page.locator("#findings .finding.open")).to_have_count(0)
    found = store.show_case(case_id)
    assert found is not None
    assert found.filing.form is not None
    assert (found.filing.form.text("owner_name"), found.filing.form.text("description")) == ("苏晓彤", "发布本地新闻")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_id_number_is_covered_until_it_is_asked_for(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    whole = "131082199003077518"
    case_id = hand_in(store, profile, number=1, owner_id_number=doubtful("owner_id_number", whole))
    page = tab()
    _open_first(page)
    field = page.locator("#f-owner_id_number")
    expect(field).to_be_focused()
    assert whole not in page.content()
    page.keyboard.press("Enter")
    expect(field).to_have_value(whole)
    expect(field).to_be_focused()
    assert "case.corrected" not in _kinds(store, case_id)
    (revealed,) = [item for item in store.history(case_id) if item.kind == "case.revealed"]
    assert revealed.actor == "liumin"
    assert "核对" in revealed.note
    page.keyboard.press("Enter")
    _wait_until(page, lambda: "case.corrected" in _kinds(store, case_id))
    assert whole not in page.url


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_reveal_ends_and_what_is_covered_again_cannot_be_confirmed(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    whole = "131082199003077518"
    changes = {"owner_id_number": doubtful("owner_id_number", whole), "owner_name": doubtful("owner_name", "苏晓彤")}
    hand_in(store, profile, number=1, **changes)
    page = tab()
    _open_first(page)
    page.focus("#f-owner_id_number")
    page.keyboard.press("Enter")
    expect(page.locator("#f-owner_id_number")).to_have_value(whole)
    site.clock.ahead += timedelta(minutes=16)
    page.focus("#f-owner_name")
    page.keyboard.press("Enter")
    expect(page.locator("#f-owner_id_number")).to_have_value(re.compile(r"\*"))
    expect(page.locator("#f-owner_id_number")).to_have_attribute("readonly", "")
    expect(page.locator("[data-reveal=owner_id_number]")).to_be_visible()
    assert whole not in page.content()
    page.keyboard.press("Enter")  # the focus came to it: the first Enter asks for the number again
    expect(page.locator("#f-owner_id_number")).to_have_value(whole)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_missing_paper_stands_on_a_page_after_all(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, papers=(licence(),))
    page = tab()
    _open_first(page)
    page.get_by_role("button", name="材料在…页").click()
    page.fill("#dlg-paper [name=file]", "2")
    page.fill("#dlg-paper [name=page]", "3")
    shot(page, "paper-dialog")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".finding.settled")).to_contain_text("材料在附件2第3页")
    found = store.show_case(case_id)
    assert found is not None
    (settled,) = found.set_aside
    assert settled.seen is not None
    assert (settled.seen.file, settled.seen.page, settled.actor) == (2, 3, "liumin")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("办结")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_returning_tells_everything_at_once_in_the_officers_words(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, papers=(licence(),), address=None)
    page = tab()
    _open_first(page)
    page.keyboard.press("F2")
    body = page.locator("#dlg-return [name=body]")
    expect(body).to_have_value(re.compile("地址"))
    assert page.locator("[data-choose] input:checked").count() == 2
    page.locator("[data-choose] input").nth(0).uncheck()
    expect(body).not_to_have_value(re.compile("地址”没有填写"))
    page.locator("[data-choose] input").nth(0).check()
    expect(body).to_have_value(re.compile("地址”没有填写"))
    shot(page, "composer")
    body.fill(body.input_value() + "\n如有疑问请来电。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("退回补正")
    page.click("main a")
    _wait_until(page, lambda: "notice.released" in _kinds(store, case_id))
    (notice,) = store.notices.list(case_id=case_id)
    assert "如有疑问请来电。" in notice.draft.body
    assert (notice.released_by, store.show_case(case_id).stage) == ("liumin", Stage.RETURNED)  # type: ignore[union-attr]


def test_a_decision_that_fails_brings_the_case_back(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, owner_name=doubtful("owner_name", "苏晓彤"))
    page = tab(expects=("409",))
    _open_first(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main h1")).to_have_text("没有下一件了")
    other = site.parts.officer(next(user for user in store.people.list() if user.login == "wangke"))
    other.act(case_id, Action.ACCEPT)
    expect(page.locator("#problem")).to_contain_text("王科", timeout=15_000)
    expect(page.locator("#summary h1")).to_have_text("三河晨露生活")
    assert "case.conclude" not in _kinds(store, case_id)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_input_method_may_use_enter(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    _open_first(page)
    send = "(init) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'Enter', ...init}))"
    page.evaluate(send, {"isComposing": True})
    page.evaluate(send, {"keyCode": 229})
    page.wait_for_timeout(300)
    assert "case.corrected" not in _kinds(store, case_id)
    expect(page.locator("#f-opened_on")).to_be_focused()


def test_a_case_in_a_colleagues_hands_can_only_be_read(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    four_doubts(store, profile)
    first = tab()
    _open_first(first)
    second = tab("wangke")
    _open_first(second)
    expect(second.locator(".notice")).to_contain_text("刘敏正在办理")
    assert second.locator("[data-act=conclude]").count() == 0
    shot(second, "held")
    second.fill(".notice [name=ground]", "刘敏请假")
    second.get_by_role("button", name="接管").click()
    expect(second.locator("[data-act=conclude]")).to_be_visible()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_leaving_for_elsewhere_commits_at_once(browser: Browser, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    context = browser.new_context()
    page = context.new_page()
    log_in(page, site, "liumin")
    _open_first(page)
    for _ in range(4):
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("秒后生效")
    page.goto("about:blank")
    _wait_until(page, lambda: "case.conclude" in _kinds(store, case_id))
    context.close()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_transfer_needs_an_office_and_a_ground(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, address="大厂回族自治县夏垫镇工业路3号")
    page = tab()
    page.goto(f"{site.url}/case/{case_id}")
    expect(page.locator("main[data-ready]")).to_be_visible()
    page.keyboard.press("F9")
    dialog = page.locator("#dlg-transfer")
    expect(dialog).to_be_visible()
    assert dialog.locator("[name=office] option[value=sanhe]").count() == 0
    dialog.locator("[name=office]").select_option("dachang")
    dialog.locator("[name=ground]").fill("")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_visible()  # the browser asks for the ground
    dialog.locator("[name=ground]").fill("账号主体在大厂")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("移交")
    page.click("main a")
    _wait_until(page, lambda: "case.transfer" in _kinds(store, case_id))
    found = store.show_case(case_id)
    assert found is not None
    assert (found.office, found.stage) == ("dachang", Stage.RECEIVED)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_change_keeps_the_records_number(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    hand_in(store, profile, number=1)
    second = hand_in(store, profile, number=2, owner_phone="13931695678")
    number = store.list_registry()[0].number
    page = tab()
    page.goto(f"{site.url}/case/{second}")
    page.locator("[data-settle]").first.click()
    page.fill("#dlg-settle [name=ground]", "手机号变更，已核")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".finding.open")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dlg-change")).to_be_visible()
    page.fill("#dlg-change [name=change_of]", number)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("办结")
    page.click("main a")
    _wait_until(page, lambda: "case.conclude" in _kinds(store, second))
    assert [(row.number, row.values["owner_phone"]) for row in store.list_registry()] == [(number, "13931695678")]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_accepting_stays_with_the_case_and_can_be_taken_back(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    _open_first(page)
    page.locator("[data-act=accept]").click()
    expect(page.locator(".toast")).to_contain_text("受理，")
    page.click(".toast button")
    expect(page.locator(".toast")).to_have_count(0)
    assert "case.accept" not in _kinds(store, case_id)
    page.locator("[data-act=accept]").click()
    page.focus("#f-description")
    page.keyboard.type("发布本地新闻")
    expect(page.locator("#summary .tag").first).to_have_text("受理", timeout=15_000)
    expect(page.locator("#f-description")).to_be_focused()
    assert page.input_value("#f-description").startswith("发布本地新闻")
    found = store.show_case(case_id)
    assert found is not None
    assert found.stage is Stage.ACCEPTED
    expect(page.locator("[data-act=accept]")).to_have_count(0)


def test_a_save_goes_on_from_a_decision_that_was_put_off(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    _open_first(page)
    page.locator("[data-act=accept]").click()
    expect(page.locator(".toast")).to_contain_text("秒后生效")
    page.focus("#f-owner_name")
    page.keyboard.press("Enter")
    expect(page.locator("#s-owner_name")).to_have_text("已核")
    assert [kind for kind in _kinds(store, case_id) if kind in ("case.accept", "case.corrected")] == [
        "case.accept",
        "case.corrected",
    ]
    expect(page.locator("#problem")).to_be_hidden()
    page.locator("[data-act=urge]").click()
    page.keyboard.press("F8")  # leaving commits it before the claim is given back
    _wait_until(page, lambda: "case.urge" in _kinds(store, case_id))
    _wait_until(page, lambda: _kinds(store, case_id)[-1] == "case.viewed")  # the only case is the next one too


def test_a_number_is_revealed_for_a_reason_in_words(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    whole = "131082199003077518"
    case_id = hand_in(store, profile, number=1, owner_id_number=doubtful("owner_id_number", whole))
    page = tab()
    _open_first(page)
    page.evaluate("document.getElementById('dlg-reveal').showModal()")  # its button stands above the originals
    page.fill("#dlg-reveal [name=reason]", "来电核实本人身份")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#f-owner_id_number")).to_have_value(whole)
    (revealed,) = [item for item in store.history(case_id) if item.kind == "case.revealed"]
    assert "来电核实本人身份" in revealed.note


def test_papers_are_split_off_and_joined_again(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    _open_first(page)
    page.locator(".part summary").click()
    page.get_by_role("button", name="拆出材料").click()
    page.locator("#dlg-split [name=paper]").last.check()
    shot(page, "split-dialog")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("拆分，")
    page.click(".toast button")
    assert "case.split" not in _kinds(store, case_id)
    page.get_by_role("button", name="拆出材料").click()
    page.locator("#dlg-split [name=paper]").last.check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("已拆出新件", timeout=15_000)
    expect(page.locator("[data-open-dialog=join]")).to_be_attached()
    page.locator(".part summary").click()
    page.get_by_role("button", name="并入另一件").click()
    page.select_option("#dlg-join [name=other]", index=1)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast").last).to_contain_text("已并入", timeout=15_000)
    expect(page.locator("[data-unjoin]")).to_be_attached()
    page.locator(".part summary").click()
    expect(page.locator("[data-unjoin]")).to_be_visible()
    shot(page, "joined")
    assert [kind for kind in _kinds(store, case_id) if kind in ("case.split", "case.joined")] == [
        "case.split",
        "case.joined",
    ]


def test_filters_stay_in_the_address(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    four_doubts(store, profile)
    hand_in(store, profile, number=2, account_name="三河楼市", papers=(licence(),))
    page = tab()
    page.select_option("[name=code]", "material.missing")
    page.get_by_role("button", name="查找").first.click()
    expect(page.locator("td.name")).to_have_text(["三河楼市"])
    assert "code=material.missing" in page.url
    page.fill("[name=account]", "三河 晨露生活")
    page.select_option("[name=code]", "")
    page.get_by_role("button", name="查找").first.click()
    expect(page.locator("td.name")).to_have_text(["三河晨露生活"])
    page.reload()
    expect(page.locator("td.name")).to_have_text(["三河晨露生活"])
    page.get_by_role("link", name="我在办").click()
    expect(page.locator("td.empty")).to_be_visible()
    page.get_by_role("link", name="清除").click()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("F8")
    expect(page.locator("main.case[data-ready]")).to_be_visible()
    page.goto(f"{site.url}/?view=mine")
    expect(page.locator("td.name")).to_have_count(1)


def _wait_until(page: Page, condition: Callable[[], bool], seconds: float = 8) -> None:
    """Waits with the browser's requests served meanwhile."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        page.wait_for_timeout(50)
