"""Each page: no accessibility fault in light and dark, fits its screen, shows hostile texts as texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import HOSTILE, four_doubts, hand_in
from tests.review.conftest import Tab, shot
from tests.review.site import Site
from tests.validate.builders import licence

#: Looks do not depend on the database.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
DIALOGS = ("settle", "paper", "return", "refuse", "transfer", "reopen", "change", "split", "join", "reveal", "help")


def _faults(page: Page) -> list[Any]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(item["id"], [node["html"][:200] for node in item["nodes"]]) for item in found]


def _pages(site: Site, store: Store, profile: Profile) -> Iterator[tuple[str, str]]:
    case_id = four_doubts(store, profile)
    hand_in(
        store, profile, number=2, account_name="三河楼市", papers=(licence(),), received="2018-12-01T09:00:00+08:00"
    )
    yield "queue", "/"
    yield "queue-empty", "/?view=mine&late=1"
    yield "case", f"/case/{case_id}"
    yield "account", "/account"
    yield "missing", "/nowhere"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_fault(scheme: str, tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    page = tab(None, color_scheme=scheme, bypass_csp=True, expects=("404",))
    page.goto(f"{site.url}/login")
    assert _faults(page) == []
    shot(page, f"login-{scheme}")
    page.fill("[name=login]", "liumin")
    page.fill("[name=password]", "wrong wrong wrong")
    page = tab(color_scheme=scheme, bypass_csp=True, expects=("404",))
    for name, path in _pages(site, store, profile):
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        assert _faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        shot(page, f"{name}-{scheme}")
        if name == "case":
            _dialogs(page, scheme)


def _dialogs(page: Page, scheme: str) -> None:
    for dialog in DIALOGS:
        page.evaluate(f"document.getElementById('dlg-{dialog}').showModal()")
        assert _faults(page) == [], dialog
        shot(page, f"dialog-{dialog}-{scheme}")
        page.keyboard.press("Escape")


def test_a_phone_in_portrait_reads_without_scrolling_sideways(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    page = tab(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, expects=("404",))
    for name, path in _pages(site, store, profile):
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        shot(page, f"{name}-phone")


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
