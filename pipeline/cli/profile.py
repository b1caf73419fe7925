"""`beian profile`: check, explain and describe the data that a city is."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.context import CommandContext

app = typer.Typer(help="Check and explain a city's profile.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def _list() -> int:
    """List the shipped profiles with the notice each follows."""
    from pipeline.profile.load import load_profile, shipped_profiles

    for key in shipped_profiles():
        profile = load_profile(key)
        typer.echo(f"{key}\t{profile.city}\t《{profile.notice.title}》\t{len(profile.offices)}个机构")
    return 0


@app.command("check")
def _check(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A folder with profile.toml and places.json, or the toml.")
    ],
) -> int:
    """Say everything that is wrong with a profile, one mistake a line with file, line and key. Exit status 2 then.

    What one part says of another is looked at once every part is right by itself.
    """
    from pipeline.profile.load import ProfileError, load_profile

    try:
        profile = load_profile(file)
    except ProfileError as error:
        for mistake in (error, *error.others):
            typer.echo(f"beian: {mistake.sentence}", err=True)
        return 2
    counties, fields = len(profile.places.counties), len(profile.form.fields)
    typer.echo(f"{file}: good ({profile.key}: {len(profile.offices)} offices, {counties} counties, {fields} fields)")
    return 0


@app.command("explain")
def _explain(
    context: typer.Context,
    key: Annotated[
        str | None, typer.Argument(metavar="KEY", help="A shipped profile or a folder; else the one in the settings.")
    ] = None,
) -> int:
    """Print the rules in plain Chinese, to be held against the notice."""
    from pipeline.profile.explain import explain_profile
    from pipeline.profile.load import load_profile

    command: CommandContext = context.obj
    profile = load_profile(key) if key is not None else command.application().profile
    for line in explain_profile(profile):
        typer.echo(line)
    return 0


@app.command("schema")
def _schema() -> int:
    """Print the JSON Schema of a profile; `places` is the content of places.json, the rest that of profile.toml."""
    from pipeline.profile.published import schema_text

    typer.echo(schema_text(), nl=False)
    return 0
