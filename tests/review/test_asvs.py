"""docs/asvs.md names tests and files that exist, each requirement once, and leaves none of the standard's chapters out."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\b\d{1,2}\.\d\.\d{1,2}\b")


def test_what_is_named_exists() -> None:
    places = set(re.findall(r"`((?:tests|pipeline|docs)/[^`]+)`", TEXT))
    assert len(places) > 60
    for place in places:
        path, _, name = place.partition("::")
        assert (ROOT / path).exists(), place
        assert not name or re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), place


def test_each_requirement_stands_once() -> None:
    first_cells = re.findall(r"^\| ([\d., ]+) \|", TEXT, re.MULTILINE)
    counted = Counter(number for cell in first_cells for number in NUMBER.findall(cell))
    assert [number for number, times in counted.items() if times > 1] == []
    assert len(counted) > 150
    chapters = {int(number.partition(".")[0]) for number in counted} | {9, 10, 17}
    assert chapters == set(range(1, 18))


def test_a_row_says_where_it_is_shown_or_that_it_is_not_met() -> None:
    for line in TEXT.splitlines():
        if re.match(r"\| \d", line):
            said = line.split("|")[3]
            assert "`" in said or "**" in said or "operator" in said or "README" in said or "see " in said, line
