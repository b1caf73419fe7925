"""One mailbox to poll."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from pipeline.domain.loopback import is_loopback

TlsMode = Literal["ssl", "starttls", "none"]

_ATOM = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|~\[\]]{1,254}")


class MailAccount(BaseModel):
    """Where a mailbox is and how to log in.

    `password` is the authorisation code (授权码) for NetEase and QQ. `tls` may be "none" for
    loopback hosts only. `ca_file` replaces the system's certificate authorities; verification
    itself cannot be switched off. Validation errors never show the values that were given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    address: str
    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    tls: TlsMode = "ssl"
    username: str
    password: SecretStr
    ca_file: Path | None = None

    @field_validator("username")
    @classmethod
    def _plain_username(cls, value: str) -> str:
        # imaplib sends the user name unquoted: anything but an atom would become another command.
        if not _ATOM.fullmatch(value):
            raise ValueError("a user name is printable ASCII without spaces, quotes or brackets")
        return value

    @field_validator("password")
    @classmethod
    def _plain_password(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if not secret or not secret.isascii() or not secret.isprintable():
            raise ValueError("a password (授权码) is printable ASCII and not empty")
        return value

    @model_validator(mode="after")
    def _encrypted_unless_local(self) -> Self:
        if self.tls == "none" and not is_loopback(self.host):
            raise ValueError("tls may be 'none' for this machine only; use 'ssl' or 'starttls'")
        return self
