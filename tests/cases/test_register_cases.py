"""The cases whose mails meet in one register: what the poller takes in, a worker decides, and the register holds."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cases.deciding import Decider
from pipeline.domain.message import ServerKey
from pipeline.service.processing import Processor
from pipeline.store.store import Store, open_store
from samples.case import Case
from samples.cases import iter_cases
from samples.mail import SampleMail

CASES = [case for case in iter_cases() if case.register]


def take_in(store: Store, mail: SampleMail, uid: int) -> None:
    """As the poller does: archive first, then ledger and waiting message."""
    digest = store.archive.keep([mail.content])
    assert digest == hashlib.sha256(mail.content).hexdigest()
    key = ServerKey(mailbox=mail.mailbox, folder="INBOX", uidvalidity=1, uid=uid)
    store.ledger.record_message(key, sha256=digest, received=mail.received, size_bytes=len(mail.content))


def work_off(store: Store, decider: Decider) -> int:
    """Decide what waits, in the order it came."""
    processor = Processor(store=store, decider=decider, profile=decider.profile, clock=lambda: datetime.now(UTC))
    return processor.run(threads=1, stop=threading.Event(), until_empty=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mails_that_meet_in_one_register(case: Case, decider: Decider, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store:
        mails = case.build()
        for uid, mail in enumerate(mails, start=1):
            take_in(store, mail, uid)
            work_off(store, decider)
        assert len(store.list_registry()) == case.records
        held = {code for item in store.list_queue() for code in item.codes}
        ledger = [row.outcome for row in store.list_ledger(limit=100)]
    assert len(ledger) == len(mails)
    same_mail = len({(mail.mailbox, mail.content) for mail in mails}) < len(mails)
    # The very same mail is one message with one outcome, the same filing at city and county one case with one record;
    # any other second filing waits for a person.
    one = same_mail or len({mail.mailbox for mail in mails}) > 1
    assert set(ledger) == ({"registered"} if one else {"registered", "review"})
    assert held == (set() if one else case.expect[1].codes)
