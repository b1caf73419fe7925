"""The mails of a run: mostly small ones, copies that come again, and some forms, so that there are cases and records."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pipeline.profile.load import load_profile
from samples.automatic_mail import auto_reply
from samples.carriers import docx_form, filing_mail
from samples.filing import FilingTruth, make_filing
from samples.mail import CST, MailSpec, SampleMail, build_mail
from samples.places import COUNTIES

OFFICES = {office.key: office.mailbox for office in load_profile("langfang-2018").offices}
_BEGAN = datetime(2018, 12, 15, 8, 0, tzinfo=CST)
#: No two mails lie in the same second: size and second are all that a mail under a known UID is told by.
_APART = timedelta(seconds=37)
_QUESTION, _AUTOMATIC, _COPY, _FILING, _RESENT = "question", "automatic", "copy", "filing", "resent"
_WEIGHTS = {_QUESTION: 45, _AUTOMATIC: 23, _COPY: 20, _FILING: 8, _RESENT: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosMail:
    """A mail for an office. `account` is the account that is filed, `home` the office that it belongs to; `outcomes` are
    those the mail may have."""

    office: str
    received: datetime
    outcomes: frozenset[str]
    account: str | None = None
    home: str | None = None
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def make_mails(count: int, seed: int) -> Iterator[ChaosMail]:
    """So many, in the order in which they are sent. The same seed gives the same bytes."""
    rng, sent = random.Random(seed), list[ChaosMail]()
    filings: list[FilingTruth] = []
    for number in range(count):
        kind = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        moment = _BEGAN + number * _APART
        if kind == _COPY and sent:
            mail = _copy(rng, rng.choice(sent), moment)
        elif kind == _RESENT and filings:
            mail = _filing(rng.choice(filings), number, moment)
        elif kind in (_FILING, _RESENT):
            filings.append(_new_filing(len(filings), seed))
            mail = _filing(filings[-1], number, moment)
        else:
            mail = _small(rng, number, moment, automatic=kind == _AUTOMATIC)
        sent.append(mail)
        yield mail


def _copy(rng: random.Random, mail: ChaosMail, moment: datetime) -> ChaosMail:
    """The same bytes once more, mostly to the same office."""
    office = mail.office if rng.random() < 0.7 else rng.choice(list(OFFICES))
    return replace(mail, office=office, received=moment)


def _new_filing(number: int, seed: int) -> FilingTruth:
    county = COUNTIES[number % len(COUNTIES)]
    entity = "individual" if number % 2 else "company"
    return make_filing(seed * 1000 + number, entity=entity, county=county.key, name=f"chaos-{seed}-{number}")


def _filing(filing: FilingTruth, number: int, moment: datetime) -> ChaosMail:
    mail = filing_mail(f"chaos-{number}", filing, [docx_form(filing)])
    office = next(key for key, address in OFFICES.items() if address == filing.mailbox)
    account = filing.account_name
    assert account is not None
    outcomes = frozenset({"registered", "review"})
    return ChaosMail(
        office=office, received=moment, outcomes=outcomes, account=account, home=office, content=mail.content
    )


def _small(rng: random.Random, number: int, moment: datetime, *, automatic: bool) -> ChaosMail:
    office = rng.choice(list(OFFICES))
    name, mailbox = f"chaos-{number}", OFFICES[office]
    mail: SampleMail
    if automatic:
        mail = auto_reply(name, mailbox, moment, header=rng.choice(["auto-submitted", "x-autoreply", "subject"]))
    else:
        body = "您好，请问备案表在哪里下载？" + "我公司公众号想备案。" * rng.randint(0, 200)
        mail = build_mail(MailSpec(name=name, mailbox=mailbox, received=moment, subject="咨询", body=body))
    outcomes = frozenset({"ignored" if automatic else "review"})
    return ChaosMail(office=office, received=moment, outcomes=outcomes, content=mail.content)
