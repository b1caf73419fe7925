"""An installation of its own for a test: folder, settings, mailboxes on the shared server, and the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from pipeline.demo.dovecot import Dovecot
from pipeline.profile.load import load_profile
from pipeline.store.store import Store, open_store
from tests.beside import Beside
from tests.forked import ROOT, run_forked
from tests.path.demo_mails import DemoMail
from tests.path.processes import Seen, descendants, still_alive, working_in

PASSWORD = "geheim-KLMN7719"
OFFICES = {office.key: office.mailbox for office in load_profile("langfang-2018").offices}
_OFFICE_OF = {address: key for key, address in OFFICES.items()}
Rows = list[dict[str, Any]]


class Installation:
    """Twelve mailboxes of its own, one folder, one store."""

    def __init__(self, server: Dovecot, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.home = folder / "home"
        self.url = ""
        self._name = uuid4().hex[:8]
        self._secrets = folder / "secrets"
        for path in (folder, self.home, self._secrets):
            path.mkdir(mode=0o700, exist_ok=True)
        for office in OFFICES:
            server.set_password(self.user(office), PASSWORD)
            self.set_password(office, PASSWORD)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def settings(self) -> Path:
        return self.folder / "beian.toml"

    @property
    def environment(self) -> dict[str, str]:
        """Of its commands: ours without the settings of whoever runs the tests."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BEIAN_", "PYTEST_"))}
        return {**kept, "HOME": str(self.home)}

    def user(self, office: str) -> str:
        """The office's login on the shared server."""
        return f"{self._name}.{office}"

    def set_password(self, office: str, password: str) -> None:
        """What the settings say the office's password is."""
        self.set_secret(f"password_{office}", password)

    def set_secret(self, name: str, secret: str) -> None:
        """Put a secret where the settings look for it."""
        (self._secrets / name).write_text(secret + "\n", encoding="utf-8")

    def configure(
        self,
        *,
        url: str = "",
        work: Mapping[str, int] | None = None,
        poll: Mapping[str, int] | None = None,
        ports: Mapping[str, int] | None = None,
        offices: Sequence[str] = tuple(OFFICES),
        more: Mapping[str, Mapping[str, object]] | None = None,
    ) -> Self:
        """Write beian.toml. `ports` leads an office to another port of this machine, in plain text; `more` are tables."""
        self.url = url
        lines = ['data_dir = "data"', 'secrets_dir = "secrets"']
        tables = {"store": {"url": url}, "work": {"processes": 2, **(work or {})}, "poll": poll or {}, **(more or {})}
        for name, table in tables.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        for office in offices:
            lines += [f"[mailboxes.{office}]", 'host = "127.0.0.1"', f'username = "{self.user(office)}"']
            if ports and office in ports:
                lines += [f"port = {ports[office]}", 'tls = "none"']
            else:
                lines += [f"port = {self.server.tls_port}", f'ca_file = "{self.server.ca_file}"']
        self.settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self

    def deliver(self, mails: Iterable[DemoMail]) -> dict[tuple[str, int], DemoMail]:
        """Put each mail into its mailbox, received when its truth says; returns the mails by mailbox and UID."""
        delivered = {}
        for mail in mails:
            uid = self.server.deliver(self.user(_OFFICE_OF[mail.mailbox]), mail.content, received=mail.received)
            assert uid is not None
            delivered[mail.mailbox, uid] = mail
        return delivered

    def start(self, *arguments: str, log: str = "log", for_real: bool = False) -> Command:
        """Start a command in the background. Its standard error goes to the file `log`.

        `for_real`: by an interpreter of its own, and its reading processes by another, as on a server; else by forks of
        processes that have loaded everything (see `tests.beside` and `tests.zygotes`), which saves seconds of a processor.
        """
        return Command(self, arguments, self.folder / log, for_real=for_real)

    def run(self, *arguments: str, status: int = 0, log: str = "log") -> str:
        """Run a command to its end, hold its exit status against `status`, and return its standard output."""
        done = run_forked(
            ["--config", str(self.settings), *arguments], cwd=self.folder, environment=self.environment, seconds=900
        )
        with (self.folder / log).open("a", encoding="utf-8") as told:
            told.write(done.stderr)
        assert done.returncode == status, (arguments, done.returncode, done.stderr[-2000:])
        return done.stdout

    def rows(self, *arguments: str, status: int = 0, log: str = "log") -> Rows:
        """The JSON Lines of a command."""
        return _parsed(self.run(*arguments, "--json", status=status, log=log))

    def many_rows(self, commands: Mapping[str, Sequence[str]]) -> dict[str, Rows]:
        """The JSON Lines of several commands."""
        return {name: self.rows(*arguments) for name, arguments in commands.items()}

    def look(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database, looked at from outside; none as long as there is no such table."""
        url = self.url or f"sqlite:///file:{self.data / 'beian.sqlite3'}?mode=ro&uri=true"
        with suppress(OperationalError, ProgrammingError), _engine(url).connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]
        return []

    def count(self, rows: str) -> int:
        """How many rows there are, looked at from outside. `rows` is a table, with its condition if need be."""
        found = self.look(f"SELECT count(*) FROM {rows}")
        return int(found[0][0]) if found else 0

    def assert_nothing_runs(self) -> None:
        """Nothing that was started here lives on."""
        self.assert_gone([])

    def assert_gone(self, started: Iterable[Seen], *, seconds: float = 60) -> None:
        """Everything a command had started, and everything else here, is gone by then, with its scratch folders."""
        seen = list(started)
        assert still_alive(seen, self.home, seconds=seconds) == []
        scratch = {Path(process.folder) for process in seen if Path(process.folder).name.startswith("beian-")}
        assert [folder for folder in scratch if folder.exists()] == []

    def assert_logs_tell_nothing(self, secrets: Iterable[str]) -> None:
        """None of these words stands in what the commands said on standard error."""
        said = plain_logs(self.folder)
        assert [secret for secret in secrets if secret in said] == []

    def open_store(self) -> Store:
        """The store, opened by the test itself."""
        return open_store(self.url or f"sqlite:///{self.data / 'beian.sqlite3'}", data_dir=self.data)


@cache
def _engine(url: str) -> Engine:
    """Made once for all the looks of a test that waits; connects anew for each."""
    return create_engine(url, poolclass=NullPool)


def plain_logs(folder: Path) -> str:
    """Everything in the folder's logs without the times, in which any digits may stand, and without escapes."""
    lines = (line for path in folder.glob("*log") for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(map(_plain, lines))


def _plain(line: str) -> str:
    if not line.startswith("{"):
        return line
    said = {key: value for key, value in json.loads(line).items() if key != "timestamp"}
    return json.dumps(said, ensure_ascii=False)


def _parsed(text: str) -> Rows:
    return [json.loads(line) for line in text.splitlines()]


def _popen(site: Installation, arguments: Sequence[str], log: Path) -> subprocess.Popen[str]:
    with log.open("ab") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", *arguments],
            cwd=site.folder,
            env={**site.environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


def _beside(site: Installation, arguments: Sequence[str], log: Path) -> Beside:
    # Each start says its own: the same log may be that of several commands.
    output = site.folder / f"said-{uuid4().hex}"
    return Beside(arguments, folder=site.folder, environment=site.environment, output=output, log=log)


class Command:
    """A running `beian`."""

    def __init__(self, site: Installation, arguments: Sequence[str], log: Path, *, for_real: bool) -> None:
        self.log = log
        self._site = site
        given = ["--config", str(site.settings), *arguments]
        self.process = _popen(site, given, log) if for_real else _beside(site, given, log)

    @property
    def status(self) -> int | None:
        return self.process.poll()

    def finish(self, *, seconds: float) -> str:
        """Wait for its end; returns what it said."""
        try:
            said, _ = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return said

    def wait_for(self, condition: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
        """Whether it comes true while the command runs, within the time."""
        ends_at = time.monotonic() + seconds
        while not condition():
            if self.status is not None or time.monotonic() > ends_at:
                return False
            time.sleep(pause)
        return True

    def children(self) -> list[Seen]:
        """Everything it started that runs now, and what else works in its folder: its zygote, if that was forked for it."""
        return [*descendants(self.process.pid), *working_in(self._site.folder, without=self.process.pid)]

    def kill(self) -> list[Seen]:
        """SIGKILL to the command alone; returns what it had started until then."""
        started = self.children()
        self.process.kill()
        self.process.communicate()
        return started

    def ask_to_end(self, *, everything: bool = False) -> list[Seen]:
        """SIGTERM, as a supervisor may send it to every process of a service; returns what it had started until then."""
        started = self.children()
        for process in descendants(self.process.pid) if everything else ():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        self.process.send_signal(signal.SIGTERM)
        return started

    def holds_mail(self) -> bool:
        """Whether one of its workers is at a mail."""
        return self._site.count(f"messages WHERE state = 'waiting' AND claimed_by LIKE '%:{self.process.pid}:%'") > 0
