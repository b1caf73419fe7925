"""The register: found, shown with its versions and originals, changed, cancelled, exported; each record by its office."""

from __future__ import annotations

import http.client
import io
import json
import re
import time
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from pipeline.desk.officer import Officer
from pipeline.domain.life import Action, SetAsideReason
from pipeline.profile.schema import Profile
from pipeline.review import exporting, register_page
from pipeline.store.store import Store
from tests.review.cases import hand_in, registered
from tests.review.client import FORM, Client
from tests.review.conftest import Tab, shot
from tests.review.site import Site
from tests.validate.builders import OWNER_ID

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture
def client(site: Site) -> Client:
    made = Client(site)
    made.log_in("wangke")
    return made


def _listed(client: Client, **query: str) -> list[str]:
    answer = client.get(f"/register?{urlencode(query)}")
    assert answer.status == 200
    return re.findall(r'href="/register/\d+">([^<]+)</a>', answer.text)


def _kinds(store: Store) -> list[str]:
    return [item.kind for item in store.list_events()]


def test_records_are_found(client: Client, site: Site, store: Store, profile: Profile) -> None:
    first = registered(store, profile, number=1, name="燕郊早知道")
    registered(store, profile, number=2, name="三河美食圈", account_type="app")
    assert _listed(client) == ["三河美食圈", "燕郊早知道"]
    assert _listed(client, account="燕郊 早知道") == ["燕郊早知道"]
    assert _listed(client, account="燕郊") == []
    assert _listed(client, subject=first.values["account_subject"]) == ["三河美食圈", "燕郊早知道"]
    assert _listed(client, type="app") == ["三河美食圈"]
    assert _listed(client, type="wechat", entity="company", state="active") == ["燕郊早知道"]
    assert _listed(client, entity="individual") == []
    assert _listed(client, **{"from": "2018-12-16", "to": "2018-12-16"}) == ["三河美食圈", "燕郊早知道"]
    assert _listed(client, to="2018-12-15") == []
    assert "起始日期晚于截止日期" in client.get("/register?from=2018-12-02&to=2018-12-01").text
    assert client.get(f"/register?number={quote(first.number)}").headers["location"] == f"/register/{first.id}"
    other = Client(site)
    other.log_in("dachang2")
    assert _listed(other) == _listed(other, account="燕郊早知道") == _listed(other, office="sanhe") == []
    assert other.get(f"/register?number={quote(first.number)}").status == 200


@SQLITE
def test_pages_of_the_register_hold_each_record_once(
    client: Client, store: Store, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_page, "PAGE_ROWS", 2)
    names = [f"三河{letter}" for letter in "甲乙丙丁戊"]
    for number, name in enumerate(names, 1):
        registered(store, profile, number=number, name=name, account_type="app" if number % 2 else "wechat")
    for path, expected in (("/register", names[::-1]), ("/register?type=app", names[::-2])):
        found, place = [], path
        while place:
            text = client.get(place).text
            found += re.findall(r'href="/register/\d+">([^<]+)</a>', text)
            place = next(iter(re.findall(r'rel="next" href="([^"]+)"', text)), "").replace("&amp;", "&")
        assert found == expected


@SQLITE
def test_an_id_number_never_stands_in_an_address(client: Client, site: Site, store: Store, profile: Profile) -> None:
    registered(store, profile)
    place = client.post("/register/search", {"owner_id": OWNER_ID.lower()}).headers["location"]
    assert OWNER_ID not in place.upper()
    listed = client.get(place)
    assert "燕郊早知道" in listed.text
    assert OWNER_ID not in listed.text
    other = Client(site)
    other.log_in("liumin")
    assert "已过期" in other.get(place).text
    assert client.post("/register/search", {"owner_id": ""}).headers["location"] == "/register"


def test_a_change_leads_to_its_record_and_back(tab: Tab, site: Site, store: Store, profile: Profile) -> None:
    record = registered(store, profile)
    case_id = hand_in(store, profile, number=2, account_name="燕郊早知道", description="新的简介")
    Officer(name="liumin", store=store, profile=profile, clock=site.clock).set_aside(
        case_id, "submission.change", reason=SetAsideReason.JUDGED, ground="已核"
    )
    page = tab()
    page.goto(f"{site.url}/register/{record.id}")
    page.click(".notice a")
    expect(page.locator("main[data-ready]")).to_be_visible()
    expect(page.locator(".stick .notice a")).to_have_text(record.number)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dlg-change input[name=change_of]")).to_have_value(record.number)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("办结")
    page.goto(f"{site.url}/register/{record.id}")
    _until(lambda: len(store.versions(record.number)) == 2)
    page.reload()
    expect(page.locator("main[data-ready]")).to_be_visible()
    expect(page.locator(".versions")).to_contain_text("新的简介")
    expect(page.locator(".values [data-key=description]")).to_contain_text("新的简介")
    page.click(".versions a[href$='/1']")
    expect(page.locator(".summary")).to_contain_text("不是现行内容")
    expect(page.locator(".values [data-key=description]")).not_to_contain_text("新的简介")
    shot(page, "record-first-version")


