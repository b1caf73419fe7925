"""The pages of the desk: no accessibility fault in light and dark, each fits its screen, hostile texts are texts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import HOSTILE, four_doubts, hand_in
from tests.review.conftest import Tab, log_in, shot
from tests.review.looks import look_at
from tests.review.site import Site
from tests.validate.builders import licence

#: Looks do not depend on the database.
DIALOGS = ("settle", "paper", "return", "refuse", "transfer", "reopen", "change", "split", "join", "reveal", "help")


def test_the_desks_pages(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    page = tab(None, expects=("401", "404"))
    page.goto(f"{site.url}/login")
    look_at(page, "login")
    page.fill("[name=login]", "liumin")
    page.fill("[name=password]", "wrong wrong wrong")
    page.click("button.primary")
    expect(page.locator(".problem")).to_be_visible()
    look_at(page, "login-refused")
    log_in(page, site, "liumin")
    case_id = four_doubts(store, profile)
    hand_in(
        store, profile, number=2, account_name="三河楼市", papers=(licence(),), received="2018-12-01T09:00:00+08:00"
    )
    for name, path in {
        "queue": "/",
        "queue-empty": "/?view=mine&late=1",
        "account": "/account",
        "missing": "/nowhere",
        "case": f"/case/{case_id}",
    }.items():
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        look_at(page, name)
    for dialog in DIALOGS:
        page.evaluate(f"document.getElementById('dlg-{dialog}').showModal()")
        look_at(page, f"dialog-{dialog}", phone=False)
        page.keyboard.press("Escape")


def test_hostile_values_are_texts_everywhere(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, number=1, **HOSTILE)
    page = tab()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    expect(page.locator("td.name")).to_contain_text("<script>document.title")
    page.goto(f"{site.url}/case/{case_id}")
    expect(page.locator("main[data-ready]")).to_be_visible()
    for key, value in HOSTILE.items():
        assert page.input_value(f"#f-{key}") == value
    expect(page.locator("#m-owner_wechat")).to_contain_text("⟨U+202E⟩")
    expect(page.locator("#summary h1")).to_contain_text("<script>")
    assert page.locator("main img[src=x], main script").count() == 0
    assert "X" not in page.title().split("·")[-1]
    page.focus("#f-owner_wechat")
    page.keyboard.press("Enter")  # what comes back from the server goes into the page as well
    expect(page.locator("#s-owner_wechat")).not_to_have_text("保存中")
    assert page.locator("main img[src=x], main script").count() == 0
    page.keyboard.press("F2")
    expect(page.locator("#dlg-return")).to_be_visible()
    assert page.locator("dialog img, dialog script").count() == 0
    shot(page, "hostile")


def test_a_case_is_printed_whole(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    page.goto(f"{site.url}/case/{case_id}")
    page.emulate_media(media="print")
    assert not page.locator(".decide").is_visible()
    assert page.locator("#f-admin_wechat").bounding_box() is not None
    shot(page, "print")
