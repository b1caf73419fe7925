"""Several processes at once, and processes that are killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.store.filings import MAILBOX, NOW, WORKER, case, doubt, mail, receive, submission
from tests.store.processes import (
    call_in_process,
    call_in_processes,
    claim_everything,
    claim_one,
    commit_and_die,
    open_and_close,
    register_everything,
)
from tests.stores import Place

PROCESSES = 3


def _fill(place: Place, count: int) -> None:
    with place.open() as store:
        for number in range(1, count + 1):
            receive(store, number)


def _calls(place: Place, *more: object) -> list[tuple[object, ...]]:
    return [(place.url, place.data_dir, f"host:{number}:0:0", *more) for number in range(PROCESSES)]


def test_several_first_starts_at_once_make_one_store(empty_place: Place) -> None:
    heads = call_in_processes(open_and_close, [(empty_place.url, empty_place.data_dir)] * PROCESSES)
    assert len(set(heads)) == 1
    with empty_place.open() as store:
        assert store.events.verify().whole


def test_nobody_gets_the_same_mail(place: Place) -> None:
    _fill(place, 40)
    claimed = call_in_processes(claim_everything, _calls(place))
    together = [message_id for mine in claimed for message_id in mine]
    assert sorted(together) == list(range(1, 41))


def test_fifty_numbers_have_no_gap_and_no_repeat(place: Place) -> None:
    _fill(place, 50)
    found = call_in_processes(register_everything, _calls(place, False))
    numbers = sorted(number for mine in found for number in mine)
    assert numbers == [f"廊新媒备-131082-2018-{seq:05}" for seq in range(1, 51)]
    with place.open() as store:
        assert [row.seq for row in sorted(store.list_registry(), key=lambda row: row.seq)] == list(range(1, 51))
        check = store.events.verify()
        assert (check.whole, check.count) == (True, 100)


def test_one_account_many_times_at_once_is_one_record(place: Place) -> None:
    _fill(place, 9)
    found = call_in_processes(register_everything, _calls(place, True))
    assert [number for mine in found for number in mine] == ["廊新媒备-131082-2018-00001"]
    with place.open() as store:
        assert len(store.list_registry()) == 1
        assert len(store.list_queue()) == 8
        assert store.work.waiting_count() == 0


def test_a_restart_takes_up_a_killed_workers_mail_at_once(place: Place) -> None:
    _fill(place, 1)
    assert call_in_process(claim_one, place.url, place.data_dir, "host:4711:0:0") == 1
    with place.open() as store:
        assert store.work.claim(WORKER, now=NOW, lease_seconds=60) is None
        assert store.work.free_dead_claims(lambda owner: owner != "host:4711:0:0") == 1
        assert store.work.claim(WORKER, now=NOW, lease_seconds=60) is not None


def test_a_kill_in_mid_commit_leaves_all_or_nothing(place: Place, profile: Profile) -> None:
    _fill(place, 1)
    killed = 0
    owner = "host:9:9:9"
    with place.open() as store:
        while not _survives(place, owner, killed):
            assert store.work.waiting_count() == 1
            assert _nothing_written(store)
            assert store.work.free_dead_claims(lambda owner: False) == 1
            killed += 1
    assert killed > 8
    with place.open() as store:
        assert [row.number for row in store.list_registry()] == ["廊新媒备-131082-2018-00001"]
        assert len(store.list_queue()) == 1
        check = store.events.verify()
        assert (check.whole, check.count) == (True, 3)
        assert store.ledger_equation(MAILBOX).contradictions == ()
        again = store.cases.commit_decision(
            1, owner, mail(case(doubt())), submission=submission(), profile=profile, now=NOW
        )
        assert again.repeated


def _survives(place: Place, owner: str, statements: int) -> bool:
    try:
        return call_in_process(commit_and_die, place.url, place.data_dir, owner, statements) is True
    except AssertionError:
        return False


def _nothing_written(store: Store) -> bool:
    tables = ("cases", "papers", "fields", "findings", "registry", "counters", "events")
    with store._database.reading() as connection:
        return all(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0 for table in tables)


def test_threads_share_a_store(place: Place) -> None:
    _fill(place, 20)

    with place.open() as store, ThreadPoolExecutor(4) as threads:

        def claim(number: int) -> list[int]:
            mine = []
            while waiting := store.work.claim(f"t{number}", now=NOW, lease_seconds=60):
                mine.append(waiting.message_id)
            return mine

        together = [message_id for mine in threads.map(claim, range(4)) for message_id in mine]
    assert sorted(together) == list(range(1, 21))
