"""An office with records to check: some came in by themselves, one was decided by 刘敏."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.desk.officer import Officer
from pipeline.desk.rechecking import Rechecker, entered_fields
from pipeline.domain.life import Action
from pipeline.domain.people import User
from pipeline.profile.schema import Profile
from pipeline.store.rechecks import Recheck
from pipeline.store.store import Store
from tests.review.cases import hand_in
from tests.review.site import PASSWORD, START, Clock, add_people
from tests.validate.builders import COMPANY_FORM, Change, doubtful

EVERYBODY = 1.0
MISREAD = {"owner_name": "苏晓形"}


def someone(store: Store, login: str) -> User:
    return next(user for user in store.people.list() if user.login == login)


def people(store: Store) -> None:
    add_people(store)
    store.people.add_user(
        "zhoulan",
        name="周岚",
        role=someone(store, "liumin").role,
        office="sanhe",
        password=PASSWORD,
        actor="test",
        at=START,
    )


def automatic(store: Store, profile: Profile, number: int = 1, **changes: Change) -> str:
    """A filing that came into the register by itself."""
    case_id = hand_in(store, profile, number=number, **changes)
    found = store.show_case(case_id)
    assert found is not None
    assert found.state == "registered", found.open_findings
    return case_id


def decided(store: Store, profile: Profile, number: int = 2, by: str = "liumin") -> str:
    """A filing that a person concluded."""
    name = f"三河夜话{number}"
    case_id = hand_in(store, profile, number=number, account_name=name, owner_name=doubtful("owner_name", "苏晓彤"))
    officer = Officer(name=by, store=store, profile=profile, clock=Clock())
    officer.correct(case_id, {"owner_name": "苏晓彤"})
    officer.act(case_id, Action.CONCLUDE)
    return case_id


def draw(store: Store, profile: Profile, share: float = EVERYBODY) -> int:
    return store.rechecks.draw(share, profile.zone, Clock()())


def recheck_of(store: Store, case_id: str) -> Recheck:
    for user in store.people.list():
        for item in store.rechecks.waiting(user, None, Clock()()):
            if item.case_id == case_id:
                return item
    raise AssertionError("it was not drawn")


def checker(store: Store, profile: Profile, login: str = "zhoulan") -> Rechecker:
    return Rechecker(user=someone(store, login), store=store, profile=profile, clock=Clock())


def typed(profile: Profile, **changes: str) -> Mapping[str, str]:
    """What somebody types who reads the form right, and these differences."""
    texts = {key: value if not hasattr(value, "value") else value.value for key, value in COMPANY_FORM.items()}
    return {
        spec.key: "" if texts.get(spec.key) is None else str(texts[spec.key]) for spec in entered_fields(profile)
    } | changes
