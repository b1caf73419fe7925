"""What the sandbox is told about the bytes it gets, and what it answers."""

from __future__ import annotations

from enum import StrEnum

from pipeline.domain.base import Frozen
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Media


class UnpackRequest(Frozen):
    """A mail to be taken apart. Without `archives` all but plain ZIP stay closed, each named in a finding."""

    sha256: str
    archives: bool = True


class ReadRequest(Frozen):
    """A file to be read; without `media` its type is found from its bytes. `seconds` are all there is for it."""

    name: str
    media: Media | None = None
    seconds: float | None = None


class Need(StrEnum):
    """What a file has to go through before it can be read."""

    ENGINES = "engines"
    CONVERSION = "conversion"


class ReadAnswer(Frozen):
    """What stands in a file; or, without `reading`, what it needs and what its bytes are."""

    reading: DocumentReading | None = None
    media: Media | None = None
    needs: Need | None = None


class ConvertRequest(Frozen):
    """A Word file of the time before DOCX, to be made into one; without `media` its type is found from its bytes."""

    media: Media | None = None


class ConversionTrouble(StrEnum):
    """Why there is no DOCX: nothing on this machine makes one safely, or the file does not open."""

    MISSING = "missing"
    UNREADABLE = "unreadable"


class ConvertAnswer(Frozen):
    """The DOCX travels beside it, unless there is `trouble`."""

    trouble: ConversionTrouble | None = None
