"""How long a browser may take to say what it wants.

The server takes so many connections and refuses the others. Without an end to its patience a machine that opens as many
and says nothing, or half a request, shuts everybody out for as long as it likes, without having an account.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

#: For the lines before the body, from the connection or the end of the answer before.
HEAD_SECONDS: Final = 15.0
#: For the body, of 256 KB at most.
BODY_SECONDS: Final = 30.0


class PatientProtocol(H11Protocol):
    """Ends a connection on which no request has been made in time."""

    head_seconds = HEAD_SECONDS
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """The time runs from here."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """It stops with a whole request, and runs anew from a piece of the next one."""
        super().data_received(data)
        if self._is_asked:
            self._stop()
        elif self._timer is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more to wait for."""
        self._stop()
        super().connection_lost(exc)

    @property
    def _is_asked(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._end)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._timer = None
        if not self._is_asked and not self.transport.is_closing():
            self.transport.close()
