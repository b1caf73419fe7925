"""UIDs that come again at the same UIDVALIDITY: on NetEase, where it is always 1, nothing else tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from pipeline.domain.numbering import FREE_GENERATIONS, KnownPlace, Numbering, ServerFacts
from pipeline.ingest.numbering_check import sample_of
from pipeline.service.reconciling import reconcile
from tests.imap.intake import Box, Intake
from tests.imap.plan import DOVECOT, NETEASE, QQ, Break, Fault, Plan, Provider, Refusal
from tests.imap.proxy import FaultProxy

NOW = datetime(2018, 12, 15, 2, 0, tzinfo=UTC)
BODY = b"BODY.PEEK[]"


def _generations(intake: Intake, box: Box) -> set[int]:
    return {row.generation for row in intake.store.list_ledger(box.address, limit=10_000)}


def _bodies(proxy: FaultProxy) -> int:
    return sum(BODY in line for line in proxy.commands)


@pytest.mark.parametrize("provider", [NETEASE, QQ, DOVECOT], ids=["netease", "qq", "dovecot"])
def test_every_mail_one_place_further(provider: Provider, box: Box, intake: Intake) -> None:
    first, *_ = box.deliver(4)
    with FaultProxy(box.server.port, Plan(provider=provider)) as proxy:
        assert intake.poll(box.behind(proxy)).new == 4
        box.delete(first)
        box.server.reuse_uids(box.address)
        assert box.deliver(body=b"the new one under a known UID") == [4]
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.new, report.listed) == (None, 4, 4)
        before = _bodies(proxy)
        assert intake.poll(box.behind(proxy)).new == 0
        assert _bodies(proxy) == before
    assert intake.store.count_kept() == 5
    assert _generations(intake, box) == {0, 1}
    intake.assert_whole(box)


def test_the_newest_replaced_and_nothing_else(box: Box, intake: Intake) -> None:
    uids = box.deliver(40)
    assert intake.poll(box.straight()).new == 40
    box.replace(uids[-1], b"as large as it likes")
    assert intake.poll(box.straight()).new == 40
    assert intake.store.count_kept() == 41
    intake.assert_whole(box)


def test_one_in_the_middle_is_found_within_a_day(box: Box, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    uids = box.deliver(5)
    monkeypatch.setattr("pipeline.ingest.numbering_check.sample_of", lambda known: sorted(known)[:1])
    assert intake.poll(box.straight()).new == 5
    box.replace(uids[2], b"another, of another size")
    intake.later(hours=23)
    assert intake.poll(box.straight()).new == 0
    intake.later(hours=1)
    assert intake.poll(box.straight()).new == 5
    intake.assert_whole(box)


def test_a_sample_has_both_ends_and_is_small() -> None:
    known = set(range(100, 10_100))
    for _ in range(20):
        sample = sample_of(known)
        assert sample == sorted(set(sample))
        assert {100, 101, 102, 103, 10_094, 10_099} <= set(sample) <= known
        assert len(sample) <= 20
    assert len({tuple(sample_of(known)) for _ in range(5)}) == 5
    assert sample_of({7, 9}) == [7, 9]
    assert sample_of(set()) == []


def test_sizes_that_waver_cost_fetching_again_and_then_nothing(box: Box, intake: Intake) -> None:
    box.deliver(8)
    with FaultProxy(box.server.port, Plan(provider=NETEASE, wavering_sizes=3)) as proxy:
        for _ in range(12):
            assert intake.poll(box.behind(proxy)).error is None
            intake.later(minutes=15)
        learned = _bodies(proxy)
        assert 8 < learned <= 8 * 4
        for _ in range(12):
            intake.poll(box.behind(proxy))
            intake.later(hours=9)
        assert _bodies(proxy) == learned
        assert _generations(intake, box) == {0}
        box.server.reuse_uids(box.address)
        box.replace(8, b"much larger" * 100)
        assert intake.poll(box.behind(proxy)).new == 8
    intake.assert_whole(box)


def test_a_server_that_changes_everything_by_session_is_not_fetched_without_end(box: Box, intake: Intake) -> None:
    box.deliver(3)
    plan = Plan(provider=NETEASE, wavering_sizes=900, wavering_bodies=True)
    with FaultProxy(box.server.port, plan) as proxy:
        for _ in range(24 * 2):
            assert intake.poll(box.behind(proxy)).error is None
            intake.later(minutes=60)
    numbering = intake.store.numberings.current(box.address, "INBOX", 1)
    assert FREE_GENERATIONS < numbering.generation <= FREE_GENERATIONS + 6
    assert numbering.doubted
    assert intake.store.ledger_equation(box.address).holds


@pytest.mark.parametrize("refusal", Refusal)
def test_a_known_uid_whose_mail_is_another_and_is_not_given(refusal: Refusal, box: Box, intake: Intake) -> None:
    uids = box.deliver(3)
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        intake.poll(box.behind(proxy))
        box.replace(uids[1], b"another, of another size")
        proxy.play(Plan(provider=NETEASE, refusals={uids[1]: refusal}))
        report = intake.poll(box.behind(proxy))
        assert (report.error, report.new, report.refused) == (None, 2, 1)
        assert len(intake.store.list_ledger(box.address, outcome="refused")) == 1
        for _ in range(3):
            intake.later(hours=7)
            assert intake.poll(box.behind(proxy)).new == 0
        proxy.play(Plan(provider=NETEASE))
        intake.later(hours=7)
        assert intake.poll(box.behind(proxy)).new == 1
    intake.assert_whole(box)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.RESET, Fault.LOST])
@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_connection_that_breaks_meanwhile(fault: Fault, nth: int, box: Box, intake: Intake) -> None:
    """The first body is the comparison's; the others are of the new generation."""
    first, *_ = box.deliver(4)
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        intake.poll(box.behind(proxy))
        box.delete(first)
        box.server.reuse_uids(box.address)
        box.deliver(body=b"the new one")
        proxy.play(Plan(provider=NETEASE, breaks=(Break(fault=fault, command=BODY, nth=nth),)))
        intake.poll(box.behind(proxy))
        assert proxy.broken == 1
        intake.later(minutes=2)
        intake.poll(box.behind(proxy))
    intake.assert_whole(box)


