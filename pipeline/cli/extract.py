"""`beian extract`: read forms and papers from files; stores nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, loaded, print_json, progress, warn

if TYPE_CHECKING:
    from pipeline.domain.document import DocumentReading
    from pipeline.reading import SandboxedReader
    from pipeline.views import DocumentView


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract")(_extract)


def _extract(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="DOCX, PDF or pictures.", exists=True, dir_okay=False, readable=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
) -> int:
    """Read forms and papers from files; store nothing.

    Exit status 1 when a person must look at a file: it holds neither form nor paper, has a problem, or
    has a value that is doubtful. 3 when a file could not be opened; the others are read all the same.
    """
    from pipeline.lookahead import read_ahead
    from pipeline.reading import SandboxedReader
    from pipeline.views import document_view

    command: CommandContext = context.obj
    application = command.application()
    clean, opened = True, True
    with loaded(application.jail()) as jail:
        read = partial(_read, SandboxedReader(jail=jail))
        results = read_ahead(files, read, threads=application.settings.work.processes)
        for path, (reading, trouble) in progress(results, count=lambda: len(files), label="reading"):
            view = document_view(str(path), reading)
            clean = clean and _is_clean(view)
            print_json(view) if as_json else _print_document(view)
            if trouble is not None:
                opened = False
                warn(f"{path}: {trouble.strerror}")
    return 3 if not opened else 0 if clean else 1


def _read(reader: SandboxedReader, path: Path) -> tuple[DocumentReading, OSError | None]:
    from pipeline.reading import unopened

    try:
        return reader.read_path(path), None
    except OSError as error:
        return unopened(path.name), error


def _is_clean(view: DocumentView) -> bool:
    """Whether nobody needs to look at the file."""
    found = (*view["forms"], *view["papers"])
    doubtful = any(field["doubtful"] for item in found for field in item["fields"].values())
    return bool(found) and not doubtful and not any(item["severity"] == "block" for item in view["problems"])


def _print_document(view: DocumentView) -> None:
    from pipeline.cli.tables import fields_table, problem_lines, safe

    typer.echo(f"{safe(view['file'])}: {view['kind']} ({view['engine']}, {view['seconds']} s)")
    for form in view["forms"]:
        fields_table("登记表", form["fields"])
    for paper in view["papers"]:
        fields_table(paper["title"] or paper["kind"], paper["fields"])
    for line in problem_lines(view["problems"]):
        typer.echo(line)
