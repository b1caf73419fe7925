"""The statistics page: right figures, of one's own office, counted once in five minutes and from what changed only."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from pipeline.desk.officer import Officer
from pipeline.domain.life import Action, SetAsideReason
from pipeline.profile.schema import Profile
from pipeline.reports.figures import FRESH, Figures, FigureScope
from pipeline.reports.month_counting import count_months
from pipeline.reports.monthly import By, Figure
from pipeline.store.store import Store
from tests.review.cases import four_doubts, hand_in, registered
from tests.review.client import Client
from tests.review.conftest import Tab, shot
from tests.review.site import START, Clock, Site
from tests.validate.builders import licence

MONTH = START.date().replace(day=1)
CITY = FigureScope(office=None, first=MONTH, last=MONTH)


def _tile(text: str, name: str) -> int:
    return int(re.findall(rf"<dt>{name}</dt><dd>(\d+)</dd>", text)[0])


def _busy_day(store: Store, profile: Profile, clock: Clock) -> None:
    """A step of every kind."""
    record = registered(store, profile, number=20, name="三河甲")
    officer = Officer(name="liumin", store=store, profile=profile, clock=clock)
    changing = hand_in(store, profile, number=21, account_name="三河甲", description="新的简介")
    officer.set_aside(changing, "submission.change", reason=SetAsideReason.JUDGED, ground="已核")
    officer.act(changing, Action.CONCLUDE, change_of=record.number)
    officer.cancel_record(record.number, ground="停用")
    returned, moved, refused = (
        hand_in(store, profile, number=number, account_name=f"三河{number}", papers=(licence(),))
        for number in (22, 23, 24)
    )
    officer.act(returned, Action.RETURN)
    officer.act(moved, Action.TRANSFER, ground="属大厂", office="dachang")
    officer.act(refused, Action.REFUSE, ground="不属本市")
    officer.act(refused, Action.REOPEN, ground="复核")
    officer.correct(refused, {"account_type": "app"})


def test_what_is_kept_equals_what_is_counted_anew(store: Store, profile: Profile) -> None:
    clock = Clock()
    figures = Figures(store, profile, clock)
    four_doubts(store, profile)
    first = figures.show(CITY)
    assert first.monthly.of(By.TOTAL)[0].figures[Figure.RECEIVED] == 1
    _busy_day(store, profile, clock)
    assert figures.show(CITY) is first
    clock.ahead += FRESH
    now = figures.show(CITY)
    anew = count_months(store.iter_activity(), zone=profile.zone, first=MONTH, last=MONTH, at=now.at)
    assert now.monthly == anew
    (row,) = now.monthly.of(By.TOTAL)
    expected = {
        Figure.RECEIVED: 6,
        Figure.REGISTERED: 1,
        Figure.CHANGED: 1,
        Figure.RETURNED: 1,
        Figure.REFUSED: 1,
        Figure.REOPENED: 1,
        Figure.CANCELLED: 1,
        Figure.TRANSFERRED_OUT: 1,
        Figure.OPEN: 4,
    }
    assert {figure: row.figures[figure] for figure in expected} == expected
    assert {item.office: item.count for item in now.open if item.office == "dachang"} == {"dachang": 1}
    assert next(item for item in now.findings if item.code == "material.missing").count == 3


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_each_sees_the_figures_of_his_own_office(site: Site, store: Store, profile: Profile) -> None:
    four_doubts(store, profile)
    _busy_day(store, profile, site.clock)
    received = {}
    for login in ("liumin", "dachang1", "shiban", "shenji"):
        client = Client(site)
        client.log_in(login)
        received[login] = [_tile(client.get(f"/statistics{query}").text, "收件") for query in ("", "?office=sanhe")]
    assert received == {"liumin": [6, 6], "dachang1": [0, 0], "shiban": [6, 6], "shenji": [6, 6]}
    client = Client(site)
    client.log_in("shiban")
    assert _tile(client.get("/statistics?office=dachang").text, "期末在办") == 1
    for query, said in (
        ("from=x", "月份请按"),
        ("from=2019-01&to=2018-01", "起始月份晚于"),
        ("from=1900-01&to=2018-12", "一次最多统计"),
        ("from=2030-01", "在将来"),
    ):
        answer = client.get(f"/statistics?{query}")
        assert (answer.status, said in answer.text) == (200, True), query
    assert client.get("/statistics?from=2018-11&to=2018-11").text.count('scope="row">2018-1') == 1


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_drawing_says_what_the_table_says(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    page = tab()
    page.goto(f"{site.url}/case/{case_id}")
    site.clock.ahead += timedelta(minutes=2)
    officer = store.people.show("liumin")
    assert officer is not None
    store.times.decided(case_id, officer, site.clock(), "return")
    for number in range(1, 4):
        registered(store, profile, number=number + 1, name=f"三河{number}号")
    page.goto(f"{site.url}/statistics?from=2018-10&to=2018-12")
    assert page.locator("rect[class^=bar]").count() == 3 * 3 + 3
    bar = page.locator("svg[role=img] .bar-0").last
    assert bar.locator("title").text_content() == "2018-12 收件 4"
    row = page.locator("tr:has(th:text-is('2018-12')) td")
    assert row.nth(0).inner_text() == "4"
    highest = float(page.locator("svg[role=img] .axis").last.get_attribute("y1") or 0)
    assert float(bar.get_attribute("y") or 0) == highest  # four is where the axis ends
    expect(page.locator("[aria-labelledby=t-times]")).to_contain_text(re.compile(r"2 分 \d 秒\s*2 分 \d 秒"))
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator("svg[role=img]").is_visible()
    shot(page, "statistics-print")
