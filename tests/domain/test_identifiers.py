"""Check digits: valid numbers pass, one wrong digit does not, nothing raises."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.identifiers import (
    BodyKind,
    IdKind,
    Reason,
    check_credit_code,
    check_id_number,
    check_licence_number,
    check_mobile,
    check_organisation_code,
    check_registration_number,
    check_wechat_id,
    credit_code_body,
    mask_number,
)
from samples.identifiers import make_credit_code, make_id_number, make_organisation_code, shorten_id_number

#: A published example of the standard, and codes of public bodies.
STANDARD_ID = "11010519491231002X"
PUBLIC_CODES = ("91110000600037341L", "91440300708461136T", "12100000400000624D")

seeds = st.integers(0, 10**6).map(random.Random)


def make_code(rng: random.Random, prefix: str) -> str:
    return make_credit_code(prefix=prefix, area_code="131003", organisation_code=make_organisation_code(rng))


@given(seeds, st.sampled_from(["131003", "131071", "110105", "542128", "810000", "820000", "830000"]))
def test_valid_ids(rng: random.Random, area: str) -> None:
    number = make_id_number(rng, prefix=area)
    outcome = check_id_number(number)
    assert outcome.ok
    assert outcome.kind is (IdKind.RESIDENCE_PERMIT if area[0] == "8" else IdKind.RESIDENT_ID)


@given(seeds, st.integers(0, 16), st.integers(1, 9))
def test_one_changed_digit_is_refused(rng: random.Random, place: int, step: int) -> None:
    number = make_id_number(rng, prefix="131003")
    changed = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not check_id_number(changed).ok


@given(seeds, st.integers(0, 15))
def test_two_swapped_digits_are_refused(rng: random.Random, place: int) -> None:
    number = make_id_number(rng, prefix="131003")
    if number[place] != number[place + 1]:
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert not check_id_number(swapped).ok


def test_spellings_of_one_id() -> None:
    for text in ("11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ"):
        assert check_id_number(text).ok


@given(seeds)
def test_fifteen_digits_suggest_eighteen(rng: random.Random) -> None:
    number = make_id_number(rng, prefix="131003", born=date(1975, 5, 6))
    outcome = check_id_number(shorten_id_number(number))
    assert (outcome.ok, outcome.kind, outcome.reason) == (False, IdKind.RESIDENT_ID_15, Reason.LEGACY)
    assert outcome.suggestion == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("1310031990", Reason.LENGTH),
        ("110105194912310021", Reason.CHECK_DIGIT),
        ("110105194913310020", Reason.BIRTH_DATE),
        ("090105194912310020", Reason.AREA),
        ("131003994513123", Reason.BIRTH_DATE),
        ("身份证", Reason.CHARACTERS),
    ],
)
def test_reasons(text: str, reason: Reason) -> None:
    outcome = check_id_number(text)
    assert (outcome.ok, outcome.reason) == (False, reason)


def test_nobody_is_born_after_the_filing() -> None:
    number = make_id_number(random.Random(1), prefix="131003", born=date(2018, 12, 20))
    assert check_id_number(number).ok
    assert check_id_number(number, on=date(2018, 12, 15)).reason is Reason.BIRTH_DATE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("E12345678", IdKind.PASSPORT),
        ("EA1234567", IdKind.PASSPORT),
        ("G12345678", IdKind.PASSPORT),
        ("H12345678", IdKind.HOME_RETURN_PERMIT),
        ("M1234567801", IdKind.HOME_RETURN_PERMIT),
        ("12345678", IdKind.TAIWAN_PERMIT),
        ("USA110074091201", IdKind.PERMANENT_RESIDENCE),
    ],
)
def test_other_papers(text: str, kind: IdKind) -> None:
    outcome = check_id_number(text)
    assert (outcome.ok, outcome.kind, outcome.reason) == (False, kind, Reason.UNVERIFIABLE)


@pytest.mark.parametrize("code", PUBLIC_CODES)
def test_public_credit_codes(code: str) -> None:
    assert check_credit_code(code).ok
    assert check_licence_number(code.lower()).ok


@given(seeds, st.integers(0, 17), st.integers(1, 30))
def test_a_changed_credit_code_is_refused(rng: random.Random, place: int, step: int) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = make_code(rng, "91")
    changed = code[:place] + alphabet[(alphabet.index(code[place]) + step) % 31] + code[place + 1 :]
    assert check_credit_code(code).ok
    assert not check_credit_code(changed).ok


def test_letters_that_no_credit_code_has() -> None:
    assert check_credit_code("9111000060003734IL").reason is Reason.CHARACTERS
    assert check_credit_code("9111").reason is Reason.LENGTH


def test_the_organisation_code_inside_is_checked_by_itself() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = PUBLIC_CODES[0]
    body = code[:16] + alphabet[(alphabet.index(code[16]) + 1) % 10]
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    assert check_credit_code(body + alphabet[-total % 31]).reason is Reason.ORGANISATION_PART


@pytest.mark.parametrize(
    ("prefix", "body"),
    [
        ("11", BodyKind.ORGAN),
        ("12", BodyKind.INSTITUTION),
        ("51", BodyKind.SOCIETY),
        ("52", BodyKind.PRIVATE_NON_ENTERPRISE),
        ("53", BodyKind.FOUNDATION),
        ("54", BodyKind.VILLAGERS_COMMITTEE),
        ("91", BodyKind.ENTERPRISE),
        ("92", BodyKind.INDIVIDUAL_BUSINESS),
        ("93", BodyKind.COOPERATIVE),
        ("N2", BodyKind.RURAL_COLLECTIVE),
        ("A1", BodyKind.OTHER),
        ("Y1", BodyKind.OTHER),
    ],
)
def test_prefixes(prefix: str, body: BodyKind) -> None:
    code = make_code(random.Random(7), prefix)
    assert credit_code_body(code) is body


def test_an_invalid_code_tells_no_body() -> None:
    assert credit_code_body("911100006000373410") is None


@given(seeds)
def test_organisation_codes(rng: random.Random) -> None:
    code = make_organisation_code(rng)
    assert check_organisation_code(code).ok
    assert check_organisation_code(f"{code[:8]}-{code[8]}").ok
    other = "0" if code[8] != "0" else "1"
    assert check_organisation_code(code[:8] + other).reason is Reason.CHECK_DIGIT


def test_the_standards_organisation_code() -> None:
    assert check_organisation_code("D2143569-X").ok


def test_registration_numbers() -> None:
    body = "13100300001234"
    passing = [digit for digit in "0123456789" if check_registration_number(body + digit).ok]
    assert len(passing) == 1
    assert check_licence_number(body + passing[0]).kind is IdKind.REGISTRATION_NUMBER
    assert check_registration_number("110108000000016").ok


@pytest.mark.parametrize(
    ("text", "ok", "reason"),
    [
        ("13803161234", True, None),
        ("16003161234", True, Reason.UNLISTED_PREFIX),
        ("1380316123", False, Reason.LENGTH),
        ("138031612345", False, Reason.LENGTH),
        ("12345678901", False, Reason.AREA),
        ("0316-2339541", False, Reason.LANDLINE),
        ("03162339541", False, Reason.LANDLINE),
        ("2339541", False, Reason.LANDLINE),
        ("138O3161234", False, Reason.CHARACTERS),
        ("", False, Reason.EMPTY),
    ],
)
def test_mobiles(text: str, ok: bool, reason: Reason | None) -> None:
    outcome = check_mobile(text)
    assert (outcome.ok, outcome.reason) == (ok, reason)


@pytest.mark.parametrize(
    ("text", "ok", "reason"),
    [
        ("hello_123", True, None),
        ("wxid_0123456789ab12", True, None),
        ("13803161234", True, Reason.PHONE_NUMBER),
        ("gh_0123456789ab", False, Reason.ACCOUNT_ID),
        ("abc", False, Reason.LENGTH),
        ("1abcdefg", False, Reason.CHARACTERS),
        ("微信昵称小明", False, Reason.CHARACTERS),
    ],
)
def test_wechat_ids(text: str, ok: bool, reason: Reason | None) -> None:
    outcome = check_wechat_id(text)
    assert (outcome.ok, outcome.reason) == (ok, reason)


def test_mask() -> None:
    assert mask_number(STANDARD_ID) == "110***********002X"
    assert mask_number("E1234567") == "********"


CHECKS = (
    check_id_number,
    check_credit_code,
    check_organisation_code,
    check_registration_number,
    check_licence_number,
    check_mobile,
    check_wechat_id,
    credit_code_body,
    mask_number,
)


@given(st.text(max_size=100))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in CHECKS:
        check(text)


@given(st.text(alphabet="0123456789XxABNY-( )٣²", min_size=7, max_size=20))
def test_nearly_right_text_breaks_no_check(text: str) -> None:
    for check in CHECKS:
        check(text)
