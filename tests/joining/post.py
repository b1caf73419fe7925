"""Mails as they are decided and committed, without the reading: what was read is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.cases.deciding import account_identity
from pipeline.cases.joining import Joiner
from pipeline.domain.decision import DecidedCase, Filing, MailDecision
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from pipeline.domain.finding import Finding
from pipeline.domain.message import KeptFile, Media, RawMessage, ServerKey, Submission
from pipeline.profile.schema import Profile
from pipeline.service.processing import StoreFacts
from pipeline.store.errors import AccountTakenError
from pipeline.store.records import CaseDetail, Committed
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from tests.store.filings import NOW

SANHE, CITY = "wxsh3252645@163.com", "lfwlk2010@163.com"
SENDER = "chenlu@qq.example"
WORKER = "host:1:2:0"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail and what was read from it. `number` tells it from others and is its time in hours."""

    number: int
    form: ExtractedForm | None = None
    papers: tuple[ExtractedPaper, ...] = ()
    more: tuple[ExtractedForm, ...] = ()
    sender: str = SENDER
    refuted: bool = False
    answers: tuple[str, ...] = ()
    mailbox: str = SANHE
    received: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def mail_id(self) -> str:
        return f"{self.number}@mail.example"

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(
            self.received or f"2018-12-{15 + self.number // 24:02}T{self.number % 24:02}:00+08:00"
        )


@dataclass(frozen=True, kw_only=True)
class Post:
    """Takes letters in and decides them, by the rules of the city and of joining."""

    store: Store
    profile: Profile

    def take(self, letter: Letter) -> int:
        """Archive and ledger; returns the message's number."""
        content = f"mail {letter.number} {letter.mailbox}".encode()
        sha256 = self.store.archive.keep([content])
        key = ServerKey(mailbox=letter.mailbox, folder="INBOX", uidvalidity=1, uid=letter.number)
        self.store.ledger.record_message(key, sha256=sha256, received=letter.when, size_bytes=len(content))
        kept = self.store.find_kept(letter.mailbox, sha256)
        assert kept is not None
        return kept.message_id

    def decide(self, letter: Letter) -> Committed:
        """Take the letter in, decide it and commit what came of it."""
        return commit(self.store, self.profile, letter, self.take(letter))

    def case(self, letter: Letter) -> CaseDetail:
        """The same, for a letter of one filing; returns its case."""
        return self.show(self.decide(letter).cases[0].case_id)

    def show(self, case_id: str) -> CaseDetail:
        found = self.store.show_case(case_id)
        assert found is not None
        return found

    def kinds(self, case_id: str) -> list[str]:
        return [item.kind for item in self.store.history(case_id)]


def commit(store: Store, profile: Profile, letter: Letter, message_id: int, *, joining: bool = True) -> Committed:
    """Claim the message, decide it and commit, again when a record was quicker."""
    waiting = store.work.claim(WORKER, now=NOW, lease_seconds=600, message_id=message_id)
    assert waiting is not None
    rules = Joiner(profile=profile) if joining else None
    for _ in range(5):
        try:
            return store.cases.commit_decision(
                message_id,
                WORKER,
                decision_on(store, profile, letter, waiting.sha256),
                submission=submission_of(letter, waiting.sha256),
                profile=profile,
                now=NOW,
                joining=rules,
            )
        except AccountTakenError:
            continue
    raise AssertionError("a record was quicker each time")


def submission_of(letter: Letter, sha256: str) -> Submission:
    return Submission(
        sha256=sha256,
        subject="登记",
        sender=letter.sender,
        sender_refuted=letter.refuted,
        message_id=letter.mail_id,
        references=letter.answers,
    )


def decision_on(store: Store, profile: Profile, letter: Letter, sha256: str) -> MailDecision:
    """What the rules say of the letter with what is known now."""
    message = RawMessage(mailbox=letter.mailbox, received=letter.when, sha256=sha256, content=b"")
    office = profile.find_office_by_mailbox(letter.mailbox)
    assert office is not None
    forms: Sequence[ExtractedForm | None] = [letter.form, *letter.more]
    cases = []
    for form in forms:
        filing = Filing(
            office=office.key,
            received=letter.when,
            form=None if form is None else form.model_copy(update={"file": 1}),
            papers=tuple(paper.model_copy(update={"file": 2}) for paper in letter.papers),
            shared=len(forms) > 1,
        )
        known = () if form is None else StoreFacts(store=store).known_filings(form, message=message)
        cases.append(DecidedCase(filing=filing, verdict=decide_filing(filing, profile=profile, known=known)))
    assert len({account_identity(form) for form in forms if form}) == len([form for form in forms if form])
    return MailDecision(
        mailbox=letter.mailbox,
        received=letter.when,
        cases=tuple(cases),
        findings=letter.findings,
        files=tuple(_kept(number, letter) for number in (1, 2)),
    )


def _kept(number: int, letter: Letter) -> KeptFile:
    name = f"{letter.number}-{number}.docx"
    return KeptFile(file=number, name=name, media=Media.DOCX, size_bytes=9, sha256=f"{letter.number:032}{number:032}")


def codes(case: CaseDetail) -> set[str]:
    return {item.code for item in case.findings if item.blocks}
