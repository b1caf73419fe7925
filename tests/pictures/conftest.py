from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.desk.evidence import Evidence
from pipeline.extract.ocr.readers import Engines
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.sandbox.pool import Jail
from pipeline.store.store import Store, open_store
from tests.lent_engines import lent_engines
from tests.pictures.office import NOW, Office


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile("langfang-2018")


@pytest.fixture(scope="session")
def engines() -> Engines:
    """The readers, to look at what is shown."""
    return lent_engines()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("store")
    with open_store(f"sqlite:///{folder / 'beian.sqlite3'}", data_dir=folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def office(store: Store, jail: Jail, profile: Profile) -> Office:
    """Mails that were read and decided, and what an officer sees of them."""
    return Office(store=store, jail=jail, profile=profile, evidence=Evidence(store, jail, profile, clock=lambda: NOW))
