from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.domain.people import Role, User
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.store.filings import NOW, case, decide, doubt, mail

PASSWORD = "correct horse battery"
NAMES = {
    "wang.fang": "王方方",
    "zhao.lei": "赵雷雷",
    "chief": "周主任",
    "city": "市里人",
    "audit": "审计人",
    "boss": "管事人",
}
Hire = Callable[..., User]


def hire_into(store: Store, login: str, role: Role = Role.OFFICER, office: str | None = "sanhe") -> User:
    return store.people.add_user(
        login, name=NAMES.get(login, "某某某"), role=role, office=office, password=PASSWORD, actor="cli", at=NOW
    )


@pytest.fixture
def hire(store: Store) -> Hire:
    """Makes an account; an officer's of Sanhe unless said otherwise."""
    return lambda login, role=Role.OFFICER, office="sanhe": hire_into(store, login, role, office)


def fill(store: Store, profile: Profile, count: int, *, office: str = "sanhe", first: int = 1) -> list[str]:
    """So many waiting cases; returns their ids in the queue's order."""
    for number in range(first, first + count):
        decide(store, profile, mail(case(doubt(), name=f"账号{number}", office=office)), number=number)
    return [item.case_id for item in store.list_queue(limit=count + first) if item.office == office]
