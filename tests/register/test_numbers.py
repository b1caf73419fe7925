"""Numbers have no gap and no repeat, whoever concludes what at the same time."""

from __future__ import annotations

from collections import defaultdict

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.officer.conftest import Desk
from tests.officer.filings import OWNER, doubtful_owner, filing, hand_in
from tests.register.processes import conclude
from tests.store.processes import call_in_processes
from tests.stores import Place

CASES = 18
OLD_YEAR, NEW_YEAR = "2018-12-31T23:59:59+08:00", "2019-01-01T00:00:00+08:00"


def _settled_cases(store: Store, profile: Profile, desk: Desk) -> list[str]:
    """Cases of as many accounts that an officer has only to conclude."""
    cases = []
    for number in range(1, CASES + 1):
        case = hand_in(
            store, profile, filing(account_name=f"三河{number}号", owner_name=doubtful_owner()), number=number
        )
        desk("丙").correct(case, {"owner_name": OWNER})
        cases.append(case)
    return cases


def _seqs(store: Store) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for record in store.list_registry(limit=1000):
        found[record.year].append(record.seq)
    return {year: sorted(seqs) for year, seqs in found.items()}


def test_officers_who_conclude_different_cases_at_once(
    place: Place, store: Store, profile: Profile, desk: Desk
) -> None:
    cases = _settled_cases(store, profile, desk)
    calls = [(place.url, place.data_dir, f"经办{n}", cases[n::3], OLD_YEAR) for n in range(3)]
    found = call_in_processes(conclude, calls)
    numbers = sorted(number for given, _ in found for number in given)
    assert numbers == [f"廊新媒备-131082-2018-{seq:05}" for seq in range(1, CASES + 1)]
    assert [refused for _, refused in found] == [0, 0, 0]
    assert _seqs(store) == {2018: list(range(1, CASES + 1))}
    assert store.events.verify().whole


def test_officers_who_conclude_the_same_cases_at_once(place: Place, store: Store, profile: Profile, desk: Desk) -> None:
    """Each case is concluded once; the others are told so, and no number is lost over it."""
    cases = _settled_cases(store, profile, desk)
    calls = [(place.url, place.data_dir, f"经办{n}", cases[n:] + cases[:n], OLD_YEAR) for n in range(3)]
    found = call_in_processes(conclude, calls)
    assert sum(len(given) for given, _ in found) == CASES
    assert sum(refused for _, refused in found) == 2 * CASES
    assert _seqs(store) == {2018: list(range(1, CASES + 1))}
    for case in cases:
        assert [item.kind for item in store.history(case)].count("case.conclude") == 1
    assert store.events.verify().whole


def test_the_turn_of_the_year_begins_a_row_of_its_own(place: Place, store: Store, profile: Profile, desk: Desk) -> None:
    """Clocks of two machines on both sides of midnight: each number is of the year its officer's clock showed."""
    cases = _settled_cases(store, profile, desk)
    calls = [(place.url, place.data_dir, f"经办{n}", cases[n::3], (OLD_YEAR, NEW_YEAR)[n % 2]) for n in range(3)]
    found = call_in_processes(conclude, calls)
    third = CASES // 3
    assert _seqs(store) == {2018: list(range(1, 2 * third + 1)), 2019: list(range(1, third + 1))}
    assert all(number.split("-")[2] == "2019" for number in found[1][0])
    assert {record.registered_on.isoformat() for record in store.list_registry() if record.year == 2019} == {
        "2019-01-01"
    }
    assert store.events.verify().whole
