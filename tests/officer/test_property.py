"""Whatever officers do in whatever order: nothing with an open blocking finding reaches the register, numbers have no gap."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from pipeline.desk.officer import Officer
from pipeline.domain.life import Action, LifeError, SetAsideReason
from pipeline.profile.load import load_profile
from pipeline.store.errors import StoreError
from pipeline.store.store import open_store
from tests.officer.filings import OWNER, doubtful_owner, filing, hand_in
from tests.store.filings import later

PROFILE = load_profile("langfang-2018")
SPOILT = {
    "right": {},
    "doubtful": {"owner_name": doubtful_owner()},
    "landline": {"admin_phone": "0316-2345678"},
    "changed": {"owner_phone": "13931695678"},
}


class Desks(RuleBasedStateMachine):
    """Two officers, four accounts, any order."""

    cases = Bundle("cases")

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="desks-"))
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        url = f"sqlite:///{self.folder / 'beian.sqlite3'}"
        self.store = self.stack.enter_context(open_store(url, data_dir=self.folder / "data"))
        self.mails, self.minutes = 0, 0

    def clock(self) -> datetime:
        self.minutes += 1
        return later(60 * self.minutes)

    def officer(self, name: str) -> Officer:
        return Officer(name=name, store=self.store, profile=PROFILE, clock=self.clock)

    @rule(target=cases, account=st.sampled_from(["三河甲生活", "三河乙生活"]), how=st.sampled_from(sorted(SPOILT)))
    def file(self, account: str, how: str) -> str:
        self.mails += 1
        changes = {"account_name": account, "description": f"第{self.mails}次报送", **SPOILT[how]}
        return hand_in(self.store, PROFILE, filing(**changes), number=self.mails)

    @rule(case=cases, action=st.sampled_from(Action), ground=st.sampled_from(["", "理由"]))
    def act(self, case: str, action: Action, ground: str) -> None:
        records = self.store.list_registry()
        change_of = records[0].number if records and self.minutes % 2 else None
        changed = change_of if action is Action.CONCLUDE else None
        with suppress(LifeError, StoreError):
            self.officer("甲").act(case, action, ground=ground, office="anci", change_of=changed)

    @rule(case=cases, name=st.sampled_from([OWNER, "", "苏晓形"]))
    def correct(self, case: str, name: str) -> None:
        with suppress(LifeError):
            self.officer("乙").correct(case, {"owner_name": name})

    @rule(case=cases)
    def settle(self, case: str) -> None:
        found = self.store.show_case(case)
        assert found is not None
        for item in found.open_findings[:1]:
            with suppress(LifeError):
                self.officer("乙").set_aside(case, item.code, reason=SetAsideReason.JUDGED, ground="已核")

    @rule(case=consumes(cases))
    def cancel(self, case: str) -> None:
        for record in self.store.list_registry():
            if record.case_id == case and record.state == "active":
                self.officer("甲").cancel_record(record.number, ground="停用")

    @invariant()
    def nothing_open_is_registered_and_numbers_have_no_gap(self) -> None:
        if not hasattr(self, "store"):
            return
        records = self.store.list_registry(limit=1000)
        for record in records:
            case = self.store.show_case(record.case_id)
            assert case is not None
            assert case.open_findings == ()
        areas: dict[str, list[int]] = {}
        for record in records:
            areas.setdefault(record.area_code, []).append(record.seq)
        assert all(sorted(seqs) == list(range(1, len(seqs) + 1)) for seqs in areas.values())
        active = [record.values["account_name"] for record in records if record.state == "active"]
        assert len(active) == len(set(active))
        assert self.store.events.verify().whole

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()


Desks.TestCase.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestDesks = pytest.mark.filterwarnings("ignore")(Desks.TestCase)
