"""What can go wrong in the store.

    StoreError
    ├── StoreUnavailableError     the database cannot be reached or is busy        retry
    │   └── StoreReadOnlyError    the disk or the database takes no writes         retry
    ├── StoreFullError            no room on the disk                              retry
    ├── StoreKeyError             key file missing, too open, damaged or wrong     stop
    ├── StoreVersionError         the database is newer than this program          stop
    ├── StoreDamagedError         a stored value does not open where it stands     stop
    │   ├── ArchiveDamagedError   a kept mail is cut or changed                    review
    │   └── ArchiveMissingError   a kept mail is not there                         review
    ├── AccountTakenError         another active record holds the account          retry (decide again)
    ├── StaleClaimError           the mail is no longer this worker's              drop the result
    ├── StaleCaseError            somebody else changed the case meanwhile         look again
    ├── UnknownCaseError          there is no such case (any more)                 look again
    ├── UnknownNoticeError        there is no such notice                          look again
    ├── LostNoticeError           a notice is no longer this sender's                drop the result
    ├── UnknownRecordError        no record in force has that number               look again
    ├── NotReplaceableError       the decision may not be replaced                 drop the result
    ├── AmbiguousCaseError        several cases' ids begin as asked                 ask again
    ├── CaseHeldError             somebody else is working on the case              look again
    ├── CaseDoneError             the case has left review                          look again
    ├── UnknownUserError          there is no such account                          look again
    ├── LoginError                nobody was let in                                 ask again
    │   ├── LoginRefusedError       login, password or code is wrong
    │   ├── SecondFactorNeededError the password is right, a code is needed
    │   └── LoginThrottledError     too many failures; says for how many seconds
    └── UnstorableError           a decision that contradicts itself               review

`disposition` says what the caller does about it. No message holds a key or a stored value.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Disposition(StrEnum):
    """What the caller does: try later, hand the mail to a person, stop the service, or forget the result."""

    RETRY = "retry"
    REVIEW = "review"
    STOP = "stop"
    DROP = "drop"


class StoreError(Exception):
    """The base of all."""

    disposition: ClassVar[Disposition] = Disposition.STOP


class StoreUnavailableError(StoreError):
    """The database cannot be reached, is locked for too long, or gave up a deadlock."""

    disposition = Disposition.RETRY


class StoreReadOnlyError(StoreUnavailableError):
    """The disk of the database or of the archive is read-only, or not for this user to write."""


class StoreFullError(StoreError):
    """The disk of the database or of the archive is full."""

    disposition = Disposition.RETRY


class StoreKeyError(StoreError):
    """The key file is missing, readable by others, damaged, or not the one the data was written with."""


class StoreVersionError(StoreError):
    """The database was migrated by a newer version of this program."""


class StoreDamagedError(StoreError):
    """A stored value does not open in the place it stands: changed, cut, or moved from another row."""


class ArchiveDamagedError(StoreDamagedError):
    """A kept mail is cut or changed."""

    disposition = Disposition.REVIEW


class ArchiveMissingError(StoreDamagedError):
    """A kept mail is not in the archive."""

    disposition = Disposition.REVIEW


class AccountTakenError(StoreError):
    """An active record already holds the account of the case at `position` (counted from 0).

    Nothing was written: decide again with fresh facts. `within_mail` is true when the record that
    stands in the way is another case of the same decision, so that fresh facts would not show it.
    """

    disposition = Disposition.RETRY

    def __init__(self, position: int, *, within_mail: bool) -> None:
        super().__init__(f"case {position}: an active record already holds this account")
        self.position = position
        self.within_mail = within_mail


class StaleClaimError(StoreError):
    """The mail is waiting but not claimed by this worker (any more)."""

    disposition = Disposition.DROP


class StaleCaseError(StoreError):
    """Somebody else saved the case after it was read; nothing was written. Says who did what, and when."""

    disposition = Disposition.DROP

    def __init__(self, case_id: str, *, actor: str, kind: str, at: datetime) -> None:
        super().__init__(f"case {case_id}: {actor} changed it meanwhile ({kind}, {at:%Y-%m-%d %H:%M} UTC)")
        self.actor, self.kind, self.at = actor, kind, at


class UnknownCaseError(StoreError):
    """There is no such case, or a new decision took its place."""

    disposition = Disposition.DROP


class UnknownNoticeError(StoreError):
    """There is no such notice."""

    disposition = Disposition.DROP


class LostNoticeError(StoreError):
    """A notice was taken from its sender while it was being sent: its outcome is a person's to say."""

    disposition = Disposition.DROP

    def __init__(self, notice_id: str) -> None:
        super().__init__(f"notice {notice_id}: the claim has passed to another sender, or a person decided")


class UnknownRecordError(StoreError):
    """No record in force has that 备案号."""

    disposition = Disposition.DROP


class NotReplaceableReason(StrEnum):
    """Why a decision stands."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    REGISTERED = "registered"
    TOUCHED = "touched"
    CHANGED = "changed"
    JOINED = "joined"


class NotReplaceableError(StoreError):
    """The decision of that mail may not be replaced; `reason` says why."""

    disposition = Disposition.DROP

    def __init__(self, message_id: int, reason: NotReplaceableReason) -> None:
        super().__init__(f"message {message_id}: the decision stays ({reason.value})")
        self.reason = reason


class AmbiguousCaseError(StoreError):
    """Several cases' ids begin with the given characters."""

    disposition = Disposition.DROP


class CaseHeldError(StoreError):
    """Somebody else is working on the case, until `until` unless they go on. `holder` is that person's name."""

    disposition = Disposition.DROP

    def __init__(self, case_id: str, *, holder: str, login: str, until: datetime) -> None:
        super().__init__(f"case {case_id}: {login} is working on it until {until:%Y-%m-%d %H:%M} UTC")
        self.case_id, self.holder, self.login, self.until = case_id, holder, login, until


class CaseDoneError(StoreError):
    """The case has left review: there is nothing to claim."""

    disposition = Disposition.DROP

    def __init__(self, case_id: str) -> None:
        super().__init__(f"case {case_id}: it is no longer in review")


class UnknownUserError(StoreError):
    """There is no account with that login."""

    disposition = Disposition.DROP

    def __init__(self) -> None:
        super().__init__("there is no account with that login; `beian user list` shows them")


class LoginError(StoreError):
    """Nobody was let in."""

    disposition = Disposition.DROP


class LoginRefusedError(LoginError):
    """Login, password or code is wrong, or the account is disabled: which of them is not said."""

    def __init__(self) -> None:
        super().__init__("login refused")


class SecondFactorNeededError(LoginError):
    """The password is right; the account also needs a code, and none was given."""

    def __init__(self) -> None:
        super().__init__("a code is needed")


class LoginThrottledError(LoginError):
    """Too many failures of this account or from this address; nothing was checked. Try again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many failed logins; try again in {seconds} s")
        self.seconds = seconds


class UnstorableError(StoreError):
    """A decision that contradicts itself (a registered case without account or office, a field twice)."""

    disposition = Disposition.REVIEW
