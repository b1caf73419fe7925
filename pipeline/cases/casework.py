"""From one mail's documents to its cases: which form goes with which papers.

Pure. A mail holds one case per account: several forms of different accounts are several cases and
share the mail's papers; the same account's form sent twice (Word file and signed scan) is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.domain.base import Frozen
from pipeline.domain.blank_forms import is_blank_form
from pipeline.domain.decision import Filing, MailDecision
from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper, Field
from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import KeptFile, Submission
from pipeline.domain.spelling import squash
from pipeline.extract.form.agreement import is_alike, is_twin

_UNREADABLE = frozenset({"attachment.unreadable", "attachment.unsupported", "attachment.rejected", "attachment.remote"})

_BLANK = "来信所附的登记表是空白的，没有填写内容，请填写后连同材料一并发来。"


class ReadDocument(Frozen):
    """A file of the mail with what was read from it."""

    name: str
    reading: DocumentReading


class ReadMail(Frozen):
    """A mail taken apart and read."""

    mailbox: str
    received: datetime
    submission: Submission
    documents: tuple[ReadDocument, ...] = ()

    @property
    def forms(self) -> tuple[ExtractedForm, ...]:
        return tuple(form for document in self.documents for form in document.reading.forms)

    @property
    def papers(self) -> tuple[ExtractedPaper, ...]:
        return tuple(paper for document in self.documents for paper in document.reading.papers)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the mail or its files, each said once."""
        read = (item for document in self.documents for item in document.reading.all_findings)
        return tuple(dict.fromkeys((*self.submission.findings, *read)))


def kept_files(mail: ReadMail) -> tuple[KeptFile, ...]:
    """The mail's attachments as they are kept: `documents` are their readings in the same order."""
    pairs = zip(mail.submission.attachments, mail.documents, strict=True)
    return tuple(
        KeptFile.of(item, number, document.reading.geometry, document.reading.others)
        for number, (item, document) in enumerate(pairs, start=1)
    )


def mail_findings(mail: ReadMail) -> tuple[Finding, ...]:
    """The findings about the mail as a whole; those about a form belong to its case."""
    return tuple(item for item in mail.findings if not item.code.startswith("form."))


def is_automatic(mail: ReadMail) -> bool:
    """Whether the mail is a machine's and carries no filing. A file nobody could open may be a filing."""
    if mail.submission.automatic is None:
        return False
    carries = mail.forms or mail.papers or any(item.code.startswith("form.") for item in mail.findings)
    return not carries and not any(item.code in _UNREADABLE for item in mail.findings)


def ignore(mail: ReadMail) -> MailDecision:
    """The outcome of automatic mail: in the ledger, in no queue."""
    notes = tuple(item for item in mail.findings if not item.blocks)
    return MailDecision(mailbox=mail.mailbox, received=mail.received, findings=notes, files=kept_files(mail))


def assemble_filings(mail: ReadMail, *, office: str | None) -> tuple[Filing, ...]:
    """The cases of a mail, at least one. `office` is the key of the office whose mailbox received it.

    A blank form, such as the notice has with it, is nobody's filing.
    """
    unread = tuple(item.detail for item in mail.findings if item.code in _UNREADABLE)
    about_forms = tuple(item for item in mail.findings if item.code.startswith("form."))
    base = Filing(office=office, received=mail.received, papers=mail.papers, unreadable=unread, findings=about_forms)
    filled = [form for form in mail.forms if not is_blank_form(form)]
    if mail.forms and not filled:
        return (base.model_copy(update={"findings": (*about_forms, finding("form.missing", _BLANK))}),)
    forms = merge_forms(filled)
    shared = len(forms) > 1
    return tuple(base.model_copy(update={"form": form, "shared": shared}) for form in forms) or (base,)


def merge_forms(forms: Iterable[ExtractedForm]) -> tuple[ExtractedForm, ...]:
    """One form per account, in the order of first appearance."""
    accounts: list[list[ExtractedForm]] = []
    for form in forms:
        known = next((readings for readings in accounts if all(_same_account(form, other) for other in readings)), None)
        if known is None:
            accounts.append([form])
        else:
            known.append(form)
    return tuple(_merge(readings) for readings in accounts)


def _same_account(one: ExtractedForm, other: ExtractedForm) -> bool:
    """Two readings of one account's form: same name, and no contradiction in the type.

    A name that was misread on one of them, which is in doubt, may be the same where everything else is one account's.
    """
    types = {str(form.value("account_type")) for form in (one, other) if form.value("account_type") is not None}
    if len(types) > 1:
        return False
    name = squash(one.text("account_name"))
    if name and name == squash(other.text("account_name")):
        return True
    return _may_be_one_name(one.field("account_name"), other.field("account_name")) and is_twin(one, other)


def _may_be_one_name(one: Field | None, other: Field | None) -> bool:
    """Whether one of two names is in doubt, and most of it is the other's. One that nobody could read or find may be any."""
    if one is None or other is None:
        return one is not other
    if one.doubtful == other.doubtful:
        return False
    return None in (one.value, other.value) or is_alike(squash(str(one.value)), squash(str(other.value)))


def _certainty(form: ExtractedForm) -> tuple[int, int]:
    """Sorts the better reading first: fewer doubts, then fewer blanks."""
    return (sum(item.doubtful for item in form), sum(item.value is None for item in form) + len(form.unplaced))


def _merge(readings: Sequence[ExtractedForm]) -> ExtractedForm:
    if len(readings) == 1:
        return readings[0]
    ordered = sorted(readings, key=_certainty)
    keys = dict.fromkeys(item.key for form in ordered for item in form)
    fields = tuple(_merge_field([item for form in ordered if (item := form.field(key))]) for key in keys)
    unplaced = tuple(key for key in ordered[0].unplaced if all(key in form.unplaced for form in ordered))
    findings = tuple(dict.fromkeys(item for form in ordered for item in form.findings))
    return ordered[0].model_copy(update={"fields": fields, "unplaced": unplaced, "findings": findings})


def _merge_field(readings: Sequence[Field]) -> Field:
    """One field of several readings, all compared at once: what one leaves blank another supplies, what one is sure of
    counts for more than another's doubt, and two sure values that differ are a person's to settle.
    """
    if readings[0].key == "signed":
        return max(readings, key=lambda item: item.value is True)
    filled = [item for item in readings if item.value is not None or item.candidates]
    sure = [item for item in filled if not item.doubtful]
    if not filled:
        return readings[0]
    other = next((item for item in sure if item.said != sure[0].said), None)
    if other is not None:
        doubt = "同一邮件中几份登记表的此项填写不一致"
        return sure[0].model_copy(update={"doubtful": True, "doubt": doubt, "second": str(other.value)})
    if sure:
        return sure[0]
    return filled[0].model_copy(update={"doubtful": False, "doubt": None}) if _read_twice(filled) else filled[0]


def _read_twice(readings: Sequence[Field]) -> bool:
    """Whether files that were read by different readers all say the same."""
    values, readers = {item.value for item in readings}, {item.reader for item in readings}
    return len(values) == 1 and None not in values and len(readers) > 1
