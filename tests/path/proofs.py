"""What must hold when everything delivered was polled and decided, whatever happened on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipeline.store.event_reading import EventFilter
from pipeline.store.store import Store
from tests.path.demo_mails import DemoMail
from tests.path.installation import Installation

_EVERYTHING = 10_000


def assert_nothing_lost_or_doubled(site: Installation, delivered: Mapping[tuple[str, int], DemoMail]) -> None:
    """Every mail once, with its bytes and one outcome; every number once; the log of events whole.

    `delivered` gives the mails by mailbox and UID. No two of them may be filings of one account.
    """
    reconciled = site.rows("ledger", "reconcile")
    assert all(row["holds"] and not row["waiting"] and not row["exceptions"] for row in reconciled)
    assert sum(row["listed"] for row in reconciled) == len(delivered)
    decisions = [mail.decision for mail in delivered.values()]
    with site.open_store() as store:
        _one_outcome_each(store, delivered)
        records, cases = store.list_registry(limit=_EVERYTHING), store.list_queue(limit=_EVERYTHING)
        check = store.events.verify()
        alarms = len(store.list_events(EventFilter(kind="alarm"), limit=_EVERYTHING))
        told = [[item.kind for item in store.history(case.case_id)] for case in (*records, *cases)]
    assert len(records) == decisions.count("registered")
    assert len(cases) == decisions.count("review")
    assert_numbers_run_on(record.number for record in records)
    # One event for each mail and one for each case: none was decided twice, and no receipt drafted twice.
    once = ("message.decided", "case.registered", "case.queued", "notice.drafted")
    assert all(kinds.count(kind) <= 1 for kinds in told for kind in once)
    drafted = sum(kinds.count("notice.drafted") for kinds in told)
    assert (check.whole, check.count) == (True, len(delivered) + len(records) + len(cases) + drafted + alarms)
    assert not any((site.data / "archive" / "tmp").iterdir())


def _one_outcome_each(store: Store, delivered: Mapping[tuple[str, int], DemoMail]) -> None:
    rows = store.list_ledger(limit=_EVERYTHING)
    assert sorted((row.mailbox, row.uid) for row in rows) == sorted(delivered)
    for row in rows:
        mail = delivered[row.mailbox, row.uid]
        assert (row.sha256, row.outcome) == (mail.sha256, mail.decision), mail.name
    kept = sorted((message.mailbox, message.sha256) for message in store.iter_kept())
    assert kept == sorted((mail.mailbox, mail.sha256) for mail in delivered.values())
    assert all(store.archive.load(mail.sha256) == mail.content for mail in delivered.values())


def assert_numbers_run_on(numbers: Iterable[str]) -> None:
    """In every series (area and year) the numbers run from 1 without gap or repeat."""
    series: defaultdict[str, list[int]] = defaultdict(list)
    for number in numbers:
        name, _, seq = number.rpartition("-")
        series[name].append(int(seq))
    assert {name: sorted(found) for name, found in series.items()} == {
        name: list(range(1, len(found) + 1)) for name, found in series.items()
    }