@SQLITE
def test_a_record_is_shown_covered_and_every_look_is_recorded(
    tab: Tab, site: Site, store: Store, profile: Profile
) -> None:
    record = registered(store, profile)
    page = tab()
    page.goto(f"{site.url}/register/{record.id}")
    expect(page.locator(".values [data-key=owner_id_number]")).to_contain_text("***")
    assert OWNER_ID not in page.content()
    assert "record.viewed" in _kinds(store)
    page.click(".row-form button")
    expect(page.locator(".values [data-key=owner_id_number]")).to_contain_text(OWNER_ID)
    assert "case.revealed" in _kinds(store)
    other = Client(site)
    other.log_in("shenji")
    assert OWNER_ID not in other.get(f"/register/{record.id}").text
    assert "核对登记表与证件" in other.get(f"/register/{record.id}").text  # who revealed it, and why


@SQLITE
def test_cancelling_needs_a_ground_and_a_second_thought(
    client: Client, site: Site, store: Store, profile: Profile
) -> None:
    record = registered(store, profile)
    path = f"/register/{record.id}/cancel"
    assert "请勾选确认" in client.post(path, {"ground": "账号停用"}).text
    refused = client.post(path, {"sure": "1", "ground": "  "})
    assert (refused.status, "注销备案须写明理由" in refused.text) == (422, True)
    assert client.post(path, {"sure": "1", "ground": "账号停用"}).status == 303
    again = client.post(path, {"sure": "1", "ground": "账号停用"})
    assert (again.status, "已经注销" in again.text) == (409, True)
    text = client.get(f"/register/{record.id}").text
    assert "已注销" in text
    assert "账号停用" in text
    assert "注销备案…" not in text
    assert _listed(client, state="active") == []
    (event,) = [item for item in store.list_events() if item.kind == "record.cancelled"]
    assert event.actor == "wangke"


def _export(client: Client, **values: str) -> tuple[int, Mapping[str, str], bytes]:
    """The bytes as they came. Raises `IncompleteRead` for a file that was cut."""
    address = urlsplit(client.site.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=30)
    headers = {"Cookie": client.cookie, "Content-Type": FORM, "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", "/register/export", urlencode({"csrf": client.csrf} | values), headers)
    answer = connection.getresponse()
    try:
        return answer.status, {key.lower(): value for key, value in answer.headers.items()}, answer.read()
    finally:
        connection.close()


def test_the_register_leaves_as_a_file_and_this_is_recorded(
    client: Client, site: Site, store: Store, profile: Profile
) -> None:
    registered(store, profile, number=1, name="=1+2")
    registered(store, profile, number=2, name="三河美食圈")
    status, headers, content = _export(client, format="csv", office="dachang")
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert headers["content-disposition"].startswith("attachment;")
    text = content.decode("utf-8-sig")
    assert "'=1+2" in text
    assert len(text.splitlines()) == 3  # the supervisor's own office, whatever was asked for
    assert OWNER_ID not in text
    assert len(json.loads(_export(client, format="json")[2])) == 2
    book = load_workbook(io.BytesIO(_export(client, format="xlsx")[2]), read_only=True)
    assert book.sheetnames == ["台账", "变更与注销"]
    refused = client.post("/register/export", {"format": "csv", "reveal": "1", "ground": " "})
    assert (refused.status, "须写明用途" in refused.text) == (422, True)
    assert OWNER_ID in _export(client, format="csv", reveal="1", ground="省办核查")[2].decode()
    kinds = _kinds(store)
    assert (kinds.count("registry.exported"), kinds.count("registry.revealed")) == (3, 1)
    assert client.post("/register/export", {"format": "exe"}).status == 400
    other = Client(site)
    other.log_in("dachang2")
    assert len(_export(other, format="csv", office="sanhe")[2].splitlines()) == 1


