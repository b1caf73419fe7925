"""Serves the pages with uvicorn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from pipeline.domain.loopback import is_loopback
from pipeline.review.app import create_app
from pipeline.review.parts import Parts
from pipeline.review.patience import PatientProtocol

#: A reverse proxy on this machine may say what the browser used; nobody else is believed.
_PROXY: Final = "127.0.0.1"
_MOST_AT_ONCE: Final = 200
_KEEP_ALIVE_SECONDS: Final = 30


class ServingError(Exception):
    """The pages cannot be served so; the text says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the pages are served. Both files or none; without them only this machine may connect."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def url(self) -> str:
        """What goes into the browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}/"


def make_server(parts: Parts, address: Address) -> uvicorn.Server:
    """A server that is not running yet.

    Raises `ServingError` for an address that others can reach without HTTPS: cookies and ID numbers would go in clear.
    """
    if (address.certificate is None) != (address.key is None):
        raise ServingError("--certificate and --key belong together")
    if address.certificate is None and not is_loopback(address.host):
        raise ServingError(
            f"--host = {address.host!r}: other machines need HTTPS; give --certificate and --key, "
            "or keep 127.0.0.1 and put a proxy with HTTPS before it"
        )
    config = uvicorn.Config(
        create_app(parts),
        host=address.host,
        port=address.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=_PROXY,
        limit_concurrency=_MOST_AT_ONCE,
        http=PatientProtocol,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        lifespan="off",
    )
    return uvicorn.Server(config)
