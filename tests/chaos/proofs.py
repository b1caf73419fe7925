"""What must hold at the end, mailbox by mailbox and for the whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.store.errors import StoreError
from pipeline.store.event_reading import EventFilter
from pipeline.store.ledger_records import KeptMessage
from pipeline.store.store import Store
from tests.chaos.people import FOLDERS, Mailroom
from tests.path.proofs import assert_numbers_run_on

_EVERYTHING = 1_000_000
_ONCE = ("message.decided", "case.registered", "case.queued")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxProof:
    """One mailbox. `delivered` counts copies, `contents` what differs; `gone` were deleted before they were fetched."""

    mailbox: str
    delivered: int
    contents: int
    gone: int
    kept: int
    listed: int
    registered: int
    review: int
    ignored: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    damaged: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        adds_up = self.listed == self.registered + self.review + self.ignored
        return adds_up and not (self.lost or self.doubled or self.damaged or self.wrong)


def prove_box(store: Store, room: Mailroom) -> BoxProof:
    """Hold what is kept of a mailbox against what was delivered to it and what lies in it."""
    kept = [mail for mail in store.iter_kept() if mail.mailbox == room.address]
    digests = Counter(mail.sha256 for mail in kept)
    present = sum((room.digests(folder) for folder in FOLDERS), Counter[str]())
    required = set(present) | room.required
    decided = Counter(
        item.message_id for item in store.list_events(EventFilter(kind="message.decided"), limit=_EVERYTHING)
    )
    equation = store.ledger_equation(room.address)
    unexplained = set(room.delivered) - required - room.deleted
    wrong = [f"outcome {mail.outcome} of {mail.sha256[:12]}" for mail in kept if not _is_right(room, mail)]
    wrong += [f"the run itself lost {digest[:12]}" for digest in unexplained]
    wrong += [] if equation.holds else ["the ledger's equation does not hold"]
    wrong += [f"{equation.waiting + equation.refused} waiting"] if equation.waiting + equation.refused else []
    wrong += [f"listed {equation.listed}, there are {present.total()}"] if equation.listed != present.total() else []
    return BoxProof(
        mailbox=room.address,
        delivered=room.sent,
        contents=len(room.delivered),
        gone=len(room.deleted - digests.keys() - required),
        kept=len(kept),
        listed=equation.listed,
        registered=equation.registered,
        review=equation.review,
        ignored=equation.ignored,
        lost=tuple(sorted(required - digests.keys())),
        doubled=(
            *(digest for digest, count in digests.items() if count > 1),
            *(f"message {mail.message_id}" for mail in kept if decided[mail.message_id] != 1),
        ),
        damaged=(*sorted(digests.keys() - room.delivered.keys()), *_damaged(store, digests)),
        wrong=tuple(wrong),
    )


def _is_right(room: Mailroom, mail: KeptMessage) -> bool:
    sent = room.delivered.get(mail.sha256)
    return sent is None or (mail.outcome is not None and mail.outcome.value in sent.outcomes)


def _damaged(store: Store, digests: Iterable[str]) -> Iterator[str]:
    for digest in digests:
        try:
            whole = hashlib.sha256(store.archive.load(digest)).hexdigest() == digest
        except StoreError:
            whole = False
        if not whole:
            yield digest


def prove_whole(store: Store, rooms: Mapping[str, Mailroom]) -> list[str]:
    """Faults of what the mailboxes have in common: records, cases, the log, the archive's folder."""
    faults: list[str] = []
    delivered = {digest: mail for room in rooms.values() for digest, mail in room.delivered.items()}
    filed = {mail.account for kept in store.iter_kept() if (mail := delivered.get(kept.sha256)) and mail.account}
    records, cases = store.list_registry(limit=_EVERYTHING), store.list_queue(limit=_EVERYTHING)
    entered = Counter(record.values.get("account_name", "") for record in records)
    waiting = {case.account_name for case in cases}
    strayed = {mail.account for room in rooms.values() for mail in room.delivered.values() if mail.office != mail.home}
    # A copy that another county decides first opens a case that a person has to settle, and the filing at home joins it.
    left = {account for account in strayed & waiting if not entered[account]}
    faults += [f"{account}: {entered[account]} records" for account in filed - left if entered[account] != 1]
    faults += [f"{account}: a record of nobody's" for account in entered.keys() - filed]
    try:
        assert_numbers_run_on(record.number for record in records)
    except AssertionError:
        faults.append("the register's numbers have gaps or repeats")
    for case in (*records, *cases):
        kinds = Counter(item.kind for item in store.history(case.case_id))
        faults += [f"case {case.case_id}: {kind} {kinds[kind]} times" for kind in _ONCE if kinds[kind] > 1]
    if not store.events.verify().whole:
        faults.append("the log of events is not whole")
    foreign = set(store.archive) - delivered.keys()
    faults += [f"a file of nobody's in the archive: {digest[:12]}" for digest in foreign]
    return faults


def render(boxes: Iterable[BoxProof]) -> Iterator[str]:
    """The table."""
    names = ("delivered", "contents", "gone", "kept", "listed", "registered", "review", "ignored")
    lists = ("lost", "doubled", "damaged", "wrong")
    yield "  ".join(["mailbox".ljust(24), *names, *lists])
    totals: Counter[str] = Counter()
    for box in boxes:
        values = {name: getattr(box, name) for name in names} | {name: len(getattr(box, name)) for name in lists}
        totals.update(values)
        yield _line(box.mailbox, values)
    yield _line("all", totals)


def _line(name: str, values: Mapping[str, int]) -> str:
    return "  ".join([name.ljust(24), *(str(value).rjust(len(key)) for key, value in values.items())])
