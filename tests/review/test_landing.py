"""After a login one is where one wanted to be, and nowhere outside this server."""

from __future__ import annotations

import pytest

from pipeline.review.landing import login_address, own_page
from tests.review.client import Client
from tests.review.conftest import Tab, log_in
from tests.review.site import PASSWORD, Site

SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "address",
    ["/", "/register", "/case/0a1b", "/people/li-wen", "/?office=sanhe&q=%E5%BC%A0", "/register?from=2026-01-01"],
)
def test_pages_of_this_server_are_followed(address: str) -> None:
    assert own_page(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/case\r\nSet-Cookie: a=b",
        "/case/../../x",
        "/%2fevil.example",
        "/case#@evil.example",
        "/login",
        "/login?to=/login",
        "/" + "a" * 600,
        "case",
        "",
        "/case\n",
    ],
)
def test_nothing_else_is_followed(address: str) -> None:
    assert own_page(address) == ""


def test_the_first_page_needs_no_memory() -> None:
    assert login_address("/", "") == "/login"
    assert login_address("/register", "year=2026") == "/login?to=%2Fregister%3Fyear%3D2026"


@SQLITE
def test_a_login_leads_to_the_page_that_was_asked_for(tab: Tab, site: Site) -> None:
    page = tab(None, expects=("401",))
    page.goto(f"{site.url}/register?from=2026-01-01")
    page.fill("[name=login]", "liumin")
    page.fill("[name=password]", "wrong")
    page.click("button.primary")
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/register?from=2026-01-01")
    page.click("text=退出")
    log_in(page, site, "liumin")
    assert page.url == f"{site.url}/"


@SQLITE
def test_a_link_that_leads_elsewhere_is_forgotten(site: Site) -> None:
    client = Client(site)
    assert "evil" not in client.get("/login?to=//evil.example/").text
    answer = client.post("/login", {"login": "liumin", "password": PASSWORD, "to": "//evil.example/"})
    assert (answer.status, answer.headers["location"]) == (303, "/")


@SQLITE
def test_what_was_to_be_done_is_not_done_by_a_login(site: Site) -> None:
    assert Client(site).post("/next", {}).headers["location"] == "/login"
