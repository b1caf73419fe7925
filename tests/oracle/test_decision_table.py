"""The rules against an oracle written from the clauses, over every combination that matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest

from tests.oracle.answer import answer
from tests.oracle.filings import decide
from tests.oracle.situation import Body, Situation
from tests.oracle.tables import (
    POSITIONS,
    decisions,
    grounds,
    known_accounts,
    openings,
    thirty_days,
    two_certificates,
)

EXAMPLES_SHOWN = 3
ONE_OF_EACH_TYPE = (Body.COMPANY, Body.INDIVIDUAL, Body.COLLECTIVE)
#: Which clause of the notice a finding must cite. 三.1 is the papers, 三.2 the place, 一 the time, 二 who is meant.
CLAUSES = {
    "material.missing": "三.1",
    "office.mismatch": "三.2",
    "scope.unclear": "二",
    "deadline.late": "一.",
    "deadline.ambiguous": "一.",
    "entity.materials_unspecified": "三.1",
}


def report(rows: Iterable[Situation]) -> str:
    """Nothing when all rows agree; else each kind of disagreement with its number and the first situations."""
    kinds: defaultdict[tuple[str, ...], list[Situation]] = defaultdict(list)
    for row in rows:
        expected = answer(row)
        if objections := expected.objections(decide(row)):
            kinds[tuple(objections)].append(row)
    blocks = []
    for objections, found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        shown = "\n".join(f"    {row}" for row in found[:EXAMPLES_SHOWN])
        blocks.append(f"{len(found)} rows: {', '.join(objections)}\n{shown}")
    return "\n".join(blocks)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("body", Body, ids=lambda body: body.value)
def test_entity_papers_match_date_and_mailbox(body: Body, position: str) -> None:
    assert not (said := report(decisions(body, position))), said


@pytest.mark.parametrize("body", Body, ids=lambda body: body.value)
def test_two_certificates_and_an_administrator_who_is_the_owner(body: Body) -> None:
    assert not (said := report(two_certificates(body))), said


def test_every_opening_against_every_receipt() -> None:
    assert not (said := report(openings())), said


def test_thirty_days_across_months_and_a_leap_year() -> None:
    assert not (said := report(thirty_days())), said


@pytest.mark.parametrize("body", ONE_OF_EACH_TYPE, ids=lambda body: body.value)
def test_every_ground_at_every_mailbox(body: Body) -> None:
    assert not (said := report(grounds(body))), said


@pytest.mark.parametrize("body", ONE_OF_EACH_TYPE, ids=lambda body: body.value)
def test_known_accounts(body: Body) -> None:
    assert not (said := report(known_accounts(body))), said


def test_findings_cite_the_clause_they_apply() -> None:
    rows = [row for table in (grounds, two_certificates, known_accounts) for row in table(Body.COMPANY)]
    rows += known_accounts(Body.COLLECTIVE)
    cited: defaultdict[str, set[str | None]] = defaultdict(set)
    for row in rows[::5]:
        for item in decide(row).findings:
            cited[item.code].add(item.clause)
    wrong = {
        code: sorted(map(str, cited[code]))
        for code, clause in CLAUSES.items()
        if not cited[code] or not all(found and found.startswith(clause) for found in cited[code])
    }
    assert not wrong


def main_table() -> list[Situation]:
    return [row for body in Body for position in POSITIONS for row in decisions(body, position)]


def test_the_oracle_decides_nearly_every_row() -> None:
    rows = main_table()
    undecided = sum(answer(row).decision is None for row in rows)
    assert len(rows) == len(set(rows)) >= 5000
    assert undecided / len(rows) < 0.02
