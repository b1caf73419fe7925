"""What a look at a mailbox leaves behind beyond its error's category."""

from __future__ import annotations

from pipeline.domain.base import Frozen


class Aftermath(Frozen):
    """`problem` refines the error (a certificate's expiry, say). `full` is whether the server spoke of a full mailbox.

    `pause_seconds` above 0 means that the account must not be logged in to for that long, twice as long with every
    further failure up to `longest_pause_seconds`, even by a process started anew.
    """

    problem: str | None = None
    pause_seconds: int = 0
    longest_pause_seconds: int = 0
    full: bool = False


NOTHING_LEFT = Aftermath()
