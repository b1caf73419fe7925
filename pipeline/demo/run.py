"""The demonstration: real mails through a real IMAP server, to a register and a queue.

It makes a folder with a settings file of its own, starts a throw-away Dovecot with the mailboxes of
all offices, delivers the sample mails, polls twice (to show that nothing is doubled), processes what
arrived, and holds the ledger against the server.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from pipeline.configuration.settings import MailboxSettings, Settings, Tls
from pipeline.demo.dovecot import Dovecot

if TYPE_CHECKING:
    from pipeline.profile.schema import Profile
    from pipeline.service.processing import Processed

MARKER: Final = ".made-by-beian-demo"
PASSWORD: Final = "demo"  # noqa: S105 - of a mail server that lives for a minute on loopback
_DESCRIPTION: Final = ".truth.json"


class DemoError(Exception):
    """The demonstration cannot run; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMail:
    """A sample mail: where it is sent to, when the server received it, and its bytes."""

    name: str
    mailbox: str
    received: datetime
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demonstration did. `exceptions` must be empty: each is a mail without exactly one outcome."""

    mails: int
    outcomes: Mapping[str, int]
    second_round: int
    exceptions: Sequence[str]


def load_mails(folder: Path) -> tuple[DemoMail, ...]:
    """The sample mails of a folder, each with its description beside it. Raises `DemoError` when there are none."""
    descriptions = sorted(folder.glob(f"*.eml{_DESCRIPTION}"))
    if not descriptions:
        raise DemoError(f"{folder}: no sample mails there; run from the checkout, or name their folder with --mails")
    return tuple(_load_mail(path) for path in descriptions)


def _load_mail(description: Path) -> DemoMail:
    entry = json.loads(description.read_text(encoding="utf-8"))
    mail = description.with_name(description.name.removesuffix(_DESCRIPTION))
    return DemoMail(
        name=mail.name,
        mailbox=entry["mailbox"],
        received=datetime.fromisoformat(entry["received"]),
        content=mail.read_bytes(),
    )


def make_folder(folder: Path) -> None:
    """An empty folder for the demonstration; only one that an earlier run made is replaced."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise DemoError(f"{folder}: holds something that the demo did not make; name another with --data")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARKER).touch()
    (folder / "beian.toml").write_text('data_dir = "data"\n', encoding="utf-8")


def run_demo(
    mails: Sequence[DemoMail],
    *,
    folder: Path,
    processes: int | None,
    say: Callable[[str], None],
    count: Callable[[int, int], None],
) -> DemoResult:
    """Run it; `say` gets a line a step, `count` how many of how many mails are decided."""
    from pipeline.profile.load import load_profile

    profile = load_profile(Settings().profile)
    addresses = [office.mailbox for office in profile.offices]
    with Dovecot(dict.fromkeys(addresses, PASSWORD)) as server:
        say(f"IMAP 服务器已启动（127.0.0.1:{server.tls_port}），投递 {len(mails)} 封样例邮件到 {len(addresses)} 个邮箱")
        for mail in mails:
            server.deliver(mail.mailbox, mail.content, received=mail.received)
        settings = _settings(profile, server, folder=folder, processes=processes)
        return _run(settings, mails=len(mails), say=say, count=count)


def _settings(profile: Profile, server: Dovecot, *, folder: Path, processes: int | None) -> Settings:
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    mailboxes = {}
    for office in profile.offices:
        (secrets / f"password_{office.key}").write_text(PASSWORD, encoding="utf-8")
        mailboxes[office.key] = MailboxSettings(
            host="127.0.0.1", port=server.tls_port, tls=Tls.SSL, ca_file=server.ca_file
        )
    settings = Settings(data_dir=folder / "data", secrets_dir=secrets, mailboxes=mailboxes)
    if processes is None:
        return settings
    return settings.model_copy(update={"work": settings.work.model_copy(update={"processes": processes})})


def _run(
    settings: Settings, *, mails: int, say: Callable[[str], None], count: Callable[[int, int], None]
) -> DemoResult:
    from pipeline.service.reconciling import reconcile
    from pipeline.wiring import Application, utc_now

    application = Application(settings)
    with application.store() as store:
        poller = application.poller(store)
        first = poller.poll_once()
        say(f"第一轮收取：新收 {sum(report.new for report in first)} 封")
        for report in first:
            if report.message:
                say(f"  {report.message}")
        second = sum(report.new for report in poller.poll_once())
        say(f"第二轮收取：新收 {second} 封（应为 0）")
        say("正在隔离的进程中拆解、识别、核对……")
        outcomes: Counter[str] = Counter()
        with application.jail() as jail:
            processor = application.processor(store, jail)

            def tally(processed: Processed) -> None:
                outcomes[processed.outcome.value] += 1
                count(outcomes.total(), mails)

            processor.run(threads=settings.work.processes, stop=Event(), until_empty=True, on_processed=tally)
        reports = reconcile(store, store.mailboxes(), application.accounts(), clock=utc_now)
    return DemoResult(
        mails=mails,
        outcomes=dict(outcomes),
        second_round=second,
        exceptions=[text for report in reports for text in report.exceptions],
    )
