"""Findings: every code says what settles it, also when it comes back from where only its columns were kept."""

from __future__ import annotations

import pytest

from pipeline.domain.finding import SEVERITIES, TITLES, Finding, Severity, finding
from pipeline.domain.finding_codes import CODES


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_settles_it_in_one_short_sentence(code: str) -> None:
    remedy = CODES[code].remedy
    assert remedy.endswith("。")
    assert remedy.count("。") == 1
    assert 5 <= len(remedy) <= 40
    assert finding(code, "说明。").remedy == remedy


def test_a_finding_read_back_from_its_columns_is_the_same() -> None:
    made = finding("material.missing", "缺少营业执照，请补交。", clause="三.1")
    kept = Finding(code=made.code, severity=Severity("block"), field=None, detail=made.detail, clause="三.1")
    assert kept == made
    assert kept.remedy == "请报送人补交后重新核对。"
    assert Finding.model_validate_json(made.model_dump_json()) == made


def test_a_paper_is_not_corrected_but_looked_at_again() -> None:
    assert finding("field.invalid", "。", field="credit_code").remedy != finding("field.invalid", "。").remedy
    assert finding("field.invalid", "。", field="owner_phone").remedy == CODES["field.invalid"].remedy


def test_a_rule_that_knows_better_says_so() -> None:
    assert finding("field.missing", "。", remedy="由工作人员编号。").remedy == "由工作人员编号。"


def test_codes_keep_their_severities_and_titles() -> None:
    assert set(SEVERITIES) == set(TITLES) == set(CODES)
    assert len(set(TITLES.values())) == len(TITLES)


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        finding("field.wrong", "。")
