"""A record's originals come from the register's own addresses, covered, and with the viewer's name in them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pipeline.sandbox.pool import Jail
from tests.pictures.office import Office
from tests.review.client import Client
from tests.review.conftest import Tab
from tests.review.looks import look_at
from tests.review.site import Site


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_registered_form_in_word(tab: Tab, site: Site, jail: Jail) -> None:
    store = site.store
    office = Office(store=store, jail=jail, profile=site.parts.profile, evidence=site.parts.evidence)
    case_id = office.sample("01-sanhe-company-docx.eml")
    (record,) = store.list_registry()
    page = tab("shenji")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/page/" in request.url else None)
    page.goto(f"{site.url}/register/{record.id}")
    expect(page.locator("td[data-key=account_name]")).to_be_visible()
    assert record.values["owner_id_number"] not in page.content()
    page.locator("td[data-key=account_name]").click()
    expect(page.locator(".values [data-key=account_name]")).to_be_focused()
    look_at(page, "record-word")
    page.get_by_role("tab", name="营业执照").click()
    expect(page.locator(".paper img")).to_be_visible()
    assert asked
    assert all(f"/register/{record.id}/1/page/" in address for address in asked)
    look_at(page, "record-papers")
    assert page.locator("[data-reveal], .row-form").count() == 0
    page.locator("details[data-mail] > summary").click()
    expect(page.locator("[data-mail-text] pre")).to_be_visible()
    auditor = Client(site)
    auditor.log_in("shenji")
    file, number = asked[0].split("/")[-2:]
    assert auditor.get(f"/case/{case_id}/page/{file}/{number}").status == 403
    assert auditor.get(f"/register/{record.id}/1/page/{file}/{number}").status == 200
    assert auditor.post(f"/register/{record.id}/1/reveal", {"reason": "x"}).status == 403
