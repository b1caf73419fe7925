"""What a mail provider and the network before it do wrong, said in advance: the same plan and seed, the same faults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

UNSAFE: Final = b"Unsafe Login. Please contact kefu@188.com for help"
NETEASE_CAPABILITIES: Final = (
    b"IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 UIDPLUS SASL-IR AUTH=XOAUTH2"
)
TOO_OFTEN: Final = "LOGIN 登录过于频繁，请稍后再试".encode("gbk")
#: RFC 2971: a list of quoted pairs, or NIL.
WELL_FORMED_ID: Final = re.compile(rb'\S+ ID (?:NIL|\("[^"]+" (?:"[^"]*"|NIL)(?: "[^"]+" (?:"[^"]*"|NIL))*\))\r\n')


class TextSearch(StrEnum):
    """What a search for words finds: what is there, nothing (NetEase), or every mail (QQ)."""

    HONEST = "honest"
    NOTHING = "nothing"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How a provider always is. UIDs on the client's side are Dovecot's plus `uid_offset`."""

    id_gate: bool = False
    capabilities: bytes | None = None
    uidvalidity: int | None = None
    hides_uidvalidity: bool = False
    hides_uidnext: bool = False
    permanent_flags: bytes | None = None
    uid_offset: int = 0
    text_search: TextSearch = TextSearch.HONEST
    ascending_sets_only: bool = False
    largest_set: int | None = None


DOVECOT: Final = Provider()
NETEASE: Final = Provider(
    id_gate=True,
    capabilities=NETEASE_CAPABILITIES,
    uidvalidity=1,
    hides_uidnext=True,
    permanent_flags=rb"(\Answered \Seen \Deleted \Draft \Flagged)",
    uid_offset=1_400_000_000,
    text_search=TextSearch.NOTHING,
    largest_set=1000,
)
QQ: Final = Provider(
    capabilities=b"IMAP4rev1 IDLE XLIST MOVE ID UIDPLUS SPECIAL-USE NAMESPACE",
    hides_uidvalidity=True,
    text_search=TextSearch.EVERYTHING,
    ascending_sets_only=True,
    largest_set=1000,
)


class Refusal(StrEnum):
    """How one mail is not given: NO, a body NIL or `{0}`, or OK without a word about it."""

    BUSY = "busy"
    NIL = "nil"
    EMPTY = "empty"
    NOTHING = "nothing"


class Fault(StrEnum):
    """How a connection ends: closed, reset, silent, one byte at a time, or after an answer that never arrives."""

    CUT = "cut"
    RESET = "reset"
    STALL = "stall"
    TRICKLE = "trickle"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Breaks the answer to the `nth` command that contains `command`, after that share of the answer's bytes.

    A share of an answer with a literal is a share of the literal.
    """

    fault: Fault
    command: bytes
    nth: int = 1
    share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A provider and its present troubles. Mails are named by Dovecot's UIDs.

    `hidden` mails are not there at all (the 30-day default); `unsearched` ones only SEARCH omits; `invented` ones only
    SEARCH knows. `logins_allowed` and `bad_logins_allowed` count from the proxy's start, `connections_allowed` those open
    at a time. `chaos` is the share of bodies broken at random, by `seed`, `chaos_answers` that of all other
    answers.
    """

    provider: Provider = DOVECOT
    locked: bool = False
    logins_allowed: int | None = None
    bad_logins_allowed: int | None = None
    connections_allowed: int | None = None
    idle_seconds: float | None = None
    refusals: Mapping[int, Refusal] = field(default_factory=lambda: MappingProxyType({}))
    hidden: frozenset[int] = frozenset()
    unsearched: frozenset[int] = frozenset()
    invented: frozenset[int] = frozenset()
    breaks: tuple[Break, ...] = ()
    chaos: float = 0.0
    chaos_answers: float = 0.0
    seed: int = 0
    untagged: bytes = b""
    wavering_sizes: int = 0
    wavering_bodies: bool = False
