"""Speaks HTTP to the pages without a browser, so that tests can send what no browser would."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.review.site import PASSWORD, Site

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Client:
    """One browser's worth of cookies."""

    site: Site
    cookie: str = ""
    csrf: str = ""
    sent: dict[str, str] = field(default_factory=dict)

    def log_in(self, login: str, password: str = PASSWORD, *, code: str = "") -> Answer:
        answer = self.post("/login", {"login": login, "password": password, "code": code})
        if answer.status == 303:
            self.csrf = re.findall(r'name="csrf" value="([^"]+)"', self.get("/account").text)[0]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, None, headers)

    def post(
        self, path: str, values: Mapping[str, str] | None = None, *, body: bytes | None = None, **headers: str
    ) -> Answer:
        content = body if body is not None else urlencode({"csrf": self.csrf} | dict(values or {})).encode()
        usual = {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin"}
        return self._send(
            "POST", path, content, usual | {key.replace("_", "-"): value for key, value in headers.items()}
        )

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        address = urlsplit(self.site.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=30)
        given = {key: value for key, value in headers.items() if value}
        connection.request(method, path, body, given | ({"Cookie": self.cookie} if self.cookie else {}))
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = cookie.partition(";")[0]
        return Answer(answer.status, {key.lower(): value for key, value in answer.headers.items()}, text)
