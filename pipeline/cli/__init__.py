"""The `beian` command.

Exit status: 0 done; 1 done, but something needs a person (only where a command says so); 2 wrong
use or wrong configuration; 3 the work could not be done. Commands import what they need when they
run, so that `--help` is quick.
"""

from __future__ import annotations

import os
import resource
import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    # A dump of this process would hold the keys and whatever it had opened with them.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Before any library that reads it is imported (onnxruntime sends telemetry otherwise).
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    from pipeline.cli.app import run

    sys.exit(run(sys.argv[1:]))
