"""Pages say what is so: a settled case has no days left, and an empty search says why."""

from __future__ import annotations

import pytest

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.review.cases import registered
from tests.review.client import Client
from tests.review.site import Site

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def test_a_settled_case_has_no_days_left(site: Site, store: Store, profile: Profile) -> None:
    record = registered(store, profile)
    client = Client(site)
    client.log_in("liumin")
    page = client.get(f"/case/{record.case_id}").text
    summary = page.partition('id="summary"')[2].partition("</section>")[0]
    assert "已结" in summary
    assert "剩" not in summary
    assert "没有待处理的问题" not in summary


@pytest.mark.parametrize("path", ["/register?account=", "/?view=all&account="])
def test_part_of_a_name_finds_nothing_and_says_so(path: str, site: Site, store: Store, profile: Profile) -> None:
    registered(store, profile, name="燕郊早知道")
    client = Client(site)
    client.log_in("liumin")
    assert "须写全名，只写一部分查不到" in client.get(f"{path}%E7%87%95%E9%83%8A").text
    assert "只写一部分" not in client.get(f"{path}%E7%87%95%E9%83%8A%E6%97%A9%E7%9F%A5%E9%81%93").text
