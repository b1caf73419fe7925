"""A colleague enters a record a second time in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from pipeline.domain.recheck import Outcome
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.recheck.office import MISREAD, automatic, checker, draw, recheck_of, typed
from tests.review.conftest import Tab, shot
from tests.review.looks import look_at
from tests.review.site import Site
from tests.validate.builders import OWNER_ID

#: The cases of these tests have no archived mail behind them.
EXPECTS = ("404",)


def _type_all(page: Page, profile: Profile, **changes: str) -> None:
    for key, text in typed(profile, **changes).items():
        field = page.locator(f"#e-{key}")
        if field.evaluate("(item) => item.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def _open(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/recheck")
    page.get_by_role("link", name="开始复核").first.click()
    expect(page.locator("main[data-ready]")).to_be_visible()


def test_the_entry_is_blind_and_enters_hand_nothing_in(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = automatic(store, profile, **MISREAD)
    draw(store, profile)
    page = tab(expects=EXPECTS)
    _open(page, site)
    content = page.content()
    for secret in (*(text for text in typed(profile).values() if len(text) > 6), "苏晓形", OWNER_ID, case_id):
        assert secret not in content
    assert all(
        not value
        for value in page.locator(".field input, .field select").evaluate_all("(all) => all.map((i) => i.value)")
    )
    for _ in range(30):
        page.keyboard.press("Enter", delay=10)
        if page.locator("button.primary:focus").count():
            break
    assert "recheck.differs" not in [item.kind for item in store.history(case_id)]
    shot(page, "recheck-entry")


def test_agreeing_is_done_at_once(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = automatic(store, profile)
    draw(store, profile)
    page = tab(expects=EXPECTS)
    _open(page, site)
    _type_all(page, profile)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice.good")).to_contain_text("完全一致")
    assert "recheck.agreed" in [item.kind for item in store.history(case_id)]
    page.goto(f"{site.url}/case/{case_id}")
    expect(page.locator("#summary")).to_contain_text("复核：登记无误")


def test_what_was_typed_stays_when_it_cannot_be_understood(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    automatic(store, profile)
    draw(store, profile)
    page = tab(expects=("422", *EXPECTS))
    _open(page, site)
    _type_all(page, profile, opened_on="昨天")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problem")).to_contain_text("开通日期")
    assert page.input_value("#e-opened_on") == "昨天"
    assert page.input_value("#e-owner_name") == "苏晓彤"


def test_a_wrong_record_is_corrected_from_the_comparison(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = automatic(store, profile, **MISREAD)
    draw(store, profile)
    page = tab(expects=EXPECTS)
    _open(page, site)
    other_id = f"{OWNER_ID[:-4]}0000"
    _type_all(page, profile, owner_phone="13803161235")
    page.keyboard.press("Control+Enter")
    rows = page.locator(".compare .differs")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("苏晓形")
    assert OWNER_ID not in page.content()
    assert other_id not in page.content()
    shot(page, "recheck-compare")
    page.check("[name='outcome.owner_name'][value=wrong]")
    page.check("[name='outcome.owner_phone'][value=slip]")
    page.fill("[name=ground]", "对照登记表原件")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".compare")).to_contain_text("已更正为 苏晓彤")
    expect(page.locator(".compare")).to_contain_text("复核录入有误")
    shot(page, "recheck-done")
    assert store.list_registry()[0].values["owner_name"] == "苏晓彤"
    assert "record.corrected" in [item.kind for item in store.history(case_id)]
    page = tab("wangke", expects=EXPECTS)
    page.goto(f"{site.url}/recheck")
    expect(page.locator(".rates")).to_contain_text("合计")
    shot(page, "recheck-rates")
    page.get_by_role("link", name="看件").click()
    expect(page.locator("#summary")).to_contain_text("登记有误 1 栏，已更正")


def test_a_number_is_covered_until_a_reason_is_given(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = automatic(store, profile)
    draw(store, profile)
    wrong_id = "131082199003077518"
    checker(store, profile, "shiban").enter(
        recheck_of(store, case_id).recheck_id, typed(profile, owner_id_number=wrong_id)
    )
    page = tab("wangke", expects=EXPECTS)
    page.goto(f"{site.url}/recheck")
    page.get_by_role("link", name="认定").click()
    expect(page.locator(".compare .differs")).to_contain_text("先显示证件号")
    assert OWNER_ID not in page.content()
    assert wrong_id not in page.content()
    site.store.events.record(
        "case.revealed", actor="wangke", case_id=case_id, note='{"ground": "核对"}', at=site.clock()
    )
    page.reload()
    expect(page.locator(".compare .differs")).to_contain_text(OWNER_ID)
    page.check("[name='outcome.owner_id_number'][value=slip]")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="回到复核")).to_be_visible()
    done = store.rechecks.of_case(case_id)
    assert done is not None
    (field,) = done.differing
    assert field.outcome is Outcome.SLIP


def test_the_pages_of_second_entry(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    first = automatic(store, profile, **MISREAD)
    automatic(store, profile, 2, account_name="三河夜话")
    draw(store, profile)
    recheck = recheck_of(store, first)
    page = tab("wangke", expects=EXPECTS)
    page.goto(f"{site.url}/recheck/{recheck.recheck_id}")
    expect(page.locator("main[data-ready]")).to_be_visible()
    look_at(page, "recheck-entry")
    checker(store, profile, "wangke").enter(recheck.recheck_id, typed(profile))
    for name, path in {"recheck-compare": f"/recheck/{recheck.recheck_id}", "recheck-list": "/recheck"}.items():
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        look_at(page, name)
