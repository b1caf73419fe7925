"""What is remembered of a file that was read is what would be read of it, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.message import Media
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from tests import read_once

CARD = Path(__file__).parents[1] / "samples" / "data" / "papers" / "id-card-photo-front.jpg"


@pytest.fixture
def reader(jail: Jail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxedReader:
    """A reader of this test's own, which has read nothing yet."""
    monkeypatch.setattr(Jail, "run", read_once.REAL)  # put back afterwards
    read_once.use(tmp_path / "readings")
    return SandboxedReader(jail=jail)


def test_a_file_without_findings_is_read_once_under_any_name(reader: SandboxedReader) -> None:
    content = CARD.read_bytes()
    first = reader.read_file("a.jpg", content)
    assert first.findings == ()
    assert reader.read_file("b.jpg", content, media=Media.JPEG) == first, "even the seconds it took are the same"
    assert reader.read_file("a.jpg", content + b"\0") != first


def test_a_finding_names_the_file_it_was_asked_about(reader: SandboxedReader) -> None:
    cut = CARD.read_bytes()[:400]
    first, second, again = (reader.read_file(name, cut) for name in ("a.jpg", "b.jpg", "a.jpg"))
    assert ["“a.jpg”" in item.detail for item in (*first.findings, *again.findings)] == [True, True]
    assert ["“b.jpg”" in item.detail for item in second.findings] == [True]
    assert again == first
