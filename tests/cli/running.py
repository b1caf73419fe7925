"""The `beian` command as a process of its own, as people and scripts run it."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.forked import ROOT, run_forked, run_onto, run_powerless

SAMPLES = ROOT / "samples" / "data"
COMMAND = (sys.executable, "-m", "pipeline")


def environment(**more: str) -> dict[str, str]:
    """Ours without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEIAN")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def beian(
    *arguments: str | Path, cwd: Path, powerless: bool = False, seconds: float = 120, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end. `powerless` takes root's right to read and write everything away."""
    run = run_powerless if powerless else run_forked
    return run([*map(str, arguments)], cwd=cwd, environment=environment(**more), seconds=seconds)


def powerless_beian(*arguments: str | Path, cwd: Path, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """The same by an interpreter of its own, which never had root's powers: its sandbox is made without them, too."""
    return subprocess.run(
        [*_without_powers(), *COMMAND, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment(),
        timeout=seconds,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _without_powers() -> Sequence[str]:
    """Files' permissions hold for everybody but root; without its capabilities they hold for root as well."""
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


def start(*arguments: str | Path, cwd: Path, stderr: int = subprocess.DEVNULL, **more: str) -> subprocess.Popen[str]:
    """Run one command in the background, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.beian", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=stderr,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=cwd,
        env=environment(**more),
        start_new_session=True,
        # A shell that runs the tests in the background has it ignored, and so would the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def kill(process: subprocess.Popen[str]) -> None:
    """End it at once, and only it: what it started has to notice by itself."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    if process.stdout is not None:
        process.stdout.close()


def on_terminal(
    *arguments: str | Path, cwd: Path, output: Path | None = None, more: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Run with a terminal as standard error, and as standard output too unless that goes to a file.

    Returns the exit status and what the terminal was sent.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    terminal = Path(os.ttyname(theirs))
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(
            run_onto,
            [*map(str, arguments)],
            cwd=cwd,
            environment=environment(TERM="xterm-256color", **(more or {})),
            output=output or terminal,
            log=terminal,
        )
        running.add_done_callback(lambda _: os.close(theirs))
        seen = bytearray()
        while chunk := _read(ours):
            seen += chunk
    os.close(ours)
    return running.result(), bytes(seen)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""
