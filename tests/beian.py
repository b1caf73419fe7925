"""`beian` by an interpreter of its own, whose sandboxes come from the nursery of the test run: see `tests.zygotes`."""

from __future__ import annotations

import os

from pipeline.cli import main
from tests import zygotes

if __name__ == "__main__":
    if zygotes.VARIABLE in os.environ:
        zygotes.use(os.environ[zygotes.VARIABLE])
    main()
