"""What every command shares: settings, logs, output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.settings import Settings
    from pipeline.wiring import Application

Item = TypeVar("Item")
#: A pipe has no width: tables stand unfolded in it, as far as anybody would want to read them.
_PIPE_WIDTH = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """The options before the command's name."""

    config: Path | None
    verbose: bool

    def settings(self) -> Settings:
        """Load the settings and set up logging."""
        from pipeline.logs import configure_logs
        from pipeline.settings import load_settings

        configure_logs(verbose=self.verbose)
        return load_settings(self.config)

    def application(self) -> Application:
        """Everything wired by the settings; nothing is opened yet."""
        from pipeline.wiring import Application

        return Application(self.settings())


def print_json(item: object) -> None:
    """One JSON object on one line of standard output."""
    sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def console() -> Console:
    """Where people read: standard output, plain when it is a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def progress(items: Iterable[Item], *, total: int, label: str) -> Iterator[Item]:
    """Pass the items on, with a progress bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=label, total=total, console=Console(stderr=True), transient=True)


@contextmanager
def counting(total: int, *, label: str) -> Iterator[Callable[[object], None]]:
    """Gives a call that counts one more, whatever it is handed; a bar on standard error when that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task)


@contextmanager
def status(text: str) -> Iterator[None]:
    """Show that something takes a while, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield
