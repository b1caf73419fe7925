"""One case, one person: whoever asks, however many at a time."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import update
from sqlalchemy.orm import Session

from pipeline.domain.life import Action, LifeError
from pipeline.domain.people import Role, User
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.store.case_life import Handling
from pipeline.store.claims import LEASE
from pipeline.store.errors import CaseDoneError, CaseHeldError, NotReplaceableError, UnknownCaseError
from pipeline.store.event_reading import EventFilter
from pipeline.store.models_notices import JoinedMail, NoticeRow
from pipeline.store.store import Store, open_store
from tests.people.conftest import Hire, fill, hire_into
from tests.people.processes import claim_all
from tests.store.filings import NOW, case, decide, doubt, later, mail, submission
from tests.store.processes import call_in_processes
from tests.stores import Place

SANHE = frozenset({"sanhe"})
LEASE_SECONDS = LEASE.total_seconds()


def test_cases_are_handed_out_in_the_queues_order(store: Store, profile: Profile, hire: Hire) -> None:
    fill(store, profile, 4)
    user, order = hire("wang.fang"), [item.case_id for item in store.list_queue()]
    assert [store.claims.claim_next(user, SANHE, NOW) for _ in range(5)] == [*order, None]
    assert set(store.claims.holders(order, NOW)) == set(order)


def test_only_ones_own_offices_cases_are_handed_out(store: Store, profile: Profile, hire: Hire) -> None:
    fill(store, profile, 1, office="dachang")
    user = hire("wang.fang")
    assert store.claims.claim_next(user, SANHE, NOW) is None
    assert store.claims.claim_next(user, frozenset(), NOW) is None
    assert store.claims.claim_next(user, None, NOW) is not None


def test_what_was_put_back_comes_again_after_the_others(store: Store, profile: Profile, hire: Hire) -> None:
    first, second, third = fill(store, profile, 3)
    user, claims = hire("wang.fang"), store.claims
    assert claims.claim_next(user, SANHE, NOW) == first
    assert claims.release(first, user)
    assert claims.claim_next(user, SANHE, NOW, after=first) == second
    assert claims.release(second, user)
    assert claims.claim_next(user, SANHE, NOW, after=second) == third
    assert claims.claim_next(user, SANHE, NOW, after=third) == first
    assert claims.claim_next(user, SANHE, NOW, after=str(uuid.uuid4())) == second
    assert claims.release_all(user) == 3


def test_a_case_is_held_against_others_until_its_lease_ends(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    mine, other, claims = hire("wang.fang"), hire("zhao.lei"), store.claims
    claim = claims.hold(case_id, mine, NOW)
    assert (claim.user, claim.since, claim.until) == (mine, NOW, later(LEASE_SECONDS))
    assert claims.hold(case_id, mine, later(60)).since == NOW
    with pytest.raises(CaseHeldError) as held:
        claims.hold(case_id, other, later(61))
    assert (held.value.holder, held.value.login, held.value.until) == (
        mine.name,
        "wang.fang",
        later(60 + LEASE_SECONDS),
    )
    assert claims.heartbeat(case_id, mine, later(120)) == later(120 + LEASE_SECONDS)
    assert claims.heartbeat(case_id, other, later(120)) is None
    assert not claims.release(case_id, other)
    assert claims.claim_next(other, SANHE, later(119 + LEASE_SECONDS)) is None
    assert claims.hold(case_id, other, later(120 + LEASE_SECONDS)).user == other
    assert claims.heartbeat(case_id, mine, later(121 + LEASE_SECONDS)) is None


def test_a_supervisor_takes_over_and_the_log_says_from_whom(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    officer, chief = hire("wang.fang"), hire("chief", Role.SUPERVISOR)
    with pytest.raises(LifeError):
        store.claims.take_over(case_id, officer, NOW)
    assert store.claims.take_over(case_id, chief, NOW).user == chief  # nobody's: a plain claim
    store.claims.release(case_id, chief)
    store.claims.hold(case_id, officer, NOW)
    assert store.claims.take_over(case_id, chief, later(1), ground="休假").since == later(1)
    assert store.claims.heartbeat(case_id, officer, later(2)) is None
    (event,) = store.list_events(EventFilter(kind="case.taken_over", case_id=case_id))
    assert (event.actor, json.loads(event.note)) == ("chief", {"from": "wang.fang", "ground": "休假"})


@pytest.mark.parametrize("action", [Action.REFUSE, Action.RETURN, Action.TRANSFER])
def test_a_claim_ends_with_what_ends_the_work(store: Store, profile: Profile, hire: Hire, action: Action) -> None:
    (case_id,) = fill(store, profile, 1)
    officer, other = hire("wang.fang"), hire("zhao.lei")
    store.claims.hold(case_id, officer, NOW)
    handling = Handling(actor="王方方", at=later(1))
    store.life.act(case_id, Action.ACCEPT, handling, profile=profile)
    assert store.claims.holders([case_id], later(1))
    store.life.act(case_id, action, handling, profile=profile, ground="理由", office="dachang")
    assert store.claims.holders([case_id], later(1)) == {}
    assert store.claims.heartbeat(case_id, officer, later(1)) is None
    if action is Action.REFUSE:
        with pytest.raises(CaseDoneError):
            store.claims.hold(case_id, other, later(2))
    else:
        assert store.claims.hold(case_id, other, later(2)).user == other


def test_a_returned_case_is_handed_out_again_once_its_submitter_answered(
    store: Store, profile: Profile, hire: Hire
) -> None:
    (case_id,) = fill(store, profile, 1)
    officer = hire("wang.fang")
    store.life.act(case_id, Action.RETURN, Handling(actor="某", at=later(1)), profile=profile)
    assert store.claims.claim_next(officer, SANHE, later(2)) is None
    decide(store, profile, mail(case(name="答复")), number=2)
    answer(store, case_id, automatic="bounce", at=later(60))
    assert store.claims.claim_next(officer, SANHE, later(61)) is None
    with store._database.writing() as connection:
        connection.execute(update(JoinedMail).values(automatic=None))
    assert store.claims.claim_next(officer, SANHE, later(61)) == case_id
    store.life.act(case_id, Action.SUPPLEMENT, Handling(actor="某", at=later(62)), profile=profile)
    store.life.act(case_id, Action.RETURN, Handling(actor="某", at=later(63)), profile=profile)
    assert store.claims.claim_next(officer, SANHE, later(64)) is None


def answer(store: Store, case_id: str, *, automatic: str | None, at: datetime) -> None:
    """The second mail answers a notice of the case."""
    notice = NoticeRow(
        id=uuid.uuid4(),
        case_id=uuid.UUID(case_id),
        kind="correction",
        state="sent",
        office="sanhe",
        content=b"",
        content_index=b"",
        edited=False,
        case_version=1,
        message_id="<1@example.cn>",
        drafted_by="某",
        drafted_at=NOW,
        attempts=1,
    )
    joined = JoinedMail(message_id=2, case_id=notice.case_id, notice_id=notice.id, automatic=automatic, at=at)
    with store._database.writing() as connection, Session(connection) as session:
        session.add(notice)
        session.flush()
        session.add(joined)
        session.flush()


def test_there_is_no_claim_on_what_is_not_there(store: Store, hire: Hire) -> None:
    user = hire("wang.fang")
    for case_id in (str(uuid.uuid4()), "no id", "", "\ud800"):
        with pytest.raises(UnknownCaseError):
            store.claims.hold(case_id, user, NOW)
        with pytest.raises(UnknownCaseError):
            store.claims.take_over(case_id, user.model_copy(update={"role": Role.SUPERVISOR}), NOW)


def test_no_batch_replaces_what_somebody_works_on(store: Store, profile: Profile, hire: Hire) -> None:
    (case_id,) = fill(store, profile, 1)
    store.claims.hold(case_id, hire("wang.fang"), NOW)
    new = mail(case(doubt(), name="重来"))
    with pytest.raises(NotReplaceableError):
        store.cases.replace_decision(1, new, submission=submission(), profile=profile, now=later(60))
    store.cases.replace_decision(1, new, submission=submission(), profile=profile, now=later(LEASE_SECONDS + 1))
    with pytest.raises(UnknownCaseError):
        store.claims.hold(case_id, hire("zhao.lei"), later(LEASE_SECONDS + 2))


def test_processes_never_get_the_same_case(place: Place, profile: Profile) -> None:
    with place.open() as store:
        fill(store, profile, 30)
        for number in range(3):
            hire_into(store, f"user{number}")
    found = call_in_processes(claim_all, [(place.url, place.data_dir, f"user{number}") for number in range(3)])
    together = [case_id for mine in found for case_id in mine]
    assert len(together) == len(set(together)) == 30


def test_threads_never_get_or_take_the_same_case(store: Store, profile: Profile) -> None:
    ids = fill(store, profile, 24)
    users = [hire_into(store, f"user{number}") for number in range(6)]

    def work(user: User) -> list[str]:
        got = []
        while case_id := store.claims.claim_next(user, SANHE, NOW):
            got.append(case_id)
        for case_id in ids:
            if case_id not in got:
                with pytest.raises(CaseHeldError):
                    store.claims.hold(case_id, user, NOW)
        return got

    with ThreadPoolExecutor(6) as threads:
        together = [case_id for mine in threads.map(work, users) for case_id in mine]
    assert sorted(together) == sorted(ids)


PROFILE = load_profile("langfang-2018")
WHO = st.integers(0, 2)
WHICH = st.integers(0, 3)


class Desks(RuleBasedStateMachine):
    """Three people, four cases, any order: the store agrees with a plain list of who has what until when."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        folder = Path(tempfile.mkdtemp(prefix="desks-"))
        self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.store = self.stack.enter_context(open_store(f"sqlite:///{folder / 'b.sqlite3'}", data_dir=folder / "data"))
        self.cases = fill(self.store, PROFILE, 4)
        self.users = [hire_into(self.store, f"user{n}", Role.SUPERVISOR) for n in range(3)]
        self.seconds = 0.0
        self.held: dict[str, tuple[str, datetime]] = {}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    @property
    def now(self) -> datetime:
        return later(self.seconds)

    def in_force(self) -> dict[str, str]:
        return {case_id: login for case_id, (login, until) in self.held.items() if until > self.now}

    @rule(minutes=st.integers(1, 16))
    def wait(self, minutes: int) -> None:
        self.seconds += 60 * minutes

    @rule(who=WHO)
    def claim_next(self, who: int) -> None:
        free = [case_id for case_id in self.cases if case_id not in self.in_force()]
        found = self.store.claims.claim_next(self.users[who], SANHE, self.now)
        assert found == (free[0] if free else None)
        if found:
            self.note(found, who)

    @rule(who=WHO, which=WHICH)
    def hold(self, who: int, which: int) -> None:
        case_id, login = self.cases[which], self.users[who].login
        holder = self.in_force().get(case_id)
        try:
            self.store.claims.hold(case_id, self.users[who], self.now)
        except CaseHeldError as error:
            assert error.login == holder != login
        else:
            assert holder in (None, login)
            self.note(case_id, who)

    @rule(who=WHO, which=WHICH)
    def take_over(self, who: int, which: int) -> None:
        self.store.claims.take_over(self.cases[which], self.users[who], self.now)
        self.note(self.cases[which], who)

    @rule(who=WHO, which=WHICH)
    def heartbeat(self, who: int, which: int) -> None:
        case_id, login = self.cases[which], self.users[who].login
        until = self.store.claims.heartbeat(case_id, self.users[who], self.now)
        assert (until is not None) == (case_id in self.held and self.held[case_id][0] == login)
        if until is not None:
            self.note(case_id, who)

    @rule(who=WHO, which=WHICH)
    def release(self, who: int, which: int) -> None:
        case_id, login = self.cases[which], self.users[who].login
        released = self.store.claims.release(case_id, self.users[who])
        assert released == (case_id in self.held and self.held[case_id][0] == login)
        if released:
            del self.held[case_id]

    @invariant()
    def both_say_the_same(self) -> None:
        if hasattr(self, "cases"):
            holders = self.store.claims.holders(self.cases, self.now)
            assert {case_id: claim.user.login for case_id, claim in holders.items()} == self.in_force()

    def note(self, case_id: str, who: int) -> None:
        self.held[case_id] = (self.users[who].login, self.now + LEASE)


TestDesks = Desks.TestCase
TestDesks.settings = settings(
    max_examples=6, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
