"""How alarms reach people, and that whoever does not answer delays nobody."""

from __future__ import annotations

import hmac
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from pipeline.domain.alarm import Alarm, AlarmKind, Condition
from pipeline.notices.account import SmtpAccount
from pipeline.store.alarm_book import Channel
from pipeline.store.store import Store
from pipeline.watch.alarm_mail import AlarmMail
from pipeline.watch.messenger import ChannelError, Messenger, tell_once
from pipeline.watch.webhook import Webhook
from tests.notices.smtp_server import PASSWORD, USER, Server, running_server
from tests.watch.receiver import Receiver

NOW = datetime(2018, 12, 20, 8, 0, tzinfo=UTC)
SECRET = SecretStr("shared-ZXCV8812")
ALARM = Alarm(
    id="3f1b2c4d-0000-4000-8000-000000000001",
    kind=AlarmKind.CODE_EXPIRED,
    subject="sanhe@163.example",
    reason="refused_after_working",
    detail="邮箱 sanhe@163.example 的授权码此前有效，现被拒绝。",
    state="raised",
    version=3,
    raised_at=NOW,
    changed_at=NOW,
)


def _webhook(receiver: Receiver, seconds: float = 10) -> Webhook:
    return Webhook(url=receiver.url, secret=SECRET, clock=lambda: NOW, seconds=seconds)


def test_a_webhook_gets_signed_json(receiver: Receiver) -> None:
    _webhook(receiver).tell(ALARM)
    (posted,) = receiver.posted
    assert posted.path == "/alarms?from=beian"
    assert posted.alarm == {
        "id": ALARM.id,
        "version": 3,
        "kind": "code_expired",
        "name": "授权码失效",
        "mailbox": "sanhe@163.example",
        "state": "raised",
        "reason": "refused_after_working",
        "detail": ALARM.detail,
        "raised_at": "2018-12-20T08:00:00+00:00",
        "changed_at": "2018-12-20T08:00:00+00:00",
    }
    stamp = posted.headers["X-Beian-Timestamp"]
    signed = hmac.new(SECRET.get_secret_value().encode(), f"{stamp}.".encode() + posted.body, sha256).hexdigest()
    assert posted.headers["X-Beian-Signature"] == f"sha256={signed}"
    assert stamp == str(int(NOW.timestamp()))
    assert posted.headers["X-Beian-Alarm"] == f"{ALARM.id}.3"


@pytest.mark.parametrize(
    ("mode", "category"),
    [
        ("refused", "webhook_refused"),
        ("redirected", "webhook_refused"),
        ("silent", "webhook_unreachable"),
        ("trickling", "webhook_unreachable"),
    ],
)
def test_a_webhook_that_does_not_take_it(mode: str, category: str, receiver: Receiver) -> None:
    receiver.mode = mode
    began = time.monotonic()
    with pytest.raises(ChannelError) as caught:
        _webhook(receiver, seconds=0.5).tell(ALARM)
    assert caught.value.category == category
    assert time.monotonic() - began < 3
    assert len(receiver.posted) == 1  # a redirect is not followed
    assert SECRET.get_secret_value() not in str(caught.value)


def test_nobody_listens_and_nobody_is_trusted(receiver: Receiver) -> None:
    dead = Webhook(url="http://127.0.0.1:9/", secret=SECRET, clock=lambda: NOW)
    with pytest.raises(ChannelError):
        dead.tell(ALARM)
    plain = Webhook(url=receiver.url.replace("http:", "https:"), secret=SECRET, clock=lambda: NOW)
    with pytest.raises(ChannelError):
        plain.tell(ALARM)
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


@pytest.fixture
def smtp() -> Iterator[Server]:
    with running_server() as server:
        yield server


def _account(server: Server, sender: str = USER, password: str = PASSWORD) -> SmtpAccount:
    return SmtpAccount(
        sender=sender,
        name="三河市网信办",
        host="127.0.0.1",
        port=server.port,
        tls="none",
        username=USER,
        password=SecretStr(password),
    )


def _mail(*accounts: SmtpAccount, to: tuple[str, ...] = ("ops@city.example",)) -> AlarmMail:
    return AlarmMail(recipients=to, accounts=accounts, zone=ZoneInfo("Asia/Shanghai"), clock=lambda: NOW)


def _text(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_a_mail_says_what_and_since_when(smtp: Server) -> None:
    _mail(_account(smtp), to=("ops@city.example", "boss@city.example")).tell(ALARM)
    first, second = smtp.received
    assert [first.recipients, second.recipients] == [["ops@city.example"], ["boss@city.example"]]
    assert first.mail_from == "<>"
    assert first.mail["Subject"] == "【beian 告警】授权码失效 sanhe@163.example"
    assert first.mail["Auto-Submitted"] == "auto-generated"
    assert ALARM.detail in _text(first.mail)
    assert "2018-12-20 16:00" in _text(first.mail)
    _mail(_account(smtp)).tell(ALARM.model_copy(update={"state": "cleared"}))
    assert smtp.received[2].mail["Subject"] == "【beian 告警】授权码失效（已解除） sanhe@163.example"


def test_another_account_sends_where_the_first_is_refused(smtp: Server) -> None:
    sick = _account(smtp, sender=ALARM.subject, password="revoked")
    _mail(sick, _account(smtp)).tell(ALARM)
    assert (len(smtp.received), smtp.logins) == (1, 1)  # the sick one was not even asked
    with pytest.raises(ChannelError) as caught:
        _mail(sick).tell(ALARM)
    assert caught.value.category == "smtp_login_refused"
    with pytest.raises(ChannelError):
        _mail().tell(ALARM)


def _raise_one(store: Store) -> None:
    condition = Condition(kind=AlarmKind.MAILBOX_FULL, subject="a@b.example", reason="full", detail="邮箱已满。")
    store.alarms.settle([condition], kinds=[AlarmKind.MAILBOX_FULL], now=NOW)


def test_a_messenger_tells_once_and_tries_again(store: Store, receiver: Receiver) -> None:
    _raise_one(store)
    messenger = Messenger(channel=_webhook(receiver), store=store, look_seconds=0.02, first_pause_seconds=0.05)
    receiver.mode, stop = "refused", threading.Event()
    thread = threading.Thread(target=messenger.until, args=(stop,))
    thread.start()
    _wait_for(lambda: len(receiver.posted) >= 2)
    receiver.mode = "taken"
    _wait_for(lambda: not store.alarms.untold(Channel.WEBHOOK))
    told = len(receiver.posted)
    time.sleep(0.2)
    stop.set()
    thread.join(10)
    assert len(receiver.posted) == told
    assert len({posted.headers["X-Beian-Alarm"] for posted in receiver.posted}) == 1


def test_a_silent_channel_does_not_hold_up_the_other(store: Store, receiver: Receiver, smtp: Server) -> None:
    _raise_one(store)
    receiver.mode = "silent"
    channels = (_webhook(receiver, seconds=5), _mail(_account(smtp)))
    messengers = [Messenger(channel=channel, store=store) for channel in channels]
    began = time.monotonic()
    tell_once(messengers, threading.Event(), patience_seconds=1)
    assert time.monotonic() - began < 2
    assert len(smtp.received) == 1
    assert store.alarms.untold(Channel.MAIL) == ()
    assert len(store.alarms.untold(Channel.WEBHOOK)) == 1
    receiver.ended.set()


def _wait_for(condition: object, seconds: float = 10) -> None:
    ends_at = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends_at
        time.sleep(0.02)
