"""Check digits against independent ways of computing them, for numbers nobody picked.

Nothing here shares code or method with the software or the sample generator: where those weigh and sum, this goes
digit by digit as ISO 7064 describes it, or tries every character until the rule holds.
"""

from __future__ import annotations

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.domain.bodies import organisation_part
from pipeline.domain.identifiers import (
    check_credit_code,
    check_id_number,
    check_licence_number,
    check_organisation_code,
    check_registration_number,
)

DIGITS, LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def mod_11_2(first_17: str) -> str:
    """ISO 7064 MOD 11-2, the recursive way."""
    rest = 0
    for digit in first_17:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(1 - rest) % 11]


def mod_11_10(first_14: str) -> str:
    """ISO 7064 MOD 11,10, the recursive way."""
    rest = 10
    for digit in first_14:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def find_organisation_digit(body: str) -> str:
    """The one character that makes GB 11714's sum, with weight 1 for itself, a multiple of 11."""
    values = [int(c, 36) for c in body]
    total = sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return next(c for c, value in zip("0123456789X", range(11), strict=True) if (total + value) % 11 == 0)


def find_credit_digit(body: str) -> str:
    """The one character that makes GB 32100's sum a multiple of 31; weights are built up by tripling."""
    weight, total = 1, 0
    for character in body:
        total += CREDIT.index(character) * weight
        weight = weight * 3 % 31
    return next(c for c in CREDIT if (total + CREDIT.index(c)) % 31 == 0)


AREAS = st.sampled_from(["110101", "131003", "131082", "130922", "330102", "440305", "654301", "810000", "830000"])
BIRTHS = st.dates(date(1900, 1, 1), date(2018, 12, 1)).map(lambda day: day.strftime("%Y%m%d"))
RESIDENTS = st.builds("{}{}{}".format, AREAS, BIRTHS, st.text(DIGITS, min_size=3, max_size=3))
ORGANISATIONS = st.text(DIGITS + LETTERS, min_size=8, max_size=8)
PLAIN_ORGANISATIONS = st.text(CREDIT, min_size=8, max_size=8)
CREDIT_HEADS = st.builds(
    "{}{}".format, st.sampled_from(["11", "12", "51", "52", "53", "91", "92", "93", "N1", "N2", "A1", "Y1"]), AREAS
)


@given(RESIDENTS)
def test_resident_ids(body: str) -> None:
    good = body + mod_11_2(body)
    assert check_id_number(good).ok
    assert check_id_number(good.lower()).ok
    assert not any(check_id_number(body + last).ok for last in "0123456789X" if last != good[-1])


@given(RESIDENTS, st.integers(0, 16), st.sampled_from(DIGITS))
def test_no_resident_id_survives_one_wrong_digit(body: str, place: int, digit: str) -> None:
    good = body + mod_11_2(body)
    assume(good[place] != digit)
    assert not check_id_number(good[:place] + digit + good[place + 1 :]).ok


@given(RESIDENTS, st.integers(0, 15))
def test_no_resident_id_survives_two_digits_swapped(body: str, place: int) -> None:
    good = body + mod_11_2(body)
    assume(good[place] != good[place + 1])
    assert not check_id_number(good[:place] + good[place + 1] + good[place] + good[place + 2 :]).ok


@given(ORGANISATIONS)
def test_organisation_codes(body: str) -> None:
    digit = find_organisation_digit(body)
    assert check_organisation_code(f"{body}-{digit}").ok
    assert organisation_part(f"{body}-{digit}") == body + digit
    assert not any(check_organisation_code(body + last).ok for last in "0123456789X" if last != digit)


@given(CREDIT_HEADS, PLAIN_ORGANISATIONS)
def test_credit_codes(head: str, body: str) -> None:
    inner = body + find_organisation_digit(body)
    good = head + inner + find_credit_digit(head + inner)
    assert check_credit_code(good).ok
    assert check_licence_number(good).ok
    assert organisation_part(good) == inner
    assert not any(check_credit_code(good[:17] + last).ok for last in CREDIT if last != good[17])


@given(CREDIT_HEADS, PLAIN_ORGANISATIONS, st.integers(0, 17), st.sampled_from(CREDIT))
def test_no_credit_code_survives_one_wrong_character(head: str, body: str, place: int, character: str) -> None:
    inner = body + find_organisation_digit(body)
    good = head + inner + find_credit_digit(head + inner)
    assume(good[place] != character)
    assert not check_credit_code(good[:place] + character + good[place + 1 :]).ok


@given(st.text(DIGITS, min_size=14, max_size=14))
def test_old_registration_numbers(body: str) -> None:
    good = body + mod_11_10(body)
    assert check_registration_number(good).ok
    assert check_licence_number(good).ok
    assert organisation_part(good) is None
    assert not any(check_registration_number(body + last).ok for last in DIGITS if last != good[-1])


@given(RESIDENTS.filter(lambda body: body[6:8] == "19" and body[0] != "8"))
def test_old_ids_suggest_the_number_they_stand_for(body: str) -> None:
    outcome = check_id_number(body[:6] + body[8:])
    assert not outcome.ok
    assert outcome.suggestion == body + mod_11_2(body)
