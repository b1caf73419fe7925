"""Filings wrongly joined or separated, on both databases: papers go with their form, and it can be taken back."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.desk.officer import Officer
from pipeline.domain.decision import DecidedCase, Filing
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from pipeline.domain.life import Action, LifeError
from pipeline.profile.schema import Profile
from pipeline.store.records import CaseDetail
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from tests.review.site import Clock
from tests.store.filings import MAILBOX, decide, mail
from tests.validate.builders import COMPANY_PAPERS, RECEIVED, doubtful, form, licence, owner_card


def _mail(
    store: Store, profile: Profile, *filed: tuple[ExtractedForm | None, tuple[ExtractedPaper, ...]], number: int = 1
) -> list[str]:
    """Several filings of one mail; returns their cases."""
    received, decided = datetime.fromisoformat(RECEIVED), []
    for filled, papers in filed:
        shared = any(other is not None for other, _ in filed if other is not filled)
        filing = Filing(office="sanhe", received=received, form=filled, papers=papers, shared=shared)
        decided.append(DecidedCase(filing=filing, verdict=decide_filing(filing, profile=profile)))
    return [case.case_id for case in decide(store, profile, mail(*decided), number=number).cases]


def _case(store: Store, case_id: str) -> CaseDetail:
    found = store.show_case(case_id)
    assert found is not None
    return found


def _kinds(store: Store, case_id: str) -> list[str]:
    return [item.kind for item in store.history(case_id)]


@pytest.fixture
def officer(store: Store, profile: Profile) -> Officer:
    return Officer(name="liumin", store=store, profile=profile, clock=Clock())


def test_papers_of_another_account_become_a_case_of_their_own(store: Store, profile: Profile, officer: Officer) -> None:
    own = form(owner_name=doubtful("owner_name", "苏晓彤"))
    (case_id,) = _mail(store, profile, (own, (*COMPANY_PAPERS, owner_card())))
    before = _case(store, case_id)
    count = len(before.filing.papers)
    parted = officer.split(case_id, [count], version=before.version)
    kept, new = _case(store, parted.kept.case_id), _case(store, parted.other.case_id)
    assert kept.filing.papers == before.filing.papers[:-1]
    assert new.filing.papers == before.filing.papers[-1:]
    assert (kept.version, new.version, new.office) == (before.version + 1, 1, before.office)
    assert {item.code for item in new.open_findings} >= {"field.missing"}
    assert _kinds(store, case_id)[-1] == "case.split"
    assert _kinds(store, new.case_id)[-1] == "case.split"
    corrected = officer.correct(new.case_id, {"account_name": "燕郊早知道", "account_type": "wechat"})
    assert _case(store, corrected.case_id).filing.form.text("account_name") == "燕郊早知道"  # type: ignore[union-attr]
    assert [item.case_id for item in store.siblings(case_id)] == [new.case_id]
    with pytest.raises(LifeError, match="没有处理"):
        officer.act(new.case_id, Action.CONCLUDE)
    joined = officer.join(case_id, new.case_id)  # and back together
    assert _case(store, joined.case_id).filing.papers == before.filing.papers
    assert store.events.verify().whole
    assert store.ledger_equation(MAILBOX).contradictions == ()


def test_a_separated_filing_is_joined_and_the_join_taken_back(store: Store, profile: Profile, officer: Officer) -> None:
    first, second = _mail(store, profile, (form(), ()), (None, COMPANY_PAPERS))
    assert _case(store, first).open_findings
    papers = _case(store, second).filing.papers
    handled = officer.join(first, second)
    joined = _case(store, handled.case_id)
    assert joined.filing.papers == papers
    assert joined.open_findings == ()
    assert _case(store, second).state == "superseded"
    assert [item.joined for item in store.siblings(first)] == [True]
    assert store.ledger_equation(MAILBOX).contradictions == ()
    officer.unjoin(first, second)
    assert (_case(store, first).filing.papers, _case(store, second).filing.papers) == ((), papers)
    assert _case(store, first).open_findings
    assert _case(store, second).state == "review"
    assert [_kinds(store, case_id)[-1] for case_id in (first, second)] == ["case.unjoined", "case.unjoined"]
    officer.join(first, second)
    assert officer.act(first, Action.CONCLUDE).number
    assert store.list_ledger(limit=1)[0].outcome == "registered"
    assert store.ledger_equation(MAILBOX).contradictions == ()
    with pytest.raises(LifeError, match="办结"):
        officer.unjoin(first, second)
    assert len(list(store.iter_activity())) == 1
    assert store.events.verify().whole


def test_what_may_not_be_joined(store: Store, profile: Profile, officer: Officer) -> None:
    first, second = _mail(store, profile, (form(), ()), (None, (licence(),)))
    (other,) = _mail(store, profile, (form(account_name="燕郊早知道"), ()), number=2)
    with pytest.raises(LifeError, match="同一来信"):
        officer.join(first, other)
    with pytest.raises(LifeError, match="有登记表的一件"):
        officer.join(second, first)
    with pytest.raises(LifeError, match="选定"):
        officer.split(first, [1])
    officer.act(second, Action.TRANSFER, office="dachang", ground="在大厂")
    with pytest.raises(LifeError, match="同一机构"):
        officer.join(first, second)
    officer.act(second, Action.REFUSE, ground="无关")
    with pytest.raises(LifeError, match="不予受理"):
        officer.join(first, second)


def test_a_form_nobody_filled_in_never_concludes(store: Store, profile: Profile, officer: Officer) -> None:
    (case_id,) = _mail(store, profile, (None, COMPANY_PAPERS))
    new = officer.split(case_id, range(1, len(COMPANY_PAPERS) + 1)).other
    assert _case(store, new.case_id).open_findings
    with pytest.raises(LifeError):
        officer.act(new.case_id, Action.CONCLUDE)
