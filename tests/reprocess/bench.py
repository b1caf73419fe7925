"""A store, the reading processes and batch runs over them, without the command line."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch.journal import Journal
from pipeline.batch.reprocessed import Reprocessed, journal_for
from pipeline.batch.reprocessing import Reprocessor
from pipeline.cases.deciding import Decider
from pipeline.domain.document import DocumentReading
from pipeline.domain.message import Attachment, Submission
from pipeline.mails.files import MailFile, iter_mails
from pipeline.profile.schema import Profile
from pipeline.reading.reader import SandboxedReader
from pipeline.service.processing import Processor
from pipeline.store.store import Store, open_store

THREADS = 2


@dataclass
class CountingReader:
    """The real reader, with a note of how many mails and files went through it."""

    reader: SandboxedReader
    mails: int = 0
    files: int = 0

    def unpack(self, content: bytes, *, sha256: str) -> Submission:
        self.mails += 1
        return self.reader.unpack(content, sha256=sha256)

    def read(self, attachment: Attachment) -> DocumentReading:
        self.files += 1
        return self.reader.read(attachment)


@dataclass
class Bench:
    """One installation in a folder; every run opens the store anew, as a new process would."""

    folder: Path
    reader: CountingReader
    profile: Profile
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "beian.sqlite3"

    def store(self) -> Store:
        return open_store(f"sqlite:///{self.database}", data_dir=self.folder / "data")

    def run(
        self, *sources: Path, apply: bool = False, profile: Profile | None = None, cut_after: int | None = None
    ) -> list[Reprocessed]:
        """One run over the sources, or over the ledger; `cut_after` so many results it is dropped as by a kill."""
        with self.store() as store:
            run = self.reprocessor(store, profile or self.profile, apply=apply)
            journal = self.journal(run, sources)
            results = run.run(mails_in(sources), journal) if sources else run.run_kept(journal)
            return list(results) if cut_after is None else _some(results, cut_after)

    def reprocessor(self, store: Store, profile: Profile, *, apply: bool) -> Reprocessor:
        decider = Decider(profile=profile, reader=self.reader)
        processor = Processor(store=store, decider=decider, profile=profile, clock=lambda: datetime.now(UTC))
        return Reprocessor(
            store=store,
            decider=decider,
            processor=processor,
            profile=profile,
            apply=apply,
            threads=THREADS,
            stop=self.stop,
        )

    def journal(self, run: Reprocessor, sources: Sequence[Path]) -> Journal:
        return journal_for(self.folder / "data", sources, store=run.store, decider=run.decider, apply=run.apply)

    def contents(self) -> tuple[list[str], list[str]]:
        """Everything the database holds, and the names of all kept files."""
        archive = self.folder / "data" / "archive"
        with closing(sqlite3.connect(self.database)) as connection:
            rows = list(connection.iterdump())
        return rows, sorted(path.name for path in archive.rglob("*") if path.is_file())

    def select(self, query: str) -> list[tuple[object, ...]]:
        return select(self.database, query)


def select(database: Path, query: str) -> list[tuple[object, ...]]:
    """What a query gives, whoever else is at the database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def mails_in(sources: Iterable[Path]) -> Iterator[MailFile]:
    """The mails of sources that hold nothing else."""
    return (found for found in iter_mails(sources) if isinstance(found, MailFile))


def _some(results: Iterator[Reprocessed], count: int) -> list[Reprocessed]:
    """The first results. The one behind them is on its way when the run ends, as it would be when killed;
    unlike a killed one's, its threads end by themselves, and are waited for."""
    taken = [next(results) for _ in range(count)]
    results.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name.startswith("reading"):
            thread.join()
    return taken
