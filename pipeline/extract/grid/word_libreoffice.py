"""Word files of the time before DOCX (.doc, .wps, .rtf) made into DOCX by LibreOffice.

To be called in a confined process that may start programs, in a scratch folder of its own. LibreOffice gets a fresh
profile there each time, so that no file leaves anything behind for the next; macros stay off. It would fetch what a
file links to, whatever it is set to; so where the process could open a socket it is not started at all. What remains:
a fault of LibreOffice's, used by a file that is made for it, can spoil this file's text and nothing else.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from pipeline.domain.message import Media
from pipeline.extract.grid import libreoffice_process
from pipeline.extract.grid.word_fields import with_drawn_fields

PACKAGE: Final = "libreoffice-writer-nogui"
#: The ending tells LibreOffice which of its filters to try first.
_ENDINGS: Final = {Media.DOC: ".doc", Media.RTF: ".rtf"}
#: What it makes of a file may be this large; a form with pasted photographs has some megabytes.
_MAX_DOCX_BYTES: Final = 64 * 1024 * 1024


class OfficeMissingError(Exception):
    """LibreOffice Writer is not installed."""


class NetworkOpenError(Exception):
    """This process could reach the network, and so could LibreOffice."""


class NotConvertedError(Exception):
    """LibreOffice could not open the file, or ended over it."""


def find_office() -> Path:
    """The folder of LibreOffice's programs. Raises `OfficeMissingError`."""
    command = shutil.which("soffice")
    if command is None:
        raise OfficeMissingError
    folder = Path(command).resolve().parent
    writer = folder / "libswlo.so"
    if not writer.exists() or not any((folder / name).exists() for name in libreoffice_process.LIBRARIES):
        raise OfficeMissingError
    return folder


def convert_to_docx(content: bytes, media: Media) -> bytes:
    """The file as a DOCX. Works in the current folder.

    Raises `OfficeMissingError`, `NetworkOpenError`, and `NotConvertedError` for what the file holds.
    """
    program = find_office()
    _require_no_network()
    scratch = Path.cwd()
    source, target = scratch / f"untrusted{_ENDINGS[media]}", scratch / "converted.docx"
    source.write_bytes(with_drawn_fields(content) if media is Media.DOC else content)
    status = _run(program, source, target, scratch)
    if status != 0 or not target.exists() or target.stat().st_size > _MAX_DOCX_BYTES:
        raise NotConvertedError(f"status {status}")
    return target.read_bytes()


def _require_no_network() -> None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return
    raise NetworkOpenError


def _run(program: Path, source: Path, target: Path, scratch: Path) -> int:
    script = Path(libreoffice_process.__file__)
    command = (sys.executable, "-I", "-S", script, program, source, target, scratch / "profile")
    environment = {"HOME": str(scratch), "TMPDIR": str(scratch), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    # No time limit of its own: who runs out of the job's is killed with all it started.
    return subprocess.run(
        command,
        env=environment,
        cwd=scratch,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode
