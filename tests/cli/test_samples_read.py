"""Every checked-in form and paper: each value right or doubtful, none wrong without anybody being asked."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Readings, sample_files

_FILES = [pytest.param(path, id=path.name) for path in sample_files()]
_TYPED = [param for param in _FILES if param.id.startswith("docx-") or param.id in ("pdf-sans.pdf", "pdf-song.pdf")]


def compared(value: Any) -> Any:
    """Widths, compatibility forms and white space are no difference; a number is none to its digits."""
    if value is None or isinstance(value, bool):
        return value
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


def pairs(path: Path, view: Mapping[str, Any]) -> Iterator[tuple[str, Any, Mapping[str, Any] | None]]:
    """Each value of the truth with the field that was read, None where there is none."""
    truth = json.loads(path.with_name(f"{path.name}.truth.json").read_text(encoding="utf-8"))
    assert view["kind"] == truth["kind"]
    for group in ("forms", "papers"):
        assert [item.get("kind") for item in view[group]] == [item.get("kind") for item in truth[group]]
        for read, true in zip(view[group], truth[group], strict=True):
            assert read["pages"] == true["pages"]
            # What the truth does not have at all, a paper without such a line for instance, cannot have been read.
            values = dict.fromkeys(read["fields"]) | true["fields"]
            for key, value in values.items():
                yield key, value, read["fields"].get(key)


def test_there_are_samples_of_each_kind() -> None:
    assert len(_FILES) >= 25
    assert len(_TYPED) == 6


@pytest.mark.parametrize("path", _FILES)
def test_nothing_is_silently_wrong(path: Path, sample_readings: Readings) -> None:
    wrong, missing = {}, []
    for key, value, field in pairs(path, sample_readings[str(path)]):
        if field is None and value is not None:
            missing.append(key)
        elif field is not None and not field["doubtful"] and compared(field["value"]) != compared(value):
            wrong[key] = (field["value"], value)
    assert not wrong
    assert not missing


@pytest.mark.parametrize("path", _TYPED)
def test_what_was_typed_is_read_whole_and_sure(path: Path, sample_readings: Readings) -> None:
    for key, value, field in pairs(path, sample_readings[str(path)]):
        assert field is not None, key
        assert not field["doubtful"], key
        assert compared(field["value"]) == compared(value), key


def test_most_of_a_clean_scan_is_sure(sample_readings: Readings) -> None:
    """Doubting everything would be right as well, and no help to anybody."""
    scans = [path for path in sample_files() if path.name.startswith(("scan-song", "photo-", "stamped"))]
    read = [field for path in scans for _, value, field in pairs(path, sample_readings[str(path)]) if value is not None]
    sure = [field for field in read if field is not None and not field["doubtful"]]
    assert len(scans) == 7
    assert len(sure) >= 0.75 * len(read)
