"""Real mails, really read: pages beside the fields, boxes and fields linked both ways, numbers covered until asked for."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pipeline.sandbox.pool import Jail
from tests.pictures.office import Office, letter
from tests.review.client import Client
from tests.review.conftest import Tab, shot
from tests.review.looks import look_at
from tests.review.site import Site

PHOTO, WORD, COMPANY = "11-kaifaqu-photo.eml", "14-sanhe-other-name.eml", "17-guangyang-id-checksum.eml"
#: An ID number whole; a licence's code of nothing but digits begins with another figure (9) than any area does.
NUMBERS = re.compile(r".{20}(?<![0-9A-Z])[1-8]\d{16}[\dX](?![0-9A-Z])")


@pytest.fixture
def office(site: Site, jail: Jail) -> Office:
    return Office(store=site.store, jail=jail, profile=site.parts.profile, evidence=site.parts.evidence)


def _open(page: Page, site: Site, case_id: str) -> list[str]:
    """Open the case; returns the addresses of the pictures that were fetched, as they come."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/page/" in request.url else None)
    page.goto(f"{site.url}/case/{case_id}")
    expect(page.locator("main[data-ready]")).to_be_visible()
    return asked


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_photographed_form(tab: Tab, site: Site, office: Office) -> None:
    page = tab("shiban")
    asked = _open(page, site, office.sample(PHOTO))
    expect(page.locator(".paper img")).to_be_visible()
    expect(page.locator(".field[data-key=account_name] .own > .crop[viewBox]")).to_be_visible()
    expect(page.locator("#b-account_subject .crop[viewBox]")).to_be_visible()
    assert len(asked) == len(set(asked)) == 3  # one picture a page, however many crops
    page.locator("rect[data-key=account_type]").click()
    expect(page.locator("#f-account_type")).to_be_focused()
    expect(page.locator("rect.on")).to_have_attribute("data-key", "account_type")
    page.locator("rect[data-key=owner_phone]").click()
    expect(page.locator("#f-owner_phone")).to_be_focused()
    expect(page.locator("rect.on")).to_have_attribute("data-key", "owner_phone")
    shot(page, "photo")
    page.get_by_role("tab", name="营业执照").click()
    expect(page.locator(".paper img")).to_have_attribute("alt", re.compile("营业执照"))
    page.get_by_role("button", name="右转").click()
    shot(page, "licence-turned")
    page.get_by_role("button", name="显示证件号").click()
    expect(page.locator("#f-owner_id_number")).not_to_have_value(re.compile(r"\*"))
    page.wait_for_timeout(1500)
    assert len(asked) == 6
    look_at(page, "photo-revealed")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_word_form(tab: Tab, site: Site, office: Office) -> None:
    page = tab()
    _open(page, site, office.sample(WORD))
    expect(page.locator("td.on")).to_have_attribute("data-key", "owner_name")
    expect(page.locator("#sheet")).to_contain_text(re.compile(r"\d{3}\*+\d{3}[\dX]"))
    assert not re.search(r"\d{17}[\dX]", page.content())
    page.locator("td[data-key=account_name]").click()
    expect(page.locator("#f-account_name")).to_be_focused()
    size = "document.querySelector('#sheet td').getBoundingClientRect().height"
    before = page.evaluate(size)
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
    assert page.evaluate(size) > 1.3 * before
    expect(page.get_by_role("button", name="右转")).to_be_disabled()
    page.get_by_role("button", name="适宽").click()
    assert page.evaluate(size) == before
    page.locator("details[data-mail] > summary").click()
    expect(page.locator("[data-mail-text] pre")).to_be_visible()
    look_at(page, "word")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_form_in_word_with_pictures_looks_right_covered_and_revealed(tab: Tab, site: Site, office: Office) -> None:
    """Every tab of a case that came as most do: a form in Word, a photographed licence and an ID card."""
    page = tab("shiban")
    _open(page, site, office.sample(COMPANY))
    papers = page.get_by_role("tab").all_inner_texts()
    assert [name.partition("（")[0] for name in papers] == ["登记表", "营业执照", "身份证"]
    for state in ("covered", "revealed"):
        if state == "revealed":
            page.get_by_role("button", name="显示证件号").click()
            expect(page.locator("#f-owner_id_number")).not_to_have_value(re.compile(r"\*"))
        for number, name in enumerate(papers, 1):
            page.get_by_role("tab", name=name).click()
            page.wait_for_load_state("networkidle")
            if number > 1:
                expect(page.locator(".paper img")).to_be_visible()
                assert page.evaluate("document.querySelector('.paper img').naturalWidth") > 400
            look_at(page, f"company-{state}-{number}", phone=number == 1)
        seen = page.content() + page.input_value("#f-owner_id_number")
        assert (NUMBERS.findall(seen) == []) is (state == "covered"), NUMBERS.findall(seen)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_picture_is_drawn_for_whoever_asks(site: Site, office: Office) -> None:
    case_id = office.sample(PHOTO)
    client, other = Client(site), Client(site)
    client.log_in("shiban")
    other.log_in("dachang1")
    answer = client.get(f"/case/{case_id}/page/1/1")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert "content-disposition" not in answer.headers
    assert other.get(f"/case/{case_id}/page/1/1").status == 404
    for path in ("page/99/1", "page/1/99", "page/x/1", "page/-1/1", "grid/1", "page/1/10000"):
        assert client.get(f"/case/{case_id}/{path}").status == 404, path


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_every_page_of_a_file_that_could_not_be_read_is_there(tab: Tab, site: Site, office: Office) -> None:
    """Of such a file only the first page is known; how many there are is told with its picture."""
    sheet = Image.new("L", (620, 877), 255)
    pdf = io.BytesIO()
    sheet.save(pdf, "PDF", save_all=True, append_images=[sheet] * 11, resolution=75)
    case_id = office.take(letter(("台账材料.pdf", pdf.getvalue()), ("证件.png", _png(sheet))), keep_files=False)
    page = tab("shiban")
    asked = _open(page, site, case_id)
    names = [f"附件1·{number}" for number in range(2, 13)]
    expect(page.get_by_role("tab")).to_have_text(["附件1", *names, "附件2"])
    page.get_by_role("tab", name="附件1·12", exact=True).click()
    expect(page.locator(".paper img")).to_have_attribute("alt", "附件1·12（原件图像）")
    page.get_by_role("tab", name="附件1·12", exact=True).press("ArrowLeft")
    expect(page.get_by_role("tab", name="附件1·11", exact=True)).to_be_focused()
    expect(page.locator(".paper img")).to_have_attribute("alt", "附件1·11（原件图像）")
    assert [url.rpartition("/page/")[2] for url in asked] == ["1/1", "1/12", "1/11"]
    shot(page, "unread-pages")


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
