"""`beian review`: the pages on which officers clear the queue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.context import CommandContext, loaded


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(_review)


def _review(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="The address to serve at; others than this machine need HTTPS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve at.")] = 8420,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate chain for HTTPS (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key (PEM).")] = None,
) -> int:
    """Serve the review pages until SIGTERM or Ctrl-C.

    People need accounts (`beian user add`). Nothing is fetched from elsewhere; a reverse proxy on this machine is
    believed when it says that the browser uses HTTPS.
    """
    from pipeline.configuration.settings import SettingsError
    from pipeline.review.serving import Address, ServingError, make_server

    command: CommandContext = context.obj
    application = command.application()
    address = Address(host=host, port=port, certificate=certificate, key=key)
    with application.store() as store, loaded(application.jail()) as jail:
        try:
            server = make_server(application.review_parts(store, jail), address)
        except ServingError as error:
            raise SettingsError(str(error)) from None
        typer.echo(f"审核页面：{address.url}", err=True)
        server.run()
    return 0 if server.started else 3
