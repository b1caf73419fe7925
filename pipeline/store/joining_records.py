"""What passes between the store, which finds the cases a mail may belong to, and the rules that choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.domain.decision import DecidedCase, Filing, KnownFiling, Verdict
from pipeline.domain.joining import Way
from pipeline.store.records import CaseDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One case of a mail that is just being decided, as it is by itself.

    `office` is whose mailbox received it, `sender` the address. `alone`: the mail has no other case. `held_back`: something
    about the mail as a whole needs a person, such as an attachment nobody could open.
    """

    decided: DecidedCase
    office: str | None
    sender: str = field(repr=False)
    alone: bool
    held_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedCase:
    """A case that is open, or registered with the same account, and how the mail led to it."""

    case: CaseDetail
    ways: frozenset[Way]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The case a mail joins, or None; and those that it may belong to, for an officer to say."""

    target: RelatedCase | None = None
    proposed: tuple[RelatedCase, ...] = ()


class JoiningRules(Protocol):
    """The rules, pure: asked inside the transaction that writes what they say, so that nothing overtakes them."""

    def choose(self, brought: Brought, related: Sequence[RelatedCase]) -> Choice:
        """Which of the cases the mail belongs to."""

    def hint(self, proposed: Sequence[RelatedCase], decided: DecidedCase) -> DecidedCase:
        """The case with what it says of those that it may belong to."""

    def mention(self, earlier: Sequence[str], decided: DecidedCase) -> DecidedCase:
        """The case with what it says of earlier ones of another account, by their ids, whose papers it may mean."""

    def combine(self, held: Filing, brought: Filing, *, first_file: int, vouched: bool) -> Filing:
        """The case's filing with what the mail brought; `first_file` is added to the numbers of its files.

        `vouched`: more than names and an address say that the mail is the same submitter's, or an officer says so.
        """

    def judge(self, filing: Filing, known: Sequence[KnownFiling]) -> Verdict:
        """What the rules of the city say of a filing."""
