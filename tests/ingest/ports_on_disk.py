"""The poller's two ports, real and small: an archive of files and a ledger in SQLite."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.domain.aftermath import NOTHING_LEFT, Aftermath
from pipeline.domain.message import ServerKey
from pipeline.domain.numbering import NOTHING_TOLD, KnownPlace, Numbering, ServerFacts
from pipeline.ingest.ports import FolderKey


class FileArchive:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, chunks: Iterable[bytes]) -> str:
        digest = hashlib.sha256()
        temporary = self.folder / f"{os.getpid()}-{id(chunks)}.part"
        try:
            with temporary.open("wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(self.folder / digest.hexdigest())
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest()

    def mails(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


class SqliteLedger:
    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            "create table if not exists row(mailbox, folder, uidvalidity, uid, sha256,"
            " primary key(mailbox, folder, uidvalidity, uid));"
            "create table if not exists message(mailbox, sha256, received, size, primary key(mailbox, sha256));"
            "create table if not exists refusal(mailbox, folder, uidvalidity, uid, reason, times, due,"
            " primary key(mailbox, folder, uidvalidity, uid));"
            "create table if not exists poll(mailbox, now, error, listed);"
        )

    def settled_uids(self, mailbox: str, folder: str, uidvalidity: int, generation: int = 0) -> set[int]:
        assert generation == 0
        rows = self._db.execute(
            "select uid from row where mailbox=? and folder=? and uidvalidity=?", (mailbox, folder, uidvalidity)
        )
        return {uid for (uid,) in rows}

    def retries_not_due(
        self, mailbox: str, folder: str, uidvalidity: int, now: datetime, generation: int = 0
    ) -> set[int]:
        assert generation == 0
        rows = self._db.execute(
            "select uid from refusal where mailbox=? and folder=? and uidvalidity=? and due>?",
            (mailbox, folder, uidvalidity, now.timestamp()),
        )
        return {uid for (uid,) in rows}

    def record_message(
        self, key: ServerKey, *, sha256: str, received: datetime, size_bytes: int, told: ServerFacts = NOTHING_TOLD
    ) -> None:
        del told
        place = (key.mailbox, key.folder, key.uidvalidity, key.uid)
        self._db.execute("begin immediate")
        self._db.execute("insert or ignore into row values(?,?,?,?,?)", (*place, sha256))
        self._db.execute(
            "insert or ignore into message values(?,?,?,?)", (key.mailbox, sha256, received.isoformat(), size_bytes)
        )
        self._db.execute("delete from refusal where mailbox=? and folder=? and uidvalidity=? and uid=?", place)
        self._db.execute("commit")

    def record_refusal(self, key: ServerKey, *, reason: str, now: datetime) -> None:
        place = (key.mailbox, key.folder, key.uidvalidity, key.uid)
        row = self._db.execute(
            "select times from refusal where mailbox=? and folder=? and uidvalidity=? and uid=?", place
        ).fetchone()
        times = (row[0] if row else 0) + 1
        due = (now + timedelta(minutes=2**times)).timestamp()
        self._db.execute("insert or replace into refusal values(?,?,?,?,?,?,?)", (*place, reason, times, due))

    def record_poll(
        self,
        mailbox: str,
        *,
        now: datetime,
        error: str | None,
        listed: Mapping[FolderKey, frozenset[int]],
        left: Aftermath = NOTHING_LEFT,
    ) -> None:
        del left
        count = sum(len(uids) for uids in listed.values())
        self._db.execute("insert into poll values(?,?,?,?)", (mailbox, now.isoformat(), error, count))

    def messages(self) -> list[tuple[str, str, str]]:
        return self._db.execute("select mailbox, sha256, received from message order by received").fetchall()

    def rows(self) -> list[tuple[str, str, int, int]]:
        return self._db.execute("select mailbox, folder, uidvalidity, uid from row").fetchall()

    def refusals(self) -> list[tuple[int, str, int]]:
        return self._db.execute("select uid, reason, times from refusal order by uid").fetchall()

    def polls(self) -> list[tuple[str, str | None]]:
        return self._db.execute("select mailbox, error from poll").fetchall()


class StraightNumberings:
    """For servers that never use a UID again; tests/imap has those that do, with the store itself."""

    def __init__(self) -> None:
        self.compared: list[FolderKey] = []

    def current(self, mailbox: str, folder: str, uidvalidity: int) -> Numbering:
        return Numbering()

    def known(self, mailbox: str, folder: FolderKey, uids: Collection[int]) -> dict[int, KnownPlace]:
        return {}

    def learn(self, mailbox: str, folder: FolderKey, places: Mapping[int, KnownPlace]) -> None:
        raise AssertionError("nothing is known")

    def note(self, mailbox: str, folder: FolderKey, *, now: datetime, doubted: bool) -> None:
        assert not doubted
        self.compared.append(folder)

    def begin(self, mailbox: str, folder: FolderKey, *, now: datetime) -> None:
        raise AssertionError("nothing is known")
