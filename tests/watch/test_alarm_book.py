"""Alarms are raised once until they change, cleared once, told once on each channel, by however many processes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.store.alarm_book import Channel
from pipeline.store.chores import Chores
from pipeline.store.database import open_database
from pipeline.store.event_reading import EventFilter
from pipeline.store.store import Store
from tests.stores import Place

NOW = datetime(2018, 12, 20, 8, 0, tzinfo=UTC)
BOX = "a@163.example"
KINDS = [AlarmKind.CERTIFICATE, AlarmKind.BACKLOG]


def _wrong(reason: str = "expired", detail: str = "证书已过期。", kind: AlarmKind = AlarmKind.CERTIFICATE) -> Condition:
    return Condition(kind=kind, subject=BOX, reason=reason, detail=detail)


def _settle(store: Store, *conditions: Condition, minutes: int = 0) -> list[tuple[str, str, int]]:
    changed = store.alarms.settle(conditions, kinds=KINDS, now=NOW + timedelta(minutes=minutes))
    return [(alarm.state, alarm.reason, alarm.version) for alarm in changed]


def test_raised_changed_cleared_once_each(store: Store) -> None:
    assert _settle(store, _wrong()) == [("raised", "expired", 1)]
    assert _settle(store, _wrong(), minutes=1) == []
    assert _settle(store, _wrong(detail="证书已过期 2 天。"), minutes=2) == []
    assert store.alarms.in_force()[0].detail == "证书已过期 2 天。"
    assert _settle(store, _wrong("mismatch"), minutes=3) == [("raised", "mismatch", 2)]
    assert _settle(store, minutes=4) == [("cleared", "mismatch", 3)]
    assert _settle(store, minutes=5) == []
    assert store.alarms.in_force() == ()
    assert _settle(store, _wrong(), minutes=6) == [("raised", "expired", 4)]
    (alarm,) = store.alarms.every()
    assert (alarm.raised_at, alarm.changed_at) == (NOW + timedelta(minutes=6),) * 2
    events = [item.kind for item in store.list_events(EventFilter(kind="alarm"))]
    assert events == ["alarm.raised", "alarm.cleared", "alarm.changed", "alarm.raised"]
    assert store.events.verify().whole


def test_what_was_not_looked_at_stays(store: Store) -> None:
    _settle(store, _wrong(), _wrong(kind=AlarmKind.BACKLOG))
    assert store.alarms.settle([], kinds=[AlarmKind.SILENT], now=NOW) == ()
    undecided = {(AlarmKind.CERTIFICATE, BOX)}
    (cleared,) = store.alarms.settle([], kinds=KINDS, undecided=undecided, now=NOW)
    assert cleared.kind is AlarmKind.BACKLOG
    assert [alarm.kind for alarm in store.alarms.in_force()] == [AlarmKind.CERTIFICATE]


def test_told_once_on_each_channel(store: Store) -> None:
    _settle(store, _wrong())
    (alarm,) = store.alarms.untold(Channel.WEBHOOK)
    store.alarms.note_told(Channel.WEBHOOK, alarm)
    assert store.alarms.untold(Channel.WEBHOOK) == ()
    assert store.alarms.untold(Channel.MAIL) == (alarm,)
    _settle(store)
    (over,) = store.alarms.untold(Channel.WEBHOOK)
    assert (over.state, over.version) == ("cleared", 2)
    assert store.alarms.untold(Channel.MAIL) == ()  # nobody there had heard of it
    store.alarms.note_told(Channel.WEBHOOK, over)
    store.alarms.note_told(Channel.WEBHOOK, alarm)  # a slow process notes an older version
    assert store.alarms.untold(Channel.WEBHOOK) == ()
    _settle(store, _wrong())
    assert [a.version for a in store.alarms.untold(Channel.MAIL)] == [3]


def test_many_at_once_raise_one(place: Place) -> None:
    with place.open() as first, place.open() as second:
        told: list[object] = []

        def settle(store: Store) -> None:
            for _ in range(5):
                told.extend(_settle(store, _wrong()))

        threads = [threading.Thread(target=settle, args=(store,)) for store in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(told) == 1
        assert len(first.list_events(EventFilter(kind="alarm"))) == 1


def test_a_broken_log_does_not_hide_its_own_alarm(place: Place) -> None:
    with place.open() as store:
        store.events.record("case.viewed", actor="x")
        database = open_database(place.url)
        with database.writing() as connection:
            connection.execute(text("DELETE FROM event_head"))
        database.close()
        condition = Condition(kind=AlarmKind.LOG_BROKEN, reason="row_1", detail="审计日志不完整。")
        (alarm,) = store.alarms.settle([condition], kinds=[AlarmKind.LOG_BROKEN], now=NOW)
        assert alarm.kind is AlarmKind.LOG_BROKEN


def test_a_chore_is_taken_by_one_and_again_when_it_found_something(store: Store) -> None:
    chores: Chores = store.chores
    day, hour = timedelta(days=1), timedelta(hours=1)

    def take(after: timedelta) -> bool:
        return chores.take("x", every=day, after_faults=hour, now=NOW + after)

    assert [take(timedelta(0)), take(timedelta(0)), take(hour / 2)] == [True, False, False]
    assert take(hour)  # whoever took it first never noted anything
    chores.note("x", faults=0, now=NOW + hour)
    assert [take(2 * hour), take(hour + day)] == [False, True]
    chores.note("x", faults=2, now=NOW + hour + day)
    assert [take(1.5 * hour + day), take(2 * hour + day)] == [False, True]
