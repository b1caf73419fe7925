"""Where a key stands in a TOML file: `tomllib` does not tell."""

from __future__ import annotations

import re
from typing import Final

#: As pydantic gives it: table and key names, and indexes of arrays that count from 0.
Location = tuple[str | int, ...]

_HEADER: Final = re.compile(r"\s*(\[{1,2})([A-Za-z0-9_.-]+)\]")
_ENTRY: Final = re.compile(r"\s*\"?([A-Za-z0-9_.-]+)\"?\s*=")


def find_line(text: str, word: str) -> int | None:
    """The number of the first line that holds the word, counted from 1."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if word in line), None)


def find_toml_line(text: str, location: Location) -> int | None:
    """The line of the key at `location`, or of the nearest table around it; None when neither is found.

    Reads the usual layout, one key or header a line, and guesses no further: inside an inline table it
    is the line of the key that holds the table.
    """
    best_depth, best_line = 0, None
    for number, here in _walk(text):
        depth = len(here)
        if depth > best_depth and here == location[:depth]:
            best_depth, best_line = depth, number
    return best_line


def _walk(text: str) -> list[tuple[int, Location]]:
    """Every header and key with its location."""
    found: list[tuple[int, Location]] = []
    counts: dict[Location, int] = {}
    table: Location = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _enter(header[2].split("."), counts, is_array=header[1] == "[[")
            found.append((number, table))
        elif entry := _ENTRY.match(line):
            found.append((number, (*table, entry[1])))
    return found


def _enter(names: list[str], counts: dict[Location, int], *, is_array: bool) -> Location:
    """The location of a table; each part that is an array gets the index of its newest element."""
    here: Location = ()
    for position, name in enumerate(names):
        here = (*here, name)
        if is_array and position == len(names) - 1:
            counts[here] = counts.get(here, -1) + 1
        if here in counts:
            here = (*here, counts[here])
    return here
