from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from tests.reprocess.bench import THREADS, Bench, CountingReader

PROFILE = "langfang-2018"


@pytest.fixture(scope="session")
def reader() -> Iterator[SandboxedReader]:
    with Jail("pipeline.reading.jobs", [PROFILE], processes=THREADS, wall_seconds=120, memory_bytes=3072 << 20) as jail:
        yield SandboxedReader(jail=jail)


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(PROFILE)


@pytest.fixture(scope="session")
def lenient_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same city with another weight for what the letters here lack: then they are registered."""
    folder = tmp_path_factory.mktemp("profile") / "lenient"
    with resources.as_file(resources.files("pipeline.profile") / "data" / PROFILE) as shipped:
        shutil.copytree(shipped, folder)
    text = (folder / "profile.toml").read_text(encoding="utf-8")
    changed = text.replace("[severities]\n", '[severities]\n"material.missing" = "note"\n')
    assert changed != text
    (folder / "profile.toml").write_text(changed, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def lenient(lenient_folder: Path) -> Profile:
    return load_profile(lenient_folder)


@pytest.fixture
def bench(tmp_path: Path, reader: SandboxedReader, profile: Profile) -> Bench:
    return Bench(folder=tmp_path, reader=CountingReader(reader), profile=profile)
