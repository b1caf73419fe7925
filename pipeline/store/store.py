"""Opens the store: database, keys and archive, checked to belong together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import select

from pipeline.store.account_types import fill_account_types
from pipeline.store.alarm_book import AlarmBook
from pipeline.store.archive import BlobArchive
from pipeline.store.case_book import CaseBook
from pipeline.store.case_life import CaseLife
from pipeline.store.case_parting import CaseParting
from pipeline.store.case_times import CaseTimes
from pipeline.store.chores import Chores
from pipeline.store.cipher import Cipher
from pipeline.store.claims import Claims
from pipeline.store.counter_book import CounterBook
from pipeline.store.database import Database, open_database
from pipeline.store.errors import StoreKeyError, StoreUnavailableError
from pipeline.store.events import EventLog
from pipeline.store.keyring import Keyring, load_keyring, load_or_create_keyring
from pipeline.store.known_accounts import KnownAccounts
from pipeline.store.ledger import Ledger
from pipeline.store.login_holds import LoginHolds
from pipeline.store.mail_joining import MailJoinings
from pipeline.store.migration import upgrade
from pipeline.store.models import StoreKey
from pipeline.store.notice_book import NoticeBook
from pipeline.store.numberings import Numberings
from pipeline.store.outbox import Outbox
from pipeline.store.people import People
from pipeline.store.reader import StoreReader
from pipeline.store.rechecks import Rechecks
from pipeline.store.saved_views import SavedViews
from pipeline.store.sessions import Sessions
from pipeline.store.statements import insert_into
from pipeline.store.work import Work

KEY_FILE: Final = "beian.key"
ARCHIVE_FOLDER: Final = "archive"


class Store(StoreReader):
    """An open store. Safe for threads; a forked child opens its own.

    `ledger`, `numberings`, `login_holds` and `archive` serve the poller, `counter` the papers handed in, `work` and `cases` the
    workers, `life`, `parting`, `joinings` and `known_accounts` the officers, `notices` and `outbox` the papers they send;
    `people`, `sessions`, `claims`, `times` and `saved_views` the pages they work on, `rechecks` the second entries.
    `alarms` and `chores` serve whoever watches. `events` is the log of who did what. What is read back is in
    `StoreReader`.
    """

    def __init__(self, database: Database, keyring: Keyring, archive: BlobArchive) -> None:
        cipher = Cipher(keyring)
        events = EventLog(database, keyring, cipher)
        super().__init__(database, cipher, archive, events)
        self.archive: Final = archive
        self.events: Final = events
        self.ledger: Final = Ledger(database)
        self.numberings: Final = Numberings(database)
        self.counter: Final = CounterBook(database, events)
        self.login_holds: Final = LoginHolds(database, cipher)
        self.work: Final = Work(database)
        self.cases: Final = CaseBook(database, cipher, events)
        self.life: Final = CaseLife(database, cipher, events)
        self.parting: Final = CaseParting(database, cipher, events)
        self.joinings: Final = MailJoinings(database, cipher, events)
        self.notices: Final = NoticeBook(database, cipher, events)
        self.outbox: Final = Outbox(database, cipher, events)
        self.known_accounts: Final = KnownAccounts(database, cipher, events)
        self.people: Final = People(database, cipher, events)
        self.sessions: Final = Sessions(database, cipher)
        self.claims: Final = Claims(database, cipher, events)
        self.times: Final = CaseTimes(database)
        self.alarms: Final = AlarmBook(database, events)
        self.chores: Final = Chores(database)
        self.rechecks: Final = Rechecks(database, cipher, events)
        self.saved_views: Final = SavedViews(database, cipher)

    def __repr__(self) -> str:
        return f"Store({self._database!r})"

    def close(self) -> None:
        """Close the database's connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str, *, data_dir: Path, key_file: Path | None = None) -> Store:
    """Open, and on first start make, the store.

    Migrates the database, loads the keys (`data_dir`/beian.key unless named) and cleans the archive of
    what a crash left. Raises `StoreKeyError` rather than making a new key for data that has one, and
    other `StoreError`s.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(f"{data_dir}: cannot be made: {error.strerror}") from error
    database = open_database(url)
    try:
        upgrade(database)
        path = key_file or data_dir / KEY_FILE
        keyring = _load_keyring(database, path, data_dir / ARCHIVE_FOLDER)
        archive = BlobArchive(data_dir / ARCHIVE_FOLDER, keyring)
        archive.prepare()
        store = Store(database, keyring, archive)
        _register_keys(database, keyring, store.events)
        fill_account_types(database, Cipher(keyring))
    except BaseException:
        database.close()
        raise
    return store


def _load_keyring(database: Database, path: Path, archive: Path) -> Keyring:
    """The keyring; a new one only where nothing was ever encrypted."""
    with database.reading() as connection:
        used = connection.execute(select(StoreKey.key_id).limit(1)).scalar_one_or_none()
    in_use = used is not None or (archive.is_dir() and any(archive.glob("[0-9a-f][0-9a-f]/*")))
    return load_keyring(path) if in_use else load_or_create_keyring(path)


def _register_keys(database: Database, keyring: Keyring, events: EventLog) -> None:
    """Check the keys against those the database was written with, and note a new one."""
    if _keys_known(database, keyring):
        return
    with database.writing() as connection:
        events.prepare(connection)
        events.lock(connection)
        rows = connection.execute(select(StoreKey.role, StoreKey.key_id)).all()
        _require_keys(keyring, rows)
        for role, key in (("index", keyring.oldest), ("values", keyring.newest)):
            insert = insert_into(connection, StoreKey.table()).values(key_id=key.id.hex(), role=role)
            connection.execute(insert.on_conflict_do_nothing())


def _keys_known(database: Database, keyring: Keyring) -> bool:
    with database.reading() as connection:
        rows = connection.execute(select(StoreKey.role, StoreKey.key_id)).all()
    _require_keys(keyring, rows)
    return ("values", keyring.newest.id.hex()) in rows


def _require_keys(keyring: Keyring, rows: Iterable[tuple[str, str]]) -> None:
    for role, key_id in rows:
        keyring.key(bytes.fromhex(key_id))
        if role == "index" and keyring.oldest.id.hex() != key_id:
            raise StoreKeyError(f"{keyring.path}: key {key_id} must stay the first in the key file")
