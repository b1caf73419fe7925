"""Alarms as signed JSON over HTTPS.

`X-Beian-Signature` is `sha256=` and the hex HMAC-SHA256 of `X-Beian-Timestamp`, a dot and the body, by the shared
secret. `X-Beian-Alarm` is the alarm's id and version: the same pair may come twice and means the same. Redirects are not
followed, and certificates are always verified.
"""

from __future__ import annotations

import hmac
import http.client
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from pipeline.domain.alarm import Alarm
from pipeline.ingest.watchdog import Watchdog
from pipeline.store.alarm_book import Channel
from pipeline.watch.messenger import ChannelError

#: For everything together: a receiver that trickles is cut off as one that is silent.
ANSWER_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where alarms are posted; `url` was checked to be HTTPS, or HTTP on this machine."""

    url: str
    secret: SecretStr
    clock: Callable[[], datetime]
    seconds: float = ANSWER_SECONDS
    context: ssl.SSLContext | None = None

    @property
    def name(self) -> Channel:
        return Channel.WEBHOOK

    def tell(self, alarm: Alarm) -> None:
        """Post it; any answer from 200 to 299 means that it was taken. Raises `ChannelError`."""
        body = alarm_json(alarm)
        try:
            with Watchdog(self.seconds) as watchdog:
                status = self._post(body, self._headers(alarm, body), watchdog)
                if watchdog.expired:  # cut off in the middle of its answer
                    raise TimeoutError
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ChannelError("webhook_unreachable", f"webhook: no answer ({type(error).__name__})") from None
        if not 200 <= status <= 299:
            raise ChannelError("webhook_refused", f"webhook: answered {status}")

    def _headers(self, alarm: Alarm, body: bytes) -> dict[str, str]:
        stamp = str(int(self.clock().timestamp()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "beian",
            "X-Beian-Alarm": f"{alarm.id}.{alarm.version}",
            "X-Beian-Timestamp": stamp,
            "X-Beian-Signature": sign(self.secret, stamp, body),
        }

    def _post(self, body: bytes, headers: dict[str, str], watchdog: Watchdog) -> int:
        parts = urlsplit(self.url)
        connection = self._connection(parts.hostname or "", parts.port, secure=parts.scheme == "https")
        try:
            connection.connect()
            if connection.sock is not None:
                watchdog.guard(connection.sock)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=body, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self, host: str, port: int | None, *, secure: bool) -> http.client.HTTPConnection:
        if not secure:
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        context = self.context or ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context)


def alarm_json(alarm: Alarm) -> bytes:
    """The alarm as it is posted. Keys are only ever added."""
    said = {
        "id": alarm.id,
        "version": alarm.version,
        "kind": alarm.kind.value,
        "name": alarm.name,
        "mailbox": alarm.subject or None,
        "state": alarm.state,
        "reason": alarm.reason,
        "detail": alarm.detail,
        "raised_at": alarm.raised_at.isoformat(timespec="seconds"),
        "changed_at": alarm.changed_at.isoformat(timespec="seconds"),
    }
    return json.dumps(said, ensure_ascii=False).encode()


def sign(secret: SecretStr, stamp: str, body: bytes) -> str:
    """The signature header's value."""
    key = secret.get_secret_value().encode()
    return "sha256=" + hmac.new(key, stamp.encode() + b"." + body, sha256).hexdigest()
