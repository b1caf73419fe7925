"""Places for a test's store, on either database, with its tables made once for a process and copied from then on."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.store.database import open_database
from pipeline.store.migration import upgrade
from pipeline.store.store import Store, open_store
from tests.clean_databases import CleanDatabases
from tests.postgres import Cluster


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a test's store lies; it can be opened again, and from other processes."""

    url: str
    data_dir: Path

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def open(self) -> Store:
        return open_store(self.url, data_dir=self.data_dir)


def _migrate(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("template") / "beian.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_databases(postgres_cluster: Cluster) -> CleanDatabases:
    """Copies of a migrated, empty database."""
    template = postgres_cluster.create_database()
    _migrate(postgres_cluster.url(template))
    return CleanDatabases(postgres_cluster, template)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place where nothing is yet, on either database."""
    data_dir = tmp_path / "data"
    if request.param == "sqlite":
        yield Place(f"sqlite:///{data_dir / 'beian.sqlite3'}", data_dir)
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = cluster.create_database()
    yield Place(cluster.url(name), data_dir)
    cluster.drop_database(name)


@contextmanager
def made_place(request: pytest.FixtureRequest, database: str, data_dir: Path) -> Iterator[Place]:
    """The same with the tables already made, which saves most of a test's time."""
    if database == "sqlite":
        data_dir.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("sqlite_template"), data_dir / "beian.sqlite3")
        yield Place(f"sqlite:///{data_dir / 'beian.sqlite3'}", data_dir)
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    databases: CleanDatabases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    yield Place(cluster.url(name), data_dir)
    databases.give_back(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with made_place(request, request.param, tmp_path / "data") as made:
        yield made


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with place.open() as opened:
        yield opened


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile("langfang-2018")