def test_what_the_page_lists_is_what_the_file_holds(
    client: Client, site: Site, store: Store, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form of the export carries the page's filters, and every page of the list is in the file."""
    monkeypatch.setattr(register_page, "PAGE_ROWS", 2)
    for number, kind in enumerate(("app", "wechat", "app", "app"), 1):
        record = registered(store, profile, number=number, name=f"三河{number}号", account_type=kind)
    searched = client.post("/register/search", {"owner_id": OWNER_ID}).headers["location"].partition("?")[2]
    subject = urlencode({"subject": record.values["account_subject"]})
    queries = ("", "type=app", "type=app&entity=individual", "account=" + quote("三河 2号"), subject, searched)
    sizes = []
    for query in (*queries, "from=2018-12-17", "office=dachang&type=app", f"number={quote('无此号')}"):
        listed, place = [], f"/register?{query}"
        while place:
            text = client.get(place).text
            listed += re.findall(r'<td class="number">([^<]+)</td>', text)
            place = next(iter(re.findall(r'rel="next" href="([^"]+)"', text)), "").replace("&amp;", "&")
        form = text.partition('action="/register/export"')[2].partition("</form>")[0]
        hidden = {key: unescape(value) for key, value in HIDDEN.findall(form) if key != "csrf"}
        records = json.loads(_export(client, format="json", **hidden)[2])
        assert sorted(row["number"] for row in records) == sorted(listed), query
        assert len(_export(client, format="csv", **hidden)[2].decode("utf-8-sig").splitlines()) == 1 + len(listed)
        sheet = load_workbook(io.BytesIO(_export(client, format="xlsx", **hidden)[2]))["台账"]
        assert f"共 {len(listed)} 条" in sheet["A2"].value
        sizes.append(len(listed))
    assert sizes == [4, 3, 0, 1, 4, 4, 0, 3, 0]
    gone = client.post("/register/export", {"format": "csv", "found": "x"})
    assert (gone.status, "已过期" in gone.text) == (422, True)
    assert OWNER_ID not in "".join(item.note for item in store.list_events())
    shown = client.get("/register?type=app&from=2018-12-01").text
    assert "导出上面列出的全部记录（所有页）：备案机构 三河网信办，备案日期 2018-12-01 至 今，账号类型 " in shown


@SQLITE
def test_a_cut_export_shows_as_cut(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: BinaryIO, *_: Any, **__: Any) -> None:
        file.write(b"x" * 100_000)
        raise RuntimeError

    monkeypatch.setattr(exporting, "write_register", fail)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        _export(client, format="csv")


@SQLITE
def test_whoever_leaves_makes_room_for_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    def endless(file: BinaryIO, *_: Any, **__: Any) -> None:
        try:
            while True:
                file.write(b"x" * 65_536)
        finally:
            ended.append("ended")

    monkeypatch.setattr(exporting, "write_register", endless)
    address = urlsplit(client.site.url)
    connections = []
    for _ in range(2):
        connection = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=30)
        headers = {"Cookie": client.cookie, "Content-Type": FORM, "Sec-Fetch-Site": "same-origin"}
        body = urlencode({"csrf": client.csrf, "format": "csv"})
        connection.request("POST", "/register/export", body, headers)
        connection.getresponse().read(10)
        connections.append(connection)
    assert client.post("/register/export", {"format": "csv"}).status == 429
    for connection in connections:
        connection.close()
    _until(lambda: len(ended) == 2)
    monkeypatch.undo()
    assert _export(client, format="csv")[0] == 200


@SQLITE
def test_another_offices_record_is_nowhere(site: Site, store: Store, profile: Profile) -> None:
    record = registered(store, profile)
    other = Client(site)
    other.log_in("dachang2")
    for path in ("", "/1", "/1/mail", "/1/page/1/1"):
        assert other.get(f"/register/{record.id}{path}").status == 404
    own = Client(site)
    own.log_in("wangke")
    for path in ("x", "0", "99999999999", f"{record.id}/2", f"{record.id}/0", f"{record.id}/x"):
        assert own.get(f"/register/{path}").status == 404, path


def test_actions_of_a_record_are_those_of_its_last_version(site: Site, store: Store, profile: Profile) -> None:
    """A record changed while somebody looks at it is cancelled as it is now, and its history says so."""
    record = registered(store, profile)
    officer = Officer(name="wangke", store=store, profile=profile, clock=site.clock)
    case_id = hand_in(store, profile, number=2, account_name="燕郊早知道", description="新的简介")
    officer.set_aside(case_id, "submission.change", reason=SetAsideReason.JUDGED, ground="已核")
    officer.act(case_id, Action.CONCLUDE, change_of=record.number)
    client = Client(site)
    client.log_in("shiban")
    assert client.post(f"/register/{record.id}/cancel", {"sure": "1", "ground": "停用"}).status == 303
    assert [item.kind for item in store.versions(record.number)] == ["registered", "changed", "cancelled"]


def _until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 8
    while not ready() and time.monotonic() < end:
        time.sleep(0.05)
    assert ready()