def test_a_mail_that_breaks_every_comparison_holds_nothing_up(box: Box, intake: Intake) -> None:
    uids = box.deliver(3)
    with FaultProxy(box.server.port, Plan(provider=NETEASE)) as proxy:
        intake.poll(box.behind(proxy))
        box.replace(uids[0], b"another, of another size")
        sick = b"UID FETCH %d (%s)" % (uids[0] + NETEASE.uid_offset, BODY)
        for hours in range(3):
            box.deliver()
            breaks = tuple(Break(fault=Fault.CUT, command=sick, nth=nth) for nth in (1, 2, 3))
            proxy.play(Plan(provider=NETEASE, breaks=breaks))
            intake.poll(box.behind(proxy))
            intake.later(hours=hours + 1)
        kept = {mail.sha256 for mail in intake.store.iter_kept()}
        assert set(box.digests) - kept == {box.digests[3]}
        proxy.play(Plan(provider=NETEASE))
        intake.later(hours=7)
        intake.poll(box.behind(proxy))
    intake.assert_whole(box)


def test_places_from_before_are_learned(box: Box, intake: Intake) -> None:
    uids = box.deliver(30)
    intake.poll(box.straight())
    with intake.store._database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE ledger SET size_least = NULL, size_most = NULL, dated_first = NULL, dated_last = NULL"
        )
        connection.exec_driver_sql("DELETE FROM numberings")
    assert intake.poll(box.straight()).new == 0
    known = intake.store.numberings.known(box.address, intake.store.list_ledger(box.address)[0], uids)
    assert len(known) == 30
    assert all(
        place.size_least == place.size_most and place.dated_first == place.dated_last for place in known.values()
    )
    assert None not in {place.size_least for place in known.values()}
    box.replace(uids[0], b"another, of another size")
    assert intake.poll(box.straight()).new == 30
    intake.assert_whole(box)


def test_the_reconciliation_asks_too(box: Box, intake: Intake) -> None:
    uids = box.deliver(60)
    intake.poll(box.straight())
    box.replace(uids[30], b"another, of another size")

    def exceptions() -> int:
        (found,) = reconcile(intake.store, [box.address], [box.straight()], clock=lambda: intake.now)
        return len(found.exceptions)

    assert exceptions() == 60  # none of them is accounted for in the new numbering
    assert intake.poll(box.straight()).new == 60
    assert exceptions() == 0
    intake.assert_whole(box)


def test_two_processes_begin_one_generation(box: Box, intake: Intake) -> None:
    box.deliver()
    intake.poll(box.straight())
    numberings, (key,) = intake.store.numberings, intake.store.list_ledger(box.address)
    for _ in range(2):
        numberings.begin(box.address, key, now=NOW)
    assert numberings.current(box.address, "INBOX", key.uidvalidity).generation == 1
    numberings.note(box.address, key, now=NOW, doubted=False)
    assert numberings.current(box.address, "INBOX", key.uidvalidity) == Numbering(
        generation=1, begun_at=NOW, in_a_row=1
    )


def test_generations_follow_each_other_ever_more_slowly() -> None:
    numbering, now, begun = Numbering(), NOW, []
    for _ in range(4 * 24 * 10):
        if numbering.may_end(now):
            numbering = numbering.next(now)
            begun.append(now)
        now += timedelta(minutes=15)
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert gaps[: FREE_GENERATIONS - 1] == [timedelta(minutes=15)] * (FREE_GENERATIONS - 1)
    hours = [gap / timedelta(hours=1) for gap in gaps[FREE_GENERATIONS - 1 :]]
    assert hours[:6] == [1, 2, 4, 8, 16, 24]
    assert numbering.is_due(now)


def test_what_a_place_is_known_by() -> None:
    place = KnownPlace(sha256="a" * 64)
    assert place.fits(ServerFacts(size_bytes=7, dated=NOW))
    place = place.having(ServerFacts(size_bytes=7)).having(ServerFacts(dated=NOW))
    assert place.fits(ServerFacts(size_bytes=7, dated=NOW))
    assert place.fits(ServerFacts())
    assert not place.fits(ServerFacts(size_bytes=8, dated=NOW))
    assert not place.fits(ServerFacts(size_bytes=7, dated=NOW + timedelta(seconds=1)))
    place = place.having(ServerFacts(size_bytes=9))
    assert [place.fits(ServerFacts(size_bytes=size)) for size in (6, 7, 8, 9, 10)] == [False, True, True, True, False]
