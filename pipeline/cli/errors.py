"""Which error ends a command with which status; anything else is a fault of ours and keeps its traceback."""

from __future__ import annotations

from pipeline.configuration.settings import SettingsError
from pipeline.domain.people import PeopleError
from pipeline.notices.errors import SendError
from pipeline.profile.load import ProfileError
from pipeline.reports.spreadsheet import TooManyRowsError
from pipeline.sandbox.errors import JailError
from pipeline.store.errors import AmbiguousCaseError, StoreError, UnknownUserError
from pipeline.wrong_use import WrongUseError

_WRONG_USE = 2
_FAILED = 3


def status_of(error: Exception) -> int | None:
    """The exit status of a known error, None for an unknown one."""
    if isinstance(
        error, SettingsError | ProfileError | AmbiguousCaseError | WrongUseError | PeopleError | UnknownUserError
    ):
        return _WRONG_USE
    return _FAILED if isinstance(error, StoreError | JailError | SendError | TooManyRowsError) else None
