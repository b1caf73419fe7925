"""Read one mail and decide it: the path that the poller, `check` and `reprocess` share.

Reading goes through a `Reader` (the sandbox), what is known of an account comes from `Facts`
(the register, or an earlier mail of the same run); the rules themselves are pure.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pipeline.cases.casework import (
    ReadDocument,
    ReadMail,
    assemble_filings,
    ignore,
    is_automatic,
    kept_files,
    mail_findings,
)
from pipeline.cases.letter_forms import keep_letter_forms
from pipeline.domain.decision import DecidedCase, Filing, KnownFiling, MailDecision
from pipeline.domain.document import DocumentReading, ExtractedForm
from pipeline.domain.message import Attachment, RawMessage, Submission
from pipeline.domain.provenance import read_from
from pipeline.domain.spelling import squash
from pipeline.extract.agreement import settle
from pipeline.extract.form.parts import join_parts
from pipeline.extract.typed_words import Typed
from pipeline.mails.files import MailFile, address_mail
from pipeline.profile.schema import Profile
from pipeline.reading.mail_reading import MAIL_SECONDS, read_files
from pipeline.validate.decide import decide_filing
from pipeline.validate.subject_lines import check_subject_line


class Reader(Protocol):
    """Reads what a sender sent, out of harm's way. Bad bytes are findings; an error means "could not decide"."""

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        """The mail taken apart."""

    def read(self, attachment: Attachment) -> DocumentReading:
        """What stands in one file."""


class Facts(Protocol):
    """What the register and the queue hold."""

    def known_filings(self, form: ExtractedForm, *, message: RawMessage) -> Sequence[KnownFiling]:
        """Filings of the form's account, other than those that this very message led to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Reads and decides mails by one profile.

    `mailboxes` gives the office's key for addresses that the settings set apart from the profile's. Files that cannot be read
    within `mail_seconds` of one mail are left to a person.
    """

    profile: Profile
    reader: Reader
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    mail_seconds: float = MAIL_SECONDS
    clock: Callable[[], float] = time.monotonic

    def read_mail(self, message: RawMessage) -> ReadMail:
        """Take the mail apart and read every file in it."""
        return self.read_submission(self.reader.unpack(message.content, sha256=message.sha256), message)

    def read_file(
        self, mail: MailFile, *, mailbox: str | None = None, received: datetime | None = None
    ) -> tuple[RawMessage, ReadMail]:
        """The same for a mail from a file, whose mailbox and time come from its own headers unless given."""
        message, submission = self.open_file(mail, mailbox=mailbox, received=received)
        return message, self.read_submission(submission, message)

    def open_file(
        self, mail: MailFile, *, mailbox: str | None = None, received: datetime | None = None
    ) -> tuple[RawMessage, Submission]:
        """A mail from a file taken apart, not read yet."""
        submission = self.reader.unpack(mail.content, sha256=mail.sha256)
        where, when = address_mail(submission, self.mailboxes, self.profile, given=mailbox, received=received)
        return RawMessage(mailbox=where, received=when, sha256=mail.sha256, content=mail.content), submission

    def read_submission(self, submission: Submission, message: RawMessage) -> ReadMail:
        """Read every file of a mail that was taken apart, and the tables in its letter.

        From here on everything read says from which file; a letter's table that gives no form is none. A form that came
        in two files is one.
        """
        read = keep_letter_forms(
            read_files(submission.attachments, self.reader, seconds=self.mail_seconds, clock=self.clock),
            automatic=submission.automatic is not None,
        )
        submission = submission.model_copy(update={"attachments": tuple(item for item, _ in read)})
        documents = self._join_files(
            tuple(
                ReadDocument(name=item.name, reading=read_from(reading, number))
                for number, (item, reading) in enumerate(read, start=1)
            ),
            sum(item.body is None for item in submission.attachments),
        )
        return ReadMail(
            mailbox=message.mailbox,
            received=message.received,
            submission=submission,
            documents=settle_documents(self._settle_by_typing(documents, submission)),
        )

    def _join_files(self, documents: tuple[ReadDocument, ...], count: int) -> tuple[ReadDocument, ...]:
        """Forms that came in two of the first `count` documents, which are files; what was typed into the letter is whole."""
        files = documents[:count]
        joined = join_parts([item.reading for item in files], [item.name for item in files], self.profile.form)
        return (
            *(item.model_copy(update={"reading": one}) for item, one in zip(files, joined, strict=True)),
            *documents[count:],
        )

    def _settle_by_typing(self, documents: Sequence[ReadDocument], submission: Submission) -> tuple[ReadDocument, ...]:
        """Lift doubts about values that the sender typed into the mail."""
        typed, spec = Typed(submission), self.profile.form
        return tuple(
            document.model_copy(update={"reading": document.reading.model_copy(update={"forms": forms})})
            for document in documents
            for forms in [tuple(typed.settle(form, spec) for form in document.reading.forms)]
        )

    def decide(self, mail: ReadMail, message: RawMessage, *facts: Facts) -> MailDecision:
        """Apply the rules. The same mail and facts give the same decision."""
        if is_automatic(mail):
            return ignore(mail)
        filings = assemble_filings(mail, office=self.office_of(mail.mailbox))
        cases = tuple(self._decide_case(filing, message, facts) for filing in filings)
        found = (*mail_findings(mail), *check_subject_line(mail.submission.subject, self.profile))
        return MailDecision(
            mailbox=mail.mailbox, received=mail.received, cases=cases, findings=found, files=kept_files(mail)
        )

    def office_of(self, mailbox: str) -> str | None:
        """The key of the office whose mailbox that is, None for an unknown address."""
        if (key := self.mailboxes.get(mailbox.lower())) is not None:
            return key
        office = self.profile.find_office_by_mailbox(mailbox)
        return office.key if office else None

    def decide_again(self, decision: MailDecision, message: RawMessage, *facts: Facts) -> MailDecision:
        """The same cases under the rules once more, with what is known now."""
        cases = tuple(self._decide_case(case.filing, message, facts) for case in decision.cases)
        return decision.model_copy(update={"cases": cases})

    def _decide_case(self, filing: Filing, message: RawMessage, facts: Iterable[Facts]) -> DecidedCase:
        form = filing.form
        known = () if form is None else tuple(k for fact in facts for k in fact.known_filings(form, message=message))
        return DecidedCase(filing=filing, verdict=decide_filing(filing, profile=self.profile, known=known))


