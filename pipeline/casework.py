"""From one mail's documents to its cases: which form goes with which papers.

Pure. A mail holds one case per account: several forms of different accounts are several cases and
share the mail's papers; the same account's form sent twice (Word file and signed scan) is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pipeline.domain.base import Frozen
from pipeline.domain.decision import Filing, MailDecision
from pipeline.domain.document import DocumentReading, ExtractedForm, ExtractedPaper, Field
from pipeline.domain.finding import Finding
from pipeline.domain.message import Submission
from pipeline.domain.spelling import squash

_UNREADABLE = frozenset({"attachment.unreadable", "attachment.unsupported", "attachment.rejected", "attachment.remote"})


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
        read = (item for document in self.documents for item in document.reading.findings)
        return tuple(dict.fromkeys((*self.submission.findings, *read)))


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
    return MailDecision(mailbox=mail.mailbox, received=mail.received, findings=notes)


def assemble_filings(mail: ReadMail, *, office: str | None) -> tuple[Filing, ...]:
    """The cases of a mail, at least one. `office` is the key of the office whose mailbox received it."""
    unread = tuple(item.detail for item in mail.findings if item.code in _UNREADABLE)
    about_forms = tuple(item for item in mail.findings if item.code.startswith("form."))
    base = Filing(office=office, received=mail.received, papers=mail.papers, unreadable=unread, findings=about_forms)
    forms = merge_forms(mail.forms)
    return tuple(base.model_copy(update={"form": form}) for form in forms) or (base,)


def merge_forms(forms: Iterable[ExtractedForm]) -> tuple[ExtractedForm, ...]:
    """One form per account, in the order of first appearance."""
    merged: list[ExtractedForm] = []
    for form in forms:
        twin = next((index for index, other in enumerate(merged) if _same_account(form, other)), None)
        if twin is None:
            merged.append(form)
        else:
            merged[twin] = _merge(merged[twin], form)
    return tuple(merged)


def _same_account(one: ExtractedForm, other: ExtractedForm) -> bool:
    """Two readings of one account's form: same name, and no sure contradiction in the owner's number."""
    if not (name := squash(one.text("account_name"))) or name != squash(other.text("account_name")):
        return False
    types = {str(form.value("account_type")) for form in (one, other) if form.value("account_type") is not None}
    return len(types) <= 1


def _certainty(form: ExtractedForm) -> tuple[int, int]:
    """Sorts the better reading first: fewer doubts, then fewer blanks."""
    return (sum(item.doubtful for item in form), sum(item.value is None for item in form) + len(form.unplaced))


def _merge(one: ExtractedForm, other: ExtractedForm) -> ExtractedForm:
    best, rest = sorted((one, other), key=_certainty)
    keys = dict.fromkeys((*(item.key for item in best), *(item.key for item in rest)))
    fields = tuple(_merge_field(best.field(key), rest.field(key)) for key in keys)
    unplaced = tuple(key for key in best.unplaced if key in rest.unplaced)
    findings = tuple(dict.fromkeys((*best.findings, *rest.findings)))
    return best.model_copy(update={"fields": fields, "unplaced": unplaced, "findings": findings})


def _merge_field(best: Field | None, other: Field | None) -> Field:
    """One field of two readings: what one leaves blank the other supplies; a contradiction is a person's."""
    if best is None or other is None:
        found = best or other
        if found is None:
            raise ValueError("neither form has the field")
        return found
    if best.key == "signed":
        return max((best, other), key=lambda item: item.value is True)
    if best.value is None and not best.candidates:
        return other if other.value is not None or other.candidates else best
    if other.value is None or squash(str(best.value)) == squash(str(other.value)):
        return best.model_copy(update={"doubtful": False, "doubt": None}) if _read_twice(best, other) else best
    if best.doubtful != other.doubtful:
        return other if best.doubtful else best
    return best.model_copy(
        update={"doubtful": True, "doubt": "同一邮件中两份登记表的此项填写不一致", "second": str(other.value)}
    )


def _read_twice(best: Field, other: Field) -> bool:
    """Whether two files, read by different readers, say the same."""
    return best.value is not None and best.value == other.value and best.reader != other.reader
