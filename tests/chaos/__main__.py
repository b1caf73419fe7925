"""`python -m tests.chaos`: the whole run, as a table. Exit status 1 when anything was lost, doubled or damaged."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from pipeline.demo.dovecot import Dovecot
from tests.chaos.run import FULL, SHORT, run
from tests.postgres import running_cluster


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=20181225)
    parser.add_argument("--short", action="store_true", help="as in the tests")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = ""
        if given.database == "postgresql":
            cluster = stack.enter_context(running_cluster())
            url = cluster.url(cluster.create_database())
        server = stack.enter_context(Dovecot({}))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        outcome = run(server, folder / "site", size=SHORT if given.short else FULL, seed=given.seed, url=url)
    print(f"{given.database}, seed {given.seed}")
    for line in outcome.lines():
        print(line)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
