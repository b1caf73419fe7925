"""The accounts mail is fetched with and sent from, as the settings say, with what an office's profile says where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.configuration.settings import MailboxSettings, Settings, SettingsError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from pipeline.ingest.account import MailAccount
    from pipeline.notices.account import SmtpAccount
    from pipeline.profile.schema import Office, Profile


def polled_offices(settings: Settings, profile: Profile) -> tuple[tuple[Office, MailboxSettings], ...]:
    """The offices whose mailboxes are polled, with what the settings say of them."""
    offices = {office.key: office for office in profile.offices}
    for key in settings.mailboxes:
        if key not in offices:
            raise SettingsError(f"mailboxes.{key}: no such office in {settings.profile}; one of {', '.join(offices)}")
    return tuple((offices[key], mailbox) for key, mailbox in settings.mailboxes.items() if mailbox.enabled)


def mail_account(settings: Settings, office: Office, mailbox: MailboxSettings) -> MailAccount:
    """One office's mailbox. Raises SettingsError naming what is missing, never a value."""
    from pydantic import ValidationError

    from pipeline.ingest.account import MailAccount

    password = settings.password(office.key)
    if password is None:
        raise SettingsError(
            f"mailboxes.{office.key}: no password; set BEIAN_PASSWORD_{office.key.upper()} "
            f"or put the authorisation code into <secrets_dir>/password_{office.key}"
        )
    address = mailbox.address or office.mailbox
    tls = mailbox.tls.value
    try:
        return MailAccount(
            address=address,
            host=mailbox.host or f"imap.{address.rpartition('@')[2]}",
            port=mailbox.port or (993 if tls == "ssl" else 143),
            tls=tls,
            username=mailbox.username or address,
            password=password,
            ca_file=mailbox.ca_file,
        )
    except ValidationError as error:
        raise SettingsError(f"mailboxes.{office.key}: {_faults(error)}") from None


def smtp_account(settings: Settings, office: Office) -> SmtpAccount | None:
    """One office's account, None without a code. Raises SettingsError naming what is wrong, never a value."""
    from pydantic import ValidationError

    from pipeline.notices.account import SmtpAccount

    password = settings.smtp_password(office.key)
    if password is None:
        return None
    smtp, mailbox = settings.smtp_of(office.key), settings.mailboxes.get(office.key)
    address = smtp.address or (mailbox.address if mailbox else None) or office.mailbox
    tls = smtp.tls.value if smtp.tls else "ssl"
    try:
        return SmtpAccount(
            sender=address,
            name=office.name,
            host=smtp.host or f"smtp.{address.rpartition('@')[2]}",
            port=smtp.port or {"ssl": 465, "starttls": 587, "none": 25}[tls],
            tls=tls,
            username=smtp.username or address,
            password=password,
            ca_file=smtp.ca_file,
            return_path=smtp.return_path.value if smtp.return_path else "empty",
        )
    except ValidationError as error:
        raise SettingsError(f"mailboxes.{office.key}.smtp: {_faults(error)}") from None


def _faults(error: ValidationError) -> str:
    """What is wrong with an account, without the values."""
    return "; ".join(f"{'.'.join(map(str, f['loc'])) or 'tls'}: {f['msg']}" for f in error.errors())
