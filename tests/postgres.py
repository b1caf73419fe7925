"""A throw-away PostgreSQL for tests: its own cluster in a temporary folder, on loopback, gone at the end."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_START_SECONDS = 60
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    "autovacuum": "off",
}
_SET_PARENT_DEATH_SIGNAL = 1


def find_binaries() -> Path | None:
    """The folder of the newest installed server's programs, None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """A running server. `user` is its superuser; connections from this machine need no password."""

    def __init__(self, folder: Path, port: int, binaries: Path) -> None:
        self.folder = folder
        self.port = port
        self.user = "tester"
        self.binaries = binaries

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{database}"

    def create_database(self, *, template: str = "template1") -> str:
        """Make a database of its own name; returns the name."""
        name = f"t{uuid.uuid4().hex}"
        self.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        import psycopg

        target = {"host": "127.0.0.1", "port": self.port, "user": self.user, "dbname": database}
        with psycopg.connect(**target, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster(**changed: str) -> Iterator[Cluster]:
    """Make and start a cluster; stop it by its pid and remove it at the end. `changed` are settings that differ."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="postgres-beian-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        _own(folder)
        cluster = Cluster(folder, _free_port(), binaries)
        data = folder / "data"
        _run(
            binaries / "initdb", "-D", data, "-U", cluster.user, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"
        )
        options = [f"--{key}={value}" for key, value in (_SETTINGS | changed).items()]
        command = [binaries / "postgres", "-D", data, "-p", str(cluster.port), "-k", folder, *options]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_die_with_parent, **_identity())
        _wait(cluster, server)
        yield cluster
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One server for the whole run (for each xdist worker)."""
    with running_cluster() as cluster:
        yield cluster


def _identity() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as the package's own user."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    return {"cwd": "/", "user": "postgres", "group": "postgres", "extra_groups": []}


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False, text=True, **_identity())
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            cluster.execute("SELECT 1")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (cluster.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {log}") from None
            time.sleep(0.05)
        else:
            return
