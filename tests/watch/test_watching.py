"""The watch over a real store: what it finds, keeps, tells, and what it does when it cannot keep anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from pipeline.domain.aftermath import Aftermath
from pipeline.domain.alarm import AlarmKind
from pipeline.domain.message import ServerKey
from pipeline.profile.schema import Profile
from pipeline.store.chores import Chores
from pipeline.store.database import open_database
from pipeline.store.errors import StoreFullError, StoreReadOnlyError
from pipeline.store.store import Store
from pipeline.watch.messenger import Messenger
from pipeline.watch.rhythms import Rhythms
from pipeline.watch.status import StatusReader
from pipeline.watch.thresholds import Thresholds
from pipeline.watch.watching import Watch
from pipeline.watch.webhook import Webhook
from tests.stores import Place
from tests.watch.receiver import Receiver

START = datetime(2018, 12, 20, 8, 0, tzinfo=UTC)
BOX = "a@163.example"


class Site:
    """A watch with a clock that goes on when told."""

    def __init__(self, store: Store, profile: Profile, messengers: tuple[Messenger, ...] = ()) -> None:
        self.now = START
        self.store = store
        rhythms = Rhythms(store=store, profile=profile, mailboxes=(BOX,))
        limits = Thresholds(disk_free_bytes=0)
        self.watch = Watch(
            store=store,
            mailboxes=(BOX,),
            rhythms=rhythms,
            limits=limits,
            clock=lambda: self.now,
            messengers=messengers,
        )
        self.reader = StatusReader(store=store, addresses={"sanhe": BOX}, rhythms=rhythms, limits=limits)

    def polled(self, error: str | None = None, **left: object) -> None:
        self.store.ledger.record_poll(BOX, now=self.now, error=error, listed={}, left=Aftermath.model_validate(left))

    def look(self, **later: float) -> list[tuple[AlarmKind, str]]:
        self.now += timedelta(**later)
        self.watch.once()
        return [(alarm.kind, alarm.reason) for alarm in self.store.alarms.in_force()]

    def mail(self, received: datetime, number: int = 0) -> None:
        key = ServerKey(mailbox=BOX, folder="INBOX", uidvalidity=1, uid=number + 1)
        digest = self.store.archive.keep([b"mail %d" % number])
        self.store.ledger.record_message(key, sha256=digest, received=received, size_bytes=9)


@pytest.fixture
def site(store: Store, profile: Profile) -> Site:
    return Site(store, profile)


def test_a_code_that_stops_working(site: Site) -> None:
    site.store.login_holds.find(BOX, username=BOX, password="one", now=site.now)
    site.polled("login_refused", pause_seconds=3600)
    assert site.look() == [(AlarmKind.AUTH_REFUSED, "refused")]
    site.store.login_holds.find(BOX, username=BOX, password="two", now=site.now)
    site.polled()
    assert site.look(minutes=1) == []
    site.polled("login_refused", pause_seconds=3600)
    assert site.look(minutes=1) == [(AlarmKind.CODE_EXPIRED, "refused_after_working")]
    site.polled("unreachable")
    assert site.look(minutes=1) == [(AlarmKind.CODE_EXPIRED, "refused_after_working")]
    site.polled("certificate", problem="expired")
    assert (AlarmKind.CERTIFICATE, "expired") in site.look(minutes=1)
    site.polled(full=True)
    assert site.look(minutes=1) == [(AlarmKind.MAILBOX_FULL, "full")]
    site.polled()
    assert site.look(minutes=1) == []


def test_a_silent_office(site: Site) -> None:
    day = datetime(2018, 9, 3, 2, 0, tzinfo=UTC)
    for number in range(90):
        if (day + timedelta(days=number)).weekday() < 5:
            site.mail(day + timedelta(days=number), number)
    site.now = datetime(2018, 12, 3, 8, 0, tzinfo=UTC)
    site.polled()
    assert AlarmKind.SILENT not in {kind for kind, _ in site.look()}
    site.now = datetime(2018, 12, 10, 8, 0, tzinfo=UTC)
    site.polled()
    assert AlarmKind.SILENT in {kind for kind, _ in site.look()}
    site.mail(site.now, 500)
    site.polled()
    assert AlarmKind.SILENT not in {kind for kind, _ in site.look(hours=1)}


def test_the_ledger_is_reconciled_once_a_day_and_again_while_it_is_wrong(site: Site, place: Place) -> None:
    site.mail(START)
    site.polled()
    assert site.look() == []
    assert site.store.chores.last("reconcile") is not None
    (digest,) = site.store.archive
    kept = place.data_dir / "archive" / digest[:2] / digest
    content = kept.read_bytes()
    kept.unlink()
    site.polled()
    assert (AlarmKind.UNRECONCILED, "missing") not in site.look(hours=5)
    site.now += timedelta(hours=19)
    site.polled()
    assert (AlarmKind.UNRECONCILED, "missing") in site.look()
    kept.write_bytes(content)
    site.polled()
    assert (AlarmKind.UNRECONCILED, "missing") not in site.look(hours=1)


def test_a_changed_log_is_found_within_a_day(site: Site, place: Place) -> None:
    site.store.events.record("case.viewed", actor="somebody")
    assert site.look() == []
    database = open_database(place.url)
    freed = "DROP TRIGGER events_no_update" if place.is_sqlite else "ALTER TABLE events DISABLE TRIGGER ALL"
    with database.writing() as connection:
        connection.execute(text(freed))
        connection.execute(text("UPDATE events SET actor = 'nobody' WHERE seq = 1"))
    database.close()
    assert site.look(days=1, minutes=1) == [(AlarmKind.LOG_BROKEN, "row_1")]
    assert site.look(minutes=5) == [(AlarmKind.LOG_BROKEN, "row_1")]


def test_an_archive_that_takes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise StoreFullError("full")

    def read_only() -> None:
        raise StoreReadOnlyError("read-only")

    monkeypatch.setattr(site.store.archive, "probe", full)
    assert site.look() == [(AlarmKind.DISK, "full")]
    monkeypatch.setattr(site.store.archive, "probe", read_only)
    assert site.look(minutes=1) == [(AlarmKind.DISK, "read_only")]
    monkeypatch.undo()
    assert site.look(minutes=1) == []
    site.watch.limits = Thresholds(disk_free_bytes=1 << 60)
    assert site.look(minutes=1) == [(AlarmKind.DISK, "low")]


def test_a_database_that_takes_nothing_is_told_all_the_same(
    store: Store, place: Place, profile: Profile, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Webhook(url=receiver.url, secret=SecretStr("s"), clock=lambda: START)
    messenger = Messenger(channel=channel, store=store)
    site = Site(store, profile, (messenger,))
    monkeypatch.setattr(store.chores, "note", _fail(StoreFullError("no room")))
    for _ in range(3):
        assert site.look(minutes=1) == []
        messenger.once()
    monkeypatch.setattr(store.chores, "note", _fail(StoreReadOnlyError("read-only")))
    site.look(minutes=1)
    messenger.once()
    monkeypatch.undo()
    site.look(minutes=1)
    messenger.once()
    told = [(posted.alarm["kind"], posted.alarm["reason"], posted.alarm["state"]) for posted in receiver.posted]
    assert told == [("disk", "full", "raised"), ("disk", "read_only", "raised"), ("disk", "read_only", "cleared")]
    assert len({posted.alarm["id"] for posted in receiver.posted}) == 1


def _fail(error: Exception) -> object:
    def fail(*args: object, **named: object) -> None:
        raise error

    return fail


def test_a_read_only_database_is_known_as_one(place: Place, store: Store) -> None:
    if not place.is_sqlite:
        pytest.skip("of SQLite")
    store.chores.note("x", faults=0, now=START)
    path = place.data_dir / "beian.sqlite3"
    database = open_database(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreReadOnlyError):
        Chores(database).note("x", faults=1, now=START)
    database.close()


def test_status_sees_what_nobody_watched(site: Site) -> None:
    site.store.login_holds.find(BOX, username=BOX, password="one", now=site.now)
    site.polled()
    site.look()
    status = site.reader.read(site.now)
    assert (status.good, status.watched_at, status.mailboxes[0].office) == (True, site.now, "sanhe")
    later = site.reader.read(site.now + timedelta(hours=7))
    assert [(item.kind, item.reason) for item in later.wrong] == [(AlarmKind.NOT_POLLED, "stopped")]
    site.polled("login_refused")
    site.look()
    site.polled("unreachable")
    assert [item.kind for item in site.reader.read(site.now).wrong] == [AlarmKind.CODE_EXPIRED]
    site.mail(site.now)
    waiting = site.reader.read(datetime.now(UTC) + timedelta(hours=5)).mailboxes[0].state
    assert (waiting.waiting, waiting.retried, waiting.messages) == (1, 0, 1)
