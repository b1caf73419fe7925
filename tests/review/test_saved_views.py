"""Views somebody keeps, and the counts on the tabs; on both databases."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from pipeline.domain.life import LifeError
from pipeline.profile.schema import Profile
from pipeline.store.records import QueueScope
from pipeline.store.saved_views import MOST
from pipeline.store.store import Store
from tests.review.cases import four_doubts
from tests.review.client import Client
from tests.review.conftest import Tab, shot
from tests.review.site import START, Site, add_people


def test_views_are_ones_own_and_sealed(store: Store) -> None:
    add_people(store)
    one, other = (user for user in store.people.list() if user.login in ("liumin", "wangke"))
    store.saved_views.keep(one, " 急件 ", {"late": "1", "account": "三河晨露生活"}, START)
    store.saved_views.keep(one, "急件", {"late": "1", "account": "燕郊早知道"}, START)
    (view,) = store.saved_views.of(one)
    assert (view.name, dict(view.pairs)) == ("急件", {"late": "1", "account": "燕郊早知道"})
    assert store.saved_views.of(other) == ()
    assert not store.saved_views.remove(other, view.view_id)
    assert not store.saved_views.remove(one, "nonsense")
    with store._database.reading() as connection:
        content = bytes(connection.execute(text("SELECT content FROM saved_views")).scalar_one())
    assert "急件".encode() not in content
    with pytest.raises(LifeError, match="名称"):
        store.saved_views.keep(one, "  ", {}, START)
    for number in range(MOST - 1):
        store.saved_views.keep(one, f"视图{number}", {}, START)
    with pytest.raises(LifeError, match="最多"):
        store.saved_views.keep(one, "再来一个", {}, START)
    assert store.saved_views.remove(one, view.view_id)
    assert len(store.saved_views.of(one)) == MOST - 1


def test_counts_go_no_further_than_asked(store: Store, profile: Profile) -> None:
    for number in range(1, 5):
        four_doubts(store, profile, number=number, name=f"三河{number}号")
    everything = QueueScope(offices=frozenset({"sanhe"}))
    assert [store.count_cases(everything, most=most) for most in (3, 10)] == [3, 4]
    assert store.count_cases(QueueScope(offices=frozenset({"dachang"})), most=10) == 0


def test_a_view_is_kept_used_and_forgotten(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    four_doubts(store, profile)
    page = tab()
    expect(page.locator(".views a").first).to_have_text(re.compile(r"待办\s*1"))
    page.goto(f"{site.url}/?code=material.missing&account={quote('三河<b>')}")
    page.fill(".keep [name=name]", "缺件<i>")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/?code=material.missing*")
    shot(page, "saved-view")
    page.goto(site.url)
    page.get_by_role("link", name="缺件<i>").click()
    assert page.input_value("[name=account]") == "三河<b>"
    assert page.locator("select[name=code]").input_value() == "material.missing"
    page.get_by_role("button", name="删除视图").click()
    expect(page.locator(".kept")).to_have_count(0)


def test_an_id_number_searched_for_is_not_kept(site: Site) -> None:
    client = Client(site)
    client.log_in("liumin")
    found = client.post("/search", {"owner_id": "131082199003077518"}).headers["location"]
    name = found.rpartition("found=")[2]
    client.post("/views", {"name": "号码", "view": "all", "found": name})
    (view,) = site.store.saved_views.of(next(user for user in site.store.people.list() if user.login == "liumin"))
    assert dict(view.pairs) == {"view": "all"}
