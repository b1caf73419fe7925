"""What of the demo mails nobody may find in a log or, in clear, on the disk."""

from __future__ import annotations

import email
import email.policy
import email.utils
import re
from collections.abc import Iterable, Iterator
from functools import cache

from pipeline.store.records import CaseDetail
from pipeline.store.store import Store
from tests.path.demo_mails import DEMO_MAILS, DemoMail
from tests.path.slow_mails import parts_of

#: Fields whose values are words of the form itself or plain counts, not of a person.
_OPEN = frozenset({"account_type", "account_type_other", "follower_count", "signed", "side", "entity"})
#: Short digits and letters stand in any time, duration or id by chance.
_TELLING = re.compile(r"[^\x00-\x7f]{2}|[\x00-\x7f]*[A-Za-z@][\x00-\x7f]{5}|[0-9-]{8}")


def secrets_of_mails(mails: Iterable[DemoMail]) -> frozenset[str]:
    """Field values by the truth; subjects, senders and the names of attachments."""
    return _telling(text for mail in mails for text in (*_of_truth(mail), *_of_headers(mail)))


@cache
def secrets_of_demo_mails() -> frozenset[str]:
    """Of all of them; taken apart once."""
    return secrets_of_mails(DEMO_MAILS)


def secrets_of_store(store: Store) -> frozenset[str]:
    """Every field of every form and paper, as it was read and as it is kept; subjects and senders."""
    waiting = (store.show_case(item.case_id) for item in store.list_queue(limit=10_000))
    records = (store.show_record(row.number) for row in store.list_registry(limit=10_000))
    cases = [*(case for case in waiting if case), *(record.case for record in records if record)]
    return _telling(text for case in cases for text in _of_case(case))


def _of_case(case: CaseDetail) -> Iterator[str]:
    yield from (case.subject or "", case.sender or "")
    for document in (case.filing.form, *case.filing.papers):
        for field in document or ():
            if field.key not in _OPEN:
                yield from (field.raw, field.second or "", "" if field.value is None else str(field.value))


def _of_truth(mail: DemoMail) -> Iterator[str]:
    for fields in mail.fields:
        yield from (str(value) for key, value in fields.items() if key not in _OPEN)


def _of_headers(mail: DemoMail) -> Iterator[str]:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    yield str(message["Subject"] or "")
    for header in ("From", "Reply-To", "Return-Path"):
        for name, address in email.utils.getaddresses([str(message[header] or "")]):
            yield from (name, address)
    yield from (name for name, _ in parts_of(mail))


def _telling(texts: Iterable[str]) -> frozenset[str]:
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return frozenset(line for line in lines if _TELLING.match(line) and "\ufffd" not in line)
