"""Load a profile, shipped with the package or from a folder of one's own.

A profile is a folder with `profile.toml` and `places.json`. A broken one raises `ProfileError`, which
says the file, the key, the line where it can be told, and the reason.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.profile.lines import find_json_line, find_toml_line
from pipeline.profile.schema import Profile

_PROFILE_FILE: Final = "profile.toml"
_PLACES_FILE: Final = "places.json"
_MAX_FILE_BYTES: Final = 4_000_000


class ProfileError(Exception):
    """A profile that can't be used: where and why.

    `key` is dotted, with list items counted from 1, and "" for the whole file; `line` is None where it can't be told.
    `others` are the further mistakes found in the same reading.
    """

    def __init__(
        self, file: str, key: str, reason: str, line: int | None = None, others: tuple[ProfileError, ...] = ()
    ) -> None:
        self.file, self.key, self.reason, self.line, self.others = file, key, reason, line, others
        more = f"; and {len(others)} more (`beian profile check` lists them)" if others else ""
        super().__init__(self.sentence + more)

    @property
    def sentence(self) -> str:
        """This one mistake: file, line, key and reason."""
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.key}: {self.reason}" if self.key else f"{place}: {self.reason}"


def shipped_profiles() -> tuple[str, ...]:
    """The keys of the profiles inside the package, sorted."""
    folder = resources.files("pipeline.profile") / "data"
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / _PROFILE_FILE).is_file()))


def load_profile(key_or_path: str | Path) -> Profile:
    """The shipped profile of that key, or the one in that folder (or `profile.toml`). Raises `ProfileError`."""
    folder = _find_folder(key_or_path)
    toml_file, places_file = folder / _PROFILE_FILE, folder / _PLACES_FILE
    toml_text = _read_text(toml_file)
    try:
        data = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(str(toml_file), "", f"no TOML: {error}", _line_in(str(error))) from error
    if "places" in data:
        raise ProfileError(str(toml_file), "places", f"places stand in {_PLACES_FILE}", None)
    places_text = _read_text(places_file)
    try:
        places = json.loads(places_text)
    except json.JSONDecodeError as error:
        raise ProfileError(str(places_file), "", f"no JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise ProfileError(str(places_file), "", "no JSON: nested too deeply") from error
    data["places"] = places
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        sources = _Sources(toml_file=toml_file, toml_text=toml_text, places_file=places_file, places=places)
        first, *others = (sources.explain(fault, places_text) for fault in error.errors(include_url=False))
        raise ProfileError(first.file, first.key, first.reason, first.line, tuple(others)) from error


def _find_folder(key_or_path: str | Path) -> Path:
    if isinstance(key_or_path, str) and key_or_path in shipped_profiles():
        return Path(str(resources.files("pipeline.profile") / "data" / key_or_path))
    path = Path(key_or_path)
    if path.is_dir():
        return path
    if path.name == _PROFILE_FILE and path.is_file():
        return path.parent
    known = ", ".join(shipped_profiles())
    raise ProfileError(
        str(key_or_path), "", f"no such profile; shipped are: {known}; or give a folder with {_PROFILE_FILE}"
    )


def _read_text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ProfileError(str(file), "", f"can't be read: {error.strerror or error}") from error
    if len(content) > _MAX_FILE_BYTES:
        raise ProfileError(str(file), "", f"larger than {_MAX_FILE_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ProfileError(str(file), "", "is not UTF-8", line) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sources:
    """A profile's two files, for telling where a mistake stands."""

    toml_file: Path
    toml_text: str
    places_file: Path
    places: object

    def explain(self, fault: ErrorDetails, places_text: str) -> ProfileError:
        """One of pydantic's errors as a person would say it."""
        location = tuple(p for p in fault["loc"] if not (isinstance(p, str) and p.startswith("function-")))
        reason = _reason(fault)
        if location[:1] == ("places",):
            line = find_json_line(places_text, self.places, location[1:])
            return ProfileError(str(self.places_file), _dotted(location[1:]), reason, line)
        line = find_toml_line(self.toml_text, location)
        return ProfileError(str(self.toml_file), _dotted(location), reason, line)


def _reason(fault: ErrorDetails) -> str:
    reason = fault["msg"].removeprefix("Value error, ")
    if fault["type"].startswith(("missing", "extra", "value_error")) or not isinstance(
        fault["input"], str | int | float
    ):
        return reason
    return f"{reason} (found {fault['input']!r})"


def _dotted(location: tuple[str | int, ...]) -> str:
    return ".".join(f"{part + 1}" if isinstance(part, int) else part for part in location)


def _line_in(message: str) -> int | None:
    found = re.search(r"at line ([0-9]+)", message)
    return int(found[1]) if found else None
