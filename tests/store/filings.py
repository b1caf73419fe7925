"""Invented mails and decisions."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from pipeline.domain.decision import DecidedCase, Decision, Entity, Filing, MailDecision, Verdict
from pipeline.domain.document import ExtractedForm, ExtractedPaper, Field, PageBox, PaperKind, TableCell
from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import ServerKey, Submission
from pipeline.profile.schema import Profile
from pipeline.store.records import Committed
from pipeline.store.store import Store

MAILBOX = "wxsh3252645@163.com"
NOW = datetime(2018, 12, 16, 2, 0, tzinfo=UTC)
RECEIVED = datetime(2018, 12, 15, 2, 20, 0, tzinfo=UTC)
OWNER_ID = "131082199003077518"
SECRETS = (
    "王小测",
    OWNER_ID,
    "13803161234",
    "三河测试文化传媒有限公司",
    "三河测试大街9号",
    "三河小测",
    "sender@example.cn",
    "备案申请书",
    "密码附件",
)
WORKER = "host:1:2:0"


def form(name: str = "三河小测", kind: str = "wechat", **values: str | int | bool | None) -> ExtractedForm:
    texts = {
        "account_name": name,
        "account_type": kind,
        "account_subject": "三河测试文化传媒有限公司",
        "address": "三河测试大街9号",
        "opened_on": "2018-11-01",
        "follower_count": 1200,
        "owner_name": "王小测",
        "owner_id_number": OWNER_ID,
        "owner_phone": "13803161234",
        "admin_name": None,
        "signed": True,
    } | values
    fields = tuple(
        Field(
            key=key,
            value=value,
            raw="" if value is None else f"  {value}",
            confidence=0.97,
            source=TableCell(table=0, row=row, column=1),
            reader="docx",
            second=None if value is None else str(value),
        )
        for row, (key, value) in enumerate(texts.items())
    )
    return ExtractedForm(profile="langfang-2018", fields=fields, unplaced=("number",))


def licence() -> ExtractedPaper:
    name = Field(
        key="name",
        value=None,
        raw="三河测试文化传媒有限公司",
        doubtful=True,
        doubt="两次识读不一致：三河测试文化传媒有限公司",
        source=PageBox(page=2, box=(0.1, 0.2, 0.3, 0.4)),
        reader="rapidocr",
        second="三河测试文化传媒有限公司\udc80\0",
        candidates=("三河测试文化传媒有限公司", "三河测试文化传播有限公司"),
        approximate=True,
    )
    unread = Finding(code="material.unreadable", severity="note", detail="执照上三河测试文化传媒有限公司不清楚")
    return ExtractedPaper(
        kind=PaperKind.BUSINESS_LICENCE,
        pages=(2, 3),
        title="营业执照（三河测试文化传媒有限公司）",
        fields=(name,),
        findings=(unread,),
    )


def case(
    *findings: Finding, name: str = "三河小测", office: str = "sanhe", with_form: bool = True, **values: str
) -> DecidedCase:
    filing = Filing(
        office=office,
        received=RECEIVED,
        form=form(name, **values) if with_form else None,
        papers=(licence(),),
        unreadable=("密码附件.zip",),
        findings=(finding("form.unsigned", "登记表王小测没有签名"),),
    )
    verdict = Verdict(entity=Entity.COMPANY, office=office, due=date(2018, 12, 31), findings=findings)
    return DecidedCase(filing=filing, verdict=verdict)


def shared(decided: DecidedCase) -> DecidedCase:
    """The same case beside others of its mail."""
    return decided.model_copy(update={"filing": decided.filing.model_copy(update={"shared": True})})


def mail(*cases: DecidedCase, findings: tuple[Finding, ...] = (), mailbox: str = MAILBOX) -> MailDecision:
    return MailDecision(mailbox=mailbox, received=RECEIVED, cases=cases, findings=findings)


def doubt(key: str = "owner_id_number") -> Finding:
    return finding("field.doubtful", f"王小测的证件号码{OWNER_ID}识读不清", field=key, clause="三.1")


def submission(sha256: str = "0" * 64) -> Submission:
    return Submission(sha256=sha256, subject="备案申请书\0", sender="sender@example.cn")


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def receive(
    store: Store, number: int, *, mailbox: str = MAILBOX, folder: str = "INBOX", content: bytes | None = None
) -> str:
    """A mail through archive and ledger, as the poller does it; returns its SHA-256."""
    sha256 = store.archive.keep([content or f"mail {number}".encode()])
    key = ServerKey(mailbox=mailbox, folder=folder, uidvalidity=1, uid=number)
    store.ledger.record_message(key, sha256=sha256, received=RECEIVED, size_bytes=10)
    return sha256


def decide(
    store: Store,
    profile: Profile,
    decision: MailDecision,
    *,
    number: int = 1,
    mailbox: str = MAILBOX,
    now: datetime = NOW,
) -> Committed:
    """Receive a mail, claim it and commit its decision."""
    receive(store, number, mailbox=mailbox)
    waiting = store.work.claim(WORKER, now=now, lease_seconds=60)
    assert waiting is not None
    return store.cases.commit_decision(
        waiting.message_id, WORKER, decision, submission=submission(waiting.sha256), profile=profile, now=now
    )


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


REGISTERED, REVIEW = Decision.REGISTERED, Decision.REVIEW
