"""Papers the office sends: which kinds there are, what their templates may say, and the letter that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from pipeline.domain.base import Frozen
from pipeline.domain.life import Action, Stage


class NoticeKind(StrEnum):
    """补正通知书, 受理通知书, 备案回执 (办结), 不予受理通知书, and 督促 before and after the due date."""

    SUPPLEMENT = "supplement"
    ACCEPTANCE = "acceptance"
    RECEIPT = "receipt"
    REFUSAL = "refusal"
    REMINDER = "reminder"
    OVERDUE = "overdue"


class NoticeState(StrEnum):
    """Where a notice stands.

    `SENDING` holds from before the connection until the outcome is written; a process that died meanwhile leaves
    `UNCLEAR` behind: the server may have it or not, so a person decides, and nothing is sent twice.
    """

    DRAFTED = "drafted"
    RELEASED = "released"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"
    WITHDRAWN = "withdrawn"


KIND_NAMES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.SUPPLEMENT: "补正通知书",
    NoticeKind.ACCEPTANCE: "受理通知书",
    NoticeKind.RECEIPT: "备案回执",
    NoticeKind.REFUSAL: "不予受理通知书",
    NoticeKind.REMINDER: "到期提醒",
    NoticeKind.OVERDUE: "督促通知书",
}
STATE_NAMES: Final[Mapping[NoticeState, str]] = {
    NoticeState.DRAFTED: "待签发",
    NoticeState.RELEASED: "待发送",
    NoticeState.SENDING: "发送中",
    NoticeState.SENT: "已发送",
    NoticeState.FAILED: "发送失败",
    NoticeState.UNCLEAR: "是否送出不明",
    NoticeState.WITHDRAWN: "已撤回",
}
#: The paper that goes with an action.
AFTER_ACTION: Final[Mapping[Action, NoticeKind]] = {
    Action.ACCEPT: NoticeKind.ACCEPTANCE,
    Action.RETURN: NoticeKind.SUPPLEMENT,
    Action.REFUSE: NoticeKind.REFUSAL,
    Action.CONCLUDE: NoticeKind.RECEIPT,
}
#: The stages of the case in which a notice may leave the house; what the case has outgrown is held back.
FITTING_STAGES: Final[Mapping[NoticeKind, frozenset[Stage]]] = {
    NoticeKind.SUPPLEMENT: frozenset({Stage.RETURNED}),
    NoticeKind.ACCEPTANCE: frozenset({Stage.ACCEPTED, Stage.CONCLUDED}),
    NoticeKind.RECEIPT: frozenset({Stage.CONCLUDED}),
    NoticeKind.REFUSAL: frozenset({Stage.REFUSED}),
    NoticeKind.REMINDER: frozenset({Stage.RETURNED}),
    NoticeKind.OVERDUE: frozenset({Stage.RETURNED}),
}
#: Kinds that only confirm what was done: a profile may let the software release them.
RECEIPTS: Final = frozenset({NoticeKind.ACCEPTANCE, NoticeKind.RECEIPT})


class NoticeOffice(Frozen):
    """An office as a letter names it."""

    name: str
    address: str
    phone: str
    mailbox: str
    contacts: tuple[str, ...] = ()


class NoticeItem(Frozen):
    """One thing to be settled. `clause` is the notice's own number ("九.9") or None."""

    detail: str
    clause: str | None = None


class NoticeBasis(Frozen):
    """The city's notice (通告) that a letter rests on."""

    title: str
    issuer: str
    issued_on: date
    form_name: str


class NoticeFacts(Frozen):
    """Everything a template can say, by these names.

    `reference` is the case's short number (受理编号). `deadline` is the last day for the submitter, `days` how many
    are left to it or have passed since it; `within` is a period in words ("10个工作日"). `advice` tells how to take a better photo,
    "" unless a picture was the cause. `earlier` is the day on which an earlier 补正通知书 left. Texts are one
    line each and "" where nothing is known.
    """

    reference: str
    addressee: str
    account_name: str
    account_subject: str
    owner_name: str
    received_on: date
    today: date
    office: NoticeOffice
    right_office: NoticeOffice | None
    basis: NoticeBasis
    items: tuple[NoticeItem, ...]
    advice: str
    ground: str
    deadline: date | None
    days: int
    within: str
    number: str
    registered_on: date | None
    is_change: bool
    earlier: date | None


class NoticeDraft(Frozen):
    """A letter: `subject` of its mail, centred `title`, `body` in lines, and the 落款 (`signature`), a line each."""

    kind: NoticeKind
    subject: str
    title: str
    body: str
    signature: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's lines that hold anything."""
        return tuple(line.strip() for line in self.body.splitlines() if line.strip())

    @property
    def text(self) -> str:
        """The whole letter as plain text."""
        return "\n\n".join((self.title, self.body, "\n".join(self.signature))) + "\n"