def settle_documents(documents: Sequence[ReadDocument]) -> tuple[ReadDocument, ...]:
    """Lift doubts that another paper of the same mail settles (form and card say the same)."""
    papers = [paper for document in documents for paper in document.reading.papers]
    forms = [form for document in documents for form in document.reading.forms]
    settled_forms, settled_papers = settle(forms, papers)
    remaining_forms, remaining_papers = iter(settled_forms), iter(settled_papers)
    return tuple(
        document.model_copy(
            update={
                "reading": document.reading.model_copy(
                    update={
                        "forms": tuple(next(remaining_forms) for _ in document.reading.forms),
                        "papers": tuple(next(remaining_papers) for _ in document.reading.papers),
                    }
                )
            }
        )
        for document in documents
    )


def account_identity(form: ExtractedForm) -> tuple[str, str] | None:
    """What makes two filings the same account: its squashed name and its type; None when the name is blank."""
    name = squash(form.text("account_name")).casefold()
    return (name, form.text("account_type")) if name else None


class EarlierMails:
    """Facts from mails decided earlier in the same run, for commands that store nothing."""

    def __init__(self) -> None:
        self._known: defaultdict[tuple[str, str], list[KnownFiling]] = defaultdict(list)

    def add(self, message: RawMessage, decision: MailDecision) -> None:
        """Remember the cases of a decided mail."""
        for case in decision.cases:
            form = case.filing.form
            if form is None or (identity := account_identity(form)) is None:
                continue
            known = KnownFiling(
                reference=f"{message.sha256[:12]}",
                office=case.verdict.office,
                registered=decision.case_decision(case).value == "registered",
                values={item.key: str(item.value) for item in form if item.value is not None},
            )
            self._known[identity].append(known)

    def known_filings(self, form: ExtractedForm, *, message: RawMessage) -> Sequence[KnownFiling]:
        del message  # the same file given twice is the same mail sent twice
        identity = account_identity(form)
        return () if identity is None else tuple(self._known.get(identity, ()))
