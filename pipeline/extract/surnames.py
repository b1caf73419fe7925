"""Which surnames there are: of a name written by hand both networks were sure of 素, where 秦 stood, and nobody is called 素.

The list is that of 《百家姓》 with those of today that it lacks (肖, 闫, 付, 覃 and others). Who has a rarer one is asked about,
never refused. `given` are characters that given names are often written with, and hardly anything else is (婷).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from pydantic import TypeAdapter

_FILE: Final = "surnames.json"
#: Characters of a name with a surname, at most.
_LONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class _Surnames:
    single: str
    double: tuple[str, ...]
    given: str


@cache
def load_surnames() -> _Surnames:
    """The table, read once: before a process forks those that need it."""
    content = resources.files(__package__).joinpath("data", _FILE).read_bytes()
    return TypeAdapter(_Surnames).validate_json(content)


def begins_with_surname(name: str) -> bool:
    """Whether a name in Chinese characters begins with a known surname, and something is left of it. Names in other
    letters do."""
    if not name or name[0].isascii():
        return True
    known = load_surnames()
    return (name[0] in known.single and len(name) > 1) or (name.startswith(known.double) and len(name) > 2)


def has_stray_dot(name: str) -> bool:
    """Whether the dot in a name is a speck of dust: names that have one are of two parts in another language, longer than
    names with a surname are (王·英娟 was 王英娟 in a copy of a copy)."""
    plain = name.replace("·", "")
    return "·" in name and len(plain) <= _LONGEST and begins_with_surname(plain)


def split_name(name: str) -> tuple[str, str]:
    """A name in Chinese characters as surname and given name; a surname of two characters only where it is a known one."""
    length = 2 if name.startswith(load_surnames().double) and len(name) > 2 else 1
    return name[:length], name[length:]
