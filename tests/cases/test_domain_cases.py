"""Every case at the end of the rules' source, as mails through the path that `beian check` takes.

The expectations come from the list itself (`samples.cases`), not from the code. A case that cannot
pass yet stands in `NOT_YET` with its reason; it must fail (strict), so that it leaves the list the
day it passes.
"""

from __future__ import annotations

import pytest

from pipeline.deciding import Decider, EarlierMails
from pipeline.domain.decision import MailDecision
from pipeline.mail_files import MailFile
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
    mails = case.build()
    assert len(mails) == len(case.expect)
    for mail, expected in zip(mails, case.expect, strict=True):
        file = MailFile(name=mail.name, content=mail.content)
        message, read = decider.read_file(file)
        assert message.mailbox == mail.mailbox
        assert message.received == mail.received
        decision = decider.decide(read, message, earlier)
        earlier.add(message, decision)
        _hold_against(decision, expected)


def _hold_against(decision: MailDecision, expected: Expectation) -> None:
    found = [*decision.findings, *(item for case in decision.cases for item in case.verdict.findings)]
    codes = {item.code for item in found}
    said = [(item.code, item.field, item.detail) for item in found]
    doubts = [
        (field.key, field.value, field.second, field.doubt)
        for case in decision.cases
        if case.filing.form
        for field in case.filing.form
        if field.doubtful
    ]
    assert decision.decision == expected.decision, (said, doubts)
    assert expected.codes <= codes, said
    assert not expected.one_of or expected.one_of & codes, said
    assert expected.anything or codes <= expected.allowed, (said, doubts)
    if expected.cases is not None:
        assert len(decision.cases) == expected.cases
    for case, fields in zip(decision.cases, expected.fields, strict=False):
        assert case.filing.form is not None
        wrong = {
            key: (case.filing.form.value(key), value)
            for key, value in fields.items()
            if case.filing.form.value(key) != value and not _is_doubtful(case.filing.form.field(key))
        }
        assert not wrong
    if expected.entity is not None:
        assert [case.verdict.entity for case in decision.cases] == [expected.entity]
    if expected.due is not None:
        assert [case.verdict.due and case.verdict.due.isoformat() for case in decision.cases] == [expected.due]


def _is_doubtful(field: object) -> bool:
    return bool(getattr(field, "doubtful", False))
