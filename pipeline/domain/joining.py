"""What ties a later mail to an open case: how it was found, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Way(StrEnum):
    """How a mail leads to a case, the strongest first.

    `NOTICE` answers one of our letters, whose Message-ID cannot be guessed; `THREAD` one of the case's own mails.
    `ACCOUNT` is its account (platform and name), `CREDIT_CODE` and `ID_NUMBER` a number on form or papers, `SENDER` the
    address alone, which anybody can write; `SENDER_REFUTED` one of which a server said that somebody else wrote it.
    """

    NOTICE = "notice"
    THREAD = "thread"
    ACCOUNT = "account"
    CREDIT_CODE = "credit_code"
    ID_NUMBER = "id_number"
    SENDER = "sender"
    SENDER_REFUTED = "sender_refuted"


WAY_NAMES: Final[Mapping[Way, str]] = {
    Way.NOTICE: "回复了我方通知",
    Way.THREAD: "同一邮件往来",
    Way.ACCOUNT: "账号相同",
    Way.CREDIT_CODE: "统一社会信用代码相同",
    Way.ID_NUMBER: "身份证号相同",
    Way.SENDER: "发件地址相同",
    Way.SENDER_REFUTED: "发件地址相同，但可能是冒用的",
}
#: Ways that a shared address or a forwarded conversation does not open.
NUMBERS: Final = frozenset({Way.CREDIT_CODE, Way.ID_NUMBER})
BY_ADDRESS: Final = frozenset({Way.SENDER, Way.SENDER_REFUTED})
THREADS: Final = frozenset({Way.NOTICE, Way.THREAD})
#: Ways that only the submitter has, or who was in copy: an account, its subject and a credit code are published.
VOUCHING: Final = frozenset({Way.NOTICE, Way.THREAD, Way.ID_NUMBER})


class JoinState(StrEnum):
    """What became of a mail that may belong to a case: `PROPOSED` for an officer, `JOINED`, or `PARTED` again."""

    PROPOSED = "proposed"
    JOINED = "joined"
    PARTED = "parted"


JOIN_STATE_NAMES: Final[Mapping[JoinState, str]] = {
    JoinState.PROPOSED: "可能属于本件",
    JoinState.JOINED: "已并入",
    JoinState.PARTED: "已拆出",
}


def in_order(ways: Iterable[Way]) -> tuple[Way, ...]:
    """The ways, the strongest first."""
    found = frozenset(ways)
    return tuple(way for way in Way if way in found)


def name_ways(ways: Iterable[Way]) -> str:
    """The ways in words."""
    return "、".join(WAY_NAMES[way] for way in in_order(ways))
