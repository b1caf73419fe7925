"""Every case at the end of the rules' source, as mails through the path and the JSON of `beian check`.

The expectations come from the list itself (`samples.cases`), not from the code. A case that cannot
pass yet stands in `NOT_YET` with its reason; it must fail (strict), so that it leaves the list the
day it passes.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.cases.deciding import Decider, EarlierMails
from pipeline.mails.files import MailFile
from pipeline.reports.views import mail_view
from samples.case import Case, Expectation
from samples.cases import iter_cases

NOT_YET: dict[str, str] = {}


def parametrised() -> list[object]:
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True, reason=NOT_YET[case.name])] if case.name in NOT_YET else [],
        )
        for case in iter_cases()
    ]


def test_the_list_of_cases_that_fail_is_short_and_names_real_cases() -> None:
    assert len(NOT_YET) <= 12
    assert set(NOT_YET) <= {case.name for case in iter_cases()}


@pytest.mark.parametrize("case", parametrised())
def test_case(case: Case, decider: Decider) -> None:
    earlier = EarlierMails()
    for mail, expected in zip(case.build(), case.expect, strict=True):
        message, read = decider.read_file(MailFile(name=mail.name, content=mail.content))
        decision = decider.decide(read, message, earlier)
        earlier.add(message, decision)
        said = json.loads(json.dumps(mail_view(mail.name, decision)))
        assert (said["mailbox"], said["received"]) == (mail.mailbox, mail.received.isoformat())
        _hold_against(said, expected)


def _hold_against(mail: dict[str, Any], expected: Expectation) -> None:
    found = [*mail["findings"], *(item for case in mail["cases"] for item in case["findings"])]
    codes = {item["code"] for item in found}
    doubts = {key: item for case in mail["cases"] for key, item in case["fields"].items() if item["doubtful"]}
    assert mail["decision"] == expected.decision, (found, doubts)
    assert expected.codes <= codes, found
    assert not expected.one_of or expected.one_of & codes, found
    assert expected.anything or codes <= expected.allowed, (found, doubts)
    _hold_cases_against(mail["cases"], expected)


def _hold_cases_against(cases: list[dict[str, Any]], expected: Expectation) -> None:
    if expected.cases is not None:
        assert len(cases) == expected.cases
    for case, fields in zip(cases, expected.fields, strict=False):
        wrong = {
            key: (case["fields"][key], value)
            for key, value in fields.items()
            if case["fields"][key]["value"] != value and not case["fields"][key]["doubtful"]
        }
        assert not wrong
    if expected.entity is not None:
        assert [case["entity"] for case in cases] == [expected.entity]
    if expected.due is not None:
        assert [case["due"] for case in cases] == [expected.due]
