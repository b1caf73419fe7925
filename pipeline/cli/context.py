"""What every command shares: settings, logs, output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.configuration.settings import Settings
    from pipeline.sandbox.pool import Jail
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
        from pipeline.configuration.logs import configure_logs
        from pipeline.configuration.settings import load_settings

        configure_logs(verbose=self.verbose)
        return load_settings(self.config)

    def application(self) -> Application:
        """Everything wired by the settings; nothing is opened yet."""
        from pipeline.wiring import Application

        return Application(self.settings())


def print_json(item: object) -> None:
    """One JSON object on one line of standard output.

    What does not print (control characters, line separators, undecodable bytes of a file's name) is
    escaped, so that neither a terminal nor a reader of lines can be led astray.
    """
    text = json.dumps(item, ensure_ascii=False)
    shown = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    sys.stdout.write(shown + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """One line on standard error, whatever a file's name may hold."""
    typer.echo(f"beian: {''.join(char if char.isprintable() else '?' for char in text)}", err=True)


def console() -> Console:
    """Where people read: standard output, plain when it is a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def progress(items: Iterable[Item], *, count: Callable[[], int], label: str) -> Iterator[Item]:
    """Pass the items on, with a bar on standard error while that is a terminal and the results go elsewhere.

    Results on the same terminal show by themselves how far the work is, and a bar would be drawn over
    them. `count` is asked only when there is a bar.
    """
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    # Unless told not to, the bar takes over standard output, and what was meant for a file lands on the terminal.
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        yield from bar.track(items, total=count(), description=label)


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
def loaded(jail: AbstractContextManager[Jail]) -> Iterator[Jail]:
    """The reading processes, ready; a terminal is told that this takes a while."""
    with ExitStack() as stack:
        with _status("loading the readers"):
            ready = stack.enter_context(jail)
        yield ready


@contextmanager
def _status(text: str) -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner

    spinner = Spinner("dots", text=text)
    with Live(spinner, console=Console(stderr=True), transient=True, redirect_stdout=False):
        yield
