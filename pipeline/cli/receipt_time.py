"""The time of receipt as it is given on the command line."""

from __future__ import annotations

from datetime import datetime, tzinfo


def parse_received(text: str | None, zone: tzinfo) -> datetime | None:
    """An ISO time in the city's zone, None for none. Raises SettingsError."""
    from pipeline.configuration.settings import SettingsError

    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError):
        raise SettingsError(f"--received = {text!r}: an ISO time such as 2018-12-15T10:20:00+08:00") from None
