"""Word files of the time before DOCX, made by a real LibreOffice from DOCX."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from samples.mail import LOGO
from tests.cli.running import SAMPLES


def is_installed() -> bool:
    return shutil.which("soffice") is not None


def sample(name: str, *, picture_at: str | None = None) -> bytes:
    """A checked-in form as Word would save it: never with a table as the last thing in it."""
    document = docx.Document(str(SAMPLES / "forms" / name))
    document.add_paragraph()
    if picture_at is not None:
        _link_picture(document, picture_at)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _link_picture(document: Document, address: str) -> None:
    """A picture that the document only names, as Word's "insert and link" leaves it."""
    document.add_picture(io.BytesIO(LOGO))
    (blip,) = document.element.body.iter(qn("a:blip"))
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True))


def convert(files: Mapping[str, bytes], ending: str, folder: Path) -> dict[str, bytes]:
    """DOCX files by a name of any sort, as files of another ending, in one run without a sandbox."""
    sources = []
    for name, content in files.items():
        sources.append(folder / f"{name}.docx")
        sources[-1].write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending]
    subprocess.run([*command, "--outdir", folder / ending, *sources], check=True, capture_output=True, timeout=120)
    return {name: (folder / ending / f"{name}.{ending}").read_bytes() for name in files}
