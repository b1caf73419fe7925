"""A whole, right filing of an invented company, and spoilt ones; decided by the real rules."""

from __future__ import annotations

from datetime import datetime

from pipeline.domain.decision import DecidedCase, Filing
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from tests.store.filings import MAILBOX, decide, mail
from tests.validate.builders import COMPANY_PAPERS, RECEIVED, Change, doubtful, form

OWNER = "苏晓彤"


def filing(*, received: str = RECEIVED, **changes: Change) -> Filing:
    """The company's filing at Sanhe's mailbox with these changes to its form."""
    return Filing(
        office="sanhe", received=datetime.fromisoformat(received), form=form(**changes), papers=COMPANY_PAPERS
    )


def doubtful_owner() -> Change:
    """The owner's name as somebody misread it, and nobody is sure of it."""
    return doubtful("owner_name", "苏晓形", doubt="看不清")


def hand_in(store: Store, profile: Profile, filed: Filing, *, number: int = 1) -> str:
    """Decide the filing and commit it as the mail of that number; returns its case's id."""
    assert filed.form is not None
    known = store.cases.known_filings(filed.form)
    decided = DecidedCase(filing=filed, verdict=decide_filing(filed, profile=profile, known=known))
    return decide(store, profile, mail(decided, mailbox=MAILBOX), number=number).cases[0].case_id
