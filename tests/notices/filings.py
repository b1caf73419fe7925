"""A returned filing with something open, by a sender of one's choice."""

from __future__ import annotations

from pipeline.desk.officer import Officer
from pipeline.domain.decision import DecidedCase
from pipeline.domain.finding import Finding
from pipeline.domain.life import Action
from pipeline.domain.message import Submission
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from tests.officer.filings import doubtful_owner, filing
from tests.store.filings import MAILBOX, NOW, WORKER, mail, receive
from tests.validate.builders import Change

SENDER = "sender@example.org"


def hand_in(
    store: Store,
    profile: Profile,
    *,
    number: int = 1,
    sender: str = SENDER,
    mail_id: str | None = "m{number}@example.org",
    references: tuple[str, ...] = (),
    automatic: str | None = None,
    findings: tuple[Finding, ...] = (),
    with_case: bool = True,
    mailbox: str = MAILBOX,
    **changes: Change,
) -> str:
    """Decide the company's filing and commit it as the mail of that number; returns its case's id, "" without one."""
    filed = filing(**changes)
    decided = DecidedCase(filing=filed, verdict=decide_filing(filed, profile=profile, known=()))
    receive(store, number, mailbox=mailbox)
    waiting = store.work.claim(WORKER, now=NOW, lease_seconds=60)
    assert waiting is not None
    submission = Submission(
        sha256=waiting.sha256,
        subject="备案申请",
        sender=sender,
        message_id=mail_id.format(number=number) if mail_id else None,
        references=references,
        automatic=automatic,
    )
    decision = mail(*((decided,) if with_case else ()), findings=findings, mailbox=mailbox)
    done = store.cases.commit_decision(
        waiting.message_id, WORKER, decision, submission=submission, profile=profile, now=NOW
    )
    return done.cases[0].case_id if done.cases else ""


def hand_in_doubtful(store: Store, profile: Profile, *, number: int = 1, sender: str = SENDER) -> str:
    """A filing that waits, of an account of its own."""
    return hand_in(
        store, profile, number=number, sender=sender, owner_name=doubtful_owner(), account_name=f"三河晨露{number}号"
    )


def returned(store: Store, profile: Profile, officer: Officer, *, number: int = 1, sender: str = SENDER) -> str:
    """A filing that was sent back."""
    case_id = hand_in_doubtful(store, profile, number=number, sender=sender)
    officer.act(case_id, Action.RETURN)
    return case_id
