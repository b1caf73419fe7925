from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
)

from pipeline.profile.schema import Profile
from pipeline.sandbox.pool import Jail
from pipeline.store.store import Store
from tests.review.client import Client
from tests.review.site import PASSWORD, Clock, Site, add_people, make_parts, serving

#: Where screenshots go, if they are wanted.
SHOTS = os.environ.get("BEIAN_TEST_SCREENSHOTS")
DESK = {"width": 1366, "height": 768}

Tab = Callable[..., Page]


@pytest.fixture
def site(store: Store, profile: Profile, jail: Jail) -> Iterator[Site]:
    """The pages, served, with people and no cases."""
    clock = Clock()
    add_people(store)
    parts = make_parts(store, profile, clock, jail)
    with serving(parts) as url:
        yield Site(url=url, store=store, parts=parts, clock=clock)


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    """Opens a browser of its own for somebody who is logged in already (None: for nobody).

    Whatever it says on its console, and any request to another machine, fails the test at its end.
    `expects` are parts of console lines that are meant, such as a refusal's status.
    """
    faults: list[str] = []

    contexts: list[BrowserContext] = []

    def open_tab(login: str | None = "liumin", *, expects: tuple[str, ...] = (), **options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESK} | options)
        contexts.append(context)
        context.on("request", lambda request: _only_here(request, site.url, faults))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda message: _listen(message, faults, expects))
        page.set_default_timeout(8000)
        if login is not None:
            page.goto(_let_in(context, site, login))
        return page

    yield open_tab
    for context in contexts:
        _close(context)
    assert faults == []


def _close(context: BrowserContext) -> None:
    """Leave every page first: a context that is closed while a page is on its way to another may stand still for ever."""
    for page in context.pages:
        _leave(page)
    context.close()


def _leave(page: Page, *, tries: int = 10) -> None:
    for left in reversed(range(tries)):
        try:
            page.goto("about:blank")
        except Error as error:
            if left == 0 or "interrupted by another navigation" not in error.message:
                raise
            page.wait_for_timeout(100)
        else:
            return


def _let_in(context: BrowserContext, site: Site, login: str) -> str:
    """Log in without a page, which costs a quarter of what a tab does; returns the address that the login leads to."""
    client = Client(site)
    answer = client.post("/login", {"login": login, "password": PASSWORD})
    name, _, token = client.cookie.partition("=")
    context.add_cookies([{"name": name, "value": token, "url": site.url, "httpOnly": True, "sameSite": "Strict"}])
    return site.url + answer.headers["location"]


def log_in(page: Page, site: Site, login: str, password: str = PASSWORD) -> None:
    """As a person does it."""
    page.goto(f"{site.url}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button.primary")
    page.wait_for_url(lambda address: not address.endswith("/login"))


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where the environment asks for it."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def _only_here(request: Request, url: str, faults: list[str]) -> None:
    if not request.url.startswith((url, "blob:")):
        faults.append(f"left the machine: {request.url}")


def _listen(message: ConsoleMessage, faults: list[str], expects: tuple[str, ...]) -> None:
    if message.type in ("error", "warning") and not any(part in message.text for part in expects):
        faults.append(f"{message.type}: {message.text}")
