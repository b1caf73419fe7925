"""Mails of one submitter decided at the same moment by several processes, and processes killed on the way."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.joining.post import CITY, Letter, Post
from tests.joining.racing import decide, decide_and_die
from tests.store.processes import call_in_process, call_in_processes
from tests.stores import Place
from tests.validate.builders import COMPANY_PAPERS, form

LICENCE, CARD = COMPANY_PAPERS


def test_every_paper_at_once_is_one_case_and_one_record(place: Place, post: Post) -> None:
    """Form, licence and card in mails of their own, and the whole filing at the city: in any order one record."""
    letters = [
        Letter(number=1, form=form()),
        Letter(number=2, papers=(LICENCE,), answers=("1@mail.example",)),
        Letter(number=3, papers=(CARD,), answers=("1@mail.example",)),
        Letter(number=4, form=form(), papers=COMPANY_PAPERS, mailbox=CITY),
    ]
    messages = [post.take(letter) for letter in letters]
    calls = [(place.url, str(place.data_dir), *pair) for pair in zip(letters, messages, strict=True)]
    call_in_processes(decide, calls)
    store = post.store
    records = store.list_registry()
    assert len(records) == 1
    outcomes = Counter(row.outcome for row in store.list_ledger())
    assert outcomes.total() == 4
    assert outcomes["registered"] >= 1
    # Whatever is not in the register is in the queue, by itself or as part of another: nothing is nowhere.
    waiting = {item.case_id for item in store.list_queue()} | {record.case_id for record in records}
    ends = {case.joined_into or case.case_id for message in messages for case in store.cases_of(message)}
    assert ends == waiting
    assert all(not store.ledger_equation(mailbox).contradictions for mailbox in store.mailboxes())
    assert store.events.verify().whole


def test_the_same_filing_at_city_and_county_at_the_same_moment(place: Place, post: Post) -> None:
    letters = [Letter(number=n, form=form(), papers=COMPANY_PAPERS, mailbox=box) for n, box in ((1, CITY), (2, ""))]
    letters[1] = Letter(number=2, form=form(), papers=COMPANY_PAPERS)
    messages = [post.take(letter) for letter in letters]
    calls = [(place.url, str(place.data_dir), *pair) for pair in zip(letters, messages, strict=True)]
    assert call_in_processes(decide, calls) == ["registered", "registered"]
    (record,) = post.store.list_registry()
    assert (record.office, len(post.show(record.case_id).mails)) == ("sanhe", 1)
    assert post.store.list_queue() == ()


@pytest.mark.parametrize("statements", [3, 25, 60])
def test_a_kill_on_the_way_leaves_all_or_nothing(statements: int, place: Place, post: Post) -> None:
    first = post.case(Letter(number=1, form=form(), papers=(LICENCE,)))
    letter = Letter(number=2, papers=(CARD,), answers=("1@mail.example",))
    message_id = post.take(letter)
    call_in_process(decide_and_die, place.url, str(place.data_dir), letter, message_id, statements, expected=-9)
    post.store.work.free_dead_claims(lambda owner: False)
    before = post.show(first.case_id)
    assert (before.filing, before.version, before.mails) == (first.filing, first.version, ())
    assert post.store.outcome_of(message_id) is None
    call_in_process(decide, place.url, str(place.data_dir), letter, message_id)
    after = post.show(first.case_id)
    assert (after.state, len(after.filing.papers), len(after.mails)) == ("registered", 2, 1)
    assert len(post.store.list_registry()) == 1
    assert post.store.events.verify().whole
