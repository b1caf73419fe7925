"""Cases to clear: invented filings with what officers meet every day, and hostile ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.domain.decision import DecidedCase, Filing
from pipeline.domain.document import ExtractedPaper, Field, PageBox
from pipeline.domain.finding import Finding
from pipeline.profile.schema import Profile
from pipeline.store.register_records import RegisterScope, RegistryRow
from pipeline.store.store import Store
from pipeline.validate.decide import decide_filing
from tests.store.filings import MAILBOX, decide, mail
from tests.validate.builders import COMPANY_PAPERS, RECEIVED, Change, doubtful, form, owner_card

HOSTILE = {
    "account_name": "<script>document.title='X'</script>",
    "account_subject": "=cmd|'/c calc'!A1",
    "description": "长" * 10_000,
    "owner_wechat": "abc\u202egpj.exe",
    "address": '"><img src=x onerror=alert(1)>',
}
FOUR: dict[str, Change] = {
    "owner_name": doubtful(
        "owner_name", "苏晓彤", doubt="两次识读不一致：苏晓彤、苏晓形", second="苏晓形", confidence=0.62
    ),
    "owner_wechat": doubtful("owner_wechat", "suxt_2016", doubt="下划线看不清", confidence=0.71),
    "admin_name": doubtful("admin_name", "程远帆", doubt="看不清", confidence=0.55),
    "opened_on": doubtful("opened_on", "2016-05-20", doubt="手写日期", confidence=0.8),
}


def placed(field: Field, row: int) -> Field:
    """The same field on page 1 of attachment 1, in its row of the form."""
    top = 0.12 + 0.04 * row
    return field.model_copy(
        update={"source": PageBox(file=1, page=1, box=(0.3, top, 0.8, top + 0.03)), "reader": "rapidocr"}
    )


def hand_in(
    store: Store,
    profile: Profile,
    *,
    number: int,
    office: str = "sanhe",
    received: str = RECEIVED,
    papers: tuple[ExtractedPaper, ...] = COMPANY_PAPERS,
    findings: tuple[Finding, ...] = (),
    **changes: Change,
) -> str:
    """Decide a filing and commit it as the mail of that number; returns its case's id."""
    filled = form(**changes)
    filled = filled.model_copy(
        update={"file": 1, "fields": tuple(placed(item, row) for row, item in enumerate(filled))}
    )
    filing = Filing(office=office, received=datetime.fromisoformat(received), form=filled, papers=papers)
    known = store.cases.known_filings(filled)
    decided = DecidedCase(filing=filing, verdict=decide_filing(filing, profile=profile, known=known))
    box = MAILBOX if office == "sanhe" else f"{office}@example.cn"
    return (
        decide(store, profile, mail(decided, findings=findings, mailbox=box), number=number, mailbox=box)
        .cases[0]
        .case_id
    )


def four_doubts(store: Store, profile: Profile, *, number: int = 1, name: str = "三河晨露生活") -> str:
    """A case that four confirmations clear."""
    return hand_in(store, profile, number=number, papers=(*COMPANY_PAPERS, owner_card()), account_name=name, **FOUR)


def registered(
    store: Store, profile: Profile, *, number: int = 900, name: str = "燕郊早知道", **more: Any
) -> RegistryRow:
    """A record: a filing with nothing to find, registered by itself."""
    hand_in(store, profile, number=number, papers=(*COMPANY_PAPERS, owner_card()), account_name=name, **more)
    return store.search_register(RegisterScope(account=name), limit=1).rows[0]
