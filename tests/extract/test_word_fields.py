"""Characters set upon each other in Word 97 files, through a real LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.extract.grid.docx import read_docx
from pipeline.extract.grid.word_fields import with_drawn_fields

_CODE = "utf-16-le"
#: What LibreOffice writes for a field that combines characters, which Word would write as below.
_WRITTEN = " EQ \\o (\\s\\up 6(□), \\s\\do 2(√))"
_COMBINED = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles><style:style style:name="T1"
 style:family="text"><style:text-properties style:text-combine="letters"/></style:style></office:automatic-styles>
<office:body><office:text><text:p>微信公众账号<text:span text:style-name="T1">□√</text:span>手机APP□</text:p></office:text>
</office:body></office:document>"""


def _convert(source: Path, ending: str) -> bytes:
    folder = source.parent
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending]
    subprocess.run([*command, "--outdir", folder / ending, source], check=True, capture_output=True, timeout=120)
    return (folder / ending / f"{source.stem}.{ending}").read_bytes()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs the Debian package libreoffice-writer-nogui")
def test_a_tick_set_into_a_box_in_an_old_word_file(tmp_path: Path) -> None:
    """LibreOffice dropped it, and nothing said which option was ticked."""
    source = tmp_path / "form.fodt"
    source.write_text(_COMBINED, encoding="utf-8")
    written = _convert(source, "doc")
    typed = " eq \\o\\ac(□,√)".ljust(len(_WRITTEN))
    assert written.count(_WRITTEN.encode(_CODE)) == 1
    old = tmp_path / "old.doc"
    old.write_bytes(with_drawn_fields(written.replace(_WRITTEN.encode(_CODE), typed.encode(_CODE))))
    assert [line.text for line in read_docx(_convert(old, "docx")).pages[0].lines] == ["微信公众账号☑手机APP□"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" eq \\o\\ac(□,√) ", " EQ \\o(☑)      "),
        (" EQ \\o\\ac(○,3)", " EQ \\o(③)     "),
        (" eq \\o\\ac(□,×)", " EQ \\o(☒)     "),
        (_WRITTEN, _WRITTEN),
        ("eq \\o", "eq \\o"),
        ("要求 \\o(见下)", "要求 \\o(见下)"),
        ("eq \\o(" + "长" * 60 + ")", "eq \\o(" + "长" * 60 + ")"),
    ],
)
def test_only_characters_upon_each_other_are_changed_and_no_length(before: str, after: str) -> None:
    around = b"\xd0\xcf\x11\xe0" + b"\x00" * 9
    content = around + before.encode(_CODE) + around
    assert with_drawn_fields(content) == around + after.encode(_CODE) + around
