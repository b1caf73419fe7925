"""What a careful person reads from a written value. Written from domain.md, apart from the code under test."""

from __future__ import annotations

import re
import unicodedata

_DAY = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})月?")
_COUNT = re.compile(r"(?:约|大约|近)?([0-9]+(?:\.[0-9]+)?)(万|千|w|W|k|K)?(?:人|\+|余|多|左右|个)*")
_SCALES = {"万": 10_000, "w": 10_000, "W": 10_000, "千": 1000, "k": 1000, "K": 1000}


def squash(text: str) -> str:
    """NFKC without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def expect_text(written: str) -> str | None:
    """A text value: trimmed, lines joined; None when blank."""
    return "".join(part.strip() for part in written.splitlines()) or None


def expect_date(written: str) -> str | None:
    """An ISO date, or "2018-12" where only the month is given."""
    text = squash(written)
    day = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if day:
        return f"{int(day[1]):04d}-{int(day[2]):02d}-{int(day[3]):02d}"
    month = _MONTH.fullmatch(text)
    return f"{int(month[1]):04d}-{int(month[2]):02d}" if month else None


def expect_count(written: str) -> int | None:
    """A number of followers: 1.2万 is 12000, 约5000+ is 5000."""
    found = _COUNT.fullmatch(squash(written).replace(",", ""))
    return round(float(found[1]) * _SCALES.get(found[2] or "", 1)) if found else None


def expect_id_number(written: str) -> str | None:
    """An ID number: NFKC, without spaces, X in capitals."""
    return squash(written).upper() or None


def expect_phone(written: str) -> str | None:
    """A phone number's digits (the hyphens and spaces people put in are not part of it)."""
    return squash(written).replace("-", "").removeprefix("+86") or None


def expect_person(written: str) -> str | None:
    """A name: spaces inside a Chinese name are layout, and the dot of a minority name is always U+00B7."""
    name = "".join(written.split())
    for dot in "•・.．∙‧":
        name = name.replace(dot, "·")
    return name or None
