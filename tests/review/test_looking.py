"""Whoever only looks at a case does not keep it from the others; whoever was given it, or changed something, does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import four_doubts
from tests.review.conftest import Tab
from tests.review.site import Site

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def _ready(page: Page) -> None:
    expect(page.locator("main.case[data-ready]")).to_be_visible()


def _holds(store: Store, site: Site, case_id: str, page: Page) -> bool:
    page.wait_for_timeout(400)  # what is sent on leaving comes a moment later
    return case_id in store.claims.holders([case_id], site.clock())


def test_a_look_leaves_the_case_free(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    page.click("td.name a")
    _ready(page)
    assert _holds(store, site, case_id, page)
    page.click("nav a >> nth=0")
    expect(page.locator("main.queue")).to_be_visible()
    assert not _holds(store, site, case_id, page)


def test_what_was_changed_stays_in_hand(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    page.click("td.name a")
    _ready(page)
    page.keyboard.press("Enter")
    expect(page.locator("#s-opened_on")).to_have_text("已核")
    page.click("nav a >> nth=0")
    expect(page.locator("main.queue")).to_be_visible()
    assert _holds(store, site, case_id, page)


def test_what_was_given_out_stays_in_hand(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    page.keyboard.press("F8")
    _ready(page)
    page.click("nav a:has-text('台账')")
    expect(page.locator("h1")).to_contain_text("台账")
    assert _holds(store, site, case_id, page)
