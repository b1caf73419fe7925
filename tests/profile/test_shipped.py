"""Every shipped profile loads, and Langfang's says what its notice says."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from pipeline.domain.decision import Entity
from pipeline.domain.document import FORM_KEYS
from pipeline.domain.identifiers import check_mobile
from pipeline.domain.spelling import squash
from pipeline.profile.load import load_profile, shipped_profiles
from pipeline.profile.schema import Profile

LANGFANG = "langfang-2018"
OTHER_CITIES_ASK = ("legal_representative", "approval_number", "first_posted_on")


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(LANGFANG)


@pytest.mark.parametrize("key", shipped_profiles())
def test_every_shipped_profile_loads(key: str) -> None:
    loaded = load_profile(key)
    assert loaded.key == key
    assert any(office.accepts_all for office in loaded.offices) or len(loaded.offices) == 1


@pytest.mark.parametrize("key", shipped_profiles())
def test_no_label_is_ambiguous_within_its_section(key: str) -> None:
    seen: set[tuple[str | None, bool, str]] = set()
    for field in load_profile(key).form.fields:
        for label in field.labels:
            place = (field.section, field.after is not None, squash(label))
            assert place not in seen, (field.key, label)
            seen.add(place)


def test_langfang_is_shipped() -> None:
    assert LANGFANG in shipped_profiles()


def test_offices(profile: Profile) -> None:
    assert len(profile.offices) == 12
    assert [office.key for office in profile.offices if office.accepts_all] == ["city"]
    assert len({office.mailbox for office in profile.offices}) == 12
    found = profile.find_office_by_mailbox("WXSH3252645@163.com ")
    assert found is not None
    assert found.key == "sanhe"
    assert profile.find_office_by_mailbox("someone@163.com") is None
    assert profile.office("nowhere") is None
    assert not any(check_mobile(office.phone).ok for office in profile.offices)


def test_form(profile: Profile) -> None:
    fields = {field.key: field for field in profile.form.fields}
    assert tuple(fields) == tuple(key for key in FORM_KEYS if key not in OTHER_CITIES_ASK)
    assert {key for key, field in fields.items() if not field.required} == {"number", "account_type_other"}
    assert [option.value for option in fields["account_type"].options] == ["wechat", "app", "other"]
    assert fields["admin_phone"].after == "admin_name"
    assert {field.section for field in fields.values()} == {None, "owner"}


def test_window(profile: Profile) -> None:
    window = profile.deadlines.window
    assert window is not None
    assert (window.first, window.last) == (date(2018, 12, 10), date(2018, 12, 31))
    assert profile.earliest_opening == date(2011, 1, 1)


def test_materials(profile: Profile) -> None:
    assert [entity for entity in Entity if profile.materials_of(entity).unspecified] == [Entity.ORGANISATION]
    assert len(profile.materials_of(Entity.COMPANY).need.all_of) == 2


def test_number(profile: Profile) -> None:
    assert profile.filing_number(area_code="131082", year=2018, seq=7) == "廊新媒备-131082-2018-00007"


def test_places(profile: Profile) -> None:
    towns = [town for county in profile.places.counties for town in county.towns]
    names = {name for town in towns for name in (town.name, *town.aliases)}
    assert len(profile.places.counties) == 11
    assert len(towns) == 123
    assert names >= {"仇庄乡", "东湾乡", "渠沟乡", "燕郊", "胜芳"}
    assert sum(not town.unique for town in towns) == 21
    data = resources.files("pipeline.profile") / "data" / LANGFANG / "places.json"
    assert len(data.read_bytes()) < 120_000
