"""The settings of one installation: one TOML file, secrets from the environment or a directory of credentials.

Search order for the file: `--config`, then `BEIAN_CONFIG`, then `beian.toml` in the working
directory; without one the defaults hold. Any setting can be overridden by the environment
(`BEIAN_WORK__PROCESSES=4`). A mailbox's authorisation code (授权码) never stands in the file: it is
`BEIAN_PASSWORD_<OFFICE>` or a file `password_<office>` below `secrets_dir` or systemd's credentials; that for
sending is `BEIAN_SMTP_PASSWORD_<OFFICE>` or `smtp_password_<office>`. What alarms are signed with is
`BEIAN_ALARM_WEBHOOK_SECRET` or `alarm_webhook_secret`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from pipeline.configuration import template
from pipeline.domain.loopback import is_loopback

CONFIG_NAME = "beian.toml"


class SettingsError(Exception):
    """A setting is wrong. The text is one line per fault: file, key, value and what is allowed."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tls(StrEnum):
    """How the connection to the mail server is protected; `none` is refused for anything but this machine."""

    SSL = "ssl"
    STARTTLS = "starttls"
    NONE = "none"


class StoreSettings(_Section):
    """Where the register is kept. An empty `url` means SQLite in `data_dir`."""

    url: str = ""


class WorkSettings(_Section):
    """The reading processes and the limits of one document and of all files of one mail."""

    processes: Annotated[int, Field(ge=1, le=64)] = Field(default_factory=lambda: os.cpu_count() or 1)
    document_seconds: Annotated[int, Field(ge=5, le=3600)] = 240
    mail_seconds: Annotated[int, Field(ge=60, le=86400)] = 1800
    document_memory_mb: Annotated[int, Field(ge=512, le=65536)] = 3072
    require_sandbox: bool = True


class PollSettings(_Section):
    """How often and how long the mailboxes are asked."""

    interval_seconds: Annotated[int, Field(ge=5, le=86400)] = 900
    deadline_seconds: Annotated[int, Field(ge=5, le=86400)] = 1800


class RecheckSettings(_Section):
    """Which share of what comes into the register is entered a second time; beside it one a month, office and kind."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.03


class ReturnPath(StrEnum):
    """Where mail servers may send trouble back to: nowhere, or the account itself where its provider insists."""

    EMPTY = "empty"
    SENDER = "sender"


class SmtpSettings(_Section):
    """How letters are handed in. What is left out in a mailbox's table comes from `[smtp]`, then from the provider.

    `address` (From) and `username` are the mailbox's own unless given.
    """

    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: Tls | None = None
    address: str | None = None
    username: str | None = None
    ca_file: Path | None = None
    return_path: ReturnPath | None = None


class MailboxSettings(_Section):
    """One office's mailbox. What is left out comes from the profile (address) and the provider (host)."""

    enabled: bool = True
    address: str | None = None
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: Tls = Tls.SSL
    username: str | None = None
    ca_file: Path | None = None
    smtp: SmtpSettings = SmtpSettings()


MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,189}$")]


