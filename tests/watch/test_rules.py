"""What is an alarm, what is none, and of what nobody can say."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.domain.alarm import AlarmKind
from pipeline.profile.schema import Profile
from pipeline.store.watch_reading import MailboxState
from pipeline.validate.workdays import is_workday
from pipeline.watch.rules import Judgement, judge
from pipeline.watch.silence import Silence, find_silence
from pipeline.watch.thresholds import Thresholds

NOW = datetime(2018, 12, 20, 8, 0, tzinfo=UTC)
BOX = "a@163.example"
GOOD = MailboxState(mailbox=BOX, last_poll=NOW, last_ok=NOW, code_worked=True)


def _judge(state: MailboxState, silence: Silence | None = None) -> Judgement:
    return judge([state], {} if silence is None else {BOX: silence}, Thresholds(), NOW)


def _ago(**by: float) -> datetime:
    return NOW - timedelta(**by)


@pytest.mark.parametrize(
    ("state", "kind", "reason"),
    [
        (replace(GOOD, last_error="login_refused", failures=1), AlarmKind.CODE_EXPIRED, "refused_after_working"),
        (replace(GOOD, last_error="login_refused", code_worked=False), AlarmKind.AUTH_REFUSED, "refused"),
        (replace(GOOD, last_error="risk_locked"), AlarmKind.RISK_LOCKED, "unsafe_login"),
        (replace(GOOD, last_error="certificate", problem="expired"), AlarmKind.CERTIFICATE, "expired"),
        (replace(GOOD, last_error="certificate", problem="mismatch"), AlarmKind.CERTIFICATE, "mismatch"),
        (replace(GOOD, full_at=NOW), AlarmKind.MAILBOX_FULL, "full"),
        (replace(GOOD, last_ok=_ago(hours=7), last_error="unreachable"), AlarmKind.NOT_POLLED, "unreachable"),
        (replace(GOOD, last_ok=_ago(hours=7)), AlarmKind.NOT_POLLED, "stopped"),
        (replace(GOOD, last_ok=None, last_error="unreachable", failures=3), AlarmKind.NOT_POLLED, "unreachable"),
        (replace(GOOD, waiting=3, waiting_since=_ago(hours=5)), AlarmKind.BACKLOG, "waiting"),
        (replace(GOOD, refused=1, refused_since=_ago(hours=25)), AlarmKind.NOT_GIVEN, "refused"),
    ],
)
def test_one_thing_wrong_is_one_alarm(state: MailboxState, kind: AlarmKind, reason: str) -> None:
    (found,) = _judge(state).conditions
    assert (found.kind, found.reason, found.subject) == (kind, reason, BOX)
    assert BOX in found.detail


@pytest.mark.parametrize(
    "state",
    [
        GOOD,
        MailboxState(mailbox=BOX),
        replace(GOOD, last_error="connection_lost", last_ok=_ago(hours=5), failures=4),
        replace(GOOD, last_ok=None, last_error="unreachable", failures=2),
        replace(GOOD, last_error="too_many_logins", failures=2),
        replace(GOOD, waiting=300, waiting_since=_ago(hours=3)),
        replace(GOOD, refused=1, refused_since=_ago(hours=23)),
    ],
)
def test_what_passes_by_itself_is_none(state: MailboxState) -> None:
    assert _judge(state).conditions == ()


def test_an_alarm_is_not_cleared_by_what_proves_nothing() -> None:
    def undecided(error: str) -> set[AlarmKind]:
        return {kind for kind, _ in _judge(replace(GOOD, last_error=error)).undecided}

    login = {AlarmKind.AUTH_REFUSED, AlarmKind.CODE_EXPIRED, AlarmKind.RISK_LOCKED}
    assert undecided("unreachable") == login | {AlarmKind.CERTIFICATE}
    assert undecided("too_many_logins") == login
    assert undecided("certificate") == login
    assert undecided("login_refused") == set()
    assert {kind for kind, _ in _judge(replace(GOOD, last_ok=_ago(days=2))).undecided} == {AlarmKind.SILENT}


def test_a_silence_counts_only_where_mail_would_have_been_seen() -> None:
    strange = Silence(last_day=date(2018, 12, 10), workdays=8, allowed=3)
    (found,) = _judge(GOOD, strange).conditions
    assert (found.kind, "8 个工作日" in found.detail) == (AlarmKind.SILENT, True)
    assert _judge(GOOD, replace(strange, workdays=3)).conditions == ()
    assert AlarmKind.SILENT not in {
        item.kind for item in _judge(replace(GOOD, last_ok=_ago(days=2)), strange).conditions
    }


def _days(profile: Profile, first: date, last: date) -> list[date]:
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if is_workday(day, profile.deadlines)]


def test_holidays_are_no_silence(profile: Profile) -> None:
    def works(day: date) -> bool:
        return is_workday(day, profile.deadlines)

    days = _days(profile, date(2018, 6, 1), date(2018, 9, 30))  # the last working day before the National Day week
    back = find_silence(days, date(2018, 10, 8), works)
    assert back is not None
    assert (back.workdays, back.strange) == (0, False)
    late = find_silence(days, date(2018, 10, 12), works)
    assert late is not None
    assert (late.workdays, late.allowed, late.strange) == (4, 3, True)


def test_the_rhythm_is_the_offices_own(profile: Profile) -> None:
    def works(day: date) -> bool:
        return is_workday(day, profile.deadlines)

    weekly = [date(2018, 6, 4) + timedelta(weeks=number) for number in range(20)]
    quiet = find_silence(weekly, weekly[-1] + timedelta(days=14), works)
    assert quiet is not None
    assert quiet.allowed >= 12
    assert not quiet.strange
    gone = find_silence(weekly, weekly[-1] + timedelta(days=35), works)
    assert gone is not None
    assert gone.strange
    assert find_silence(weekly[:9], date(2018, 12, 1), works) is None
    assert find_silence([], date(2018, 12, 1), works) is None


def test_one_outage_in_the_past_changes_nothing_and_the_history_stays(profile: Profile) -> None:
    def works(day: date) -> bool:
        return is_workday(day, profile.deadlines)

    days = _days(profile, date(2018, 3, 1), date(2018, 8, 31))
    outage = [day for day in days if not date(2018, 5, 1) <= day <= date(2018, 6, 15)]
    for history in (days, outage):
        found = find_silence(history, date(2019, 3, 1), works)
        assert found is not None
        assert (found.allowed, found.strange) == (3, True)


def test_chance_alone_raises_few_alarms() -> None:
    """Mails that come at random: about one false alarm in a thousand pauses."""
    rng, false, pauses = random.Random(7), 0, 0
    for _ in range(40):
        history: list[date] = []
        day = date(2017, 1, 2)
        while len(history) < 70:
            day += timedelta(days=1)
            if day.weekday() < 5 and rng.random() < 0.3:
                found = find_silence(history, day, lambda d: d.weekday() < 5) if history else None
                pauses += found is not None
                false += found is not None and found.strange
                history.append(day)
    assert pauses > 2000
    assert false / pauses < 0.006
