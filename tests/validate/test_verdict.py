"""Properties of every verdict, whatever the filing."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.decision import Decision, Filing, KnownFiling, Verdict
from pipeline.domain.document import FORM_KEYS, ExtractedForm, ExtractedPaper, Field, PaperKind
from pipeline.domain.finding import SEVERITIES
from pipeline.validate.decide import decide_filing
from samples.identifiers import break_id_number
from tests.validate.builders import (
    COMPANY_FORM,
    FIRM,
    INDIVIDUAL_FORM,
    OTHER_ID,
    OWNER_ID,
    Change,
    as_fields,
    card,
    company,
    decide,
    emblem,
    form,
    langfang,
    licence,
    owner_card,
)

WORDS = st.one_of(
    st.text(max_size=30),
    st.none(),
    st.integers(),
    st.booleans(),
    st.sampled_from(
        [
            FIRM,
            "苏晓彤",
            "程远帆",
            "个人",
            "同上",
            OWNER_ID,
            OTHER_ID,
            break_id_number(OWNER_ID),
            "2018-12-01",
            "2018-12",
            "三河市燕郊镇",
            "13803161234",
            "gh_012345678",
            "other",
            "wechat",
            "front",
            "back",
            "霸州市",
            "村",
            "（）",
            "E12345678",
        ]
    ),
)


def fields(keys: tuple[str, ...]) -> st.SearchStrategy[tuple[Field, ...]]:
    one = st.builds(
        lambda value, doubtful, candidates, raw: (value, doubtful, candidates, raw),
        WORDS,
        st.booleans(),
        st.lists(st.text(max_size=5), max_size=2),
        st.text(max_size=10),
    )
    return st.dictionaries(st.sampled_from(keys), one).map(
        lambda chosen: tuple(
            Field(key=key, value=v, raw=raw, doubtful=d, candidates=tuple(c), reader="docx")
            for key, (v, d, c, raw) in chosen.items()
        )
    )


PAPER_KEYS = (
    "name",
    "id_number",
    "side",
    "valid_until",
    "credit_code",
    "organisation_code",
    "address",
    "legal_representative",
)
papers = st.builds(ExtractedPaper, kind=st.sampled_from(PaperKind), fields=fields(PAPER_KEYS), title=st.none())
forms = st.builds(
    ExtractedForm,
    profile=st.just("langfang-2018"),
    fields=fields(FORM_KEYS),
    unplaced=st.lists(st.sampled_from(FORM_KEYS), max_size=3).map(tuple),
)
filings = st.builds(
    Filing,
    office=st.sampled_from([None, "city", "sanhe", "dacheng", "nowhere"]),
    received=st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    form=st.none() | forms,
    papers=st.lists(papers, max_size=4).map(tuple),
    unreadable=st.lists(st.text(max_size=5), max_size=2).map(tuple),
)
known_filings = st.lists(
    st.builds(
        KnownFiling,
        reference=st.just("R"),
        office=st.sampled_from([None, "sanhe"]),
        registered=st.booleans(),
        values=st.dictionaries(st.sampled_from(FORM_KEYS), st.text(max_size=10)),
    ),
    max_size=3,
)


def check_verdict(verdict: Verdict) -> None:
    for item in verdict.findings:
        assert item.code in SEVERITIES
        assert item.detail.endswith("。"), item
        assert not item.detail[:-1].count("。"), item
        assert OWNER_ID not in item.detail
        assert OTHER_ID not in item.detail
    assert len(set(verdict.findings)) == len(verdict.findings)


@settings(max_examples=150, deadline=None)
@given(filings, known_filings)
def test_any_filing_is_decided_and_twice_alike(filing: Filing, known: list[KnownFiling]) -> None:
    verdict = decide_filing(filing, profile=langfang(), known=known)
    check_verdict(verdict)
    assert decide_filing(filing, profile=langfang(), known=known) == verdict


#: Fields that must not enter the register unseen.
CHECKED = tuple(field.key for field in langfang().form.fields if field.required and field.key != "signed")


@settings(max_examples=150, deadline=None)
@given(filings)
def test_nothing_doubtful_blank_or_ambiguous_is_registered(filing: Filing) -> None:
    verdict = decide_filing(filing, profile=langfang())
    if verdict.decision is Decision.REGISTERED:
        assert filing.form is not None
        for key in CHECKED:
            found = filing.form.field(key)
            assert found is not None
            assert found.value is not None
            assert not found.doubtful


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([COMPANY_FORM, INDIVIDUAL_FORM]), st.sampled_from(CHECKED), WORDS)
def test_one_wild_value_in_a_good_form(base: dict[str, Change], key: str, value: str | int | bool | None) -> None:
    shown = (licence(), card(), owner_card()) if base is COMPANY_FORM else (owner_card(),)
    changed = ExtractedForm(profile="langfang-2018", fields=as_fields(base | {key: value}))
    verdict = decide(changed, shown)
    check_verdict(verdict)
    if value is None:
        assert verdict.decision is Decision.REVIEW


def test_the_order_of_papers_does_not_matter() -> None:
    shown = [licence(), card(), owner_card(), emblem(), card("马冬梅", OTHER_ID)]
    assert set(company(*shown).findings) == set(company(*reversed(shown)).findings)


def test_the_rules_read_no_clock_and_no_disk() -> None:
    sources = Path(decide_filing.__code__.co_filename).parent.glob("*.py")
    for source in sources:
        text = source.read_text(encoding="utf-8")
        assert not any(word in text for word in (".today()", ".now(", "open(", "import os", "logging")), source


def test_a_verdict_is_quick() -> None:
    filed = form()
    decide(filed)
    start = time.perf_counter()
    for _ in range(20):
        decide(filed)
    assert (time.perf_counter() - start) / 20 < 0.1
