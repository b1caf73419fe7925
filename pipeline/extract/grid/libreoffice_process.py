"""Run as a program: one file through LibreOffice's own library, in a process that ends with it.

    python -I libreoffice_process.py PROGRAM_FOLDER SOURCE TARGET PROFILE_FOLDER

The library's C interface (LibreOfficeKit, libreofficekit/LibreOfficeKit.h) is what `soffice --convert-to` does
without the socket over which a second `soffice` would find the first: so the converter may be refused every socket.
Only the standard library is imported, and nothing of ours: it starts in a few milliseconds. Exit status: 0 converted,
`NOT_OPENED` or `NOT_SAVED`; whatever else means that LibreOffice itself ended it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

NOT_OPENED: Final = 3
NOT_SAVED: Final = 4
#: In either of which the interface lies, as the interface's own loader looks for it.
LIBRARIES: Final = ("libsofficeapp.so", "libmergedlo.so")

#: Places in the tables of functions, from LibreOfficeKit.h; later versions only add to their ends.
_LOAD: Final = 4
_SAVE_AS: Final = 2
#: No macro runs. (That links are not followed cannot be had by settings: with all of them set it asked for linked pictures.)
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"
 oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"
 oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def convert(program: Path, source: Path, target: Path, profile: Path) -> int:
    """Write `source` as DOCX to `target`; the exit status."""
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    office = _office(program, profile)
    document = _method(office, _LOAD, ctypes.c_char_p, ctypes.c_char_p, returns=ctypes.c_void_p)(
        office, source.as_uri().encode(), b"Batch=true"
    )
    if not document:
        return NOT_OPENED
    save = _method(document, _SAVE_AS, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, returns=ctypes.c_int)
    return 0 if save(document, target.as_uri().encode(), b"docx", None) else NOT_SAVED


def _office(program: Path, profile: Path) -> int:
    library = ctypes.CDLL(str(next(program / name for name in LIBRARIES if (program / name).exists())))
    start = library.libreofficekit_hook_2
    start.restype, start.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_char_p)
    office: int | None = start(str(program).encode(), profile.as_uri().encode())
    if not office:
        raise OSError("LibreOffice did not start")
    return office


def _method(instance: int, place: int, *takes: type, returns: type) -> Callable[..., Any]:
    """A function of the interface; each takes the instance first."""
    functions = ctypes.cast(instance, ctypes.POINTER(ctypes.c_void_p))[0]
    address = ctypes.cast(functions, ctypes.POINTER(ctypes.c_void_p))[place]
    if address is None:
        raise OSError("LibreOffice lacks a function")
    return ctypes.CFUNCTYPE(returns, ctypes.c_void_p, *takes)(address)


if __name__ == "__main__":
    # Not by way of Python's own end: the library's threads do not survive it.
    os._exit(convert(*(Path(item) for item in sys.argv[1:5])))
