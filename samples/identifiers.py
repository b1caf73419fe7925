"""Numbers with check digits, made from the standards and not from the code under test.

Sources: GB 11643 (resident ID), GB 32100 (unified social credit code), GB 11714 (organisation code).
"""

from __future__ import annotations

import random
from datetime import date, timedelta

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def id_check_digit(first_17: str) -> str:
    """ISO 7064 MOD 11-2 check digit of a resident ID number's first 17 digits."""
    return _ID_CHECKS[sum(int(d) * w for d, w in zip(first_17, _ID_WEIGHTS, strict=True)) % 11]


def make_id_number(
    rng: random.Random, *, prefix: str, born: date | None = None, female: bool | None = None, ends_in_x: bool = False
) -> str:
    """A valid 18-character resident ID number; `prefix` is a six-digit area code."""
    day = born or date(1958, 1, 1) + timedelta(days=rng.randrange(14_700))
    while True:
        order = rng.randrange(1, 1000)
        if female is not None and (order % 2 == 0) != female:
            continue
        body = f"{prefix}{day:%Y%m%d}{order:03d}"
        check = id_check_digit(body)
        if not ends_in_x or check == "X":
            return body + check


def break_id_number(number: str) -> str:
    """The same number with a wrong check digit."""
    return number[:17] + ("0" if number[17] != "0" else "1")


def shorten_id_number(number: str) -> str:
    """The 15-digit number of the old kind for a number of the 20th century."""
    if number[6:8] != "19":
        raise ValueError("only a birth year 19xx has a 15-digit number")
    return number[:6] + number[8:17]


def organisation_check_digit(first_8: str) -> str:
    """GB 11714 check digit of an organisation code's first eight characters."""
    values = (_ORGANISATION_ALPHABET.index(c) for c in first_8)
    rest = 11 - sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def make_organisation_code(rng: random.Random) -> str:
    """A valid nine-character organisation code without its hyphen."""
    alphabet = "0123456789" if rng.random() < 0.4 else "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = rng.choice("3M5678") + "".join(rng.choice(alphabet) for _ in range(7))
    if body[0] == "M":
        body = "MA" + body[2:]
    return body + organisation_check_digit(body)


def credit_check_digit(first_17: str) -> str:
    """GB 32100 check character (mod 31) of a credit code's first 17 characters."""
    values = (_CREDIT_ALPHABET.index(c) for c in first_17)
    rest = (31 - sum(v * w for v, w in zip(values, _CREDIT_WEIGHTS, strict=True)) % 31) % 31
    return _CREDIT_ALPHABET[rest]


def make_credit_code(*, prefix: str, area_code: str, organisation_code: str) -> str:
    """A valid 18-character credit code around an organisation code; `prefix` such as "91" or "N2"."""
    body = prefix + area_code + organisation_code
    return body + credit_check_digit(body)
