"""Every case of domain.md ("How filings really look, and what should become of them") as mails with expectations."""

from __future__ import annotations

from collections.abc import Iterator

from samples.case import Case, Expectation
from samples.cases_form import carrier_cases, date_cases, type_cases, value_cases
from samples.cases_mail import attachment_cases, automatic_cases, repeated_cases
from samples.cases_papers import match_cases, material_cases, number_cases, place_cases
from samples.cases_sheets import sheet_cases

__all__ = ["Case", "Expectation", "case_for", "iter_cases"]

_GROUPS = (
    carrier_cases,
    material_cases,
    number_cases,
    match_cases,
    value_cases,
    date_cases,
    type_cases,
    place_cases,
    attachment_cases,
    repeated_cases,
    automatic_cases,
    sheet_cases,
)


def iter_cases(seed: int = 2018) -> Iterator[Case]:
    """All cases in a fixed order. Nothing is drawn until a case's `build` is called."""
    for group in _GROUPS:
        yield from group(seed)


def case_for(name: str, seed: int = 2018) -> Case:
    """The case of that name; KeyError if there is none."""
    for case in iter_cases(seed):
        if case.name == name:
            return case
    raise KeyError(name)
