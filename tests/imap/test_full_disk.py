"""A real disk that is full or read-only: intake stops with an alarm before anything is marked done, and goes on by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipeline.domain.alarm import AlarmKind
from pipeline.profile.load import load_profile
from pipeline.store.errors import StoreError, StoreFullError, StoreReadOnlyError
from pipeline.store.store import Store, open_store
from pipeline.watch.messenger import Messenger
from pipeline.watch.rhythms import Rhythms
from pipeline.watch.thresholds import Thresholds
from pipeline.watch.watching import Watch
from pipeline.watch.webhook import Webhook
from tests.imap.intake import Box, Intake
from tests.watch.receiver import Receiver

_SIZE_BYTES = 4 * 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_BYTES},mode=0700", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def _fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue
    return ballast


def _remount(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(disk)], check=True)


def _watch(store: Store, box: Box, intake: Intake, *messengers: Messenger) -> Watch:
    rhythms = Rhythms(store=store, profile=load_profile("langfang-2018"), mailboxes=(box.address,))
    limits = Thresholds(disk_free_bytes=0, not_polled=timedelta(days=30))
    return Watch(
        store=store,
        mailboxes=(box.address,),
        rhythms=rhythms,
        limits=limits,
        clock=lambda: intake.now,
        messengers=messengers,
    )


def _refused(intake: Intake, box: Box, error: type[StoreError]) -> None:
    with pytest.raises(error):
        intake.poll(box.straight())
    assert intake.store.list_ledger(box.address) == ()


def test_an_archive_on_a_full_or_read_only_disk(disk: Path, box: Box, tmp_path: Path) -> None:
    box.deliver(3, body=b"z" * 50_000)
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    (data_dir / "archive").symlink_to(disk)
    with open_store(f"sqlite:///{data_dir / 'beian.sqlite3'}", data_dir=data_dir) as store:
        intake = Intake(store)
        watch = _watch(store, box, intake)
        ballast = _fill(disk)
        _refused(intake, box, StoreFullError)
        watch.once()
        assert [(a.kind, a.reason) for a in store.alarms.in_force()] == [(AlarmKind.DISK, "full")]
        ballast.unlink()
        _remount(disk, "ro")
        _refused(intake, box, StoreReadOnlyError)
        watch.once()
        assert [(a.kind, a.reason) for a in store.alarms.in_force()] == [(AlarmKind.DISK, "read_only")]
        _remount(disk, "rw")
        assert intake.poll(box.straight()).new == 3
        watch.once()
        assert store.alarms.in_force() == ()
        assert list((disk / "tmp").iterdir()) == []
        intake.assert_whole(box)


def test_everything_on_a_full_disk(disk: Path, box: Box, receiver: Receiver) -> None:
    box.deliver(2, body=b"z" * 50_000)
    with open_store(f"sqlite:///{disk / 'beian.sqlite3'}", data_dir=disk) as store:
        intake = Intake(store)
        channel = Webhook(url=receiver.url, secret=SecretStr("s"), clock=lambda: intake.now)
        messenger = Messenger(channel=channel, store=store)
        watch = _watch(store, box, intake, messenger)
        watch.once()
        ballast = _fill(disk)
        for _ in range(3):
            _refused(intake, box, StoreFullError)
            watch.once()
            messenger.once()
        ballast.unlink()
        assert intake.poll(box.straight()).new == 2
        watch.once()
        messenger.once()
        told = [(posted.alarm["kind"], posted.alarm["reason"], posted.alarm["state"]) for posted in receiver.posted]
        assert told == [("disk", "full", "raised"), ("disk", "full", "cleared")]
        intake.assert_whole(box)
