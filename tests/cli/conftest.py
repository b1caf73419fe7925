from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import SAMPLES, beian

Readings = Mapping[str, Mapping[str, Any]]


def sample_files() -> list[Path]:
    """Every checked-in form and paper; its truth lies beside it."""
    found = (path for folder in ("forms", "papers") for path in sorted((SAMPLES / folder).iterdir()))
    return [path for path in found if not path.name.endswith(".truth.json")]


@pytest.fixture(scope="session")
def sample_readings(tmp_path_factory: pytest.TempPathFactory) -> Readings:
    """All samples as one `beian extract --json` reads them, by the path that was given.

    Reading them is what takes long: it is done once for all processes of a test run.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    cache = shared / "sample-readings.json"
    with (shared / "sample-readings.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.is_file():
            done = beian("extract", "--json", *sample_files(), cwd=own, seconds=600)
            whole = {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
            cache.write_text(json.dumps(whole), encoding="utf-8")
    run = json.loads(cache.read_text(encoding="utf-8"))
    # Some of them are handwritten: a person has to look.
    assert (run["status"], run["stderr"]) == (1, "")
    return {view["file"]: view for view in map(json.loads, run["stdout"].splitlines())}
