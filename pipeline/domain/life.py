"""The life of a filing: 收件, 受理, 退回补正, 不予受理, 移交, 办结, and of a record: 变更, 注销.

Pure. `next_stage` says where an action leads, or why it may not be taken; nothing else moves a filing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from pipeline.domain.base import Frozen
from pipeline.domain.finding import Finding


class Stage(StrEnum):
    """Where a filing stands. 移交 is no stage: the filing is 收件 again, at another office."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REFUSED = "refused"
    CONCLUDED = "concluded"


class Action(StrEnum):
    """What an officer does with a filing."""

    ACCEPT = "accept"
    RETURN = "return"
    SUPPLEMENT = "supplement"
    REFUSE = "refuse"
    TRANSFER = "transfer"
    CONCLUDE = "conclude"
    REOPEN = "reopen"
    URGE = "urge"


class RecordState(StrEnum):
    """Whether a record of the register is in force."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class RecordChange(StrEnum):
    """What made a version of a record. `CORRECTED` mends what was read or decided wrongly (更正); no filing stands behind it."""

    REGISTERED = "registered"
    CHANGED = "changed"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"


STAGE_NAMES: Final[Mapping[Stage, str]] = {
    Stage.RECEIVED: "收件",
    Stage.ACCEPTED: "受理",
    Stage.RETURNED: "退回补正",
    Stage.REFUSED: "不予受理",
    Stage.CONCLUDED: "办结",
}
ACTION_NAMES: Final[Mapping[Action, str]] = {
    Action.ACCEPT: "受理",
    Action.RETURN: "退回补正",
    Action.SUPPLEMENT: "收到补正",
    Action.REFUSE: "不予受理",
    Action.TRANSFER: "移交",
    Action.CONCLUDE: "办结",
    Action.REOPEN: "重新收件",
    Action.URGE: "督促",
}
#: Stages in which a filing waits for somebody.
OPEN_STAGES: Final = (Stage.RECEIVED, Stage.ACCEPTED, Stage.RETURNED)

_NEXT: Final[Mapping[Action, Mapping[Stage, Stage]]] = {
    Action.ACCEPT: {Stage.RECEIVED: Stage.ACCEPTED},
    Action.RETURN: {Stage.RECEIVED: Stage.RETURNED, Stage.ACCEPTED: Stage.RETURNED},
    Action.SUPPLEMENT: {Stage.RETURNED: Stage.ACCEPTED},
    Action.REFUSE: dict.fromkeys(OPEN_STAGES, Stage.REFUSED),
    Action.TRANSFER: dict.fromkeys(OPEN_STAGES, Stage.RECEIVED),
    Action.CONCLUDE: {Stage.RECEIVED: Stage.CONCLUDED, Stage.ACCEPTED: Stage.CONCLUDED},
    Action.REOPEN: {Stage.REFUSED: Stage.RECEIVED},
    Action.URGE: {stage: stage for stage in OPEN_STAGES},
}
#: Actions that need a reason in words, because somebody will ask for it.
_GROUNDED: Final = frozenset({Action.REFUSE, Action.TRANSFER, Action.REOPEN})


class SetAsideReason(StrEnum):
    """Why an officer holds a finding for settled although the rules still raise it."""

    MISREAD = "misread"
    MISWRITTEN = "miswritten"
    PAPER_PREVAILS = "paper_prevails"
    ILLEGIBLE = "illegible"
    PAPER_SEEN = "paper_seen"
    JUDGED = "judged"


SET_ASIDE_NAMES: Final[Mapping[SetAsideReason, str]] = {
    SetAsideReason.MISREAD: "识别错误",
    SetAsideReason.MISWRITTEN: "填写有误",
    SetAsideReason.PAPER_PREVAILS: "以证照为准",
    SetAsideReason.ILLEGIBLE: "难以辨认",
    SetAsideReason.PAPER_SEEN: "材料已核",
    SetAsideReason.JUDGED: "经办人认定",
}


class PaperSeen(Frozen):
    """An officer's statement that a paper the rules miss stands on that page of that attachment; both count from 1."""

    file: Annotated[int, Field(ge=1)]
    page: Annotated[int, Field(ge=1)]

    @property
    def text(self) -> str:
        """The statement in words."""
        return f"材料在附件{self.file}第{self.page}页"


class SetAside(Frozen):
    """A finding an officer set aside: which one, why, and in whose name. `ground` is in the officer's words.

    `seen` is where the paper stands, for a finding that a paper is missing; `office` the one that takes the filing, for a
    finding that it is another's.
    """

    code: str
    field: str | None
    detail: str
    reason: SetAsideReason
    ground: str
    actor: str
    seen: PaperSeen | None = None
    office: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether it is this very finding; another sentence is another matter, and is open again."""
        return (self.code, self.field, self.detail) == (finding.code, finding.field, finding.detail)


class LifeError(Exception):
    """An action that may not be taken; the text says in Chinese why."""


def open_findings(findings: Iterable[Finding], set_aside: Iterable[SetAside]) -> tuple[Finding, ...]:
    """The blocking findings that nobody settled, each once."""
    settled = tuple(set_aside)
    blocking = (item for item in findings if item.blocks)
    return tuple(dict.fromkeys(item for item in blocking if not any(one.covers(item) for one in settled)))


def require_open(stage: Stage) -> None:
    """Raise `LifeError` for a filing that nobody may work on any more: what is registered changes by 变更 only."""
    if stage not in OPEN_STAGES:
        raise LifeError(f"该件处于“{STAGE_NAMES[stage]}”状态，不能再更正或处理问题。")


def possible_actions(stage: Stage) -> tuple[Action, ...]:
    """What may be done with a filing in that stage, grounds and findings aside."""
    return tuple(action for action, stages in _NEXT.items() if stage in stages)


def next_stage(
    stage: Stage, action: Action, *, still_open: Iterable[Finding], ground: str, office: str | None
) -> Stage:
    """Where the action leads. `office` is the receiving one of a transfer.

    Raises `LifeError`: the action does not fit the stage, needs a ground or an office, or would register a filing
    that has an open blocking finding.
    """
    following = _NEXT[action].get(stage)
    if following is None:
        raise LifeError(f"该件处于“{STAGE_NAMES[stage]}”状态，不能办理“{ACTION_NAMES[action]}”。")
    if action in _GROUNDED and not ground.strip():
        raise LifeError(f"办理“{ACTION_NAMES[action]}”须写明理由。")
    if action is Action.TRANSFER and office is None:
        raise LifeError("移交须指明接收机构。")
    if action is Action.CONCLUDE and (unsettled := tuple(still_open)):
        raise LifeError(f"还有{len(unsettled)}项问题没有处理，不能办结：{unsettled[0].detail}")
    return following
