"""People, mailboxes, rules and the log: what an administrator and an auditor do, and what they never see."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.domain.people import PeopleError, Role
from pipeline.profile.schema import Profile
from pipeline.store.models import Event
from pipeline.store.store import Store
from tests.review.cases import four_doubts, registered
from tests.review.client import Client
from tests.review.conftest import Tab, log_in, shot
from tests.review.site import PASSWORD, Site
from tests.validate.builders import OWNER_ID

SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
BOTH = pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
NEW = "another horse 电池 9"


@pytest.fixture
def administrator(site: Site) -> Client:
    made = Client(site)
    made.log_in("guanli")
    return made


def _once(text: str) -> str:
    return re.findall(r"data-once>([a-z0-9-]+)<", text)[0]


@SQLITE
def test_a_new_account_from_the_first_login_on(tab: Tab, site: Site) -> None:
    page = tab("guanli", expects=("422",))
    page.click("details.panel summary")
    page.fill("[name=login]", "liwen")
    page.fill("[name=name]", "李文")
    page.select_option("[name=role]", "officer")
    page.click("button:text-is('新增')")
    expect(page.locator("#add-problem")).to_have_text("请选择所属机构。")
    assert page.input_value("[name=name]") == "李文"
    expect(page.locator("[aria-invalid=true]")).to_have_attribute("name", "office")
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    page.select_option("[name=office]", "sanhe")
    page.click("button:text-is('新增')")
    password = page.locator("[data-once]").inner_text()
    shot(page, "one-time-password")
    page.goto(f"{site.url}/people/liwen")
    assert password not in page.content()
    fresh = tab(None)
    log_in(fresh, site, "liwen", password)
    expect(fresh.locator(".notice")).to_contain_text("一次性密码")
    assert fresh.locator(".top nav a").count() == 0
    fresh.goto(f"{site.url}/")
    assert fresh.url.endswith("/account")
    shot(fresh, "must-change")
    fresh.fill("[name=old]", password)
    fresh.fill("[name=new]", NEW)
    fresh.fill("[name=again]", NEW)
    fresh.click("button.primary")
    log_in(fresh, site, "liwen", NEW)
    expect(fresh.locator("h1")).to_have_text("待办")


def test_with_a_one_time_password_nothing_else_is_served(administrator: Client, site: Site, store: Store) -> None:
    used = Client(site)
    used.log_in("liumin")
    password = _once(administrator.post("/people/liumin/password").text)
    assert used.get("/").headers["location"] == "/login"  # sessions ended
    assert Client(site).log_in("liumin").status == 401
    client = Client(site)
    assert client.log_in("liumin", password).status == 303
    for path in ("/", "/register", "/statistics", "/profile"):
        assert client.get(path).headers["location"] == "/account", path
    for path in ("/next", "/account/totp", "/search"):
        assert client.post(path).headers["location"] == "/account", path
    assert client.post("/next", Accept="application/json").status == 403
    late = site.clock() + timedelta(days=3)
    site.clock.ahead += late - site.clock()
    assert Client(site).log_in("liumin", password).status == 401
    assert "user.password_reset" in [item.kind for item in store.list_events()]
    assert all(password not in item.note for item in store.list_events())


@BOTH
def test_the_last_administrator_stays(store: Store, site: Site) -> None:
    people, at = store.people, site.clock()
    for act in (
        lambda: people.disable("guanli", actor="x", at=at),
        lambda: people.set_role("guanli", Role.AUDITOR, None, actor="x", at=at),
    ):
        with pytest.raises(PeopleError, match="最后一个"):
            act()
    people.set_role("shenji", Role.ADMINISTRATOR, None, actor="x", at=at)
    people.disable("shenji", actor="x", at=at)
    with pytest.raises(PeopleError):
        people.disable("guanli", actor="x", at=at)
    people.enable("shenji", actor="x", at=at)
    people.disable("guanli", actor="x", at=at)
    people.disable("guanli", actor="x", at=at)


@SQLITE
def test_an_administrator_changes_others_and_not_himself(administrator: Client, site: Site, store: Store) -> None:
    assert "自己的账号" in administrator.post("/people/guanli/disable").text
    assert "自己的角色" in administrator.post("/people/guanli/role", {"role": "auditor"}).text
    assert administrator.post("/people/liumin/role", {"role": "supervisor", "office": "dachang"}).status == 303
    person = store.people.show("liumin")
    assert person is not None
    assert (person.role, person.office) == (Role.SUPERVISOR, "dachang")
    assert "请选择所属机构" in administrator.post("/people/liumin/role", {"role": "officer", "office": "x"}).text
    assert "请选择角色" in administrator.post("/people/liumin/role", {"role": "king"}).text
    open_one = Client(site)
    open_one.log_in("wangke")
    assert administrator.post("/people/wangke/disable").status == 303
    assert open_one.get("/account").headers["location"] == "/login?to=%2Faccount"
    assert administrator.post("/people/wangke/enable").status == 303
    assert open_one.log_in("wangke").status == 303
    assert administrator.get("/people/nobody").status == 404
    assert administrator.post("/people/nobody/disable").status == 404
    taken = administrator.post("/people", {"login": "Shiban", "name": "王", "role": "city"})
    assert (taken.status, "已被使用" in taken.text) == (422, True)
    hostile = administrator.post("/people", {"login": "x1", "name": "<b>&", "role": "city"})
    assert "<b>" not in hostile.text


@SQLITE
def test_the_second_factor_is_bound_and_taken_off(administrator: Client, site: Site, store: Store) -> None:
    client = Client(site)
    client.log_in("liumin")
    assert "密码不对" in client.post("/account/totp", {"password": "x"}).text
    text = client.post("/account/totp", {"password": PASSWORD}).text
    secret = re.findall(r'aria-label="密钥">([A-Z2-7 ]+)<', text)[0].replace(" ", "")
    wrong = client.post("/account/totp/confirm", {"code": "000000"})
    assert (wrong.status, "动态口令不对" in wrong.text) == (422, True)
    assert client.post("/account/totp/confirm", {"code": pyotp.TOTP(secret).at(site.clock())}).status == 303
    assert client.get("/account").headers["location"] == "/login?to=%2Faccount"  # who logged in without a code is out
    assert client.log_in("liumin").status == 200  # asks for the code
    site.clock.ahead += timedelta(seconds=60)
    code = pyotp.TOTP(secret).at(site.clock())
    assert client.log_in("liumin", code=code).status == 303
    assert "密码不对" in client.post("/account/totp/remove", {"password": "x"}).text
    assert client.post("/account/totp/remove", {"password": PASSWORD}).headers["location"] == "/login"
    assert Client(site).log_in("liumin").status == 303
    text = administrator.post("/people/wangke/totp").text
    secret = re.findall(r'aria-label="密钥">([A-Z2-7 ]+)<', text)[0].replace(" ", "")
    code = pyotp.TOTP(secret).at(site.clock())
    assert administrator.post("/people/wangke/totp/confirm", {"code": code}).headers["location"] == "/people/wangke"
    assert administrator.post("/people/wangke/totp/remove").status == 303
    assert [user.login for user in store.people.list() if user.has_totp] == []


@SQLITE
def test_what_is_wrong_stands_above_the_mailboxes(administrator: Client, site: Site, store: Store) -> None:
    wrong = (
        Condition(
            kind=AlarmKind.CODE_EXPIRED, subject="wxsh3252645@163.com", reason="refused", detail="授权码被拒绝。"
        ),
        Condition(kind=AlarmKind.DISK, reason="full", detail="磁盘已满，收取已停止。"),
    )
    store.alarms.settle(wrong, kinds=(AlarmKind.CODE_EXPIRED, AlarmKind.DISK), now=site.clock())
    text = administrator.get("/mailboxes").text
    assert "授权码失效" in text
    assert "磁盘已满，收取已停止。" in text
    own = Client(site)
    own.log_in("dachang2")
    text = own.get("/mailboxes").text
    assert "授权码被拒绝" not in text
    assert "磁盘已满" not in text


@SQLITE
def test_mailboxes_show_how_they_do_to_whom_they_concern(administrator: Client, site: Site, store: Store) -> None:
    now = site.clock()
    store.ledger.record_poll("wxsh3252645@163.com", now=now - timedelta(days=1), error=None, listed={})
    store.ledger.record_poll("wxsh3252645@163.com", now=now, error="login_refused", listed={})
    store.ledger.record_poll("someone@else.cn", now=now, error=None, listed={})
    text = administrator.get("/mailboxes").text
    assert "连续 1 次失败" in text
    assert "授权码可能已失效" in text
    assert "someone@else.cn" in text
    own = Client(site)
    own.log_in("dachang2")
    text = own.get("/mailboxes").text
    assert "dcjdxc@163.com" in text
    assert "wxsh3252645" not in text
    assert "someone@else.cn" not in text


@SQLITE
def test_an_administrator_sees_nothing_of_a_citizen(administrator: Client, store: Store, profile: Profile) -> None:
    four_doubts(store, profile)
    record = registered(store, profile)
    secrets = (
        OWNER_ID,
        *(record.values[key] for key in ("owner_name", "owner_phone", "account_subject", "account_name")),
    )
    for path in ("/people", "/people/liumin", "/mailboxes", "/profile", "/account"):
        answer = administrator.get(path)
        assert answer.status == 200
        assert [secret for secret in secrets if secret in answer.text] == [], path
    assert "三、期限" in administrator.get("/profile").text


@BOTH
def test_the_log_is_read_by_the_auditor_and_proves_itself(site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    store.events.record(
        "case.taken_over",
        actor="wangke",
        case_id=case_id,
        note=f'{{"ground": "身份证{OWNER_ID}待核"}}',
        at=site.clock(),
    )
    client = Client(site)
    client.log_in("shenji")
    text = client.get("/log").text
    assert "接管案件" in text
    assert OWNER_ID not in text
    assert "身份证" in text
    assert "接管案件" in client.get(f"/log?case={case_id[:8]}").text
    assert "接管案件" not in client.get("/log?kind=login").text
    assert "角色 管理员" in client.get("/log?kind=user&actor=test").text
    assert "没有符合条件" in client.get("/log?from=2019-01-01").text
    assert "日期请按" in client.get("/log?from=x").text
    assert "没有这一编号" in client.get("/log?case=ffffffff").text
    assert "日志完整" in client.post("/log/check").text
    is_sqlite = store._database.is_sqlite
    opened = "DROP TRIGGER events_no_update" if is_sqlite else "ALTER TABLE events DISABLE TRIGGER ALL"
    with store._database.writing() as connection:
        connection.exec_driver_sql(opened)
        connection.execute(update(Event).where(Event.seq == 3).values(actor="someone"))
    assert "日志第 3 条被更改" in client.post("/log/check").text


@SQLITE
def test_the_log_has_pages(site: Site, store: Store) -> None:
    for number in range(230):
        store.events.record("case.viewed", actor="wangke", at=site.clock(), note=f"n{number}")
    client = Client(site)
    client.log_in("shenji")
    found, place = [], "/log?actor=wangke"
    while place:
        text = client.get(place).text
        found += re.findall(r">n(\d+)<", text)
        place = next(iter(re.findall(r'rel="next" href="([^"]+)"', text)), "").replace("&amp;", "&")
    assert found == [str(number) for number in reversed(range(230))]
