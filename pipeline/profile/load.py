"""Load a profile, shipped with the package or from a folder of one's own.

A profile is a folder with `profile.toml` and `places.json`. A broken one raises `ProfileError`, which
says the file, the key, the line where it can be told, and the reason.
"""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipeline.profile.schema import Profile
from pipeline.profile.toml_lines import find_line, find_toml_line

_PROFILE_FILE: Final = "profile.toml"
_PLACES_FILE: Final = "places.json"
_MAX_FILE_BYTES: Final = 4_000_000


class ProfileError(Exception):
    """A profile that can't be used: where and why.

    `key` is dotted, with list items counted from 1, and "" for the whole file; `line` is None where it can't be told.
    """

    def __init__(self, file: str, key: str, reason: str, line: int | None = None) -> None:
        self.file, self.key, self.reason, self.line = file, key, reason, line
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {key}: {reason}" if key else f"{place}: {reason}")


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
        data["places"] = json.loads(places_text)
    except json.JSONDecodeError as error:
        raise ProfileError(str(places_file), "", f"no JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise ProfileError(str(places_file), "", "no JSON: nested too deeply") from error
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        raise _explain(error, toml_file, toml_text, places_file, places_text) from error


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


def _explain(
    error: ValidationError, toml_file: Path, toml_text: str, places_file: Path, places_text: str
) -> ProfileError:
    first, *others = error.errors(include_url=False)
    location = tuple(part for part in first["loc"] if not (isinstance(part, str) and part.startswith("function-")))
    reason = first["msg"].removeprefix("Value error, ")
    if not first["type"].startswith(("missing", "extra", "value_error")) and isinstance(
        first["input"], str | int | float
    ):
        reason = f"{reason} (found {first['input']!r})"
    if others:
        reason += f"; and {len(others)} more"
    if location[:1] == ("places",):
        name = str(first["input"]) if isinstance(first["input"], str) else ""
        line = find_line(places_text, name) if name else None
        return ProfileError(str(places_file), _dotted(location[1:]), reason, line)
    return ProfileError(str(toml_file), _dotted(location), reason, find_toml_line(toml_text, location))


def _dotted(location: tuple[str | int, ...]) -> str:
    return ".".join(f"{part + 1}" if isinstance(part, int) else part for part in location)


def _line_in(message: str) -> int | None:
    found = re.search(r"at line ([0-9]+)", message)
    return int(found[1]) if found else None
