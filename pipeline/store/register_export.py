"""The register on its way into a file: one state of it, however long the writing takes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from pipeline.store.cipher import Cipher
from pipeline.store.events import EventLog
from pipeline.store.record_changes import iter_changes
from pipeline.store.register_records import RecordChangeRow, RegisterScope, RegistryRow
from pipeline.store.registry_reading import iter_records, record_ids


class RegisterExport:
    """The records of a scope and how they changed, both from one state of the register. Values are whole."""

    def __init__(self, session: Session, cipher: Cipher, events: EventLog, scope: RegisterScope) -> None:
        self.scope = scope
        self._session = session
        self._cipher = cipher
        self._events = events
        self._ids = record_ids(session, cipher, scope)

    def __len__(self) -> int:
        return len(self._ids)

    def records(self) -> Iterator[RegistryRow]:
        """The records in the scope's order."""
        return iter_records(self._session, self._cipher, self._ids)

    def changes(self) -> Iterator[RecordChangeRow]:
        """Every version of the records that were changed or cancelled, in the same order."""
        return iter_changes(self._session, self._cipher, self._events, self._ids)
