"""Whether the polling of this process is alive. One sick mailbox is an alarm; a service that no longer polls is dead."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.service.pulse import Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`dead_seconds` is how long no mailbox at all may have been polled well, and how late a sign of life may be."""

    pulse: Pulse
    dead_seconds: float

    def problem(self) -> str | None:
        """A short code, None when all is well.

        `starting`: nothing polled yet. `stuck`: a mailbox's thread is gone, or hangs past its deadline.
        `no_success`: every mailbox has failed for too long.
        """
        since_good = self.pulse.seconds_since_good()
        if since_good is None:
            return "starting"
        if self.pulse.overdue(grace_seconds=self.dead_seconds):
            return "stuck"
        return "no_success" if since_good > self.dead_seconds else None
