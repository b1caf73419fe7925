"""The account letters are sent from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from pipeline.domain.loopback import is_loopback

TlsMode = Literal["ssl", "starttls", "none"]


class SmtpAccount(BaseModel):
    """Where and how an office hands in its letters.

    `sender` is the address in From, `name` the office's name beside it. `return_path` "empty" sends MAIL FROM:<>, so
    that nothing is ever sent back automatically; "sender" for providers that insist on the account's own address.
    `tls` may be "none" for loopback hosts only; certificates are always verified, `ca_file` replaces the system's
    authorities. Validation errors never show the values that were given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    sender: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,189}$")]
    name: str
    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    tls: TlsMode = "ssl"
    username: Annotated[str, Field(min_length=1, max_length=254)]
    password: SecretStr
    ca_file: Path | None = None
    return_path: Literal["empty", "sender"] = "empty"

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
