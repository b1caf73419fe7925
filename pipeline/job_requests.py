"""What the sandbox is told about the bytes it gets."""

from __future__ import annotations

from pipeline.domain.base import Frozen
from pipeline.domain.message import Media


class UnpackRequest(Frozen):
    """A mail to be taken apart. Without `archives` all but plain ZIP stay closed, each named in a finding."""

    sha256: str
    archives: bool = True


class ReadRequest(Frozen):
    """A file to be read; without `media` its type is found from its bytes."""

    name: str
    media: Media | None = None
