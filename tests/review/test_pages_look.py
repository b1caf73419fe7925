"""Register, statistics and administration: no accessibility fault in light and dark, each fits its screen and a phone."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from pipeline.desk.officer import Officer
from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.domain.life import Action, SetAsideReason
from pipeline.profile.schema import Profile
from pipeline.review.home import PLACES
from pipeline.store.store import Store
from tests.review.cases import HOSTILE, four_doubts, hand_in, registered
from tests.review.conftest import Tab
from tests.review.looks import look_at
from tests.review.site import Site
from tests.validate.builders import licence

PAGES: Final = {
    "wangke": ("/register", "/register?office=sanhe&from=x", "/register?state=cancelled", "/register/1", "/statistics"),
    "shenji": ("/log", "/register/1"),
    "guanli": ("/people", "/people/liumin", "/mailboxes", "/profile"),
}


@pytest.fixture
def full(site: Site, store: Store, profile: Profile) -> Site:
    """A site where something happened."""
    record = registered(store, profile)
    officer = Officer(name="wangke", store=store, profile=profile, clock=site.clock)
    changing = hand_in(store, profile, number=2, account_name="燕郊早知道", description="新的简介")
    officer.set_aside(changing, "submission.change", reason=SetAsideReason.JUDGED, ground="核对无误")
    officer.act(changing, Action.CONCLUDE, change_of=record.number)
    four_doubts(store, profile, number=3)
    hand_in(store, profile, number=4, account_name="三河楼市", papers=(licence(),))
    hand_in(store, profile, number=5, **HOSTILE)
    registered(store, profile, number=6, name="三河美食圈")
    store.ledger.record_poll("wxsh3252645@163.com", now=site.clock(), error="login_refused", listed={})
    wrong = (
        Condition(
            kind=AlarmKind.CODE_EXPIRED,
            subject="wxsh3252645@163.com",
            reason="expired",
            detail="wxsh3252645@163.com：授权码被服务器拒绝，可能已失效。",
        ),
        Condition(kind=AlarmKind.DISK, reason="full", detail="磁盘已满，收取已停止。"),
    )
    store.alarms.settle(wrong, kinds=(AlarmKind.CODE_EXPIRED, AlarmKind.DISK), now=site.clock())
    return site


@pytest.mark.parametrize("login", PAGES)
def test_the_pages_of_a_role(login: str, tab: Tab, full: Site) -> None:
    page = tab(login)
    for path in PAGES[login]:
        page.goto(full.url + path)
        page.wait_for_load_state("networkidle")
        _open_all(page)
        look_at(page, _name(login, path))


def test_the_pages_an_answer_leads_to(tab: Tab, full: Site) -> None:
    page = tab("shenji")
    page.goto(f"{full.url}/log")
    page.locator("form[action='/log/check'] button").click()
    expect(page.locator("td.subject", has_text="存储异常")).to_be_visible()
    expect(page.locator("td.subject", has_text="expired")).to_have_count(0)
    look_at(page, "log-checked")
    page = tab("guanli")
    page.goto(f"{full.url}/people/liumin")
    page.locator("form[action$='/totp'] button").click()
    look_at(page, "totp")


def test_each_role_is_led_to_what_is_its_own(tab: Tab, full: Site) -> None:
    expected = {
        "liumin": ["queue", "recheck", "register", "statistics", "profile"],
        "shiban": ["queue", "recheck", "register", "statistics", "mailboxes", "profile"],
        "shenji": ["register", "statistics", "log", "profile"],
        "guanli": ["people", "mailboxes", "profile"],
    }
    names = {place.key: place.name for place in PLACES}
    for login, keys in expected.items():
        page = tab(login)
        assert page.locator(".top nav a").all_inner_texts() == [names[key] for key in keys]
        assert page.locator(".top nav a[aria-current=page]").inner_text() == names[keys[0]]


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details.panel').forEach((item) => { item.open = true; })")


def _name(login: str, path: str) -> str:
    return f"{login}{path.partition('?')[0].replace('/', '-')}{'-q' if '?' in path else ''}"
