"""Where a key stands in a TOML or JSON file: neither `tomllib` nor `json` tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

#: As pydantic gives it: table and key names, and indexes of arrays that count from 0.
Location = tuple[str | int, ...]

_HEADER: Final = re.compile(r"\s*(\[{1,2})([A-Za-z0-9_.-]+)\]")
_ENTRY: Final = re.compile(r"\s*\"?([A-Za-z0-9_.-]+)\"?\s*=")


def find_json_line(text: str, data: object, location: Location) -> int | None:
    """The line of the innermost thing around `location` that has a name of its own, in a file of places.

    None where nothing on the way is named, or its name can't be found as it stands.
    """
    line = None
    for part in location:
        data = _child(data, part)
        name = data.get("name") if isinstance(data, dict) else data
        if isinstance(name, str) and name:
            line = _line_holding(text, json.dumps(name, ensure_ascii=False)) or line
    return line


def _child(data: object, part: str | int) -> object:
    """What stands below a key or at an index, None where nothing does."""
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None


def _line_holding(text: str, words: str) -> int | None:
    return next((number for number, line in enumerate(text.splitlines(), 1) if words in line), None)


def find_toml_line(text: str, location: Location) -> int | None:
    """The line of the key at `location`, or of the nearest table around it; None when neither is found.

    Reads the usual layout, one key or header a line; in an array over several lines it is the item's line.
    """
    best_depth, best_line = 0, None
    for number, here in _walk(text):
        depth = len(here)
        if depth > best_depth and here == location[:depth]:
            best_depth, best_line = depth, number
    if best_line is not None and best_depth < len(location):
        index = location[best_depth]
        if isinstance(index, int):
            return _item_line(text.splitlines(), best_line, index) or best_line
    return best_line


def _walk(text: str) -> Iterator[tuple[int, Location]]:
    """Every header and key with its location."""
    counts: dict[Location, int] = {}
    table: Location = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _enter(header[2].split("."), counts, is_array=header[1] == "[[")
            yield number, table
        elif entry := _ENTRY.match(line):
            yield number, (*table, entry[1])


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


def _item_line(lines: list[str], start: int, index: int) -> int | None:
    """The line of an array's item, for a key whose value begins in line `start` (from 1); None for no array."""
    depth = item = 0
    for number, character in _characters(lines, start):
        if depth == 1 and character == ",":
            item += 1
            continue
        if (depth == 1 and character == "]") or (depth == 0 and character != "["):
            return None
        if depth == 1 and item == index:
            return number
        depth += (character in "[{") - (character in "]}")
    return None


def _characters(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """The characters of a value with their lines, from line `start` on: no blanks, no comments, a string as its quote."""
    quote = ""
    for number, line in enumerate(lines[start - 1 :], start):
        for character in line.partition("=")[2] if number == start else line:
            if quote:
                quote = "" if character == quote else quote
            elif character == "#":
                break
            elif not character.isspace():
                quote = character if character in "\"'" else ""
                yield number, character
