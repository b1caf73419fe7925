"""`beian init`: write a commented settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(_init)


def _init(
    file: Annotated[Path, typer.Argument(help="Where to write.")] = Path("beian.toml"),
    profile: Annotated[str, typer.Option(help="The city's profile.")] = "langfang-2018",
    print_only: Annotated[bool, typer.Option("--print", help="Print it instead of writing.")] = False,
) -> int:
    """Write a commented beian.toml with every setting and a table for each office."""
    from pipeline.configuration.settings import SettingsError, write_config
    from pipeline.configuration.template import config_text
    from pipeline.profile.load import load_profile, shipped_profiles

    offices = {office.key: office.mailbox for office in load_profile(profile).offices}
    if profile not in shipped_profiles():
        profile = str(Path(profile).resolve())  # what is relative here is not relative to the file
    if print_only:
        typer.echo(config_text(profile=profile, offices=offices), nl=False)
        return 0
    try:
        write_config(file, profile=profile, offices=offices)
    except FileExistsError:
        raise SettingsError(f"{file}: is there already; remove it first or name another file") from None
    typer.echo(f"Wrote {file}. Next: give each mailbox its authorisation code, then run `beian doctor`.")
    return 0
