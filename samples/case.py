"""A case: mails with what should become of them, said by domain.md and not by the code under test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from samples.filing import FilingTruth, Value
from samples.mail import SampleMail

#: Makes a case's mails when called.
Recipe = Callable[[], tuple[SampleMail, ...]]
Decision = Literal["registered", "review", "ignored"]
#: Notes that say nothing against a filing and may stand beside any expectation.
HARMLESS = frozenset({"form.unsigned", "field.unusual", "material.expired"})
_NOT_COMPARED = frozenset({"number", "signed", "account_type_other"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What becomes of one mail.

    `codes` must all be found (in the mail's findings or its cases'), of `one_of` at least one; besides these only
    `may` and `HARMLESS` may be found, unless `anything` is true. `cases` is the number of cases, None when it does
    not matter. `fields` are the values of each case's form, in the order of the mail's forms; only the keys
    given are compared. `due` is the last day on time (ISO).
    """

    decision: Decision
    codes: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    anything: bool = False
    cases: int | None = 1
    fields: tuple[Mapping[str, Value], ...] = ()
    entity: str | None = None
    due: str | None = None

    @property
    def allowed(self) -> frozenset[str]:
        """Every code that may be found."""
        return self.codes | self.one_of | self.may | HARMLESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of the list. `wording` is how domain.md puts it ("" for cases that are ours).

    `recipe` makes the mails when called; `expect` has one entry for each, in order. `register` says that the
    mails must meet in one register, one after the other; `records` is then the number of records at the end.
    """

    name: str
    wording: str
    expect: tuple[Expectation, ...]
    recipe: Recipe = field(repr=False)
    register: bool = False
    records: int | None = None

    def build(self) -> tuple[SampleMail, ...]:
        """The mails (this is where the work is done)."""
        return self.recipe()


def values_of(filing: FilingTruth) -> dict[str, Value]:
    """The form's values that a case compares."""
    return {key: value for key, value in filing.expected.items() if key not in _NOT_COMPARED}


def registered(
    *filings: FilingTruth, notes: frozenset[str] = frozenset(), due: str | None = None, entity: str | None = None
) -> Expectation:
    """Every form's case goes into the register; `notes` must be found."""
    return Expectation(
        decision="registered",
        codes=notes,
        cases=len(filings),
        fields=tuple(map(values_of, filings)),
        due=due,
        entity=entity,
    )


def review(
    *codes: str,
    may: frozenset[str] = frozenset(),
    fields: tuple[Mapping[str, Value], ...] = (),
    cases: int | None = 1,
    due: str | None = None,
) -> Expectation:
    """The mail goes to review because of these findings and no others."""
    return Expectation(decision="review", codes=frozenset(codes), may=may, fields=fields, cases=cases, due=due)
