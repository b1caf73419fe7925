"""The one place where the parts are put together, from the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.configuration.settings import MailboxSettings, Settings, SettingsError

if TYPE_CHECKING:
    from pipeline.cases.deciding import Decider
    from pipeline.desk.evidence import Evidence
    from pipeline.desk.officer import Officer
    from pipeline.ingest.account import MailAccount
    from pipeline.notices.account import SmtpAccount
    from pipeline.post.correspondence import Correspondence
    from pipeline.post.dispatching import Dispatcher
    from pipeline.post.rounds import PostRound
    from pipeline.profile.schema import Office, Profile
    from pipeline.reading.overlays import Overlays
    from pipeline.review.parts import Parts
    from pipeline.sandbox.pool import Jail
    from pipeline.service.counter import Counter
    from pipeline.service.polling import Poller
    from pipeline.service.processing import Processor
    from pipeline.service.pulse import Pulse
    from pipeline.store.store import Store
    from pipeline.watch.messenger import AlarmChannel, Messenger
    from pipeline.watch.rhythms import Rhythms
    from pipeline.watch.serving import WatchServer
    from pipeline.watch.status import StatusReader
    from pipeline.watch.thresholds import Thresholds
    from pipeline.watch.watching import Watch
    from pipeline.wording import Wording

_MEGABYTE = 1024 * 1024


def utc_now() -> datetime:
    """The current time, aware."""
    return datetime.now(UTC)


class Application:
    """The parts, each made when first needed and closed by whoever opened it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def profile(self) -> Profile:
        """The city in force."""
        from pipeline.profile.load import load_profile

        return load_profile(self.settings.profile)

    @cached_property
    def wording(self) -> Wording:
        """What officers call things in this city."""
        from pipeline.wording import Wording

        return Wording(profile=self.profile)

    def require_office(self, key: str | None) -> None:
        """Raise SettingsError when the profile has no such office; None is none asked for."""
        keys = [office.key for office in self.profile.offices]
        if key is not None and key not in keys:
            raise SettingsError(f"--office = {key!r}: one of {', '.join(keys)}")

    @staticmethod
    def require_code(code: str | None) -> None:
        """Raise SettingsError when there is no such finding."""
        from pipeline.domain.finding import SEVERITIES

        if code is not None and code not in SEVERITIES:
            raise SettingsError(f"--code = {code!r}: one of {', '.join(SEVERITIES)}")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, migrated and unlocked."""
        from pipeline.store.store import open_store

        store = open_store(self.settings.store_url, data_dir=self.settings.data_dir)
        try:
            yield store
        finally:
            store.close()

    @property
    def has_store(self) -> bool:
        """Whether there is a register already; commands that store nothing do not make one."""
        url = self.settings.store_url
        if url.startswith("sqlite:///"):
            return Path(url.removeprefix("sqlite:///")).is_file()
        return (self.settings.data_dir / "beian.key").is_file()

    @contextmanager
    def jail(self, *, engines: Literal["when_needed", "loaded", "fast"] = "when_needed") -> Iterator[Jail]:
        """The reading processes, proved tight before the first sender's byte.

        A service loads its engines first and makes them fast, to fail at once or not at all; for a few files that
        takes longer than reading them.
        """
        from pipeline.reading.reader import SandboxedReader
        from pipeline.sandbox.pool import Jail
        from pipeline.sandbox.selftest import require_tight

        work = self.settings.work
        with Jail(
            "pipeline.reading.jobs",
            [self.settings.profile],
            processes=work.processes,
            wall_seconds=work.document_seconds,
            memory_bytes=work.document_memory_mb * _MEGABYTE,
            strict=work.require_sandbox,
        ) as jail:
            private = (self.settings.data_dir, *((folder,) if (folder := self.settings.secrets_dir) else ()))
            require_tight(jail, required=work.require_sandbox, private=private)
            if engines != "when_needed":
                SandboxedReader(jail=jail).make_ready(for_many=engines == "fast")
            yield jail

    def decider(self, jail: Jail) -> Decider:
        """Reads and decides mails."""
        from pipeline.cases.deciding import Decider
        from pipeline.reading.reader import SandboxedReader

        return Decider(
            profile=self.profile,
            reader=SandboxedReader(jail=jail),
            mailboxes=self._mailbox_offices,
            mail_seconds=self.settings.work.mail_seconds,
        )

    @property
    def _mailbox_offices(self) -> dict[str, str]:
        """The offices whose mailboxes have another address than the profile says, by that address."""
        return {mailbox.address.lower(): key for key, mailbox in self.settings.mailboxes.items() if mailbox.address}

    def processor(self, store: Store, jail: Jail) -> Processor:
        """Works through what waits."""
        from pipeline.service.processing import Processor

        return Processor(store=store, decider=self.decider(jail), profile=self.profile, clock=utc_now, abort=jail.close)

    def counter(self, store: Store, office: str) -> Counter:
        """The counter of an office. Raises SettingsError for one that the profile does not have."""
        from pipeline.service.counter import Counter

        self.require_office(office)
        found = next(item for item in self.profile.offices if item.key == office)
        configured = self.settings.mailboxes.get(office)
        address = (configured.address if configured else None) or found.mailbox
        return Counter(store=store, profile=self.profile, mailbox=address, clock=utc_now)

    def officer(self, store: Store, name: str) -> Officer:
        """The desk of the officer of that name. Raises SettingsError for an empty name."""
        from pipeline.desk.officer import Officer

        if not name.strip():
            raise SettingsError("--by: the officer's name must not be empty")
        return Officer(name=name.strip(), store=store, profile=self.profile, clock=utc_now)

    def evidence(self, store: Store, jail: Jail) -> Evidence:
        """What officers see of the mails. Keep it: it remembers what it took apart."""
        from pipeline.desk.evidence import Evidence

        return Evidence(store, jail, self.profile, clock=utc_now)

    def overlays(self, jail: Jail, folder: Path) -> Overlays:
        """Draws what was read where into a folder."""
        from pipeline.reading.overlays import Overlays

        return Overlays(jail=jail, wording=self.wording, folder=folder)

    def correspondence(self, store: Store) -> Correspondence:
        """The desk for papers."""
        from pipeline.post.correspondence import Correspondence

        mailboxes = self.settings.mailboxes.values()
        own = {office.mailbox for office in self.profile.offices} | {box.address for box in mailboxes if box.address}
        own |= {smtp.address for smtp in (self.settings.smtp, *(box.smtp for box in mailboxes)) if smtp.address}
        addresses = frozenset(address.lower() for address in own)
        return Correspondence(store=store, profile=self.profile, clock=utc_now, own_addresses=addresses)

    def review_parts(self, store: Store, jail: Jail) -> Parts:
        """What the review pages work with."""
        from pipeline.reports.figures import Figures
        from pipeline.review.parts import Parts

        return Parts(
            store=store,
            profile=self.profile,
            wording=self.wording,
            correspondence=self.correspondence(store),
            evidence=self.evidence(store, jail),
            clock=utc_now,
            figures=Figures(store, self.profile, utc_now),
            mailboxes=self._mailbox_offices,
            recheck_share=self.settings.recheck.share,
        )

    def dispatcher(self, store: Store) -> Dispatcher:
        """Sends for the offices that have a code for sending."""
        from pipeline.post.dispatching import Dispatcher
        from pipeline.service.processing import is_worker_alive, worker_identity

        return Dispatcher(
            store=store,
            profile=self.profile,
            accounts=self.smtp_accounts(),
            clock=utc_now,
            owner=worker_identity(0),
            is_alive=is_worker_alive,
        )

    def post_round(self, store: Store) -> PostRound:
        """Drafts what is due and sends what is released."""
        from pipeline.post.reminding import Reminder
        from pipeline.post.rounds import PostRound

        reminder = Reminder(correspondence=self.correspondence(store))
        return PostRound(reminder=reminder, dispatcher=self.dispatcher(store))

    def smtp_accounts(self) -> dict[str, SmtpAccount]:
        """The accounts letters are sent from, by office. An office without a code for sending has none."""
        found = ((office.key, self.smtp_account(office)) for office in self.profile.offices)
        return {key: account for key, account in found if account is not None}

    def smtp_account(self, office: Office) -> SmtpAccount | None:
        """One office's account, None without a code. Raises SettingsError naming what is wrong, never a value."""
        from pipeline.configuration.account_settings import smtp_account

        return smtp_account(self.settings, office)

    def poller(self, store: Store, *, ignore_holds: bool = False) -> Poller:
        """Looks at the mailboxes. Raises SettingsError when one has no password."""
        from pipeline.service.polling import Poller

        return Poller(
            store=store,
            accounts=self.accounts(),
            deadline_seconds=self.settings.poll.deadline_seconds,
            clock=utc_now,
            ignore_holds=ignore_holds,
        )

    def enabled_mailboxes(self) -> dict[str, str]:
        """The address of each enabled mailbox by its office, without its password."""
        return {office.key: mailbox.address or office.mailbox for office, mailbox in self.offices()}

    def thresholds(self) -> Thresholds:
        """From when on something is an alarm."""
        from pipeline.watch.thresholds import Thresholds

        alarms = self.settings.alarms
        return Thresholds(
            backlog=timedelta(hours=alarms.backlog_hours),
            not_given=timedelta(hours=alarms.not_given_hours),
            not_polled=timedelta(hours=alarms.not_polled_hours),
            disk_free_bytes=alarms.disk_free_mb * _MEGABYTE,
        )

    def alarm_channels(self) -> tuple[AlarmChannel, ...]:
        """Where alarms are told. Raises SettingsError for a channel that lacks its secret or its account."""
        from pipeline.watch.alarm_mail import AlarmMail
        from pipeline.watch.webhook import Webhook

        alarms = self.settings.alarms
        channels: list[AlarmChannel] = []
        secret = self.settings.alarm_webhook_secret()
        if secret is not None:
            channels.append(Webhook(url=alarms.webhook, secret=secret, clock=utc_now))
        if alarms.mail_to:
            accounts = tuple(self.smtp_accounts().values())
            if not accounts:
                raise SettingsError("alarms.mail_to: no account for sending; see BEIAN_SMTP_PASSWORD_<OFFICE>")
            zone = self.profile.zone
            channels.append(AlarmMail(recipients=alarms.mail_to, accounts=accounts, zone=zone, clock=utc_now))
        return tuple(channels)

    def messengers(self, store: Store) -> tuple[Messenger, ...]:
        """One for each channel."""
        from pipeline.watch.messenger import Messenger

        return tuple(Messenger(channel=channel, store=store) for channel in self.alarm_channels())

    def watch(self, store: Store, messengers: Sequence[Messenger] = ()) -> Watch:
        """Keeps the alarms."""
        from pipeline.watch.watching import Watch

        mailboxes = tuple(self.enabled_mailboxes().values())
        return Watch(
            store=store,
            mailboxes=mailboxes,
            rhythms=self._rhythms(store),
            limits=self.thresholds(),
            clock=utc_now,
            messengers=messengers,
        )

    def status_reader(self, store: Store) -> StatusReader:
        """How things stand."""
        from pipeline.watch.status import StatusReader

        addresses = self.enabled_mailboxes()
        return StatusReader(store=store, addresses=addresses, rhythms=self._rhythms(store), limits=self.thresholds())

    def _rhythms(self, store: Store) -> Rhythms:
        from pipeline.watch.rhythms import Rhythms

        mailboxes = tuple(self.enabled_mailboxes().values())
        return Rhythms(store=store, profile=self.profile, mailboxes=mailboxes)

    def watch_server(self, store: Store, pulse: Pulse) -> WatchServer | None:
        """Answers monitoring; None where the settings name no place. Raises SettingsError when that is taken."""
        address = self.settings.watch.address
        if address is None:
            return None
        from pipeline.watch.health import Health
        from pipeline.watch.metrics import metrics_source
        from pipeline.watch.serving import WatchServer

        poll = self.settings.poll
        dead_seconds = self.settings.watch.dead_after_intervals * poll.interval_seconds + poll.deadline_seconds
        health = Health(pulse=pulse, dead_seconds=dead_seconds)
        source = metrics_source(self.status_reader(store), health, utc_now)
        return WatchServer(*address, metrics=source, health=health)

    def offices(self) -> tuple[tuple[Office, MailboxSettings], ...]:
        """The offices whose mailboxes are polled, with what the settings say of them."""
        from pipeline.configuration.account_settings import polled_offices

        return polled_offices(self.settings, self.profile)

    def accounts(self) -> tuple[MailAccount, ...]:
        """The mailboxes with their passwords."""
        return tuple(self.account(office, mailbox) for office, mailbox in self.offices())

    def account(self, office: Office, mailbox: MailboxSettings) -> MailAccount:
        """One office's mailbox. Raises SettingsError naming what is missing, never a value."""
        from pipeline.configuration.account_settings import mail_account

        return mail_account(self.settings, office, mailbox)
