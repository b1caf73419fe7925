"""Which cases a mail may belong to, by everything it can be recognised by. All look-ups are by keyed hashes or our own ids."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.decision import Filing
from pipeline.domain.document import PaperKind
from pipeline.domain.joining import BY_ADDRESS, Way
from pipeline.domain.message import Submission
from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.identity import index_form, index_mail_id, index_paper, index_sender
from pipeline.store.joining_records import RelatedCase
from pipeline.store.models import Case, Paper, RegistryRecord
from pipeline.store.models_mail import Message
from pipeline.store.models_notices import NoticeRow

#: States in which somebody can have our letter.
OUT: Final = ("sending", "sent", "unclear")
#: Cases that one way leads to, and those looked at for it.
_MOST: Final = 20
_READ: Final = 500
#: Whoever has more open cases than this sends for many; that a mail is his alone says nothing of where it belongs.
_MOST_OF_SENDER: Final = 3
_STANDS: Final = frozenset({"review", "registered"})
_OPEN: Final = Case.state == "review"
#: What a mail is found by leads to its cases also where they were joined into others.
_STANDING: Final = or_(_OPEN, Case.joined_into.is_not(None))


class Relations:
    """Finds related cases inside the transaction of a decision."""

    def __init__(self, session: Session, cipher: Cipher, message: Message, submission: Submission) -> None:
        self._session = session
        self._cipher = cipher
        self._message = message
        self._sender = index_sender(submission.sender, cipher)
        self._refuted = submission.sender_refuted
        self._by_mail = {
            Way.NOTICE: self._of_notices(submission),
            Way.THREAD: self._of_mails(submission),
            **self._of_sender(),
        }

    def of(self, filing: Filing) -> tuple[RelatedCase, ...]:
        """The open cases that a filing of the mail may belong to, and the registered one of its account, oldest first."""
        ways: defaultdict[uuid.UUID, set[Way]] = defaultdict(set)
        for way, found in (*self._by_mail.items(), *self._of_filing(filing).items()):
            for case_id in found:
                ways[case_id].add(way)
        by_address = [case_id for case_id, found in ways.items() if found <= BY_ADDRESS]
        if len(by_address) > _MOST_OF_SENDER:
            for case_id in by_address:
                del ways[case_id]
        cases = self._session.scalars(select(Case).where(Case.id.in_(ways)).order_by(Case.received, Case.id))
        reader = CaseReader(self._session, self._cipher)
        return tuple(
            RelatedCase(case=reader.detail(case), ways=frozenset(ways[case.id]))
            for case in list(cases)
            if case.message_id != self._message.id
        )

    def earlier_with_papers(self, filing: Filing) -> tuple[uuid.UUID, ...]:
        """Cases of other accounts, open or registered, with papers that the same address sent the same office, for the same subject
        or owner or before any form: the newest, at most `_MOST_OF_SENDER`."""
        index = index_form(filing.form, self._cipher)
        alike = ((Case.subject_index, index.subject), (Case.owner_id_index, index.owner_id))
        same = [column == value for column, value in alike if value is not None]
        if self._sender is None or self._refuted:
            return ()
        sent = Message.sender_index == self._sender, not_(Message.sender_refuted.is_(True))
        mails = select(Message.id).where(*sent, Message.id != self._message.id)
        wanted = (
            or_(Case.form_profile.is_(None), *same),
            Case.message_id.in_(mails),
            Case.id.in_(select(Paper.case_id)),
        )
        columns = (Case.received, Case.id, Case.state, Case.received_office)
        # Neither state nor order is named in the query: either leads through the whole queue.
        found = self._session.execute(select(*columns).where(*wanted).limit(_READ)).all()
        newest = sorted(found, key=lambda row: row.received, reverse=True)
        near = [row.id for row in newest if row.state in _STANDS and row.received_office == filing.office]
        return tuple(near[:_MOST_OF_SENDER])

    def _of_filing(self, filing: Filing) -> Mapping[Way, frozenset[uuid.UUID]]:
        index = index_form(filing.form, self._cipher)
        cards = {index_paper(paper, self._cipher) for paper in filing.papers if paper.kind is PaperKind.ID_CARD}
        codes = {index_paper(paper, self._cipher) for paper in filing.papers if paper.kind is not PaperKind.ID_CARD}
        people = (cards | {index.owner_id}) - {None}
        return {
            Way.ACCOUNT: self._of_account(index.account),
            Way.ID_NUMBER: self._open(Case.owner_id_index.in_(people)) | self._with_paper(people),
            Way.CREDIT_CODE: self._with_paper(codes - {None}),
        }

    def _of_account(self, account: bytes | None) -> frozenset[uuid.UUID]:
        if account is None:
            return frozenset()
        registered = (
            select(Case.id)
            .join(RegistryRecord, RegistryRecord.case_id == Case.id)
            .where(Case.account_index == account, Case.state == "registered", RegistryRecord.state == "active")
        )
        return self._open(Case.account_index == account) | frozenset(self._session.scalars(registered))

    def _with_paper(self, numbers: Iterable[bytes | None]) -> frozenset[uuid.UUID]:
        wanted = list(numbers)
        return (
            self._open(Case.id.in_(select(Paper.case_id).where(Paper.number_index.in_(wanted))))
            if wanted
            else frozenset()
        )

    def _of_notices(self, submission: Submission) -> frozenset[uuid.UUID]:
        query = select(NoticeRow.case_id).where(
            NoticeRow.message_id.in_(submission.references), NoticeRow.state.in_(OUT)
        )
        return self._standing(Case.id.in_(query)) if submission.references else frozenset()

    def _of_mails(self, submission: Submission) -> frozenset[uuid.UUID]:
        named = [index_mail_id(reference, self._cipher) for reference in submission.references]
        return self._of_messages(Message.mail_id_index.in_(named)) if named else frozenset()

    def _of_sender(self) -> Mapping[Way, frozenset[uuid.UUID]]:
        """By the address; apart where the server that took either mail in says that it is not the sender's."""
        if self._sender is None:
            return {}
        same, refuted = Message.sender_index == self._sender, Message.sender_refuted.is_(True)
        if self._refuted:
            return {Way.SENDER_REFUTED: self._of_messages(same)}
        return {
            Way.SENDER: self._of_messages(and_(same, not_(refuted))),
            Way.SENDER_REFUTED: self._of_messages(and_(same, refuted)),
        }

    def _of_messages(self, which: ColumnElement[bool]) -> frozenset[uuid.UUID]:
        mails = select(Message.id).where(which, Message.id != self._message.id)
        return self._standing(Case.message_id.in_(mails))

    def _open(self, which: ColumnElement[bool]) -> frozenset[uuid.UUID]:
        """The state is looked at here: named in the query, it leads through the whole queue."""
        found = self._session.execute(select(Case.id, Case.state).where(which).limit(_READ))
        return frozenset([case_id for case_id, state in found if state == "review"][:_MOST])

    def _standing(self, which: ColumnElement[bool]) -> frozenset[uuid.UUID]:
        """The open cases that those are, or were joined into."""
        found = self._session.scalars(select(Case).where(_STANDING, which).limit(_MOST)).all()
        ends = (end_of(self._session, case) for case in found)
        return frozenset(case.id for case in ends if case.state == "review")


def end_of(session: Session, case: Case) -> Case:
    """The case itself, or the one in which it ended by joining."""
    while case.joined_into is not None:
        case = session.get_one(Case, case.joined_into)
    return case


def ended_in(session: Session, case_id: uuid.UUID) -> Iterator[Case]:
    """Every case that was joined into that one, directly or by way of others."""
    for case in session.scalars(select(Case).where(Case.joined_into == case_id)).all():
        yield case
        yield from ended_in(session, case.id)