class AlarmSettings(_Section):
    """Who is told of alarms, and from when on something is one."""

    webhook: str = ""
    mail_to: tuple[MailAddress, ...] = ()
    backlog_hours: Annotated[float, Field(gt=0, le=720)] = 4
    not_given_hours: Annotated[float, Field(gt=0, le=720)] = 24
    not_polled_hours: Annotated[float, Field(gt=0, le=720)] = 6
    disk_free_mb: Annotated[int, Field(ge=0, le=1024 * 1024)] = 1024

    @field_validator("webhook")
    @classmethod
    def _encrypted_unless_local(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (not parts.hostname or parts.username or parts.password or parts.fragment):
            raise ValueError("an https address without user name and fragment")
        if value and parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("must be https, or http on this machine")
        return value


class WatchSettings(_Section):
    """What monitoring can ask. `listen` is host:port, empty for nothing."""

    listen: Annotated[str, Field(pattern=r"^$|^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$")] = ""
    interval_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    dead_after_intervals: Annotated[int, Field(ge=2, le=1000)] = 4

    @property
    def address(self) -> tuple[str, int] | None:
        """Where to listen, None for nowhere."""
        host, _, port = self.listen.rpartition(":")
        return (host.strip("[]"), int(port)) if host else None


class Settings(BaseSettings):
    """Everything `beian.toml` can say."""

    model_config = SettingsConfigDict(
        env_prefix="BEIAN_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    profile: str = "langfang-2018"
    data_dir: Path = Path("data")
    secrets_dir: Path | None = None
    store: StoreSettings = StoreSettings()
    work: WorkSettings = Field(default_factory=WorkSettings)
    poll: PollSettings = PollSettings()
    recheck: RecheckSettings = RecheckSettings()
    smtp: SmtpSettings = SmtpSettings()
    alarms: AlarmSettings = AlarmSettings()
    watch: WatchSettings = WatchSettings()
    mailboxes: dict[str, MailboxSettings] = Field(default_factory=dict)

    @property
    def store_url(self) -> str:
        """The database's address; SQLite below `data_dir` unless one is set."""
        return self.store.url or f"sqlite:///{(self.data_dir / 'beian.sqlite3').resolve()}"

    def password(self, office: str) -> SecretStr | None:
        """The authorisation code of that office's mailbox, None when nobody gave one.

        Raises SettingsError when the file with it cannot be read.
        """
        return self._secret(f"password_{office}")

    def smtp_password(self, office: str) -> SecretStr | None:
        """The code for sending as that office; None when nobody gave one, which means that it sends nothing.

        With one account for all (`smtp.address`) it is that account's.
        """
        own = self._secret(f"smtp_password_{office}")
        return own if own is not None or self.smtp.address is None else self._secret("smtp_password")

    def smtp_of(self, office: str) -> SmtpSettings:
        """How that office hands letters in: its own settings over the shared ones."""
        mailbox = self.mailboxes.get(office)
        own = {} if mailbox is None else mailbox.smtp.model_dump(exclude_none=True)
        return self.smtp.model_copy(update=own)

    def alarm_webhook_secret(self) -> SecretStr | None:
        """What alarms are signed with; None without a webhook. Raises SettingsError for a webhook without a secret."""
        if not self.alarms.webhook:
            return None
        secret = self._secret("alarm_webhook_secret")
        if secret is None or not secret.get_secret_value():
            raise SettingsError(
                "alarms.webhook: no secret to sign with; set BEIAN_ALARM_WEBHOOK_SECRET "
                "or put one into <secrets_dir>/alarm_webhook_secret"
            )
        return secret

    def _secret(self, name: str) -> SecretStr | None:
        """A secret by its file's name; in the environment it is BEIAN_ and the name in capitals."""
        from_environment = os.environ.get(f"BEIAN_{name.upper()}")
        if from_environment:
            return SecretStr(from_environment)
        folders = (self.secrets_dir, os.environ.get("CREDENTIALS_DIRECTORY"))
        for folder in (Path(item) for item in folders if item):
            path = folder / name
            if path.is_file():
                return SecretStr(_read_secret(path))
        return None


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}; the service's user must be able to") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is no text; it must hold the authorisation code and nothing else") from None


def find_config(explicit: Path | None) -> Path | None:
    """The settings file in force, None when defaults hold. A named file that is not there is an error."""
    named = explicit or (Path(value) if (value := os.environ.get("BEIAN_CONFIG")) else None)
    if named is not None:
        if not named.is_file():
            raise SettingsError(f"{named}: no such settings file; `beian init` writes one")
        return named
    here = Path(CONFIG_NAME)
    return here if here.is_file() else None


def load_settings(explicit: Path | None = None) -> Settings:
    """Read the settings.

    Relative paths in the file count from the file's folder. Raises `SettingsError` naming file,
    key, value and what is allowed.
    """
    path = find_config(explicit)
    try:
        settings = _settings_class(path)()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(path, fault) for fault in error.errors())) from None
    if path is None:
        return settings
    return _moved(settings, path.resolve().parent)


def _moved(settings: Settings, base: Path) -> Settings:
    """The same with relative paths made absolute."""
    from pipeline.profile.load import shipped_profiles

    moved: dict[str, object] = {"data_dir": base / settings.data_dir}
    if settings.secrets_dir is not None:
        moved["secrets_dir"] = base / settings.secrets_dir
    if settings.profile not in shipped_profiles():
        moved["profile"] = str(base / settings.profile)
    moved["mailboxes"] = {
        key: mailbox.model_copy(update={"ca_file": base / mailbox.ca_file}) if mailbox.ca_file else mailbox
        for key, mailbox in settings.mailboxes.items()
    }
    return settings.model_copy(update=moved)


def _settings_class(path: Path | None) -> type[Settings]:
    """A settings class bound to that file; the environment wins over the file."""

    class Bound(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            file = () if path is None else (TomlConfigSettingsSource(settings_cls, toml_file=path),)
            return (init_settings, env_settings, *file)

    return Bound


def _explain(path: Path | None, fault: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    where = str(path) if path else "settings"
    if fault["type"] == "extra_forbidden":
        return f"{where}: {key}: there is no such setting; `beian init --print` shows all of them"
    shown = "(hidden)" if re.search("password|secret|url|webhook", key) else repr(fault["input"])
    return f"{where}: {key} = {shown}: {fault['msg']}"


def write_config(path: Path, *, profile: str, offices: Mapping[str, str]) -> None:
    """Write a commented settings file. `offices` gives address by office key. Raises FileExistsError, never overwrites."""
    with path.open("x", encoding="utf-8") as file:
        file.write(template.config_text(profile=profile, offices=offices))
