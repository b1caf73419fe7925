"""`beian extract`: read forms and papers from files; stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, loaded, print_json, progress, warn

if TYPE_CHECKING:
    from pipeline.domain.document import DocumentReading
    from pipeline.reading.overlays import Drawn, Overlays
    from pipeline.reading.reader import SandboxedReader
    from pipeline.reports.views import DocumentView


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
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--overlay",
            metavar="OUT",
            help="Also draw what was read where into this folder: a PNG for each page. They show personal data.",
        ),
    ] = None,
) -> int:
    """Read forms and papers from files; store nothing.

    Exit status 1 when a person must look at a file: it holds neither form nor paper, has a problem, or
    has a value that is doubtful. 3 when a file could not be opened or a page not be drawn; the others are read all the same.
    """
    from pipeline.batch.lookahead import read_ahead
    from pipeline.reading.reader import SandboxedReader
    from pipeline.reports.views import document_view

    command: CommandContext = context.obj
    application = command.application()
    if overlay is not None:
        _require_drawing(overlay)
    clean, whole = True, True
    with loaded(application.jail()) as jail:
        overlays = None if overlay is None else application.overlays(jail, overlay)
        read = partial(_read, SandboxedReader(jail=jail), overlays)
        results = read_ahead(files, read, threads=application.settings.work.processes)
        for path, result in progress(results, count=lambda: len(files), label="reading"):
            view = document_view(str(path), result.reading)
            clean = clean and _is_clean(view)
            print_json(view) if as_json else _print_document(view, result.drawn)
            for trouble in result.troubles:
                warn(f"{path}: {trouble}")
            whole = whole and not result.failed
    return 3 if not whole else 0 if clean else 1


def _require_drawing(folder: Path) -> None:
    """Before anything is read. Raises `WrongUseError`."""
    from pipeline.reading.overlays import prepare_folder, require_chinese_font

    require_chinese_font()
    prepare_folder(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """A file's reading, its pictures, and what to tell about either; `failed`: something could not be done."""

    reading: DocumentReading
    drawn: Drawn | None = None
    troubles: tuple[str, ...] = ()
    failed: bool = False


def _read(reader: SandboxedReader, overlays: Overlays | None, path: Path) -> _Result:
    from pipeline.reading.reader import unopened

    try:
        reading, content = reader.read_path(path)
    except OSError as error:
        return _Result(reading=unopened(path.name), troubles=(str(error.strerror),), failed=True)
    if overlays is None:
        return _Result(reading=reading)
    try:
        drawn = overlays.draw(path.name, content, reading)
    except OSError as error:
        return _Result(reading=reading, troubles=(f"its pictures cannot be written: {error.strerror}",), failed=True)
    return _Result(reading=reading, drawn=drawn, troubles=drawn.troubles, failed=drawn.incomplete)


def _is_clean(view: DocumentView) -> bool:
    """Whether nobody needs to look at the file."""
    found = (*view["forms"], *view["papers"])
    doubtful = any(field["doubtful"] for item in found for field in item["fields"].values())
    return bool(found) and not doubtful and not any(item["severity"] == "block" for item in view["problems"])


def _print_document(view: DocumentView, drawn: Drawn | None) -> None:
    from pipeline.cli.tables import fields_table, problem_lines, safe

    typer.echo(f"{safe(view['file'])}: {view['kind']} ({view['engine']}, {view['seconds']} s)")
    for form in view["forms"]:
        fields_table("登记表", form["fields"])
    for paper in view["papers"]:
        fields_table(paper["title"] or paper["kind"], paper["fields"])
    for other in view["others"]:
        page = "正文" if other["page"] is None else f"第 {other['page']} 页"
        typer.echo(f"  {page}：其他，看起来是{other['looks_like']}")
    for line in problem_lines(view["problems"]):
        typer.echo(line)
    for picture in drawn.pictures if drawn is not None else ():
        typer.echo(f"  图：{safe(picture)}")
