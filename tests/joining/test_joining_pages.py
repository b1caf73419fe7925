"""A filing that several mails made, on its page: seen by every office that received it, by no other, and taken apart there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.sandbox.pool import Jail
from pipeline.store.store import Store
from tests.joining.post import CITY, Letter, Post
from tests.review.client import Client
from tests.review.site import Clock, Site, add_people, make_parts, serving
from tests.validate.builders import COMPANY_PAPERS, form

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
LICENCE, CARD = COMPANY_PAPERS


@pytest.fixture
def site(store: Store, post: Post, jail: Jail) -> Iterator[Site]:
    clock = Clock()
    add_people(store)
    parts = make_parts(store, post.profile, clock, jail)
    with serving(parts) as url:
        yield Site(url=url, store=store, parts=parts, clock=clock)


def client(site: Site, login: str) -> Client:
    made = Client(site)
    made.log_in(login)
    return made


def test_both_offices_see_the_one_case(site: Site, post: Post) -> None:
    """Received by the city, of Sanhe by its address, and sent to Dachang as well."""
    first = post.case(Letter(number=1, form=form(), papers=(LICENCE,), mailbox=CITY))
    sanhe, dachang = client(site, "liumin"), client(site, "dachang1")
    path = f"/case/{first.case_id}"
    assert (sanhe.get(path).status, dachang.get(path).status) == (200, 404)
    box = next(office.mailbox for office in post.profile.offices if office.key == "dachang")
    post.decide(Letter(number=2, form=form(), papers=(), mailbox=box))
    seen = dachang.get(path)
    assert seen.status == 200
    assert "后续来信 1 封" in seen.text
    assert first.case_id in dachang.get("/").text
    assert "也收到同一件" in sanhe.get(path).text
    assert post.show(first.case_id).office == "sanhe"  # whose territory it is


def test_an_officer_takes_a_mail_out_and_lets_it_in_again(site: Site, post: Post) -> None:
    first = post.case(Letter(number=1, form=form(), papers=()))
    own = post.decide(Letter(number=2, papers=(LICENCE,), answers=("1@mail.example",))).cases[0].case_id
    sanhe = client(site, "liumin")
    path = f"/case/{first.case_id}"
    assert "拆出这封来信" in sanhe.get(path).text
    assert client(site, "dachang1").post(f"{path}/unjoin", {"other": own, "version": "2"}).status == 404
    version = str(post.show(first.case_id).version)
    assert sanhe.post(f"{path}/unjoin", {"other": own, "version": version}).status == 200
    assert post.show(own).state == "review"
    shown = sanhe.get(path).text
    assert "已拆出" in shown
    assert f'value="{own}"' in shown
    version = str(post.show(first.case_id).version)
    assert sanhe.post(f"{path}/join", {"other": own, "version": version}).status == 200
    assert post.show(own).joined_into == first.case_id
    assert sanhe.get(f"/case/{own}").status == 404  # it is the other case now


def test_a_settled_case_gives_a_mail_back_too(site: Site, post: Post) -> None:
    first = post.case(Letter(number=1, form=form(), papers=(LICENCE,)))
    own = post.decide(Letter(number=2, papers=(CARD,), answers=("1@mail.example",))).cases[0].case_id
    sanhe = client(site, "liumin")
    shown = sanhe.get(f"/case/{first.case_id}").text
    assert "拆出这封来信" in shown
    version = str(post.show(first.case_id).version)
    assert sanhe.post(f"/case/{first.case_id}/unjoin", {"other": own, "version": version}).status == 200
    assert (post.show(first.case_id).state, post.show(own).state) == ("registered", "review")
