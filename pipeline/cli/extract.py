"""`beian extract`: read forms and papers from files; stores nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json, progress, status

if TYPE_CHECKING:
    from pipeline.views import DocumentView


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract")(_extract)


def _extract(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="DOCX, PDF or pictures.", exists=True, dir_okay=False)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
) -> int:
    """Read forms and papers from files; store nothing.

    Exit status 1 when a file holds neither form nor paper or has a problem a person must look at.
    """
    from pipeline.reading import SandboxedReader
    from pipeline.views import document_view

    command: CommandContext = context.obj
    application = command.application()
    clean = True
    with status("loading the readers"), application.jail() as jail:
        reader = SandboxedReader(jail=jail)
        for path in progress(files, total=len(files), label="reading"):
            reading = reader.read_file(path.name, path.read_bytes())
            view = document_view(str(path), reading)
            clean = clean and not any(item["severity"] == "block" for item in view["problems"])
            print_json(view) if as_json else _print_document(view)
    return 0 if clean else 1


def _print_document(view: DocumentView) -> None:
    from pipeline.cli.tables import fields_table, problem_lines

    typer.echo(f"{view['file']}: {view['kind']} ({view['engine']}, {view['seconds']} s)")
    for form in view["forms"]:
        fields_table("登记表", form["fields"])
    for paper in view["papers"]:
        fields_table(paper["title"] or paper["kind"], paper["fields"])
    for line in problem_lines(view["problems"]):
        typer.echo(line)
